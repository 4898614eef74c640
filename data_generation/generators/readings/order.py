"""The readings order of some days: which containers held which fish, in what water.

The ledger writes the order, `expand.py` expands it. The order carries all that the expansion
needs, so that any process can do it at any time and gets the same rows.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_generation.config.types import ADULT
from data_generation.generators.core.declared.state import Column, PerAssignment, PerRun, Records
from data_generation.generators.core.quantities import Quantities
from data_generation.generators.core.world import Ints, World
from data_generation.generators.environmental.state import ContainerLevels
from data_generation.generators.infrastructure.calibration import calibration_interval
from data_generation.generators.users.staff import signers

HAND_NOTES = 4
"""Notes to choose from."""
KNOTS = "knots"
"""Name of the water of each stay, quantity and midnight in an order, in ten-thousandths."""
_HAND_FROM_MINUTE, _HAND_MINUTES = 9 * 60 + 20, 5 * 60


class Header(Records):
    """What holds for the days of an order, which lie in one month: `first_day` and `days` are the
    month's, `last_id` is the highest key that a reading of these days or earlier ones can have.

    `diurnal` is in ten-thousandths of a °C, `outage_rate` in millionths of a sensor and month.
    """

    seed = Column()
    first_day = Column()
    days = Column()
    readings_per_day = Column()
    last_id = Column()
    diurnal = Column()
    outage_rate = Column()
    outage_mean_minutes = Column()


class Stays(Records):
    """Days that an assignment was in its container; they count from the start of the month.

    `end_day` is the first day without. Its readings of the month are keyed from `first_id` on, by
    sensor and time, as if it stayed from `keyed_from` to the month's end. The container's probes
    were calibrated on the day `calibrated`, and are again every `interval` days.
    """

    assignment = Column()
    key = Column()
    batch = Column()
    container = Column()
    water = Column()
    first_sensor = Column()
    at_sea = Column()
    first_day = Column()
    end_day = Column()
    first_id = Column()
    keyed_from = Column()
    calibrated = Column()
    interval = Column()


class HandReadings(Records):
    """Readings by hand: the key of the first, the stay's row, the day of the month, the minute of
    the day, whose, and the number of its note, 0 for none.
    """

    first_id = Column()
    stay = Column()
    day = Column()
    minute = Column()
    user = Column()
    note = Column()


class NextReading(PerRun):
    """The key of the next reading."""

    id = Column(1)


class ReadingKeys(PerAssignment):
    """Where the readings of an assignment are keyed in the month that began on day `month`, -1 in
    none: from `first_id` on, since the day `keyed_from` of the month.
    """

    month = Column(-1)
    first_id = Column()
    keyed_from = Column()


class OrderRow(PerAssignment):
    """The row of an assignment in the order that is being collected, -1 before it has one."""

    row = Column(-1)


RECORDS = (NextReading, ReadingKeys, OrderRow)


class ReadingsOrder:
    """Collects stays and knots of some days of a month; keeps where readings are keyed."""

    def __init__(self, world: World) -> None:
        self._next = world.of(NextReading)
        self._keys, self._rows = world.of(ReadingKeys), world.of(OrderRow)
        self._levels = world.of(ContainerLevels)
        self._first_day = self._days = self._first_key = 0
        self._stays, self._hand = Stays(), HandReadings()
        self._waters = np.array([place.water for place in world.layout.places])
        self._knots = np.zeros((0, len(world.quantities), 1), dtype=np.int32)

    def begin(self, world: World, day: int, first_day: int, days: int) -> None:
        """Open a stay for every live assignment on a day of the month that began on `first_day`."""
        self._first_day, self._days = first_day, days
        self._first_key = int(self._next.id[0])
        self._stays, self._hand = Stays(), HandReadings()
        rows = max(len(world.fish), 64)
        self._knots = np.zeros((rows, len(world.quantities), days + 1), np.int32)
        self._rows.row = -1
        self._open(world, day - first_day, self._levels.values)

    def _open(self, world: World, day: int, level: Ints) -> None:
        fish, layout = world.fish, world.layout
        new = np.flatnonzero(self._rows.row < 0)
        self._key(world, new[self._keys.month[new] != self._first_day], day)
        first = len(self._stays)
        while first + len(new) > len(self._knots):
            self._knots = np.concatenate([self._knots, np.zeros_like(self._knots)])
        rows = np.arange(first, first + len(new))
        self._rows.row[new] = rows
        self._knots[rows, :, day] = level[:, new].T
        container = fish.container[new]
        self._stays.add(
            Stays.of(
                len(new),
                assignment=fish.id[new],
                key=fish.key[new],
                batch=fish.batch[new],
                container=container,
                water=self._waters[fish.place[new]],
                first_sensor=layout.first_sensor[container],
                at_sea=(fish.stage[new] == ADULT).astype(np.int64),
                first_day=day,
                end_day=day,
                first_id=self._keys.first_id[new],
                keyed_from=self._keys.keyed_from[new],
                calibrated=fish.start_day[new] - self._first_day,
                interval=calibration_interval(world.config.weather, world.draws, fish.key[new]),
            )
        )

    def _key(self, world: World, new: Ints, day: int) -> None:
        """Keep keys for assignments up to the month's end, those in halls before those at sea.

        How long they stay is not known yet; what is not used stays free.
        """
        fish, q = world.fish, world.quantities
        at_sea = fish.stage == ADULT
        new = new[np.lexsort((fish.id[new], at_sea[new]))]
        sensors = np.where(at_sea[new], len(q.sea), len(q.hall))
        wanted = sensors * (self._days - day) * world.config.generation.readings_per_day
        self._keys.month[new] = self._first_day
        self._keys.keyed_from[new] = day
        self._keys.first_id[new] = self._next.id + np.cumsum(wanted) - wanted
        self._next.id += wanted.sum()

    def note_day(self, world: World) -> None:
        """At the end of a day: whoever is live was there all day, and this is their water now."""
        fish = world.fish
        if not len(fish):
            return
        day = world.today.day - self._first_day
        row = self._rows.row
        if (row < 0).any():
            self._open(world, day, world.water.values[:, fish.place])
        self._knots[row, :, day + 1] = self._levels.values.T
        self._stays.end_day[row] = day + 1
        hand = hand_readings(world, day)
        by_hand = len(world.quantities.hall_by_hand)
        hand.first_id = self._next.id + np.arange(len(hand)) * by_hand
        self._next.id += len(hand) * by_hand
        self._hand.add(hand)

    def finish(self, world: World) -> tuple[dict[str, NDArray[Any]], int, int]:
        """The order, how many readings it can give at the most, how many keys were kept."""
        config = world.config
        lived = self._stays.end_day > self._stays.first_day
        stays, knots = self._stays.take(lived), self._knots[: len(lived)][lived]
        order = np.lexsort((stays.assignment, stays.at_sea))
        stays, knots = stays.take(order), knots[order]
        new_row = np.zeros(len(lived), dtype=np.int64)
        new_row[np.flatnonzero(lived)[order]] = np.arange(len(order))
        hand = self._hand
        hand.stay = new_row[hand.stay]
        hand.reorder(np.lexsort((hand.day, hand.stay)))
        q = world.quantities
        rows = int(slots(stays, config.generation.readings_per_day, q).sum())
        rows += len(hand) * len(q.hall_by_hand)
        header = Header.of(
            1,
            seed=config.generation.seed,
            first_day=self._first_day,
            days=self._days,
            readings_per_day=config.generation.readings_per_day,
            last_id=self._next.id - 1,
            diurnal=round(config.environment.diurnal_c * 10_000),
            outage_rate=round(config.environment.sensor_outage_rate * 1_000_000),
            outage_mean_minutes=round(config.environment.sensor_outage_mean_hours * 60),
        )
        arrays = {r.__class__.__name__: r.values for r in (header, stays, hand)}
        kept = int(self._next.id[0]) - self._first_key
        self._rows.row = -1
        return {**arrays, KNOTS: knots, **q.pack()}, rows, kept


def hand_readings(world: World, day_of_month: int) -> HandReadings:
    """Who reads which container by hand today: in each place once a week, on one container.

    The container with the smallest draw is taken, so that it depends on the place's fish alone.
    """
    config, fish, day = world.config.weather, world.fish, world.today.day
    due = np.flatnonzero((day + fish.place) % config.manual_interval_days == 0)
    if not len(due):
        return HandReadings()
    rank, when, note, which = world.draws.uniforms("hand reading", fish.key[due], day)
    order = np.lexsort((rank, fish.place[due]))
    _, first = np.unique(fish.place[due][order], return_index=True)
    chosen = order[first]
    users = signers(world.config, "OPR")
    noted = note[chosen] < config.manual_note_share
    return HandReadings.of(
        len(chosen),
        first_id=0,
        stay=world.of(OrderRow).row[due[chosen]],
        day=day_of_month,
        minute=_HAND_FROM_MINUTE + (when[chosen] * _HAND_MINUTES).astype(np.int64),
        user=users[fish.country[due[chosen]]],
        note=np.where(noted, 1 + (which[chosen] * HAND_NOTES).astype(np.int64), 0),
    )


def slots(stays: Stays, readings_per_day: int, quantities: Quantities) -> Ints:
    """How many readings the sensors of each stay give if none fails."""
    at_sea = stays.at_sea == 1
    sensors = np.where(at_sea, len(quantities.sea), len(quantities.hall))
    days = stays.end_day - stays.first_day
    result: Ints = sensors * days * readings_per_day
    return result

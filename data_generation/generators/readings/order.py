"""The month's readings order: which containers held which fish on which days, in what water.

The ledger writes the order, `expand.py` expands it. The order carries all that the expansion
needs, so that any process can do it at any time and gets the same rows.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_generation.config.types import ADULT
from data_generation.generators.core.quantities import Quantities
from data_generation.generators.core.state import Column, PerAssignment, PerRun, Records
from data_generation.generators.core.world import Ints, World
from data_generation.generators.environmental.state import ContainerLevels
from data_generation.generators.infrastructure.calibration import calibration_interval
from data_generation.generators.users.staff import signers

HAND_NOTES = 4
"""Notes to choose from."""
KNOTS = "knots"
"""Name of the water of each span, quantity and midnight in an order, in ten-thousandths."""
_HAND_FROM_MINUTE, _HAND_MINUTES = 9 * 60 + 20, 5 * 60


class Header(Records):
    """What holds for a month: `first_id` is the key of its first reading.

    `diurnal` is in ten-thousandths of a °C, `outage_rate` in millionths of a sensor and month.
    """

    seed = Column()
    first_day = Column()
    days = Column()
    readings_per_day = Column()
    first_id = Column()
    diurnal = Column()
    outage_rate = Column()
    outage_mean_minutes = Column()


class Spans(Records):
    """Days that an assignment was in its container; they count from the start of the month.

    `end_day` is the first day without. The container's probes were calibrated on the day
    `calibrated`, and are again every `interval` days.
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
    calibrated = Column()
    interval = Column()


class HandReadings(Records):
    """Readings by hand: the span's row, the day of the month, the minute of the day, whose, and the
    number of its note, 0 for none.
    """

    span = Column()
    day = Column()
    minute = Column()
    user = Column()
    note = Column()


class NextReading(PerRun):
    """The key of the next reading."""

    id = Column(1)


class MonthRow(PerAssignment):
    """The row of an assignment in the month's order, -1 before it has one."""

    row = Column(-1)


RECORDS = (NextReading, MonthRow)


class ReadingsOrder:
    """Collects a month's spans and knots; keeps the next reading's key between months."""

    def __init__(self, world: World) -> None:
        self._next = world.of(NextReading)
        self._rows, self._levels = world.of(MonthRow), world.of(ContainerLevels)
        self._first_day = 0
        self._days = 0
        self._spans, self._hand = Spans(), HandReadings()
        self._waters = np.array([place.water for place in world.layout.places])
        self._knots = np.zeros((0, len(world.quantities), 1), dtype=np.int32)

    def begin_month(self, world: World, first_day: int, days: int) -> None:
        """Open a span for every live assignment."""
        self._first_day, self._days = first_day, days
        self._spans, self._hand = Spans(), HandReadings()
        rows = max(len(world.fish), 64)
        self._knots = np.zeros((rows, len(world.quantities), days + 1), np.int32)
        self._rows.row = -1
        self._open(world, 0, self._levels.values)

    def _open(self, world: World, day: int, level: Ints) -> None:
        fish, layout = world.fish, world.layout
        new = np.flatnonzero(self._rows.row < 0)
        first = len(self._spans)
        while first + len(new) > len(self._knots):
            self._knots = np.concatenate([self._knots, np.zeros_like(self._knots)])
        rows = np.arange(first, first + len(new))
        self._rows.row[new] = rows
        self._knots[rows, :, day] = level[:, new].T
        container = fish.container[new]
        self._spans.add(
            Spans.of(
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
                calibrated=fish.start_day[new] - self._first_day,
                interval=calibration_interval(world.config.weather, world.draws, fish.key[new]),
            )
        )

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
        self._spans.end_day[row] = day + 1
        self._hand.add(hand_readings(world, day))

    def finish(self, world: World) -> tuple[dict[str, NDArray[Any]], int]:
        """The order, and how many readings it can give at the most."""
        config = world.config
        lived = self._spans.end_day > self._spans.first_day
        spans, knots = self._spans.take(lived), self._knots[: len(lived)][lived]
        order = np.lexsort((spans.assignment, spans.at_sea))
        spans, knots = spans.take(order), knots[order]
        new_row = np.zeros(len(lived), dtype=np.int64)
        new_row[np.flatnonzero(lived)[order]] = np.arange(len(order))
        hand = self._hand
        hand.span = new_row[hand.span]
        hand.reorder(np.lexsort((hand.day, hand.span)))
        q = world.quantities
        rows = int(slots(spans, config.generation.readings_per_day, q).sum())
        rows += len(hand) * len(q.hall_by_hand)
        header = Header.of(
            1,
            seed=config.generation.seed,
            first_day=self._first_day,
            days=self._days,
            readings_per_day=config.generation.readings_per_day,
            first_id=self._next.id,
            diurnal=round(config.environment.diurnal_c * 10_000),
            outage_rate=round(config.environment.sensor_outage_rate * 1_000_000),
            outage_mean_minutes=round(config.environment.sensor_outage_mean_hours * 60),
        )
        self._next.id += rows
        arrays = {r.__class__.__name__: r.values for r in (header, spans, hand)}
        return {**arrays, KNOTS: knots, **q.pack()}, rows


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
        span=world.of(MonthRow).row[due[chosen]],
        day=day_of_month,
        minute=_HAND_FROM_MINUTE + (when[chosen] * _HAND_MINUTES).astype(np.int64),
        user=users[fish.country[due[chosen]]],
        note=np.where(noted, 1 + (which[chosen] * HAND_NOTES).astype(np.int64), 0),
    )


def slots(spans: Spans, readings_per_day: int, quantities: Quantities) -> Ints:
    """How many readings the sensors of each span give if none fails."""
    at_sea = spans.at_sea == 1
    sensors = np.where(at_sea, len(quantities.sea), len(quantities.hall))
    days = spans.end_day - spans.first_day
    result: Ints = sensors * days * readings_per_day
    return result

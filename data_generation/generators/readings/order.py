"""The month's readings order: which containers held which fish on which days, in what water.

The ledger writes the order, `readings.py` expands it. The order carries all that the expansion
needs, so that any process can do it at any time and gets the same rows.
"""

import numpy as np
from numpy.typing import NDArray

from data_generation.config.models import ADULT
from data_generation.generators.core.layout import FRESH_PARAMETERS, PARAMETERS, SEA_PARAMETERS
from data_generation.generators.core.world import Ints, World
from data_generation.generators.infrastructure.calibration import calibration_interval
from data_generation.generators.master_data import operator_of

SPAN_FIELDS = (
    "assignment",
    "key",
    "batch",
    "container",
    "water",
    "first_sensor",
    "at_sea",
    "first_day",
    "end_day",
    "calibrated",
    "interval",
)
"""Columns of a span; days count from the start of the month, the end is the first day without.

The container's probes were calibrated on the day `calibrated`, and are again every `interval` days.
"""
SPAN = {name: column for column, name in enumerate(SPAN_FIELDS)}

MANUAL_FIELDS = ("span", "day", "minute", "user", "note")
"""Columns of a reading by hand: the span's row, the day of the month, the minute of the day, whose,
and the number of its note, 0 for none."""
MANUAL = {name: column for column, name in enumerate(MANUAL_FIELDS)}
MANUAL_PARAMETERS = 3
"""How many quantities are read by hand at a time."""
HAND_NOTES = 4
"""Notes to choose from."""
_HAND_FROM_MINUTE, _HAND_MINUTES = 9 * 60 + 20, 5 * 60

HEADER_FIELDS = (
    "seed",
    "first_day",
    "days",
    "readings_per_day",
    "first_id",
    "diurnal_ten_thousandths_c",
    "outage_rate_millionths",
    "outage_mean_minutes",
)
HEADER = {name: position for position, name in enumerate(HEADER_FIELDS)}


class ReadingsOrder:
    """Collects a month's spans and knots; keeps the next reading's key between months."""

    def __init__(self, world: World) -> None:
        """No readings yet."""
        self._next_id = 1
        self._first_day = 0
        self._days = 0
        self._count = 0
        self._spans: Ints = np.zeros((0, len(SPAN_FIELDS)), dtype=np.int64)
        self._waters = np.array([place.water for place in world.layout.places])
        self._manual: list[Ints] = []
        self._knots = np.zeros((0, len(PARAMETERS), 1), dtype=np.int32)
        self._header_tail = (
            round(world.config.environment.diurnal_c * 10_000),
            round(world.config.environment.sensor_outage_rate * 1_000_000),
            round(world.config.environment.sensor_outage_mean_hours * 60),
        )

    def begin_month(self, world: World, first_day: int, days: int) -> None:
        """Open a span for every live assignment."""
        self._first_day, self._days = first_day, days
        self._count = 0
        self._manual = []
        rows = max(len(world.fish), 64)
        self._spans = np.zeros((rows, len(SPAN_FIELDS)), dtype=np.int64)
        self._knots = np.zeros((rows, len(PARAMETERS), days + 1), np.int32)
        world.fish.month_row[:] = -1
        self._open(world, 0, world.fish.level)

    def _open(self, world: World, day: int, level: Ints) -> None:
        fish, layout = world.fish, world.layout
        new = np.flatnonzero(fish.month_row < 0)
        while self._count + len(new) > len(self._spans):
            self._spans = np.concatenate([self._spans, np.zeros_like(self._spans)])
            self._knots = np.concatenate([self._knots, np.zeros_like(self._knots)])
        rows = np.arange(self._count, self._count + len(new))
        self._count += len(new)
        fish.month_row[new] = rows
        self._knots[rows, :, day] = level[new]
        container = fish.container[new]
        for name, values in (
            ("assignment", fish.id[new]),
            ("key", fish.key[new]),
            ("batch", fish.batch[new]),
            ("container", container),
            ("water", self._waters[fish.place[new]]),
            ("first_sensor", layout.first_sensor[container]),
            ("at_sea", fish.stage[new] == ADULT),
            ("first_day", day),
            ("end_day", day),
            ("calibrated", fish.start_day[new] - self._first_day),
            ("interval", calibration_interval(world.config.weather, world.draws, fish.key[new])),
        ):
            self._spans[rows, SPAN[name]] = values

    def note_day(self, world: World) -> None:
        """At the end of a day: whoever is live was there all day, and this is their water now."""
        fish = world.fish
        if not len(fish):
            return
        day = world.today.day - self._first_day
        if (fish.month_row < 0).any():
            self._open(world, day, world.place_level[fish.place])
        self._knots[fish.month_row, :, day + 1] = fish.level
        self._spans[fish.month_row, SPAN["end_day"]] = day + 1
        self._manual.append(hand_readings(world, day))

    def finish(self, world: World) -> tuple[dict[str, NDArray[np.int64]], int]:
        """The order, and how many readings it can give at the most."""
        config = world.config
        spans = self._spans[: self._count]
        lived = spans[:, SPAN["end_day"]] > spans[:, SPAN["first_day"]]
        knots = self._knots[: len(spans)][lived]
        spans = spans[lived]
        order = np.lexsort((spans[:, SPAN["assignment"]], spans[:, SPAN["at_sea"]]))
        spans, knots = spans[order], knots[order]
        new_row = np.zeros(len(lived), dtype=np.int64)
        new_row[np.flatnonzero(lived)[order]] = np.arange(len(order))
        manual = np.concatenate([np.zeros((0, len(MANUAL_FIELDS)), np.int64), *self._manual])
        manual[:, MANUAL["span"]] = new_row[manual[:, MANUAL["span"]]]
        manual = manual[np.lexsort((manual[:, MANUAL["day"]], manual[:, MANUAL["span"]]))]
        rows = int(slots(spans, config.generation.readings_per_day).sum())
        rows += len(manual) * MANUAL_PARAMETERS
        header = (
            config.generation.seed,
            self._first_day,
            self._days,
            config.generation.readings_per_day,
            self._next_id,
            *self._header_tail,
        )
        self._next_id += rows
        return {
            "header": np.array(header, dtype=np.int64),
            "spans": spans,
            "knots": knots,  # type: ignore[dict-item]
            "manual": manual,
        }, rows

    def snapshot(self) -> Ints:
        """The next reading's key."""
        return np.array([self._next_id], dtype=np.int64)

    def restore(self, values: Ints) -> None:
        """Take the key back."""
        self._next_id = int(values[0])


def hand_readings(world: World, day_of_month: int) -> Ints:
    """Who reads which container by hand today: in each place once a week, on one container.

    The container with the smallest draw is taken, so that it depends on the place's fish alone.
    """
    config, fish, day = world.config.weather, world.fish, world.today.day
    due = np.flatnonzero((day + fish.place) % config.manual_interval_days == 0)
    rows = np.zeros((0, len(MANUAL_FIELDS)), dtype=np.int64)
    if not len(due):
        return rows
    rank, when, note, which = world.draws.uniforms("hand reading", fish.key[due], day)
    order = np.lexsort((rank, fish.place[due]))
    _, first = np.unique(fish.place[due][order], return_index=True)
    chosen = order[first]
    users = np.array([operator_of(key) for key in world.layout.countries])
    noted = note[chosen] < config.manual_note_share
    return np.stack(
        [
            fish.month_row[due[chosen]],
            np.full(len(chosen), day_of_month),
            _HAND_FROM_MINUTE + (when[chosen] * _HAND_MINUTES).astype(np.int64),
            users[fish.country[due[chosen]]],
            np.where(noted, 1 + (which[chosen] * HAND_NOTES).astype(np.int64), 0),
        ],
        axis=1,
    )


def slots(spans: Ints, readings_per_day: int) -> Ints:
    """How many readings the sensors of each span give if none fails."""
    sensors = np.where(spans[:, SPAN["at_sea"]] == 1, len(SEA_PARAMETERS), len(FRESH_PARAMETERS))
    days = spans[:, SPAN["end_day"]] - spans[:, SPAN["first_day"]]
    result: Ints = sensors * days * readings_per_day
    return result

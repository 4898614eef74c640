"""The month's readings order: which containers held which fish on which days, in what water.

The ledger writes the order, `readings.py` expands it. The order carries all that the expansion
needs, so that any process can do it at any time and gets the same rows.
"""

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.farm import FRESH_PARAMETERS, PARAMETERS, SEA_PARAMETERS
from data_generation.generators.world import Ints, World

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
)
"""Columns of a span; days count from the start of the month, the end is the first day without."""
SPAN = {name: column for column, name in enumerate(SPAN_FIELDS)}

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
        self._spans: list[list[int]] = []
        self._knots = np.zeros((0, len(PARAMETERS), 1), dtype=np.int32)
        self._header_tail = (
            round(world.config.environment.diurnal_c * 10_000),
            round(world.config.environment.sensor_outage_rate * 1_000_000),
            round(world.config.environment.sensor_outage_mean_hours * 60),
        )

    def begin_month(self, world: World, first_day: int, days: int) -> None:
        """Open a span for every live assignment."""
        self._first_day, self._days = first_day, days
        self._spans = []
        self._knots = np.zeros((max(len(world.fish), 64), len(PARAMETERS), days + 1), np.int32)
        world.fish.month_row[:] = -1
        self._open(world, 0, world.fish.level)

    def _open(self, world: World, day: int, level: Ints) -> None:
        fish, layout = world.fish, world.layout
        for position in np.flatnonzero(fish.month_row < 0).tolist():
            row = len(self._spans)
            if row == len(self._knots):
                self._knots = np.concatenate([self._knots, np.zeros_like(self._knots)])
            container = int(fish.container[position])
            fish.month_row[position] = row
            self._knots[row, :, day] = level[position]
            self._spans.append(
                [
                    int(fish.id[position]),
                    int(fish.key[position]),
                    int(fish.batch[position]),
                    container,
                    layout.places[fish.place[position]].water,
                    int(layout.first_sensor[container]),
                    int(fish.stage[position] == 5),
                    day,
                    day,
                ]
            )

    def note_day(self, world: World) -> None:
        """At the end of a day: whoever is live was there all day, and this is their water now."""
        fish = world.fish
        if not len(fish):
            return
        day = world.today.day - self._first_day
        if (fish.month_row < 0).any():
            self._open(world, day, world.place_level[fish.place])
        self._knots[fish.month_row, :, day + 1] = fish.level
        for row in fish.month_row.tolist():
            self._spans[row][SPAN["end_day"]] = day + 1

    def finish(self, world: World) -> tuple[dict[str, NDArray[np.int64]], int]:
        """The order, and how many readings it can give at the most."""
        config = world.config
        spans = np.array(self._spans, dtype=np.int64).reshape(len(self._spans), len(SPAN_FIELDS))
        lived = spans[:, SPAN["end_day"]] > spans[:, SPAN["first_day"]]
        knots = self._knots[: len(spans)][lived]
        spans = spans[lived]
        order = np.lexsort((spans[:, SPAN["assignment"]], spans[:, SPAN["at_sea"]]))
        spans, knots = spans[order], knots[order]
        rows = int(slots(spans, config.generation.readings_per_day).sum())
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
        }, rows

    def snapshot(self) -> Ints:
        """The next reading's key."""
        return np.array([self._next_id], dtype=np.int64)

    def restore(self, values: Ints) -> None:
        """Take the key back."""
        self._next_id = int(values[0])


def slots(spans: Ints, readings_per_day: int) -> Ints:
    """How many readings each span gives if no sensor fails."""
    sensors = np.where(spans[:, SPAN["at_sea"]] == 1, len(SEA_PARAMETERS), len(FRESH_PARAMETERS))
    days = spans[:, SPAN["end_day"]] - spans[:, SPAN["first_day"]]
    result: Ints = sensors * days * readings_per_day
    return result

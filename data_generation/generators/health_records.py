"""Mortality records: what died of what, by day where it matters and by week else.

Every mortality event is in exactly one record, so that records and events of a batch add up.
"""

from collections.abc import Mapping

import numpy as np

from data_generation.generators.dates import MINUTE_US, at, to_date
from data_generation.generators.health_setup import reason_names
from data_generation.generators.world import Arrays, Ints, World

_LARGE_SHARE = 0.001
_LARGE_COUNT = 10
_WEEK_DAYS = 7


class MortalityRecords:
    """Writes records of deaths with their reasons."""

    name = "mortality_records"

    def __init__(self, world: World) -> None:
        """Nothing to be summed."""
        names = reason_names(world.config)
        self._reasons = {name: number for number, name in enumerate(names, start=1)}
        # Rows of (batch, container, reason, day, count), empty between months.
        self._small: list[Ints] = []

    def advance(self, world: World) -> None:
        """Write large losses, remember small ones, sum them up at the week's or month's end."""
        day = world.today.day
        for toll in world.today.tolls:
            reason = toll.causes + 1
            if toll.reason is not None:
                reason = np.full(len(toll.causes), self._reasons.get(toll.reason, 0))
                reason = np.where(reason == 0, toll.causes + 1, reason)
            rows = np.stack(
                [
                    toll.batches,
                    toll.containers,
                    reason,
                    np.full(len(reason), day),
                    toll.counts,
                ],
                axis=1,
            ).astype(np.int64)
            large = toll.counts >= np.maximum(toll.stocks * _LARGE_SHARE, _LARGE_COUNT)
            if large.any():
                share = 100.0 * toll.counts[large] / np.maximum(toll.stocks[large], 1)
                notes = [f"{value:.2f} % of the stock in a day" for value in share.tolist()]
                self._write(world, rows[large], notes)
            self._small.append(rows[~large])
        ends = day % _WEEK_DAYS == 2 or to_date(day + 1).day == 1 or day + 1 == world.end_day
        if ends and self._small:
            self._sum_up(world)

    def _sum_up(self, world: World) -> None:
        rows = np.concatenate(self._small)
        self._small = []
        if not len(rows):
            return
        found, group = np.unique(rows[:, :3], axis=0, return_inverse=True)
        group = group.reshape(-1)
        counts = np.zeros(len(found), dtype=np.int64)
        last = np.zeros(len(found), dtype=np.int64)
        np.add.at(counts, group, rows[:, 4])
        np.maximum.at(last, group, rows[:, 3])
        summed = np.column_stack([found, last, counts])
        self._write(world, summed, "Sum of the week's daily picks")

    def _write(self, world: World, rows: Ints, notes: list[str] | str) -> None:
        table = "health_mortalityrecord"
        world.output.insert(
            table,
            len(rows),
            id=world.ids.take(table, len(rows)),
            event_date=at(0, 16, 30) + rows[:, 3] * at(1, 0) + rows[:, 1] % 40 * MINUTE_US,
            count=rows[:, 4],
            notes=notes,
            batch_id=rows[:, 0],
            container_id=rows[:, 1],
            reason_id=rows[:, 2],
        )

    def snapshot(self) -> Arrays:
        """Nothing: sums end with the month."""
        return {}

    def restore(self, arrays: Mapping[str, Ints]) -> None:  # noqa: ARG002
        """Nothing to take back."""
        self._small = []

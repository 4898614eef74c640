"""Mortality records: what died of what, by day where it is much, by week or month else.

What has a reason of its own, a disease or a storm, is summed by week; the usual causes by month.
Every mortality event is in exactly one record, so that records and events of a batch add up.
"""

from collections.abc import Mapping

import numpy as np

from data_generation.generators.core.dates import MINUTE_US, at, to_date
from data_generation.generators.core.world import Arrays, Ints, World
from data_generation.generators.health.setup import USUAL_REASONS

_LARGE_SHARE = 0.005
_LARGE_COUNT = 50
_WEEK_DAYS = 7
_REASONS = 64


class MortalityRecords:
    """Writes records of deaths with their reasons."""

    name = "mortality_records"

    def __init__(self) -> None:
        """Nothing to be summed."""
        # Rows of (batch, container, reason, day, count), empty between months.
        self._small: list[Ints] = []

    def advance(self, world: World) -> None:
        """Write large losses, remember small ones, sum them up at the week's or month's end."""
        day = world.today.day
        for toll in world.today.tolls:
            days = np.full(len(toll.counts), day)
            rows = np.column_stack([toll.batches, toll.containers, toll.reasons, days, toll.counts])
            large = toll.counts >= np.maximum(toll.stocks * _LARGE_SHARE, _LARGE_COUNT)
            if large.any():
                share = 100.0 * toll.counts[large] / np.maximum(toll.stocks[large], 1)
                notes = [f"{value:.2f} % of the stock in a day" for value in share.tolist()]
                self._write(world, rows[large], notes)
                rows = rows[~large]
            self._small.append(rows)
        if not self._small:
            return
        if to_date(day + 1).day == 1 or day + 1 == world.end_day:
            self._sum_up(world, 0)
        elif day % _WEEK_DAYS == 2:
            self._sum_up(world, len(USUAL_REASONS))

    def _sum_up(self, world: World, above: int) -> None:
        """Write the sums of the reasons whose key is above a number."""
        rows = np.concatenate(self._small)
        now = rows[:, 2] > above
        self._small = [rows[~now]]
        rows = rows[now]
        if not len(rows):
            return
        keys = rows[:, 1] * _REASONS + rows[:, 2]
        # A container changes hands no sooner than after weeks of rest.
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        summed = rows[first]
        summed[:, 3:] = 0
        np.maximum.at(summed[:, 3], group, rows[:, 3])
        np.add.at(summed[:, 4], group, rows[:, 4])
        usual = summed[:, 2] <= len(USUAL_REASONS)
        for chosen, span in ((usual, "month"), (~usual, "week")):
            self._write(world, summed[chosen], f"Sum of the {span}'s daily picks")

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

"""Mortality records: what died of what, by day where it is much, by week or month else.

What has a reason of its own, a disease or a storm, is summed by week; the usual causes by month.
Every mortality event is in exactly one record, so that records and events of a batch add up.
"""

import numpy as np

from data_generation.generators.core.dates import MINUTE_US, at, to_date
from data_generation.generators.core.world import World
from data_generation.generators.health.setup import USUAL_REASONS
from data_generation.generators.health.state import SmallLosses

_LARGE_SHARE = 0.005
_LARGE_COUNT = 50
_WEEK_DAYS = 7
_REASONS = 64


class MortalityRecords:
    """Writes records of deaths with their reasons."""

    def __init__(self, world: World) -> None:
        self._small = world.of(SmallLosses)

    def advance(self, world: World) -> None:
        """Write large losses, remember small ones, sum them up at the week's or month's end."""
        day = world.today.day
        for deaths in world.today.deaths:
            rows = SmallLosses.of(
                len(deaths.counts),
                batch=deaths.batches,
                container=deaths.containers,
                reason=deaths.reasons,
                day=day,
                count=deaths.counts,
            )
            large = deaths.counts >= np.maximum(deaths.stocks * _LARGE_SHARE, _LARGE_COUNT)
            if large.any():
                share = 100.0 * deaths.counts[large] / np.maximum(deaths.stocks[large], 1)
                notes = [f"{value:.2f} % of the stock in a day" for value in share.tolist()]
                self._write(world, rows.take(large), notes)
                rows.keep(~large)
            self._small.add(rows)
        if not len(self._small):
            return
        if to_date(day + 1).day == 1 or day + 1 == world.end_day:
            self._sum_up(world, 0)
        elif day % _WEEK_DAYS == 2:
            self._sum_up(world, len(USUAL_REASONS))

    def _sum_up(self, world: World, above: int) -> None:
        """Write the sums of the reasons whose key is above a number."""
        now = self._small.reason > above
        rows = self._small.take(now)
        self._small.keep(~now)
        if not len(rows):
            return
        keys = rows.container * _REASONS + rows.reason
        # A container changes hands no sooner than after weeks of rest.
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        summed = rows.take(first)
        summed.day = 0
        summed.count = 0
        np.maximum.at(summed.day, group, rows.day)
        np.add.at(summed.count, group, rows.count)
        usual = summed.reason <= len(USUAL_REASONS)
        for chosen, span in ((usual, "month"), (~usual, "week")):
            self._write(world, summed.take(chosen), f"Sum of the {span}'s daily picks")

    def _write(self, world: World, rows: SmallLosses, notes: list[str] | str) -> None:
        table = "health_mortalityrecord"
        world.output.insert(
            table,
            len(rows),
            id=world.ids.take(table, len(rows)),
            event_date=at(0, 16, 30) + rows.day * at(1, 0) + rows.container % 40 * MINUTE_US,
            count=rows.count,
            notes=notes,
            batch_id=rows.batch,
            container_id=rows.container,
            reason_id=rows.reason,
        )

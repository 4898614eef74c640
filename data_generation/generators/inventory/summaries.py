"""Feeding summaries: feed, growth and feed conversion of containers and batches, as the farm knows.

A row for each calendar week, a shorter one where a stay begins or ends, and one for the whole stay
in a container or the whole life stage of a batch, if that is longer than a week.

Weights are those of the farm's books: what the fish were counted and weighed at when they came,
carried forward with their growth, and drawn towards each growth sample. So feed conversion of a
week scatters as that of real weeks does, and that of a stay hardly. Growth is what was gained,
whatever came or died meanwhile: end - start - came + died.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.dates import at
from data_generation.generators.core.draws import whole
from data_generation.generators.core.output import NULL
from data_generation.generators.core.world import Arrays, Ints, World

SAMPLE_WEIGHT_PERCENT = 15
"""How far a sample of 40-80 fish, itself right to 3 %, pulls the weight in the books. Assumption:
a farmer trusts feed tables and the sum of all samples more than any one."""

CONFIDENCE = ("VERY_HIGH", "HIGH", "MEDIUM", "LOW")
CONFIDENCE_DAYS = (7, 14, 28)
"""Days since the last weighing up to which confidence is very high, high, medium: one, two and four
sampling intervals."""

HIGHEST_FCR = 10_000
"""In thousandths. Above it growth was too little to divide by, and no figure is given."""

SUNDAY = 3
"""Day number modulo 7; 1970-01-01 was a Thursday."""

_WEEK_DAYS = 7
_PPM = 1_000_000
_UG_PER_G = 1_000_000

_SPAN = ("since", "start_g", "feed_u", "growth_g", "dead_g", "biomass_g", "fed_days", "containers")
_SPANS = tuple(f"{span}_{name}" for span in ("week", "stay") for name in _SPAN)
FIELDS = ("id", "batch", "count", "error_ppm", "mass_ug", "weighed_day", *_SPANS)
"""Of a container: key of the assignment and its batch, fish last night, error of the weight in the
books, biomass by them last night, when last weighed; then for the week and the stay: first day,
biomass at its start, feed in units of 10 g, growth, biomass that died, sum of the evenings'
biomass, days with feed, containers."""
BATCH_FIELDS = ("id", "stage", "mass_ug", *_SPANS)

_ID, _BATCH, _COUNT, _ERROR, _MASS, _WEIGHED = range(6)
_B_STAGE, _B_MASS = 1, 2
_SINCE, _START, _FEED, _GROWTH, _DEAD, _BIOMASS, _DAYS, _CONTAINERS = range(8)
_WEEK, _STAY = 0, len(_SPAN)
_ROW_SPANS, _BATCH_SPANS = 6, 3


class FeedSummaries:
    """Keeps the books and writes them out by week and stay."""

    name = "feed_summary"

    def __init__(self) -> None:
        """No containers, no batches."""
        self._rows: Ints = np.zeros((0, len(FIELDS)), dtype=np.int64)
        self._batches: Ints = np.zeros((0, len(BATCH_FIELDS)), dtype=np.int64)

    def advance(self, world: World) -> None:
        """Close what ended this morning, book the day, close what ends tonight."""
        day = world.today.day
        here = np.flatnonzero(world.fish.stage > 0)
        if len(here) or len(self._rows):
            self._end_batches(world, here)
            if not np.array_equal(self._rows[:, _ID], world.fish.id[here]):
                self._end_containers(world, here)
                self._open(world, here)
            if len(here):
                self._book(world, here)
                self._end_the_dead(world, here)
            if day % 7 == SUNDAY:
                self._end_week(world)

    def _end_batches(self, world: World, here: Ints) -> None:
        """Close last night's books of batches that are gone or have come to their next stage."""
        if not len(self._batches):
            return
        end = world.today.day - 1
        gone = ~np.isin(self._batches[:, _ID], world.fish.batch[here])
        stage_of = {batch.id: batch.stage for batch in world.batches}
        stages = np.array([stage_of.get(b, -1) for b in self._batches[:, _ID].tolist()])
        next_stage = ~gone & (stages != self._batches[:, _B_STAGE])
        if not (gone | next_stage).any():
            return
        self._write_batches(world, self._batches[gone], _WEEK, end)
        self._write_batches(world, self._batches[gone | next_stage], _STAY, end)
        rows = self._batches[next_stage]
        rows[:, _B_STAGE] = stages[next_stage]
        stays = self._rows[np.isin(self._rows[:, _ID], world.fish.id[here]), _BATCH]
        live = (stays[None, :] == rows[:, _ID, None]).sum(axis=1)
        _restart(rows, _BATCH_SPANS + _STAY, end + 1, rows[:, _B_MASS], live)
        self._batches[next_stage] = rows
        self._batches = self._batches[~gone]

    def _end_containers(self, world: World, here: Ints) -> None:
        gone = ~np.isin(self._rows[:, _ID], world.fish.id[here])
        if gone.any():
            self._close(world, self._rows[gone], world.today.day - 1)
            self._rows = self._rows[~gone]

    def _close(self, world: World, rows: Ints, end: int) -> None:
        """Write the last days and the whole stay of containers."""
        for span in (_WEEK, _STAY):
            self._write_rows(world, rows, span, end)

    def _open(self, world: World, here: Ints) -> None:
        """Begin the books of containers and batches that have come today."""
        fish, day = world.fish, world.today.day
        new = here[~np.isin(fish.id[here], self._rows[:, _ID])]
        if not len(new):
            return
        rows = np.zeros((len(new), len(FIELDS)), dtype=np.int64)
        rows[:, _ID], rows[:, _BATCH] = fish.id[new], fish.batch[new]
        rows[:, _WEIGHED] = NULL
        came = fish.count[new] + world.today.dead[new]
        mass = came * (fish.weight_ug[new] - world.today.grown_ug[new])
        for span in (_WEEK, _STAY):
            _restart(rows, _ROW_SPANS + span, day, mass, 1)
        rows[:, _COUNT] = came
        self._rows = np.concatenate([self._rows, rows])
        batches, row, count = np.unique(fish.batch[new], return_inverse=True, return_counts=True)
        unknown = ~np.isin(batches, self._batches[:, _ID])
        opened = np.zeros((int(unknown.sum()), len(BATCH_FIELDS)), dtype=np.int64)
        opened[:, _ID] = batches[unknown]
        stage_of = {batch.id: batch.stage for batch in world.batches}
        opened[:, _B_STAGE] = [stage_of[b] for b in opened[:, _ID].tolist()]
        total = np.zeros(len(batches), dtype=np.int64)
        np.add.at(total, row, mass)
        for span in (_WEEK, _STAY):
            _restart(opened, _BATCH_SPANS + span, day, total[unknown], 0)
        self._batches = np.concatenate([self._batches, opened])
        self._batches = self._batches[np.argsort(self._batches[:, _ID])]
        at_row = np.searchsorted(self._batches[:, _ID], batches)
        for span in (_WEEK, _STAY):
            self._batches[at_row, _BATCH_SPANS + span + _CONTAINERS] += count

    def _book(self, world: World, here: Ints) -> None:
        """Add the day to all spans."""
        fish, today, rows = world.fish, world.today, self._rows
        dead = world.today.dead[here]
        weight, count = fish.weight_ug[here], fish.count[here]
        before = count + dead
        # Fish that came today were weighed: what was wrong about the others is thinned out.
        rows[:, _ERROR] = rows[:, _ERROR] * rows[:, _COUNT] // np.maximum(before, 1)
        morning = _in_books(weight - today.grown_ug[here], rows[:, _ERROR])
        self._heed_samples(world, here)
        evening = _in_books(weight, rows[:, _ERROR])
        rows[:, _COUNT], rows[:, _MASS] = count, count * evening
        growth_g = before * (evening - morning) // _UG_PER_G
        dead_g = dead * evening // _UG_PER_G
        fed_u = today.fed_u[here]
        mass_g = rows[:, _MASS] // _UG_PER_G
        day_values = ((_FEED, fed_u), (_GROWTH, growth_g), (_DEAD, dead_g), (_BIOMASS, mass_g))
        of_batch = np.searchsorted(self._batches[:, _ID], rows[:, _BATCH])
        totals = np.zeros((len(self._batches), len(BATCH_FIELDS)), dtype=np.int64)
        self._batches[:, _B_MASS] = 0
        np.add.at(self._batches[:, _B_MASS], of_batch, rows[:, _MASS])
        for span in (_WEEK, _STAY):
            for column, values in day_values:
                rows[:, _ROW_SPANS + span + column] += values
                np.add.at(totals[:, _BATCH_SPANS + span + column], of_batch, values)
            rows[:, _ROW_SPANS + span + _DAYS] += fed_u > 0
            totals[:, _BATCH_SPANS + span + _DAYS] = totals[:, _BATCH_SPANS + _FEED] > 0
        self._batches += totals

    def _heed_samples(self, world: World, here: Ints) -> None:
        rows = self._rows
        for positions, found_ug in world.today.samples:
            at_row = np.searchsorted(here, positions)
            true_ug = np.maximum(world.fish.weight_ug[positions], 1)
            error = (found_ug - true_ug) * _PPM // true_ug
            known = rows[at_row, _ERROR]
            rows[at_row, _ERROR] = known + (error - known) * SAMPLE_WEIGHT_PERCENT // 100
            rows[at_row, _WEIGHED] = world.today.day

    def _end_the_dead(self, world: World, here: Ints) -> None:
        """Close containers in which no fish is left, and batches without any other."""
        alive = world.fish.count[here] > 0
        if alive.all():
            return
        day = world.today.day
        gone = ~np.isin(self._batches[:, _ID], self._rows[alive, _BATCH])
        for span in (_WEEK, _STAY):
            self._write_batches(world, self._batches[gone], span, day)
        self._batches = self._batches[~gone]
        self._close(world, self._rows[~alive], day)
        self._rows = self._rows[alive]

    def _end_week(self, world: World) -> None:
        rows, batches, day = self._rows, self._batches, world.today.day
        self._write_rows(world, rows, _WEEK, day)
        self._write_batches(world, batches, _WEEK, day)
        _restart(rows, _ROW_SPANS + _WEEK, day + 1, rows[:, _MASS], 1)
        live = np.bincount(
            np.searchsorted(batches[:, _ID], rows[:, _BATCH]), minlength=len(batches)
        )
        _restart(batches, _BATCH_SPANS + _WEEK, day + 1, batches[:, _B_MASS], live)

    def _write_rows(self, world: World, rows: Ints, span: int, end: int) -> None:
        first = _ROW_SPANS + span
        rows = rows[_worth_a_row(rows, first, span, end)]
        if not len(rows):
            return
        since, growth = rows[:, first], rows[:, first + _GROWTH]
        table, moment = "inventory_containerfeedingsummary", at(world.today.day, 23, 40)
        measured = rows[:, _WEIGHED] >= since - 1
        world.output.insert(
            table,
            len(rows),
            id=world.ids.take(table, len(rows)),
            period_start=since,
            period_end=end,
            total_feed_kg=rows[:, first + _FEED],
            starting_biomass_kg=_centikg(rows[:, first + _START]),
            ending_biomass_kg=_centikg(rows[:, _MASS] // _UG_PER_G),
            growth_kg=_centikg(growth),
            fcr=feed_conversion(rows[:, first + _FEED], growth),
            confidence_level=_names(CONFIDENCE, _confidence(self._unweighed_days(rows, end))),
            estimation_method=_names(("INTERPOLATED", "MEASURED"), measured.astype(np.int64)),
            data_points=rows[:, first + _DAYS],
            batch_id=rows[:, _BATCH],
            container_assignment_id=rows[:, _ID],
            created_at=moment,
            updated_at=moment,
        )

    def _unweighed_days(self, rows: Ints, end: int) -> Ints:
        """Days since fish were last weighed; when they came, their weight was known from before,
        but no better than a month's guess.
        """
        arrived = rows[:, _ROW_SPANS + _STAY] - CONFIDENCE_DAYS[1]
        return end - np.where(rows[:, _WEIGHED] == NULL, arrived, rows[:, _WEIGHED])

    def _write_batches(self, world: World, batches: Ints, span: int, end: int) -> None:
        first = _BATCH_SPANS + span
        batches = batches[_worth_a_row(batches, first, span, end)]
        if not len(batches):
            return
        since, feed_u = batches[:, first], batches[:, first + _FEED]
        growth, biomass = batches[:, first + _GROWTH], batches[:, first + _BIOMASS]
        gain = growth - batches[:, first + _DEAD]
        method, confidence = self._quality(batches[:, _ID], since, end)
        table, moment = "inventory_batchfeedingsummary", at(world.today.day, 23, 41)
        world.output.insert(
            table,
            len(batches),
            id=world.ids.take(table, len(batches)),
            period_start=since,
            period_end=end,
            total_feed_kg=feed_u,
            average_feeding_percentage=np.minimum(
                whole(feed_u * 10 * 1e4 / np.maximum(biomass, 1)), 10_000
            ),
            batch_id=batches[:, _ID],
            total_feed_consumed_kg=feed_u,
            total_biomass_gain_kg=_centikg(gain),
            fcr=feed_conversion(feed_u, gain),
            estimation_method=_names(("INTERPOLATED", "MIXED", "MEASURED"), method),
            container_count=batches[:, first + _CONTAINERS],
            overall_confidence_level=_names(CONFIDENCE, confidence),
            total_ending_biomass_kg=_centikg(batches[:, _B_MASS] // _UG_PER_G),
            total_growth_kg=_centikg(growth),
            total_starting_biomass_kg=_centikg(batches[:, first + _START]),
            weighted_avg_fcr=feed_conversion(feed_u, growth),
            average_biomass_kg=_centikg(biomass // (end - since + 1)),
            created_at=moment,
            updated_at=moment,
        )

    def _quality(self, batches: Ints, since: Ints, end: int) -> tuple[Ints, Ints]:
        """Method (0 to 2) and confidence of batches, from their containers of last night."""
        method = np.zeros(len(batches), dtype=np.int64)
        days = np.zeros(len(batches), dtype=np.int64)
        for i, (batch, first) in enumerate(zip(batches.tolist(), since.tolist(), strict=True)):
            rows = self._rows[self._rows[:, _BATCH] == batch]
            if not len(rows):
                continue
            measured = rows[:, _WEIGHED] >= first - 1
            method[i] = 2 if measured.all() else int(measured.any())
            days[i] = int(self._unweighed_days(rows, end).sum()) // len(rows)
        return method, _confidence(days)

    def snapshot(self) -> Arrays:
        """The books."""
        return {"rows": self._rows, "batches": self._batches}

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Take the books back."""
        self._rows = arrays["rows"].astype(np.int64)
        self._batches = arrays["batches"].astype(np.int64)


def feed_conversion(feed_u: Ints, growth_g: Ints) -> Ints:
    """Feed for each unit of growth in thousandths; NULL without feed or growth to speak of."""
    fcr = whole(feed_u * 10_000.0 / np.maximum(growth_g, 1))
    return np.where((feed_u > 0) & (growth_g > 0) & (fcr <= HIGHEST_FCR), fcr, NULL)


def _worth_a_row(rows: Ints, first: int, span: int, end: int) -> NDArray[np.bool_]:
    """Weeks but for a day of arrival alone, on which nobody is fed; stays of more than a week."""
    days = end - rows[:, first] + 1
    if span == _STAY:
        return np.asarray(days > _WEEK_DAYS)
    return np.asarray((days > 1) | ((days == 1) & (rows[:, first + _FEED] > 0)))


def _restart(rows: Ints, first: int, day: int, mass_ug: Ints, containers: Ints | int) -> None:
    rows[:, first : first + len(_SPAN)] = 0
    rows[:, first] = day
    rows[:, first + _START] = mass_ug // _UG_PER_G
    rows[:, first + _CONTAINERS] = containers


def _in_books(weight_ug: Ints, error_ppm: Ints) -> Ints:
    return weight_ug + weight_ug * error_ppm // _PPM


def _centikg(grams: Ints) -> Ints:
    return (grams + 5) // 10


def _confidence(days: Ints) -> Ints:
    return np.searchsorted(np.array(CONFIDENCE_DAYS), days, side="left").astype(np.int64)


def _names(names: tuple[str, ...], index: Ints) -> list[str]:
    return [names[i] for i in index.tolist()]

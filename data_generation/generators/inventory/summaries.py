"""Feeding summaries: feed, growth and feed conversion of containers and batches, as the farm knows.

A row for each calendar week, a shorter one where a stay begins or ends, and one for the whole stay
in a container or the whole life stage of a batch, if that is longer than a week.

Weights are those of the farm's books: what the fish were counted and weighed at when they came,
carried forward with their growth, and drawn towards each growth sample. So feed conversion of a
week scatters as that of real weeks does, and that of a stay hardly. Growth is what was gained,
whatever came or died meanwhile: end - start - came + died.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.dates import at
from data_generation.generators.core.declared.output import NULL
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import Ints, World
from data_generation.generators.inventory.state import (
    BatchBook,
    BatchStay,
    BatchWeek,
    ContainerBook,
    ContainerStay,
    ContainerWeek,
    Span,
)

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

Book = TypeVar("Book", ContainerBook, BatchBook)


@dataclass(frozen=True)
class _Books(Generic[Book]):
    """Books and the sums of their week and stay, row by row."""

    book: Book
    week: Span
    stay: Span

    @property
    def spans(self) -> tuple[Span, Span]:
        """The sums of the week and those of the stay."""
        return self.week, self.stay

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop the rows where `mask` is false."""
        for records in (self.book, *self.spans):
            records.keep(mask)

    def add(self, book: Book, span: Span) -> None:
        """Open books, whose week and stay begin alike."""
        self.book.add(book)
        for records in self.spans:
            records.values = np.concatenate([records.values, span.values], axis=1)

    def take(self, rows: Ints | NDArray[np.bool_]) -> "_Books[Book]":
        """A copy of some rows."""
        return _Books(self.book.take(rows), self.week.take(rows), self.stay.take(rows))

    def reorder(self, order: Ints) -> None:
        """Put the rows into another order."""
        for records in (self.book, *self.spans):
            records.reorder(order)


class FeedSummaries:
    """Keeps the books and writes them out by week and stay."""

    def __init__(self, world: World) -> None:
        of = world.of
        self._containers = _Books(of(ContainerBook), of(ContainerWeek), of(ContainerStay))
        self._batches = _Books(of(BatchBook), of(BatchWeek), of(BatchStay))

    def advance(self, world: World) -> None:
        """Close what ended this morning, book the day, close what ends tonight."""
        day = world.today.day
        here = np.flatnonzero(world.fish.stage > 0)
        known = self._containers.book
        if len(here) or len(known):
            self._end_batches(world, here)
            if not np.array_equal(known.id, world.fish.id[here]):
                self._end_containers(world, here)
                self._open(world, here)
            if len(here):
                self._book(world, here)
                self._end_the_dead(world, here)
            if day % 7 == SUNDAY:
                self._end_week(world)

    def _end_batches(self, world: World, here: Ints) -> None:
        """Close last night's books of batches that are gone or have come to their next stage."""
        batches = self._batches
        if not len(batches.book):
            return
        end = world.today.day - 1
        gone = ~np.isin(batches.book.id, world.fish.batch[here])
        stage_of = {batch.id: batch.stage for batch in world.batches}
        stages = np.array([stage_of.get(b, -1) for b in batches.book.id.tolist()])
        next_stage = ~gone & (stages != batches.book.stage)
        if not (gone | next_stage).any():
            return
        ended = batches.take(gone)
        self._write_batches(world, ended.book, ended.week, end)
        ended = batches.take(gone | next_stage)
        self._write_batches(world, ended.book, ended.stay, end)
        batches.book.stage[next_stage] = stages[next_stage]
        known = self._containers.book
        owners = known.batch[np.isin(known.id, world.fish.id[here])]
        ids = batches.book.id[next_stage]
        live = (owners[None, :] == ids[:, None]).sum(axis=1)
        _restart(batches.stay, next_stage, end + 1, batches.book.mass_ug[next_stage], live)
        batches.keep(~gone)

    def _end_containers(self, world: World, here: Ints) -> None:
        gone = ~np.isin(self._containers.book.id, world.fish.id[here])
        if gone.any():
            self._close(world, self._containers.take(gone), world.today.day - 1)
            self._containers.keep(~gone)

    def _close(self, world: World, ended: _Books[ContainerBook], end: int) -> None:
        """Write the last days and the whole stay of containers."""
        for span in ended.spans:
            self._write_containers(world, ended, span, end)

    def _open(self, world: World, here: Ints) -> None:
        """Begin the books of containers and batches that have come today."""
        fish, day = world.fish, world.today.day
        new = here[~np.isin(fish.id[here], self._containers.book.id)]
        if not len(new):
            return
        came = fish.count[new] + world.fish_today.dead[new]
        mass = came * (fish.weight_ug[new] - world.fish_today.grown_ug[new])
        book = ContainerBook.of(
            len(new),
            id=fish.id[new],
            batch=fish.batch[new],
            count=came,
            error_ppm=0,
            mass_ug=0,
            weighed_day=NULL,
        )
        self._containers.add(book, _begun(len(new), day, mass, 1))
        batches, row, count = np.unique(fish.batch[new], return_inverse=True, return_counts=True)
        known = self._batches
        unknown = ~np.isin(batches, known.book.id)
        stage_of = {batch.id: batch.stage for batch in world.batches}
        ids = batches[unknown]
        opened = BatchBook.of(
            len(ids), id=ids, stage=np.array([stage_of[b] for b in ids.tolist()]), mass_ug=0
        )
        total = np.zeros(len(batches), dtype=np.int64)
        np.add.at(total, row, mass)
        known.add(opened, _begun(len(ids), day, total[unknown], 0))
        known.reorder(np.argsort(known.book.id))
        at_row = np.searchsorted(known.book.id, batches)
        for span in known.spans:
            span.containers[at_row] += count

    def _book(self, world: World, here: Ints) -> None:
        """Add the day to all spans."""
        fish, of_fish, book = world.fish, world.fish_today, self._containers.book
        batches = self._batches
        dead = of_fish.dead[here]
        weight, count = fish.weight_ug[here], fish.count[here]
        before = count + dead
        # Fish that came today were weighed: what was wrong about the others is thinned out.
        book.error_ppm = book.error_ppm * book.count // np.maximum(before, 1)
        morning = _in_books(weight - of_fish.grown_ug[here], book.error_ppm)
        self._heed_samples(world, here)
        evening = _in_books(weight, book.error_ppm)
        book.count = count
        book.mass_ug = count * evening
        fed_u = of_fish.fed_u[here]
        of_batch = np.searchsorted(batches.book.id, book.batch)
        batches.book.mass_ug = 0
        np.add.at(batches.book.mass_ug, of_batch, book.mass_ug)
        today = Span(len(book))
        today.feed_u = fed_u
        today.growth_g = before * (evening - morning) // _UG_PER_G
        today.dead_g = dead * evening // _UG_PER_G
        today.biomass_g = book.mass_ug // _UG_PER_G
        of_batches = Span(len(batches.book))
        np.add.at(of_batches.values.T, of_batch, today.values.T)
        for records in (today, of_batches):
            records.fed_days = (records.feed_u > 0).astype(np.int64)
        for span in self._containers.spans:
            span.values += today.values
        for span in batches.spans:
            span.values += of_batches.values

    def _heed_samples(self, world: World, here: Ints) -> None:
        book = self._containers.book
        for sample in world.today.samples:
            at_row = np.searchsorted(here, sample.positions)
            true_ug = np.maximum(world.fish.weight_ug[sample.positions], 1)
            error = (sample.weight_ug - true_ug) * _PPM // true_ug
            known = book.error_ppm[at_row]
            book.error_ppm[at_row] = known + (error - known) * SAMPLE_WEIGHT_PERCENT // 100
            book.weighed_day[at_row] = world.today.day

    def _end_the_dead(self, world: World, here: Ints) -> None:
        """Close containers in which no fish is left, and batches without any other."""
        alive = world.fish.count[here] > 0
        if alive.all():
            return
        day, batches = world.today.day, self._batches
        gone = ~np.isin(batches.book.id, self._containers.book.batch[alive])
        ended = batches.take(gone)
        for span in ended.spans:
            self._write_batches(world, ended.book, span, day)
        batches.keep(~gone)
        self._close(world, self._containers.take(~alive), day)
        self._containers.keep(alive)

    def _end_week(self, world: World) -> None:
        containers, batches, day = self._containers, self._batches, world.today.day
        self._write_containers(world, containers, containers.week, day)
        self._write_batches(world, batches.book, batches.week, day)
        every = np.ones(len(containers.book), dtype=np.bool_)
        _restart(containers.week, every, day + 1, containers.book.mass_ug, 1)
        live = np.bincount(
            np.searchsorted(batches.book.id, containers.book.batch), minlength=len(batches.book)
        )
        every = np.ones(len(batches.book), dtype=np.bool_)
        _restart(batches.week, every, day + 1, batches.book.mass_ug, live)

    def _write_containers(
        self, world: World, books: _Books[ContainerBook], span: Span, end: int
    ) -> None:
        worth = _worth_a_row(span, end)
        book, sums, stay = books.book.take(worth), span.take(worth), books.stay.take(worth)
        if not len(book):
            return
        table, moment = "inventory_containerfeedingsummary", at(world.today.day, 23, 40)
        measured = book.weighed_day >= sums.since - 1
        world.output.insert(
            table,
            len(book),
            id=world.ids.take(table, len(book)),
            period_start=sums.since,
            period_end=end,
            total_feed_kg=sums.feed_u,
            starting_biomass_kg=_centikg(sums.start_g),
            ending_biomass_kg=_centikg(book.mass_ug // _UG_PER_G),
            growth_kg=_centikg(sums.growth_g),
            fcr=feed_conversion(sums.feed_u, sums.growth_g),
            confidence_level=_names(CONFIDENCE, _confidence(_unweighed_days(book, stay, end))),
            estimation_method=_names(("INTERPOLATED", "MEASURED"), measured.astype(np.int64)),
            data_points=sums.fed_days,
            batch_id=book.batch,
            container_assignment_id=book.id,
            created_at=moment,
            updated_at=moment,
        )

    def _write_batches(self, world: World, book: BatchBook, span: Span, end: int) -> None:
        worth = _worth_a_row(span, end)
        book, sums = book.take(worth), span.take(worth)
        if not len(book):
            return
        gain = sums.growth_g - sums.dead_g
        method, confidence = self._quality(book.id, sums.since, end)
        table, moment = "inventory_batchfeedingsummary", at(world.today.day, 23, 41)
        world.output.insert(
            table,
            len(book),
            id=world.ids.take(table, len(book)),
            period_start=sums.since,
            period_end=end,
            total_feed_kg=sums.feed_u,
            average_feeding_percentage=np.minimum(
                whole(sums.feed_u * 10 * 1e4 / np.maximum(sums.biomass_g, 1)), 10_000
            ),
            batch_id=book.id,
            total_feed_consumed_kg=sums.feed_u,
            total_biomass_gain_kg=_centikg(gain),
            fcr=feed_conversion(sums.feed_u, gain),
            estimation_method=_names(("INTERPOLATED", "MIXED", "MEASURED"), method),
            container_count=sums.containers,
            overall_confidence_level=_names(CONFIDENCE, confidence),
            total_ending_biomass_kg=_centikg(book.mass_ug // _UG_PER_G),
            total_growth_kg=_centikg(sums.growth_g),
            total_starting_biomass_kg=_centikg(sums.start_g),
            weighted_avg_fcr=feed_conversion(sums.feed_u, sums.growth_g),
            average_biomass_kg=_centikg(sums.biomass_g // (end - sums.since + 1)),
            created_at=moment,
            updated_at=moment,
        )

    def _quality(self, batches: Ints, since: Ints, end: int) -> tuple[Ints, Ints]:
        """Method (0 to 2) and confidence of batches, from their containers of last night."""
        method = np.zeros(len(batches), dtype=np.int64)
        days = np.zeros(len(batches), dtype=np.int64)
        known = self._containers
        for i, (batch, first) in enumerate(zip(batches.tolist(), since.tolist(), strict=True)):
            mine = known.book.batch == batch
            if not mine.any():
                continue
            book = known.book.take(mine)
            measured = book.weighed_day >= first - 1
            method[i] = 2 if measured.all() else int(measured.any())
            unweighed = _unweighed_days(book, known.stay.take(mine), end)
            days[i] = int(unweighed.sum()) // len(book)
        return method, _confidence(days)


def _unweighed_days(book: ContainerBook, stay: Span, end: int) -> Ints:
    """Days since fish were last weighed; when they came, their weight was known from before, but no
    better than a month's guess.
    """
    arrived = stay.since - CONFIDENCE_DAYS[1]
    return end - np.where(book.weighed_day == NULL, arrived, book.weighed_day)


def feed_conversion(feed_u: Ints, growth_g: Ints) -> Ints:
    """Feed for each unit of growth in thousandths; NULL without feed or growth to speak of."""
    fcr = whole(feed_u * 10_000.0 / np.maximum(growth_g, 1))
    return np.where((feed_u > 0) & (growth_g > 0) & (fcr <= HIGHEST_FCR), fcr, NULL)


def _worth_a_row(span: Span, end: int) -> NDArray[np.bool_]:
    """Weeks but for a day of arrival alone, on which nobody is fed; stays of more than a week."""
    days = end - span.since + 1
    if isinstance(span, ContainerStay | BatchStay):
        return np.asarray(days > _WEEK_DAYS)
    return np.asarray((days > 1) | ((days == 1) & (span.feed_u > 0)))


def _begun(rows: int, day: int, mass_ug: Ints, containers: Ints | int) -> Span:
    """Sums that begin on a day."""
    span = Span(rows)
    _restart(span, np.ones(rows, dtype=np.bool_), day, mass_ug, containers)
    return span


def _restart(
    span: Span, rows: NDArray[np.bool_], day: int, mass_ug: Ints, containers: Ints | int
) -> None:
    span.values[:, rows] = 0
    span.since[rows] = day
    span.start_g[rows] = mass_ug // _UG_PER_G
    span.containers[rows] = containers


def _in_books(weight_ug: Ints, error_ppm: Ints) -> Ints:
    return weight_ug + weight_ug * error_ppm // _PPM


def _centikg(grams: Ints) -> Ints:
    return (grams + 5) // 10


def _confidence(days: Ints) -> Ints:
    return np.searchsorted(np.array(CONFIDENCE_DAYS), days, side="left").astype(np.int64)


def _names(names: tuple[str, ...], index: Ints) -> list[str]:
    return [names[i] for i in index.tolist()]

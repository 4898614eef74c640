"""Where batches start and which place they get next: the farm's planner, and a single batch's plan.

A planner starts a batch only when an egg hall is free and a sea area will be, so that fish do not
outgrow their tanks.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.batch.itinerary import NOTICE_DAYS
from data_generation.generators.batch.state import Starts
from data_generation.generators.core.dates import to_date
from data_generation.generators.core.fish import Batch
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Place
from data_generation.generators.core.world import World

_LATEST_WAIT_DAYS = 15


@dataclass(frozen=True)
class Start:
    """A batch to be started today: its egg hall, the area it is to go to, and its numbers.

    `sequence` counts the country's batches of the year, `ordinal` those of the same day; `eggs` is
    None if they are to be drawn.
    """

    hall: Place
    area: int
    sequence: int
    ordinal: int
    eggs: int | None = None


class Planner(Protocol):
    """Decides when batches start and where they go."""

    def start(self, world: World, country: int) -> Start | None:
        """The batch to start today in a country, if any."""

    def started(self, world: World, batch: Batch) -> None:
        """Take note of a start."""

    def next_place(self, world: World, batch: Batch) -> tuple[Place, int] | None:
        """The place that a batch is given today for its next stage, and the day of the first fish
        there; None if it is too early, or nothing is free.
        """


def make_planner(world: World) -> Planner:
    """The farm's planner, or the plan of the only batch."""
    if world.itinerary is not None:
        return BatchPlan(world.itinerary)
    return FarmPlan(world)


class FarmPlan:
    """Starts batches all year round, as many as the farm takes."""

    def __init__(self, world: World) -> None:
        """Plan the first start of each country."""
        config = world.config.staggering
        self._scale = world.config.farm.scale
        countries = len(world.layout.countries)
        interval = self._interval(world, first_year=True)
        self._starts = world.of(Starts)
        self._starts.next_start = np.array(
            [
                world.first_day + config.first_start_day + round(interval * c / countries)
                for c in range(countries)
            ],
            dtype=np.int64,
        )

    def _interval(self, world: World, *, first_year: bool) -> float:
        config = world.config.staggering
        if first_year and config.first_year_batches:
            return 365.0 * len(world.layout.countries) / (config.first_year_batches * self._scale)
        return config.interval_days(self._scale)

    def start(self, world: World, country: int) -> Start | None:
        """A batch when the interval has passed, an egg hall is free, and an area will be."""
        config = world.config.staggering
        day, year = world.today.day, world.today.year
        most = config.max_live_batches * self._scale
        if day < self._starts.next_start[country] or len(world.batches) >= most:
            return None
        halls = [p for p in world.layout.halls(country, 0) if is_free(world, p)]
        area = plan_area(world, country)
        if not halls or area is None:
            return None
        hall = min(halls, key=lambda p: (world.occupancy.free_from[p.index], p.index))
        last_year, count = self._starts.year[country], int(self._starts.count[country])
        same_day = sum(1 for b in world.batches if b.country == country and b.start_day == day)
        return Start(hall, area, count + 1 if year == last_year else 1, same_day)

    def started(self, world: World, batch: Batch) -> None:
        """Plan the next start of the country."""
        config = world.config.staggering
        country, day = batch.country, world.today.day
        self._starts.year[country], self._starts.count[country] = batch.year, batch.sequence
        weight = config.month_weight[to_date(day).month - 1]
        first_year = day - world.first_day < 365
        base = self._interval(world, first_year=first_year)
        spread = 0.85 + 0.3 * float(world.draws.uniform("start interval", batch.key))
        season = 1.0 if first_year and config.first_year_batches else weight
        self._starts.next_start[country] = day + self._whole_days(
            world, batch, base * spread / season
        )

    def _whole_days(self, world: World, batch: Batch, days: float) -> int:
        """Days to the next start; large farms start several batches a day."""
        if self._scale == 1:
            return max(1, round(days))
        return int(days + float(world.draws.uniform("start day", batch.key)))

    def next_place(self, world: World, batch: Batch) -> tuple[Place, int] | None:
        """Look for a place some days before the stage ends."""
        config, day = world.config.staggering, world.today.day
        due = batch.stage_start + config.stage_days[batch.stage]
        if day < due - config.reserve_ahead_days:
            return None
        place = next_place(world, batch)
        return None if place is None else (place, max(due, day + NOTICE_DAYS))


class BatchPlan:
    """One batch, on its itinerary."""

    def __init__(self, itinerary: Itinerary) -> None:
        self._itinerary = itinerary

    def start(self, world: World, country: int) -> Start | None:
        """The batch, on its day."""
        plan = self._itinerary
        if country != plan.country or world.today.day != plan.start_day or world.batches:
            return None
        at_sea = plan.stay(ADULT)
        return Start(
            world.layout.places[plan.stays[0].place],
            -1 if at_sea is None else at_sea.place,
            plan.sequence,
            plan.ordinal,
            plan.eggs,
        )

    def started(self, world: World, batch: Batch) -> None:
        """There is no other batch."""

    def next_place(self, world: World, batch: Batch) -> tuple[Place, int] | None:
        """The next stay, some days before it begins."""
        stay = self._itinerary.stay(batch.stage + 1)
        ahead = world.config.staggering.reserve_ahead_days
        if stay is None or world.today.day < stay.arrive - ahead:
            return None
        return world.layout.places[stay.place], stay.arrive


def is_free(world: World, place: Place, ahead_days: int = 0) -> bool:
    """Whether no batch has the place and it will have rested by then."""
    rested = int(world.occupancy.free_from[place.index]) <= world.today.day + ahead_days
    return rested and int(world.occupancy.taken_by[place.index]) == 0


def plan_area(world: World, country: int) -> int | None:
    """The sea area that frees first, if it frees in time for a batch that starts today."""
    config = world.config.staggering
    needed = world.today.day + sum(config.stage_days) + _LATEST_WAIT_DAYS
    free = {p.index: _free_by(world, p) for p in world.layout.halls(country, ADULT)}
    best = min(free, key=lambda index: (free[index], index))
    return best if free[best] <= needed else None


def _free_by(world: World, area: Place) -> int:
    """When an area will have been harvested and rested after all who are to come there."""
    config, day = world.config.staggering, world.today.day
    country = world.layout.countries[area.country].batch
    rest = country.fallow_days + 1
    stay = config.transfer_days + country.sea_plan_days + world.config.harvest.days_max
    free = int(world.occupancy.free_from[area.index])
    for batch in world.batches:
        if batch.area != area.index:
            continue
        if batch.stage == ADULT:
            free = max(batch.sea_start + stay, day) + rest
        else:
            due = batch.stage_start + sum(config.stage_days[batch.stage :])
            free = max(due, free, day) + stay + rest
    return free


def next_place(world: World, batch: Batch) -> Place | None:
    """The reserved area, or a hall: of the same station if one is free."""
    places = world.layout.places
    stage = batch.stage + 1
    free = [p for p in world.layout.halls(batch.country, stage) if is_free(world, p, NOTICE_DAYS)]
    if stage == ADULT:
        if is_free(world, places[batch.area], NOTICE_DAYS):
            return places[batch.area]
        return _swap_area(world, batch, free)
    station = places[batch.place].station
    return min(
        free,
        key=lambda p: (p.station != station, world.occupancy.free_from[p.index], p.index),
        default=None,
    )


def _swap_area(world: World, batch: Batch, free: list[Place]) -> Place | None:
    """Another area for a batch whose own is late: one that nobody waits for, or a younger's.

    Who gives up an area gets the late one, so that the oldest fish go first.
    """
    waiting = {b.area: b for b in world.batches if b.stage < ADULT and not b.moving}
    younger = [
        p for p in free if p.index not in waiting or waiting[p.index].start_day > batch.start_day
    ]
    if not younger:
        return None
    place = min(younger, key=lambda p: (p.index in waiting, p.index))
    if place.index in waiting:
        waiting[place.index].area = batch.area
    return place

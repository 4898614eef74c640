"""Which hall or sea area a batch gets, and whether one will be free in time for new eggs."""

from data_generation.config.models import ADULT
from data_generation.generators.farm import Place
from data_generation.generators.population import Batch
from data_generation.generators.world import World

_LATEST_WAIT_DAYS = 15
NOTICE_DAYS = 5
"""Days between the choice of a place and the first fish there: feed must be ordered."""


def is_free(world: World, place: Place, ahead_days: int = 0) -> bool:
    """Whether no batch has the place and it will have rested by then."""
    rested = int(world.place_free_from[place.index]) <= world.today.day + ahead_days
    return rested and int(world.place_taken_by[place.index]) == 0


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
    climate = world.layout.countries[area.country]
    rest = config.fallow_days[climate] + 1
    stay = config.transfer_days + config.sea_plan_days[climate] + world.config.harvest.days_max
    free = int(world.place_free_from[area.index])
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
        key=lambda p: (p.station != station, world.place_free_from[p.index], p.index),
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

"""One batch by itself: which halls and which berth at sea it gets, and when.

The farm's planner decides from day to day. A batch that is generated alone must know its places
beforehand, because other batches, generated before it or beside it, may want them too. Its plan is
a pure function of the wish and of the days on which containers are taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from data_generation.config.models import Config
from data_generation.config.types import ADULT, STAGES
from data_generation.errors import Refused
from data_generation.generators.core.dates import to_date
from data_generation.generators.core.itinerary import Stay
from data_generation.generators.core.layout import HALL_LETTERS, Layout, Place

NOTICE_DAYS = 5
"""Days between the choice of a place and the first fish there: feed must be ordered."""
FOR_GOOD = 10**6
"""The last day of a stay that may not end: a batch that is alive at its end keeps its place."""
LONGEST_WAIT_DAYS = 30
"""A batch may stay in a hall so much longer than planned; then its fish would outgrow it."""

Taken = Mapping[int, Sequence[tuple[int, int]]]
"""First and last days on which a container (by its run-local key) is taken, rest included."""


@dataclass(frozen=True)
class Stand:
    """A point in a batch's life: days since the one on which it came into a stage.

    A batch comes into a stage when the first of its fish do: the move takes some days more.
    """

    stage: int
    days: int

    def age_days(self, config: Config) -> int:
        """Days since the eggs, where the batch never waits for a place."""
        return sum(config.staggering.stage_days[: self.stage]) + self.days

    def most_days(self, config: Config) -> int | None:
        """The most days that a batch stands in the stage: on the next it moves on.

        None at sea, where its weight decides.
        """
        if self.stage == ADULT:
            return None
        return config.staggering.stage_days[self.stage] - 1


@dataclass(frozen=True)
class Wish:
    """What is asked for; `station` and `area` are names, None for any.

    A batch that is to stand somewhere on its last day waits for no place: it would come late.
    """

    country: int
    start_day: int
    days: int
    eggs: int
    station: str | None = None
    area: str | None = None
    stand: Stand | None = None

    @property
    def longest_wait_days(self) -> int:
        """How much longer than planned the batch may stay in a hall."""
        return LONGEST_WAIT_DAYS if self.stand is None else 0


def plan_stays(config: Config, layout: Layout, wish: Wish, taken: Taken) -> tuple[Stay, ...]:
    """The stays of a batch: the plan with the shortest waits, then the fewest changes of station.

    Raises `Refused` naming the stage for which no place is free.
    """
    best: tuple[tuple[int, int, int], tuple[Stay, ...]] | None = None
    failed = 0
    for hall in layout.halls(wish.country, 0):
        if wish.station not in (None, hall.site.name):
            continue
        found = _plan_from(config, layout, wish, taken, hall)
        if isinstance(found, int):
            failed = max(failed, found)
            continue
        waited, stays = found
        places = [layout.places[stay.place] for stay in stays if stay.place < layout.hall_count]
        changes = sum(a.station != b.station for a, b in pairwise(places))
        rank = (waited, changes, hall.index)
        if best is None or rank < best[0]:
            best = rank, stays
    if best is None:
        raise _refusal(layout, wish, failed)
    return best[1]


def _plan_from(
    config: Config, layout: Layout, wish: Wish, taken: Taken, hall: Place
) -> tuple[int, tuple[Stay, ...]] | int:
    """Days waited and stays of a plan that begins in one hall, or the stage that has no place."""
    end = wish.start_day + wish.days
    stays: list[Stay] = []
    due, waited = wish.start_day, 0
    for stage in range(ADULT + 1):
        if due >= end:
            break
        best: tuple[int, bool, bool, int] | None = None
        when = range(due, due + wish.longest_wait_days + 1)
        for place in _candidates(layout, wish, hall, stage):
            arrive = _first_free(config, layout, place, when, end, taken, stays)
            if arrive is None:
                continue
            shared = place.at_sea and _area_taken(layout, place, arrive, end, taken)
            rank = (arrive, place.station != hall.station and stage < ADULT, shared, place.index)
            if best is None or rank < best:
                best = rank
        if best is None:
            return stage
        arrive, place = best[0], layout.places[best[3]]
        if arrive >= end:
            # It stays where it is, and nobody knows for how long.
            if not _free(layout.places[stays[-1].place], stays[-1].arrive, FOR_GOOD, taken):
                return stage
            stays[-1] = replace(stays[-1], until=FOR_GOOD)
            break
        waited += arrive - due
        if stays:
            stays[-1] = replace(stays[-1], until=_leave(config, layout, stays[-1], arrive, end))
        stays.append(Stay(place.index, arrive, _until(config, layout, place, arrive, end)))
        if stage < ADULT:
            due = arrive + config.staggering.stage_days[stage]
    return waited, tuple(stays)


def _candidates(layout: Layout, wish: Wish, hall: Place, stage: int) -> list[Place]:
    if stage == 0:
        return [hall]
    places = layout.halls(wish.country, stage)
    name = wish.area if stage == ADULT else wish.station
    return [p for p in places if name is None or p.site.name == name]


def _first_free(
    config: Config,
    layout: Layout,
    place: Place,
    when: range,
    end: int,
    taken: Taken,
    before: Sequence[Stay],
) -> int | None:
    """The first of the days `when` from which the place can be had to the end of the stay.

    The place before must be free until the batch has left it. Eggs come on the first day only.
    """
    if not before:
        due = when.start
        until = _until(config, layout, place, due, end)
        return due if _free(place, due, until, taken) else None
    old = before[-1]
    for arrive in when:
        left = _leave(config, layout, old, arrive, end)
        if left > old.until and not _free(layout.places[old.place], old.arrive, left, taken):
            return None
        until = _until(config, layout, place, arrive, end)
        if _free(place, arrive - NOTICE_DAYS, until, taken):
            return arrive
    return None


def _free(place: Place, first: int, last: int, taken: Taken) -> bool:
    return not any(
        a <= last and b >= first for key in place.containers for a, b in taken.get(key, ())
    )


def _until(config: Config, layout: Layout, place: Place, arrive: int, end: int) -> int:
    """The last day on which a place is kept if the batch goes on from it in time.

    Where its time ends before, it stays there for good.
    """
    if place.at_sea:
        return FOR_GOOD
    due = arrive + config.staggering.stage_days[place.stage]
    if due >= end:
        return FOR_GOOD
    return _leave(config, layout, Stay(place.index, arrive, arrive), due, end)


def _leave(config: Config, layout: Layout, stay: Stay, next_arrival: int, end: int) -> int:
    """The last day on which a hall is kept whose fish go on from a day on.

    Where the batch's time ends during the move, the fish that are left in the hall stay for good.
    """
    hall, days = layout.places[stay.place], config.staggering.transfer_days
    containers = hall.config.containers_per_batch
    last_move = next_arrival + (containers - 1) * days // max(containers, days)
    if last_move >= end:
        return FOR_GOOD
    return next_arrival + days + rest_days(config, layout, hall)


def rest_days(config: Config, layout: Layout, place: Place) -> int:
    """Days for which nobody may have a place after a batch: grace in a hall, fallow at sea."""
    if place.at_sea:
        return layout.countries[place.country].batch.fallow_days + 1
    return config.staggering.hall_grace_days_max


def _area_taken(layout: Layout, berth: Place, arrive: int, end: int, taken: Taken) -> bool:
    """Whether another berth of the area has fish meanwhile."""
    return any(
        first < end and last >= arrive
        for other in layout.places
        if other.water == berth.water and other.index != berth.index
        for key in other.containers
        for first, last in taken.get(key, ())
    )


def _refusal(layout: Layout, wish: Wish, stage: int) -> Refused:
    name = layout.countries[wish.country].name
    at_sea = stage == ADULT
    kind = "sea area" if at_sea else f"Hall {HALL_LETTERS[stage]}"
    other = "--start-date" if wish.stand is None else "--until"
    larger = "farm.areas_per_country" if at_sea else "farm.stations_per_country"
    return Refused(
        f"No {kind} is free in {(wish.area if at_sea else wish.station) or name} when a batch of "
        f"{to_date(wish.start_day)} needs it (stage {STAGES[stage]}); a batch that is alive keeps "
        "its place.",
        f"Take another {other} or --geography, a larger farm (--set {larger}=N, also for "
        "bootstrap_infrastructure), or clear old batches: runscript cleanup_batch_data.",
    )


def with_opening(stays: Sequence[Stay], places: frozenset[int]) -> tuple[Stay, ...]:
    """The stays, marked where the place's opening stock is still to come."""
    return tuple(replace(stay, opening=stay.place in places) for stay in stays)

"""Temperature, oxygen and salinity by site, from one container of each batch at each place.

A container's readings of one parameter lie side by side in an index, so that a site's ten years are
some thousands of neighbouring rows, however many tens of millions there are.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from data_generation.months import next_month
from data_generation.reporting.facts import Facts, Reader
from data_generation.reporting.rows import PlaceRow, SiteEventRow, StayRow

TEMPERATURE, OXYGEN, SALINITY = "Temperature", "Dissolved Oxygen", "Salinity"
PARAMETERS: Final = (TEMPERATURE, OXYGEN, SALINITY)
_FEW_AREAS = 6
_HALLS_A_COUNTRY = 4
_SAMPLED_MONTHS = 4


@dataclass(frozen=True)
class Point:
    """A stretch of time at a place."""

    day: date
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class SiteYear:
    """A year of one sea area day by day, with what befell it."""

    place: PlaceRow
    year: int
    series: dict[str, list[Point]]
    events: list[SiteEventRow]


@dataclass(frozen=True)
class WaterSeries:
    """What sensors said: series by parameter and place, and one year of one area."""

    series: dict[str, dict[PlaceRow, list[Point]]]
    year: SiteYear | None


@dataclass(frozen=True)
class SampledMonth:
    """Readings of one month, counted, beside what was noted when they were written."""

    month: date
    counted: int
    noted: int | None
    untied: int
    outside_limits: int


def read_water(reader: Reader, facts: Facts) -> WaterSeries:
    """Weekly means of sea areas, monthly ones where there are many; some halls beside them."""
    keys = {name: key for name, key, _ in reader.rows("water", "parameters")}
    areas = _stays_by_place(facts, sea=True)
    halls = _some_halls(_stays_by_place(facts, sea=False))
    stretch = "week" if len(areas) <= _FEW_AREAS else "month"
    series = {}
    for name in PARAMETERS:
        if name not in keys:
            continue
        places = areas if name == SALINITY else {**areas, **halls}
        series[name] = _read(reader, facts, places, keys[name], stretch)
    return WaterSeries(series, _year(reader, facts, areas, keys))


def _stays_by_place(facts: Facts, *, sea: bool) -> dict[PlaceRow, list[StayRow]]:
    """Of each batch at each place the stay that lasted longest, in the order of time."""
    end = facts.last_day

    def place_and_batch(stay: StayRow) -> tuple[int, int]:
        return stay.place, stay.batch

    def rank(stay: StayRow) -> tuple[int, int]:
        return -((stay.last_day or end) - stay.first_day).days, stay.id

    chosen: dict[PlaceRow, list[StayRow]] = {}
    stays = sorted((s for s in facts.stays if s.sea == sea), key=place_and_batch)
    for (key, _), group in groupby(stays, key=place_and_batch):
        place = facts.place(sea, key)
        if place is not None:
            chosen.setdefault(place, []).append(min(group, key=rank))
    return {place: sorted(found, key=lambda s: s.first_day) for place, found in chosen.items()}


def _some_halls(halls: dict[PlaceRow, list[StayRow]]) -> dict[PlaceRow, list[StayRow]]:
    """The halls of each country that were used most, a few."""
    some: dict[PlaceRow, list[StayRow]] = {}
    for country in sorted({place.geography for place in halls}):
        ours = [place for place in halls if place.geography == country]
        ours.sort(key=lambda place: (-len(halls[place]), place.id))
        some |= {place: halls[place] for place in ours[:_HALLS_A_COUNTRY]}
    return some


def _read(
    reader: Reader,
    facts: Facts,
    places: dict[PlaceRow, list[StayRow]],
    parameter: int,
    stretch: str,
    days: tuple[date, date] | None = None,
) -> dict[PlaceRow, list[Point]]:
    wanted = [(place, stay) for place, stays in places.items() for stay in stays]
    first, last = days or (date.min, date.max)
    wanted = [
        (place, stay)
        for place, stay in wanted
        if stay.first_day <= last and (stay.last_day or facts.last_day) >= first
    ]
    if not wanted:
        return {}
    found = reader.rows(
        "water",
        "readings",
        stays=[stay.id for _, stay in wanted],
        starts=[max(stay.first_day, first) for _, stay in wanted],
        ends=[min(stay.last_day or facts.last_day, last) for _, stay in wanted],
        parameter=parameter,
        stretch=stretch,
    )
    series: dict[PlaceRow, dict[date, Point]] = {}
    for number, day, mean, low, high, _ in found:
        place = wanted[number - 1][0]
        # Where two batches share a week, the later one's container speaks.
        series.setdefault(place, {})[day] = Point(day, mean, low, high)
    return {place: [points[day] for day in sorted(points)] for place, points in series.items()}


def _year(
    reader: Reader, facts: Facts, areas: dict[PlaceRow, list[StayRow]], keys: dict[str, int]
) -> SiteYear | None:
    """The area and year with the most kinds of events, and of those with the most events."""
    found = busiest(facts.site_events)
    place = None if found is None else facts.place(True, found[0])
    if found is None or place is None or place not in areas:
        return None
    year = found[1]
    days = (date(year, 1, 1), date(year, 12, 31))
    series = {
        name: _read(reader, facts, {place: areas[place]}, keys[name], "day", days).get(place, [])
        for name in PARAMETERS
        if name in keys
    }
    events = [e for e in facts.site_events if e.place == place.id and e.day.year == year]
    return SiteYear(place, year, series, events)


def busiest(events: Sequence[SiteEventRow]) -> tuple[int, int] | None:
    """Area and year with the most kinds of events, then the most events, then the first."""
    number = Counter((event.place, event.day.year) for event in events)
    kinds: dict[tuple[int, int], set[str]] = {}
    for event in events:
        kinds.setdefault((event.place, event.day.year), set()).add(event.description)
    if not number:
        return None
    return min(number, key=lambda key: (-len(kinds[key]), -number[key], key[1], key[0]))


def read_sampled_months(reader: Reader, facts: Facts) -> list[SampledMonth]:
    """Count the readings of some months, spread over the time, and say what was noted of them."""
    noted = {unit.first_day.replace(day=1): unit.readings for unit in facts.units if unit.done}
    months = sorted(noted) or month_starts(facts.first_day, facts.last_day)
    step = max(len(months) // _SAMPLED_MONTHS, 1)
    alone = all(run.kind == "years" for run in facts.runs)
    found = []
    for month in months[step - 1 :: step][:_SAMPLED_MONTHS]:
        due = noted.get(month) if alone else None
        found += [
            SampledMonth(month, counted, due, untied, outside)
            for counted, untied, outside in reader.rows(
                "water", "sampled_month", first_day=month, next_day=next_month(month)
            )
        ]
    return found


def month_starts(first: date, last: date) -> list[date]:
    """The first days of the months from one day's to another's."""
    months = [first.replace(day=1)]
    while next_month(months[-1]) <= last:
        months.append(next_month(months[-1]))
    return months

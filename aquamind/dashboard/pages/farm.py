"""The farm on one day: countries, sites, halls, and what swims in each container."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from django.urls import reverse

from aquamind.dashboard.limits import Limits, lice_limits
from aquamind.dashboard.queries import first_row, rows
from aquamind.dashboard.words import grams, number, tonnes

_PITCH: Final = 16
_MANY: Final = 24


@dataclass(frozen=True)
class Measure:
    """What colours the tiles: six classes, each from its bound up to the next."""

    key: str
    label: str
    unit: str
    bounds: tuple[float, ...]
    value: Callable[[Any, Any], float | None]

    def css(self, fish: Any, container: Any) -> str:
        """Class of a tile; empty where nothing was measured."""
        value = self.value(fish, container)
        if value is None:
            return "q-none"
        return f"q{sum(value >= bound for bound in self.bounds)}"

    def legend(self) -> list[tuple[str, str]]:
        """Class and words of each colour."""
        edges = [f"{bound:g}" for bound in self.bounds]
        between = [f"{low} to {high}" for low, high in pairwise(edges)]
        texts = [f"below {edges[0]}", *between, f"{edges[-1]} and more"]
        return [(f"q{n}", text) for n, text in enumerate(texts)]


def _share(fish: Any, container: Any) -> float | None:
    limit: float = container.max_biomass_kg
    return 100 * fish.biomass_kg / limit if limit else None


MEASURES: Final = {
    measure.key: measure
    for measure in (
        Measure("density", "Density", "% of the limit", (10, 25, 50, 75, 100), _share),
        Measure(
            "temperature", "Temperature", "°C", (4, 6, 8, 10, 12), lambda fish, _: fish.temperature
        ),
        Measure(
            "lice",
            "Lice",
            "adult females a fish",
            (0.05, 0.2, 0.5, 1.0, 2.0),
            lambda fish, _: fish.females,
        ),
    )
}


@dataclass(frozen=True)
class Tile:
    """One container on the map."""

    x: int
    y: int
    css: str
    tip: str
    href: str = ""
    ringed: bool = False


@dataclass
class Group:
    """A hall, or the cages of a sea area."""

    name: str
    is_sea: bool
    columns: int
    tiles: list[Tile] = field(default_factory=list)
    batches: dict[str, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Width of the view box."""
        return self.columns * _PITCH + 2

    @property
    def height(self) -> int:
        """Height of the view box."""
        return -(-len(self.tiles) // self.columns) * _PITCH + 2

    def add(
        self, container: Any, css: str, words: str, href: str = "", ringed: bool = False
    ) -> None:
        """The next container, row by row."""
        row, column = divmod(len(self.tiles), self.columns)
        x, y = column * _PITCH + 2, row * _PITCH + 2
        self.tiles.append(Tile(x, y, css, f"{container.name}\n{words}", href, ringed))

    @property
    def shown_width(self) -> int:
        """Width on the page: the five halls of a station fit beside each other."""
        return self.width if len(self.tiles) <= _MANY else round(0.6 * self.width)


@dataclass
class Site:
    """A station with its halls, or a sea area."""

    name: str
    is_sea: bool
    groups: list[Group] = field(default_factory=list)


@dataclass
class Country:
    """One country's sites, land first, and what they hold."""

    name: str
    lice_limit: float | None = None
    """Adult females a fish from which on a cage is ringed on this day; None if nobody knows."""
    sites: list[Site] = field(default_factory=list)
    fish: int = 0
    biomass_kg: float = 0.0

    @property
    def places(self) -> list[tuple[str, list[Site]]]:
        """Sites on land and at sea."""
        return [
            ("On land", [site for site in self.sites if not site.is_sea]),
            ("At sea", [site for site in self.sites if site.is_sea]),
        ]


@dataclass
class Holding:
    """A batch at one site on the day: a row of the table."""

    batch: str
    country: str
    site: str
    stage: str
    stage_css: str
    containers: int = 0
    fish: int = 0
    biomass_kg: float = 0.0
    volume_m3: float = 0.0
    temperatures: list[float] = field(default_factory=list)
    females: list[float] = field(default_factory=list)

    @property
    def weight(self) -> str:
        """Mean weight of a fish."""
        return grams(1000 * self.biomass_kg / self.fish) if self.fish else ""

    @property
    def density(self) -> float | None:
        """kg of fish in a cubic metre."""
        return self.biomass_kg / self.volume_m3 if self.volume_m3 else None

    @property
    def temperature(self) -> float | None:
        """Mean over the containers, °C."""
        return _mean(self.temperatures)

    @property
    def lice(self) -> float | None:
        """Adult females a fish, mean over the cages counted."""
        return _mean(self.females)


@dataclass(frozen=True)
class Farm:
    """What the template gets."""

    countries: list[Country]
    holdings: list[Holding]
    batches: int
    fish: int
    biomass_kg: float


def period() -> tuple[date, date] | None:
    """First and last day with fish; None for an empty database."""
    found = first_row("farm", "period")
    return (found.first, found.last) if found and found.first else None


def stages() -> list[tuple[str, str]]:
    """Class and name of each stage."""
    return [(_stage_css(row.position), row.name) for row in rows("farm", "stages")]


def farm_on(day: date, measure: Measure | None) -> Farm:
    """The farm at the end of `day`, coloured by `measure`, or by stage for None."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = rows(
        "farm",
        "occupied",
        day=midnight,
        since=midnight - timedelta(days=35),
        next_day=midnight + timedelta(days=1),
    )
    by_container = {row.container_id: row for row in found}
    countries: dict[str, Country] = {}
    holdings: dict[tuple[str, str, str], Holding] = {}
    # Parents of eggs are no batch: no assignment tells of them.
    alive = rows("broodstock", "alive", before=midnight + timedelta(days=1))
    parents = {row.container_id: row.fish for row in alive}
    limits = lice_limits()
    containers = rows("farm", "containers")
    sizes = Counter((container.hall_id, container.area_id) for container in containers)
    for container in containers:
        limit = _limit(limits, container.country, day)
        country = countries.setdefault(container.country, Country(container.country, limit))
        fish = by_container.get(container.id)
        group = _group_of(country, container, sizes)
        if fish is None and container.id in parents:
            group.add(container, "parents", f"{number(parents[container.id])} parent fish")
        elif fish is None:
            group.add(container, "empty", "empty")
        else:
            _place(group, container, fish, measure, limit)
        if fish is not None:
            country.fish += fish.fish
            country.biomass_kg += fish.biomass_kg
            _add(holdings, container, fish)
    return Farm(
        list(countries.values()),
        sorted(holdings.values(), key=lambda h: (h.country, h.batch, h.stage_css)),
        len({row.batch_number for row in found}),
        sum(row.fish for row in found),
        sum(row.biomass_kg for row in found),
    )


def _group_of(country: Country, container: Any, sizes: Counter[tuple[Any, Any]]) -> Group:
    """The hall or area of a container; containers come in the order of their places."""
    is_sea = container.area_id is not None
    name = container.hall or container.site
    site = country.sites[-1] if country.sites else None
    if site is None or (site.name, site.is_sea) != (container.site, is_sea):
        site = Site(container.site, is_sea)
        country.sites.append(site)
    if not site.groups or site.groups[-1].name != name:
        size = sizes[container.hall_id, container.area_id]
        columns = -(-size // 2) if size <= 20 else 10 if size <= 60 else 20
        site.groups.append(Group(name, is_sea, max(columns, 1)))
    return site.groups[-1]


def _limit(limits: Limits, country: str, day: date) -> float | None:
    return limits[country][day.month - 1] if country in limits else None


def _place(
    group: Group, container: Any, fish: Any, measure: Measure | None, limit: float | None
) -> None:
    css = _stage_css(fish.stage_order) if measure is None else measure.css(fish, container)
    ringed = limit is not None and fish.females is not None and fish.females >= limit
    # Made once for each hall: a large farm has a thousand tiles.
    page = group.batches.get(fish.batch_number)
    if page is None:
        page = reverse("dashboard:batch", args=[fish.batch_number])
        group.batches[fish.batch_number] = page
    href = f"{page}?assignment={fish.id}#cv"
    group.add(container, css, _tip(fish, container, limit if ringed else None), href, ringed)


def _tip(fish: Any, container: Any, passed: float | None) -> str:
    """What is told of a container with fish; `passed` is the limit of lice that it is above."""
    lines = [
        f"{fish.batch_number}, {fish.stage}, since {fish.assignment_date}",
        f"{number(fish.fish)} fish, {tonnes(fish.biomass_kg)}, mean {grams(fish.weight_g)}",
    ]
    if container.volume_m3:
        share = _share(fish, container)
        limit = "" if share is None else f" ({share:.0f} % of the limit)"
        lines.append(f"Density {fish.biomass_kg / container.volume_m3:.1f} kg/m³{limit}")
    if fish.temperature is not None:
        lines.append(f"Water {fish.temperature:.1f} °C")
    if fish.females is not None:
        limit = "" if passed is None else f", at or above the limit of {passed:g}"
        day = f"{fish.counted:%Y-%m-%d}"
        lines.append(f"Lice {fish.females:.2f} adult females a fish on {day}{limit}")
    return "\n".join(lines)


def _add(holdings: dict[tuple[str, str, str], Holding], container: Any, fish: Any) -> None:
    key = (fish.batch_number, container.site, fish.stage)
    holding = holdings.setdefault(
        key,
        Holding(
            fish.batch_number,
            container.country,
            container.site,
            fish.stage,
            _stage_css(fish.stage_order),
        ),
    )
    holding.containers += 1
    holding.fish += fish.fish
    holding.biomass_kg += fish.biomass_kg
    holding.volume_m3 += container.volume_m3
    holding.temperatures += [] if fish.temperature is None else [fish.temperature]
    holding.females += [] if fish.females is None else [fish.females]


def _stage_css(order: int) -> str:
    return f"stage-{min(max(order, 1), 6)}"


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None

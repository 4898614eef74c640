"""What the report is made of: sums by month, batch and place, read in one snapshot.

Rows come from the small tables and from one pass over each table of events; readings are sampled
(`water.py`). Kilograms are summed exactly in the database, so that the same data give the same
figures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from inspect import signature
from typing import Any, LiteralString, TypeVar

import psycopg

from data_generation.config.models import Config
from data_generation.named_sql import statement
from data_generation.reporting.rows import (
    Amount,
    Batch,
    Compliance,
    Conversion,
    Deaths,
    Delivery,
    Diagnosis,
    Faults,
    Feeding,
    Growth,
    Harvest,
    Lice,
    LiceAnswers,
    Place,
    Purchase,
    Reason,
    Run,
    Silos,
    SiteEvent,
    Sizes,
    Stay,
    Stock,
    Treatment,
    Unit,
)
from data_generation.validation.absent import passed_over
from data_generation.validation.scope import columns

Row = TypeVar("Row")

_STAY_OF_DEATH, _BY_BATCH = "batch_mortalityevent.assignment_id", "deaths_by_batch"
LICE_DAYS = 21
"""Days within which a treatment against lice is looked for around a count above the limit: two
weeks to the next count, and some to get a boat.
"""


@dataclass(frozen=True)
class Facts:
    """Everything that figures and pictures need, beside sampled readings and money."""

    runs: list[Run]
    units: list[Unit]
    rows_by_table: dict[str, int]
    sizes: Sizes
    places: list[Place]
    batches: list[Batch]
    stays: list[Stay]
    eggs: dict[int, int]
    egg_sources: dict[int, str]
    harvests: list[Harvest]
    revenue: dict[int, float]
    stock: list[Stock]
    deaths: list[Deaths]
    reasons: list[Reason]
    growth: list[Growth]
    diagnoses: list[Diagnosis]
    journal: list[tuple[date, str, int]]
    treatments: list[Treatment]
    lice: list[Lice]
    lice_answers: LiceAnswers
    compliance: Compliance
    site_events: list[SiteEvent]
    feeding: list[Feeding]
    deliveries: list[Delivery]
    purchases: list[Purchase]
    silos: Silos
    written_off: list[Amount]
    conversion: list[Conversion]
    faults: Faults
    lacking: dict[str, str]
    """Queries that need what is not in this database, each with what that is."""

    @cached_property
    def years_run(self) -> Run | None:
        """The run over years, if there is one."""
        return next((run for run in self.runs if run.kind == "years"), None)

    @cached_property
    def last_day(self) -> date:
        """The last day of which any data tell."""
        days = [d.last_day for d in self.deaths] + [f.last_day for f in self.feeding]
        days += [stay.first_day for stay in self.stays]
        days += [batch.start for batch in self.batches]
        days += [batch.end for batch in self.batches if batch.end is not None]
        return max(days)

    @cached_property
    def first_day(self) -> date:
        """The day on which the first batch began."""
        return min(batch.start for batch in self.batches)

    def place(self, sea: bool, key: int) -> Place | None:
        """A hall or an area by its key."""
        return self._by_key.get((sea, key))

    @cached_property
    def _by_key(self) -> dict[tuple[bool, int], Place]:
        return {(place.sea, place.id): place for place in self.places}

    @cached_property
    def geographies(self) -> list[str]:
        """Names of the countries that have places, in their order."""
        return sorted({place.geography for place in self.places})

    @cached_property
    def geography_of_batch(self) -> dict[int, str]:
        """The country in which each batch began."""
        found = dict[int, str]()
        for stay in self.stays:
            place = self.place(stay.sea, stay.place)
            if place is not None:
                found.setdefault(stay.batch, place.geography)
        return found


class Reader:
    """Runs named queries in one transaction and gives typed rows."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        """`cursor` is inside a snapshot."""
        self._cursor = cursor
        self.lacking: dict[str, str] = {}
        """Queries that need what is not in this database, each with what that is."""

    def has(self, column: str) -> bool:
        """Whether the database has a column, as table.column."""
        return column in columns(self._cursor)

    def rows(self, file: str, name: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query; none if it needs what the database lacks, which is noted."""
        query: LiteralString = statement(__package__ or "", file, name)
        reasons: list[str] = []
        found: list[tuple[Any, ...]] = []
        with passed_over(self._cursor.connection, reasons):
            found = self._cursor.execute(query, values).fetchall()
        self.lacking.update((name, why) for why in reasons)
        return found

    def all(self, row: Callable[..., Row], file: str, name: str, **values: Any) -> list[Row]:
        """The rows of a query, each of a type."""
        return [row(*found) for found in self.rows(file, name, **values)]

    def one(self, row: Callable[..., Row], file: str, name: str, **values: Any) -> Row:
        """The only row of a query; zeros if it needs what the database lacks."""
        found = self.rows(file, name, **values)
        if name in self.lacking:
            return row(*[0] * len(signature(row).parameters))
        return row(*found[0])


def read_facts(reader: Reader, config: Config) -> Facts:
    """Read everything; `config` knows the limits of lice."""
    runs = reader.all(Run, "run", "runs")
    years = next((run for run in runs if run.kind == "years"), None)
    limits = lice_limits(config)
    return Facts(
        runs=runs,
        units=[] if years is None else reader.all(Unit, "run", "units", run=years.id),
        rows_by_table=dict(reader.rows("run", "rows_by_table")),
        sizes=reader.one(Sizes, "farm", "sizes"),
        places=reader.all(Place, "farm", "places"),
        batches=reader.all(Batch, "farm", "batches"),
        stays=reader.all(Stay, "farm", "stays"),
        eggs=dict(reader.rows("farm", "eggs")),
        egg_sources={batch: source for source, batch in reader.rows("farm", "egg_sources")},
        harvests=reader.all(Harvest, "farm", "harvests"),
        revenue=dict(reader.rows("farm", "sales")),
        stock=reader.all(Stock, "fish", "stock"),
        deaths=reader.all(Deaths, "fish", "deaths" if reader.has(_STAY_OF_DEATH) else _BY_BATCH),
        reasons=reader.all(Reason, "fish", "reasons"),
        growth=reader.all(Growth, "fish", "growth"),
        diagnoses=reader.all(Diagnosis, "fish", "diagnoses"),
        journal=[(row[0], row[1], row[2]) for row in reader.rows("fish", "journal")],
        treatments=reader.all(Treatment, "fish", "treatments"),
        lice=reader.all(Lice, "fish", "lice"),
        lice_answers=reader.one(
            LiceAnswers,
            "fish",
            "lice_above_limit",
            geographies=[name for name in limits for _ in range(12)],
            months=[month for _ in limits for month in range(1, 13)],
            limits=[females for monthly in limits.values() for females in monthly],
            days=LICE_DAYS,
        ),
        compliance=reader.one(Compliance, "fish", "compliance"),
        site_events=reader.all(SiteEvent, "fish", "site_events"),
        feeding=reader.all(Feeding, "feed", "feeding"),
        deliveries=reader.all(Delivery, "feed", "deliveries"),
        purchases=reader.all(Purchase, "feed", "purchases"),
        silos=reader.one(Silos, "feed", "silos"),
        written_off=reader.all(Amount, "feed", "written_off"),
        conversion=reader.all(Conversion, "feed", "conversion"),
        faults=reader.one(Faults, "quality", "faults"),
        # Filled by the queries above, and by those of the water after them.
        lacking=reader.lacking,
    )


def lice_limits(config: Config) -> dict[str, list[float]]:
    """Adult females a fish at which a site is treated, January to December, by country's name."""
    return {c.name: list(c.health.lice_limit_female) for c in config.countries.values()}

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
    AmountRow,
    BatchRow,
    ComplianceRow,
    ConversionRow,
    DeathsRow,
    DeliveryRow,
    DiagnosisRow,
    FaultsRow,
    FeedingRow,
    GrowthRow,
    HarvestRow,
    LiceAnswersRow,
    LiceRow,
    PlaceRow,
    PurchaseRow,
    ReasonRow,
    RunRow,
    SilosRow,
    SiteEventRow,
    SizesRow,
    StayRow,
    StockRow,
    TreatmentRow,
    UnitRow,
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

    runs: list[RunRow]
    units: list[UnitRow]
    rows_by_table: dict[str, int]
    sizes: SizesRow
    places: list[PlaceRow]
    batches: list[BatchRow]
    stays: list[StayRow]
    eggs: dict[int, int]
    egg_sources: dict[int, str]
    harvests: list[HarvestRow]
    revenue: dict[int, float]
    stock: list[StockRow]
    deaths: list[DeathsRow]
    reasons: list[ReasonRow]
    growth: list[GrowthRow]
    diagnoses: list[DiagnosisRow]
    journal: list[tuple[date, str, int]]
    treatments: list[TreatmentRow]
    lice: list[LiceRow]
    lice_answers: LiceAnswersRow
    compliance: ComplianceRow
    site_events: list[SiteEventRow]
    feeding: list[FeedingRow]
    deliveries: list[DeliveryRow]
    purchases: list[PurchaseRow]
    silos: SilosRow
    written_off: list[AmountRow]
    conversion: list[ConversionRow]
    faults: FaultsRow
    lacking: dict[str, str]
    """Queries that need what is not in this database, each with what that is."""

    @cached_property
    def years_run(self) -> RunRow | None:
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

    def place(self, sea: bool, key: int) -> PlaceRow | None:
        """A hall or an area by its key."""
        return self._by_key.get((sea, key))

    @cached_property
    def _by_key(self) -> dict[tuple[bool, int], PlaceRow]:
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
    runs = reader.all(RunRow, "run", "runs")
    years = next((run for run in runs if run.kind == "years"), None)
    limits = lice_limits(config)
    return Facts(
        runs=runs,
        units=[] if years is None else reader.all(UnitRow, "run", "units", run=years.id),
        rows_by_table=dict(reader.rows("run", "rows_by_table")),
        sizes=reader.one(SizesRow, "farm", "sizes"),
        places=reader.all(PlaceRow, "farm", "places"),
        batches=reader.all(BatchRow, "farm", "batches"),
        stays=reader.all(StayRow, "farm", "stays"),
        eggs=dict(reader.rows("farm", "eggs")),
        egg_sources={batch: source for source, batch in reader.rows("farm", "egg_sources")},
        harvests=reader.all(HarvestRow, "farm", "harvests"),
        revenue=dict(reader.rows("farm", "sales")),
        stock=reader.all(StockRow, "fish", "stock"),
        deaths=reader.all(DeathsRow, "fish", "deaths" if reader.has(_STAY_OF_DEATH) else _BY_BATCH),
        reasons=reader.all(ReasonRow, "fish", "reasons"),
        growth=reader.all(GrowthRow, "fish", "growth"),
        diagnoses=reader.all(DiagnosisRow, "fish", "diagnoses"),
        journal=[(row[0], row[1], row[2]) for row in reader.rows("fish", "journal")],
        treatments=reader.all(TreatmentRow, "fish", "treatments"),
        lice=reader.all(LiceRow, "fish", "lice"),
        lice_answers=reader.one(
            LiceAnswersRow,
            "fish",
            "lice_above_limit",
            geographies=[name for name in limits for _ in range(12)],
            months=[month for _ in limits for month in range(1, 13)],
            limits=[females for monthly in limits.values() for females in monthly],
            days=LICE_DAYS,
        ),
        compliance=reader.one(ComplianceRow, "fish", "compliance"),
        site_events=reader.all(SiteEventRow, "fish", "site_events"),
        feeding=reader.all(FeedingRow, "feed", "feeding"),
        deliveries=reader.all(DeliveryRow, "feed", "deliveries"),
        purchases=reader.all(PurchaseRow, "feed", "purchases"),
        silos=reader.one(SilosRow, "feed", "silos"),
        written_off=reader.all(AmountRow, "feed", "written_off"),
        conversion=reader.all(ConversionRow, "feed", "conversion"),
        faults=reader.one(FaultsRow, "quality", "faults"),
        # Filled by the queries above, and by those of the water after them.
        lacking=reader.lacking,
    )


def lice_limits(config: Config) -> dict[str, list[float]]:
    """Adult females a fish at which a site is treated, January to December, by country's name."""
    return {c.name: list(c.health.lice_limit_female) for c in config.countries.values()}

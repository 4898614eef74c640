"""The rows that the report's queries give, one type a query."""

from datetime import date, datetime
from typing import NamedTuple


class RunRow(NamedTuple):
    """A run that wrote rows."""

    id: int
    kind: str
    batch_number: str
    profile: str
    seed: int
    fingerprint: str
    generator_version: str
    started_at: datetime
    finished_at: datetime | None


class UnitRow(NamedTuple):
    """A month of the run over years, as its units were committed."""

    session: int
    first_day: date
    last_day: date
    done: bool
    rows: int
    readings: int
    seconds: float
    peak_memory_mb: float
    began_at: datetime | None
    committed_at: datetime | None


class PlaceRow(NamedTuple):
    """A hall or a sea area, its kind of container, and how many."""

    sea: bool
    id: int
    geography: str
    site: str
    name: str
    kind: str
    containers: int

    @property
    def label(self) -> str:
        """As a person would say it."""
        return self.name if self.sea else f"{self.site} {self.name.removeprefix('Hall ')}"


class SizesRow(NamedTuple):
    """How much stands."""

    stations: int
    areas: int
    cages: int
    containers: int
    sensors: int
    land_silos: int


class BatchRow(NamedTuple):
    """A batch of fish."""

    id: int
    number: str
    status: str
    start: date
    end: date | None


class StayRow(NamedTuple):
    """One assignment: fish of a batch in a container; `last_day` None: still there."""

    id: int
    batch: int
    container: int
    sea: bool
    place: int
    stage: str
    stage_order: int
    first_day: date
    last_day: date | None
    alive: int
    biomass_kg: float


class HarvestRow(NamedTuple):
    """What a batch gave in a month, of one grade."""

    batch: int
    geography: str
    month: date
    grade: str
    grade_order: int
    fish: int
    live_kg: float
    gutted_kg: float


class StockRow(NamedTuple):
    """Sums over a month's days of what lived."""

    month: date
    batch: int
    stage: str
    stage_order: int
    fish_days: int
    kg_days: float


class DeathsRow(NamedTuple):
    """Deaths of one cause."""

    month: date
    batch: int
    sea: bool
    cause: str
    fish: int
    rows: int
    last_day: date


class ReasonRow(NamedTuple):
    """Deaths by what was found."""

    name: str
    sea: bool
    batch: int
    fish: int


class GrowthRow(NamedTuple):
    """Mean weight of a batch's samples over four weeks."""

    batch: int
    stretch: int
    age_days: float
    weight_g: float
    samples: int


class DiagnosisRow(NamedTuple):
    """An outbreak: one disease in one batch at one place."""

    disease: str
    batch: int
    sea: bool
    place: int
    first_day: date
    containers: int


class TreatmentRow(NamedTuple):
    """Treatments of a place on a day with one outcome."""

    day: date
    sea: bool
    place: int
    kind: str
    name: str
    against_lice: bool
    outcome: str
    containers: int


class LiceRow(NamedTuple):
    """A week's counts of a sea area."""

    week: date
    place: int
    adult_females: float
    counts: int


class ComplianceRow(NamedTuple):
    """Rules of treatment, counted."""

    inside_withholding: int
    harvests: int
    batches_at_sea: int
    vaccinated: int


class LiceAnswersRow(NamedTuple):
    """Counts above the limit, and what followed."""

    above: int
    treated: int
    before_harvest: int


class SiteEventRow(NamedTuple):
    """What befell a sea area."""

    place: int
    day: date
    description: str
    severity: str | None


class FeedingRow(NamedTuple):
    """Feed given in a month."""

    month: date
    batch: int
    sea: bool
    kg: float
    cost: float
    meals: int
    last_day: date


class DeliveryRow(NamedTuple):
    """Feed that came into silos in a month, of one size of pellet."""

    month: date
    size: str
    kg: float
    cost: float
    lots: int


class PurchaseRow(NamedTuple):
    """Feed bought in a month."""

    month: date
    kg: float
    cost: float
    purchases: int


class SilosRow(NamedTuple):
    """What silos hold now, what was written off, what they can hold."""

    in_stock_kg: float
    written_off_kg: float | None
    capacity_kg: float


class AmountRow(NamedTuple):
    """Kilograms of a month."""

    month: date
    kg: float


class ConversionRow(NamedTuple):
    """Feed and growth of weekly summaries."""

    month: date
    stage: str
    stage_order: int
    feed_kg: float
    growth_kg: float


class FaultsRow(NamedTuple):
    """Rows that should not be, in tables small enough to count."""

    stays: int
    silos: int
    samples: int
    lice: int

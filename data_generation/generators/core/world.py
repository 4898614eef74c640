"""What the domains share: the farm, the fish, the water of the day, the month's output.

A domain reads and writes this state in the daily order that `ledger.py` lists; it keeps nothing
shared elsewhere. `Domain` is the protocol each follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data_generation.config.models import Config
from data_generation.generators.batch.itinerary import Itinerary
from data_generation.generators.core.dates import day_of_year, to_date, to_day
from data_generation.generators.core.draws import Draws
from data_generation.generators.core.fish import NEVER, Assignments, Batch
from data_generation.generators.core.layout import PARAMETERS, Layout
from data_generation.generators.core.output import Ids, Output
from data_generation.generators.core.tables import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[np.int64]]

_WEATHER_SINCE = to_day(date(1971, 1, 1))


@dataclass(frozen=True)
class Excess:
    """Deaths beyond the usual: a share of the stock of some assignments, and why.

    `positions` in `World.fish`, `share` of the stock today, `cause` an index of `rows.CAUSES`,
    `reason` the name of a mortality reason, `description` of the mortality event.
    """

    positions: Ints
    share: Floats
    cause: int
    reason: str
    description: str


@dataclass(frozen=True)
class SiteEvent:
    """Something that befalls an area's water or weather; `severity` in ten-thousandths.

    `kind` is one of storm, bloom, heatwave, cold_spell, low_oxygen, jellyfish. `key` is a number of
    its own. It lasts from `first_day` to `last_day`.
    """

    key: int
    kind: str
    water: int
    first_day: int
    last_day: int
    severity: int


@dataclass(frozen=True)
class Slaughter:
    """A harvest event and its lots: `grades` are positions in `master_data.GRADES`, masses in g."""

    event: int
    batch: int
    place: int
    moment: int
    lots: Ints
    grades: Ints
    counts: Ints
    live_g: Ints
    gutted_g: Ints


@dataclass(frozen=True)
class Toll:
    """Mortality events as they were written, by keys, which outlast moves within the day.

    `stocks` are the fish alive in the morning; `reasons` keys of mortality reasons.
    """

    batches: Ints
    containers: Ints
    stocks: Ints
    counts: Ints
    reasons: Ints


@dataclass(frozen=True)
class Given:
    """A treatment that began today: positions in `World.fish`, the protocol's key, and why.

    `kind` is one of lice, disease, preventive, vaccination.
    """

    positions: Ints
    kind: str
    protocol: str
    reason: str


@dataclass(frozen=True)
class Course:
    """Containers in which a disease reached a point today: positions, the disease's index."""

    positions: Ints
    disease: Ints


@dataclass
class Today:
    """Facts of one day that a later domain of the same day needs; arrays by assignment."""

    day: int
    year: int
    day_of_year: int
    gain_ug: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Growth in micrograms a fish if fed in full."""
    fed_u: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Feed given, in units of 10 g."""
    demand_u: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Feed wanted, in units of 10 g; 0 where fasted."""
    appetite: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Share of their usual appetite that fish have, in ten-thousandths; set after the moves and the
    harvest to 10,000, then lowered by whatever spoils it; 0 is a day without feed."""
    excess: list[Excess] = field(default_factory=list)
    """Deaths that domains cause today; the mortality domain carries them out."""
    dead: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Deaths of today, as the mortality domain wrote them."""
    tolls: list[Toll] = field(default_factory=list)
    """All mortality events of today, those of moves too."""
    suspected: Course | None = None
    """Where a disease is noticed today; None until somebody asks, see `disease.suspected_today`."""
    diagnosed: Course | None = None
    """Where it is diagnosed."""
    given: list[Given] = field(default_factory=list)
    """Treatments that began today."""
    grown_ug: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Growth in micrograms a fish as it was."""
    samples: list[tuple[Ints, Ints]] = field(default_factory=list)
    """Growth samples: positions in `World.fish`, mean weight found in micrograms."""
    costs: list[tuple[int, str, int]] = field(default_factory=list)
    """What was spent today: batch id, kind (one of `finance.COSTS`), amount in øre."""
    batch_rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """See `World.batch_rows`."""
    slaughtered: list[Slaughter] = field(default_factory=list)
    """Cages slaughtered today, as the harvest domain wrote them."""


class World:
    """The state that domains share."""

    def __init__(self, config: Config, tables: Tables, itinerary: Itinerary | None = None) -> None:
        """An empty farm on the eve of the first day; with an itinerary for that batch alone."""
        self.config = config
        self.itinerary = itinerary
        self.layout = Layout(config.farm)
        self.draws = Draws(config.generation.seed)
        self.ids = Ids(tables)
        self.output = Output(tables, self.ids)
        self.fish = Assignments.empty()
        self.batches: list[Batch] = []
        places = len(self.layout.places)
        self.place_taken_by: Ints = np.zeros(places, dtype=np.int64)
        self.place_free_from: Ints = np.zeros(places, dtype=np.int64)
        self.place_level: Ints = np.zeros((places, len(PARAMETERS)), dtype=np.int64)
        """Water of each place at the start of the day, in ten-thousandths, by parameter."""
        self.place_level_next: Ints = np.zeros((places, len(PARAMETERS)), dtype=np.int64)
        """The same at the end of the day."""
        self.lice_due: Ints = np.zeros(places, dtype=np.int64)
        """First day of the last treatment against lice planned in each place, 0 for none."""
        self.lice_method: Ints = np.zeros(places, dtype=np.int64)
        """Its protocol, by position in `config.treatments.protocols`."""
        self.site_events: list[SiteEvent] = []
        """What befalls sea areas today; written by the weather."""
        self.figures: dict[str, int] = {}
        """Totals of the run so far that domains want to be known, by name."""
        self.today = Today(0, 0, 0)

    def begin_day(self, day: int) -> None:
        """Clear yesterday's facts."""
        self.today = Today(day, to_date(day).year, day_of_year(day))

    @property
    def first_day(self) -> int:
        """The run's first day."""
        if self.itinerary is not None:
            return self.itinerary.start_day
        return to_day(self.config.generation.start_date)

    @property
    def end_day(self) -> int:
        """The first day that is not lived, far off where the months asked for decide."""
        return NEVER if self.itinerary is None else self.itinerary.end_day

    @property
    def weather_since(self) -> int:
        """The day since which the water is reckoned.

        Batches that are generated one by one must find the same water on the same day, whenever
        they begin.
        """
        return self.first_day if self.itinerary is None else _WEATHER_SINCE

    def mean_temperature_c(self) -> Floats:
        """Mean water temperature of the day in each place, °C."""
        return (self.place_level[:, 0] + self.place_level_next[:, 0]) / 20_000.0

    def batch_rows(self) -> Ints:
        """The position in `batches` of each assignment's batch; asked for after moves and harvest.

        Batches and assignments both stand in the order of their keys.
        """
        if len(self.today.batch_rows) != len(self.fish):
            keys = np.array([batch.id for batch in self.batches], dtype=np.int64)
            self.today.batch_rows = np.searchsorted(keys, self.fish.batch)
        return self.today.batch_rows

    def batch_values(self, name: str) -> Ints:
        """A field of each assignment's batch, by assignment."""
        if not len(self.fish):
            return np.zeros(0, dtype=np.int64)
        values = np.array([getattr(batch, name) for batch in self.batches], dtype=np.int64)
        found: Ints = values[self.batch_rows()]
        return found


class Domain(Protocol):
    """One part of the farm's life. State is whole numbers; draws are keyed; no clock, no files."""

    name: str

    def advance(self, world: World) -> None:
        """Live through `world.today`."""

    def snapshot(self) -> Arrays:
        """This domain's own state."""

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Take the state back."""

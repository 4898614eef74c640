"""What happens on a day: the facts that a domain leaves for those after it in the day's order."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.dates import day_of_year, to_date

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Excess:
    """Deaths beyond the usual: a share of the stock of some assignments, and why.

    `positions` among the assignments, `share` of the stock today, `cause` an index of
    `rows.CAUSES`, `reason` the name of a mortality reason, `description` of the mortality event.
    """

    positions: Ints
    share: Floats
    cause: int
    reason: str
    description: str


@dataclass(frozen=True)
class Deaths:
    """Mortality events as they were written, by keys, which outlast moves within the day.

    `stocks` are the fish alive in the morning; `reasons` keys of mortality reasons.
    """

    batches: Ints
    containers: Ints
    stocks: Ints
    counts: Ints
    reasons: Ints


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
class Cases:
    """Containers in which a disease reached a point today: positions, the disease's index."""

    positions: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    disease: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class TreatmentBegun:
    """A treatment that began today: positions among the assignments, its name, and why.

    `kind` is one of lice, disease, preventive, vaccination.
    """

    positions: Ints
    kind: str
    protocol: str
    reason: str


@dataclass(frozen=True)
class Sample:
    """A growth sample: positions among the assignments, mean weight found in micrograms."""

    positions: Ints
    weight_ug: Ints


@dataclass(frozen=True)
class Slaughter:
    """A harvest event and its lots: `grades` are numbers of product grades, masses in g."""

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
class Cost:
    """What was spent on a batch: kind (one of `finance.books.COSTS`), amount in øre."""

    batch: int
    kind: str
    ore: int


@dataclass
class Today:
    """A day and what has happened on it so far."""

    day: int
    site_events: list[SiteEvent] = field(default_factory=list)
    """What befalls sea areas."""
    excess: list[Excess] = field(default_factory=list)
    """Deaths that domains cause; mortality carries them out."""
    deaths: list[Deaths] = field(default_factory=list)
    """All mortality events, those of moves too."""
    suspected: Cases = field(default_factory=Cases)
    """Where somebody notices a disease and samples."""
    diagnosed: Cases = field(default_factory=Cases)
    """Where the laboratory's answer comes, and treatment begins."""
    treatments: list[TreatmentBegun] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    slaughtered: list[Slaughter] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Reckon the calendar's view of the day."""
        self.year = to_date(self.day).year
        self.day_of_year = day_of_year(self.day)

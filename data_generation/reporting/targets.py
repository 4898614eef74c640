"""The seeds' success criteria and what the database holds of them.

Ranges of biology are those of `config/acceptance.yaml`; sizes are the ten-year plan's, for its
whole company (profile bakkafrost) over its ten years.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from data_generation.config.models import Config
from data_generation.reporting.facts import Facts
from data_generation.reporting.keyfigures import Figures, Metrics, Period, whole

TargetState = Literal["met", "not met", "not yet", "other farm"]

OTHER_FARM: Final = "other farm"
"""The plan's sizes say nothing of this farm."""

_PLAN: Final = "ten-year plan"
_GUIDE: Final = "event engine guide"
_REFERENCE: Final = "salmon reference"
_PLAN_PROFILE: Final = "bakkafrost"
_STEADY_AFTER_DAYS: Final = 3 * 365
_YEARS: Final = 10


@dataclass(frozen=True)
class Target:
    """A figure, the range that it should be in (None: no end), who says so, and the verdict."""

    key: str
    label: str
    unit: str
    value: float | int | None
    low: float | None
    high: float | None
    source: str
    verdict: TargetState

    @property
    def range(self) -> str:
        """The range as a person reads it."""
        low, high = (None if end is None else f"{end:,.12g}" for end in (self.low, self.high))
        if low == high:
            return low or ""
        if high is None:
            return f"≥ {low}"
        return f"≤ {high}" if low is None else f"{low}-{high}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "label": self.label,
            "unit": self.unit,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "source": self.source,
            "verdict": self.verdict,
        }


def targets(facts: Facts, total: Figures, config: Config) -> list[Target]:
    """Every criterion with its verdict."""
    return [*_of_any_farm(facts, total, config), *_of_the_plan(facts, total)]


def _of_any_farm(facts: Facts, total: Figures, config: Config) -> list[Target]:
    ranges = config.acceptance
    weight = ranges.harvest_weight_g.range_of()
    compliance = facts.compliance
    external = sum(source == "external" for source in facts.egg_sources.values())
    vaccinated = compliance.vaccinated
    share = vaccinated / compliance.batches_at_sea if compliance.batches_at_sea else None
    enough = len(facts.egg_sources) >= 20
    return [
        _target(
            "survival_to_harvest",
            "Eggs that are harvested, completed batches",
            "share",
            total["survival_to_harvest"],
            ranges.survival.range_of(),
            _GUIDE,
        ),
        _target(
            "economic_fcr",
            "Feed for a kilogram harvested, completed batches",
            "kg/kg",
            total["economic_fcr"],
            ranges.economic_fcr.range_of(),
            _REFERENCE,
        ),
        _target(
            "mean_harvest_weight_kg",
            "Mean live weight at harvest",
            "kg",
            total["mean_harvest_weight_kg"],
            (weight[0] / 1000, weight[1] / 1000),
            _REFERENCE,
        ),
        _target(
            "harvests_inside_withholding",
            "Harvests inside a withholding period",
            "harvests",
            compliance.inside_withholding if compliance.harvests else None,
            (0, 0),
            _PLAN,
        ),
        _target(
            "vaccinated_share",
            "Batches vaccinated before they went to sea",
            "share",
            share,
            (1, 1),
            _PLAN,
        ),
        _target(
            "external_egg_share",
            "Batches from external eggs (plan: 60 %)",
            "share",
            external / len(facts.egg_sources) if enough else None,
            (0.5, 0.7),
            _PLAN,
        ),
    ]


def _of_the_plan(facts: Facts, total: Figures) -> list[Target]:
    profiles = {run.profile for run in facts.runs}
    plan = profiles == {_PLAN_PROFILE}
    everything = whole(facts)
    grown = (everything.last - everything.first).days >= 365 * _YEARS - 1
    steady: Figures = {}
    after = everything.first + timedelta(days=_STEADY_AFTER_DAYS)
    if after < everything.last:
        later = Period("", after.replace(day=1), everything.last)
        steady = Metrics(facts).of(later)
    sizes = facts.sizes
    wanted: list[tuple[str, str, str, float | int | None, tuple[float, float | None], bool]] = [
        ("stations", "Freshwater stations", "stations", sizes.stations, (20, 20), True),
        ("cages", "Sea cages", "cages", sizes.cages, (480, None), True),
        ("containers", "Containers", "containers", sizes.containers, (4230, None), True),
        ("sensors", "Sensors", "sensors", sizes.sensors, (37_530, None), True),
        ("land_silos", "Silos on land", "silos", sizes.land_silos, (150, None), True),
        (
            "active_batches_lowest",
            "Live batches from year 4 on, fewest",
            "batches",
            steady.get("active_batches_lowest"),
            (40, 50),
            True,
        ),
        (
            "active_batches_highest",
            "Live batches from year 4 on, most",
            "batches",
            steady.get("active_batches_highest"),
            (40, 50),
            True,
        ),
        (
            "readings",
            "Environmental readings in ten years",
            "readings",
            facts.rows_by_table.get("environmental_environmentalreading", 0),
            (60_000_000, None),
            grown,
        ),
        (
            "feed_events",
            "Feed events in ten years",
            "events",
            total["feed_events"],
            (1_000_000, None),
            grown,
        ),
        (
            "journal_entries",
            "Health journal entries in ten years",
            "entries",
            total["journal_entries"],
            (100_000, None),
            grown,
        ),
    ]
    found = []
    for key, label, unit, value, span, due in wanted:
        target = _target(key, label, unit, value if due else None, span, _PLAN)
        verdict: TargetState = target.verdict if plan else OTHER_FARM
        found.append(Target(key, label, unit, value, span[0], span[1], target.source, verdict))
    return found


def _target(
    key: str,
    label: str,
    unit: str,
    value: float | int | None,
    span: tuple[float, float | None],
    source: str,
) -> Target:
    low, high = span
    if value is None:
        verdict: TargetState = "not yet"
    else:
        inside = low <= value and (high is None or value <= high)
        verdict = "met" if inside else "not met"
    return Target(key, label, unit, value, low, high, source, verdict)

"""What validation and verification let pass; nothing here changes the data."""

import math
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from data_generation.config.types import Section

Range = tuple[float, float]
_ANY = "any"
_Days = Annotated[int, Field(ge=0, le=400)]


class Statistic(Section):
    """The range that a quantity has, and how far what is measured of it may scatter.

    By label, `any` for the labels not named. `between` is the standard deviation between units of
    what a statistic rests on (batches, years ...), in the statistic's own unit; without one it does
    not scatter, or its query says by how much.
    """

    ranges: Annotated[dict[str, Range], Field(min_length=1)]
    unit: str = ""
    between: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ends_in_order(self) -> Self:
        if any(low > high for low, high in self.ranges.values()):
            raise ValueError("ranges: the lowest must not be above the highest")
        if self.between and not self.unit:
            raise ValueError("between: unit must say between what")
        return self

    def range_of(self, label: str = _ANY) -> Range:
        """Lowest and highest under a label."""
        return self.ranges.get(label) or self.ranges[_ANY]

    def between_of(self, label: str) -> float:
        """The standard deviation between units under a label."""
        return self.between.get(label, self.between.get(_ANY, 0.0))


def standard_error(between: float, units: float) -> float:
    """Of a mean over so many units; infinite over none."""
    if not between:
        return 0.0
    return between / math.sqrt(units) if units > 0 else math.inf


class BatchAcceptance(Section):
    """What the verification of a single batch lets pass."""

    silent_chance: Annotated[float, Field(gt=0, lt=1)]
    stage_wait_days: _Days
    survival_day: Annotated[int, Field(gt=0)]
    survival: Range
    survival_end_min: Annotated[float, Field(ge=0, le=1)]


class RuleAcceptance(Section):
    """Limits of the business rules that are no part of how data is made."""

    vaccination_weight_min_g: Annotated[float, Field(gt=0)]
    treatment_reason_days: _Days
    lice_action_days: _Days
    lice_young_days: _Days
    lice_harvest_days: _Days
    mature_years: Annotated[int, Field(ge=1, le=10)]
    sensor_apart_c: Annotated[float, Field(gt=0)]
    cage_density_kg_m3: Annotated[tuple[tuple[float, float], ...], Field(min_length=1)]
    """Fish up to a mean weight (g), and the most kilograms of them in a cubic metre."""

    @model_validator(mode="after")
    def _larger_fish_closer(self) -> Self:
        steps = pairwise(self.cage_density_kg_m3)
        if not all(above > below and more >= less for (below, less), (above, more) in steps):
            raise ValueError("cage_density_kg_m3: weights must rise and densities must not fall")
        return self


class Acceptance(Section):
    """Limits of batches and rules, and the range of each statistic."""

    batch: BatchAcceptance
    rules: RuleAcceptance
    standard_errors: Annotated[float, Field(ge=0)]
    most_allowance: Annotated[float, Field(gt=0)]
    tgc_ratio: Statistic
    stage_end_weight_g: Statistic
    weight_cv_percent: Statistic
    condition_factor: Statistic
    harvest_weight_g: Statistic
    superior_share: Statistic
    gutted_yield: Statistic
    survival: Statistic
    eggs_to_sea: Statistic
    sea_mortality_percent_a_month: Statistic
    autumn_mortality: Statistic
    cause_of_death_percent: Statistic
    diseases_a_batch: Statistic
    pd_autumn_share: Statistic
    outbreak_loss_percent: Statistic
    treatments_successful: Statistic
    lice_females_a_fish: Statistic
    lice_autumn_ratio: Statistic
    lice_treatment_effect: Statistic
    economic_fcr: Statistic
    biological_fcr: Statistic
    feeding_rate_percent: Statistic
    feed_season: Statistic
    feed_price_nok: Statistic
    salmon_price_nok: Statistic
    external_eggs_share: Statistic
    oxygen_saturation_percent: Statistic
    fresh_water_ranges: Statistic
    fresh_water_ph: Statistic
    sea_temperature_c: Statistic
    salinity_psu: Statistic
    temperature_lag_1: Statistic
    readings_lag_1: Statistic

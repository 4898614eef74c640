"""What validation and verification let pass; nothing here changes the data."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Range = tuple[float, float]
Ranges = dict[str, Range]
_Days = Annotated[int, Field(ge=0, le=400)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BatchAcceptance(_Section):
    """What the verification of a single batch lets pass."""

    readings_share_min: Annotated[float, Field(ge=0, le=1)]
    silent_sensors: Annotated[int, Field(gt=0)]
    stage_wait_days: _Days
    survival_day: Annotated[int, Field(gt=0)]
    survival: Range
    survival_end_min: Annotated[float, Field(ge=0, le=1)]


class RuleAcceptance(_Section):
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


class Acceptance(_Section):
    """Lowest and highest of each statistic, by label; `any` for the labels not named."""

    batch: BatchAcceptance
    rules: RuleAcceptance
    tgc_ratio: Ranges
    stage_end_weight_g: Ranges
    weight_cv_percent: Ranges
    condition_factor: Ranges
    harvest_weight_g: Ranges
    superior_share: Ranges
    gutted_yield: Ranges
    survival: Ranges
    eggs_to_sea: Ranges
    sea_mortality_percent_a_month: Ranges
    autumn_mortality: Ranges
    cause_of_death_percent: Ranges
    diseases_a_batch: Ranges
    pd_autumn_share: Ranges
    outbreak_loss_percent: Ranges
    treatments_successful: Ranges
    lice_females_a_fish: Ranges
    lice_autumn_ratio: Ranges
    lice_treatment_effect: Ranges
    economic_fcr: Ranges
    biological_fcr: Ranges
    feeding_rate_percent: Ranges
    feed_season: Ranges
    feed_price_nok: Ranges
    salmon_price_nok: Ranges
    external_eggs_share: Ranges
    oxygen_saturation_percent: Ranges
    fresh_water_ranges: Ranges
    fresh_water_ph: Ranges
    sea_temperature_c: Ranges
    salinity_psu: Ranges
    temperature_lag_1: Ranges
    readings_lag_1: Ranges

"""Section `weather`: the weather of sea areas, what befalls their water, and who reads it by hand.

Units and sources stand beside the values in `config/weather.yaml`.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=1, le=60)]
TwelveMonths = Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)]


class WeatherSection(BaseModel):
    """Base of the classes here: frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Climate(WeatherSection):
    """Air, wind and rain of one country's coast."""

    air_mean_c: Annotated[float, Field(gt=-10, lt=30)]
    air_amplitude_c: NotNegative
    air_warmest_day: Annotated[int, Field(ge=1, le=366)]
    air_cooling_per_degree_north_c: float
    reference_latitude: Annotated[float, Field(ge=-90, le=90)]
    air_sd_c: NotNegative
    wind_sd_winter_m_s: Positive
    wind_sd_summer_m_s: Positive
    prevailing_wind_m_s: NotNegative
    prevailing_from_degrees: Annotated[float, Field(ge=0, lt=360)]
    cloud_mean: Annotated[float, Field(gt=0, lt=1)]
    rain_mm_a_year: Positive


class Losses(WeatherSection):
    """How many fish a kind of event kills in an area: a Pareto law, cut off at both ends."""

    pareto: Annotated[float, Field(gt=0.3, le=3)]
    share_min: Annotated[float, Field(gt=0, lt=0.5)]
    share_max: Annotated[float, Field(gt=0, lt=1)]
    cage_sd: Annotated[float, Field(ge=0, le=1.5)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.share_min >= self.share_max:
            raise ValueError("share_min must be less than share_max")
        return self


class Seasonal(WeatherSection):
    """A kind of event by its number a year, its months and how long it lasts."""

    per_year: NotNegative
    month_weight: TwelveMonths
    days_min: Days
    days_max: Days

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.days_min > self.days_max:
            raise ValueError("days_min is more than days_max")
        if not sum(self.month_weight):
            raise ValueError("month_weight needs a weight above 0")
        return self


class Spell(Seasonal):
    """A spell of warm or cold water and its greatest anomaly."""

    pareto: Annotated[float, Field(gt=0.3, le=10)]
    anomaly_min_c: Positive
    anomaly_max_c: Positive


class WeatherConfig(WeatherSection):
    """The whole section."""

    wind_hours: Positive
    rain_hours: Positive
    air_hours: Positive
    front_share: Share
    exposure_min: Positive
    exposure_max: Positive
    fetch_open_min_km: Positive
    fetch_open_max_km: Positive
    fetch_sheltered_km: Positive
    swell_share_max: Share
    photoperiod_gap_rate: Share
    storm_wind_m_s: Positive
    storm_wind_power: NotNegative
    storm: Losses
    bloom: Losses
    low_oxygen: Losses
    jellyfish: Losses
    blooms: Seasonal
    jellyfish_swarms: Seasonal
    bloom_year_sd: Annotated[float, Field(ge=0, le=1.5)]
    heatwaves: Spell
    cold_spells: Spell
    calm_wind_m_s: Positive
    calm_days: Annotated[int, Field(ge=1, le=10)]
    low_oxygen_months: Annotated[tuple[int, ...], Field(min_length=1, max_length=12)]
    low_oxygen_dip_max: NotNegative
    bloom_oxygen_dip_max: NotNegative
    oxygen_dip_limit: NotNegative
    bloom_ph_rise_max: NotNegative
    heat_limit_c: Positive
    heat_deaths_per_degree: Share
    calibration_days_min: Annotated[int, Field(ge=31)]
    calibration_days_max: Annotated[int, Field(ge=31)]
    manual_interval_days: Annotated[int, Field(ge=1, le=31)]
    manual_note_share: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for low, high in (
            ("exposure_min", "exposure_max"),
            ("fetch_open_min_km", "fetch_open_max_km"),
            ("calibration_days_min", "calibration_days_max"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} is more than {high}")
        return self

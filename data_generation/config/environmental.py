"""Sections `environment` and `weather`: the water, what measures it, and what befalls it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data_generation.config.types import (
    NotNegative,
    Positive,
    Section,
    Share,
    TwelveWeights,
)

Hour = Annotated[float, Field(ge=0, lt=24)]
Number = Annotated[float, Field(gt=-1e8, lt=1e8)]
Days = Annotated[int, Field(ge=1, le=60)]

MODELLED = ("temperature", "oxygen", "ph", "salinity")
"""Quantities whose water is reckoned by equations of their own; all others follow the feed load."""


class Swing(Section):
    """The swing within a day: half its height and the hour of its peak.

    `height` is relative to `diurnal_c` of the same section, in the quantity's unit for each °C.
    """

    height: Number = 0.0
    peak_hour: Hour = 0.0


class FeedLoad(Section):
    """How a quantity answers to the feed given: `base` + `per_load` x kg feed a day and m³.

    `wobble_power` says how strongly it takes part in the water's variation from day to day.
    """

    base: NotNegative
    per_load: NotNegative
    wobble_power: NotNegative = 1.0


class Sensor(Section):
    """A probe: its steps, its noise, its constant error, and its drift in ninety days."""

    resolution: Positive
    noise_sd: NotNegative
    offset_sd: NotNegative
    drift_sd: NotNegative


class Meter(Section):
    """A hand-held meter, and where people carry it: its steps, its noise, its own error."""

    used: tuple[Literal["hall", "sea"], ...]
    resolution: Positive
    noise_sd: NotNegative
    offset_sd: NotNegative


class Quantity(Section):
    """One quantity of the water, in `unit`.

    `valid` and `good` are ranges; `shared_sd` is the short-lived variation that a body of water has
    in common; `spare` marks what a container keeps a second, inactive probe for. `hall` and `sea`
    are given where it is measured.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    description: str
    sensor_type: Literal["TEMPERATURE", "OXYGEN", "PH", "SALINITY", "CO2", "OTHER"]
    valid: tuple[Number, Number]
    good: tuple[Number, Number]
    sensor: Sensor
    meter: Meter | None = None
    shared_sd: NotNegative
    spare: bool = False
    hall: Swing | None = None
    sea: Swing | None = None
    feed_load: FeedLoad | None = None

    @model_validator(mode="after")
    def _measured_somewhere(self) -> Self:
        if self.hall is None and self.sea is None:
            raise ValueError("a quantity is measured in the hall, at sea, or both")
        if self.feed_load is not None and self.sea is not None:
            raise ValueError("what follows the feed load is measured in halls only")
        return self


QuantityByKey = dict[str, Quantity]


def require_modelled(quantities: QuantityByKey) -> None:
    """Raise `ValueError` unless the model knows where each quantity's water comes from."""
    for key in (*MODELLED, "co2"):
        if key not in quantities:
            raise ValueError(f"quantities lacks {key!r}, which the model of the water needs")
    for key, quantity in quantities.items():
        if (quantity.feed_load is None) != (key in MODELLED):
            wanted = "has no feed_load of its own" if key in MODELLED else "needs a feed_load"
            raise ValueError(f"quantities.{key} {wanted}")
    for where in ("hall", "sea"):
        for key in MODELLED[:2]:
            if getattr(quantities[key], where) is None:
                raise ValueError(f"quantities.{key} must be measured in halls and at sea")
    if quantities["salinity"].sea is None:
        raise ValueError("quantities.salinity must be measured at sea: oxygen depends on it")
    by_hand = [
        sum(q.meter is not None and where in q.meter.used for q in quantities.values())
        for where in ("hall", "sea")
    ]
    if by_hand[0] != by_hand[1] or not by_hand[0]:
        raise ValueError("as many quantities must be read by hand in halls as at sea, one or more")


class EnvironmentConfig(Section):
    """Water: temperature, oxygen, salt and chemistry, and the sensors that read them."""

    fast_phi: Annotated[float, Field(ge=0, lt=1)]
    fast_sd_c: NotNegative
    slow_phi: Annotated[float, Field(ge=0, lt=1)]
    slow_sd_c: NotNegative
    regional_share: Share
    sea_oxygen_saturation_mean: Annotated[float, Field(gt=50, lt=120)]
    sea_oxygen_autumn_dip: NotNegative
    sea_oxygen_sd: NotNegative
    sea_oxygen_per_density: NotNegative
    sea_ph: Annotated[float, Field(gt=6, lt=9)]
    hall_temperature_c: Annotated[tuple[Positive, ...], Field(min_length=5, max_length=5)]
    hall_season_c: NotNegative
    hall_sd_c: NotNegative
    hall_phi: Annotated[float, Field(ge=0, lt=1)]
    hall_oxygen_saturation: Annotated[float, Field(gt=50, lt=120)]
    oxygen_per_load: NotNegative
    load_response_days: Positive
    ph_base: Annotated[float, Field(gt=5, lt=9)]
    ph_per_co2: NotNegative
    chemistry_sd: NotNegative
    diurnal_c: NotNegative
    sensor_outage_rate: Share
    sensor_outage_mean_hours: Positive
    quantities: QuantityByKey

    @model_validator(mode="after")
    def _modelled(self) -> Self:
        require_modelled(self.quantities)
        return self


class Climate(Section):
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


class Losses(Section):
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


class Seasonal(Section):
    """A kind of event by its number a year, its months and how long it lasts."""

    per_year: NotNegative
    month_weight: TwelveWeights
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


class WeatherConfig(Section):
    """How the weather varies, what befalls a sea area, and how probes are kept."""

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

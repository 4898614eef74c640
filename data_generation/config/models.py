"""The configuration's types: what each section of `config/` holds, its units and its limits.

One class a section, one section a file (`config/growth.yaml` is `Config.growth`). Unknown keys are
refused. Where a list has six entries it follows the life stages, egg and alevin to adult.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_generation.config.acceptance import Acceptance
from data_generation.config.broodstock import Broodstock
from data_generation.config.diseases import Diseases
from data_generation.config.finance import Finance
from data_generation.config.runtime import RuntimeConfig
from data_generation.config.treatments import Lice, Treatments
from data_generation.config.weather import WeatherConfig

STAGES = ("Egg&Alevin", "Fry", "Parr", "Smolt", "Post-Smolt", "Adult")
ADULT = len(STAGES) - 1

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]
SixPositive = Annotated[tuple[Positive, ...], Field(min_length=6, max_length=6)]
TwelveMonths = Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]


class Section(BaseModel):
    """Base of all sections: frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Generation(Section):
    """What is generated: the seed, the span, the sessions."""

    seed: Annotated[int, Field(ge=0, lt=2**63)]
    start_date: date
    end_date: date | None = None
    sessions_months: Annotated[tuple[Count, ...], Field(min_length=1, max_length=12)]
    readings_per_day: Annotated[int, Field(ge=1, le=24)]

    @model_validator(mode="after")
    def _whole_months_and_hours(self) -> Self:
        if self.start_date.day != 1:
            raise ValueError("start_date must be the first day of a month")
        if not 1971 <= self.start_date.year <= 2100:
            raise ValueError("start_date must lie between 1971 and 2100")
        if self.end_date is not None and self.end_date < self.start_date:
            raise ValueError(f"end_date {self.end_date} lies before start_date {self.start_date}")
        if sum(self.sessions_months) > 600:
            raise ValueError("sessions_months may add up to 600 months at the most")
        # A Literal of numbers would let true pass for 1.
        if 24 % self.readings_per_day:
            raise ValueError("readings_per_day must divide 24")
        return self


class Site(Section):
    """A named place with its coordinates in degrees."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Geography(Section):
    """One country: its name, the prefix of its batch numbers, and where sites may lie."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    station_sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    area_sites: Annotated[tuple[Site, ...], Field(min_length=1)]


class Place(Section):
    """A kind of hall or the sea: its containers, their size, its feed stores."""

    container_type: Annotated[str, Field(min_length=1, max_length=100)]
    category: Literal["TANK", "PEN", "TRAY", "OTHER"]
    volume_m3: Positive
    max_density_kg_m3: Positive
    containers_per_batch: Annotated[int, Field(gt=0, le=200)]
    silos: Annotated[int, Field(ge=0)]
    silo_capacity_kg: Positive


class Farm(Section):
    """The company's sites and equipment. `countries` lists the geographies in use, by key."""

    countries: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    geographies: dict[str, Geography]
    scale: Annotated[int, Field(gt=0, le=1000)]
    stations_per_country: Count
    areas_per_country: Count
    containers_per_hall: Count
    cages_per_area: Count
    berths_per_area: Count
    halls: dict[Literal["A", "B", "C", "D", "E"], Place]
    area: Place
    reserve_sensors_hall: Annotated[int, Field(ge=0, le=4)]
    reserve_sensors_cage: Annotated[int, Field(ge=0, le=4)]
    area_max_biomass_kg: Positive

    @model_validator(mode="after")
    def _batch_fits(self) -> Self:
        if len(self.halls) != ADULT:
            raise ValueError("halls must have the entries A, B, C, D and E")
        if not self.area.silos or not all(self.halls[letter].silos for letter in "BCDE"):  # type: ignore[index]
            raise ValueError("halls B to E and the area need at least one silo each")
        for letter, hall in self.halls.items():
            if hall.containers_per_batch > self.containers_per_hall:
                raise ValueError(
                    f"hall {letter}: containers_per_batch {hall.containers_per_batch} is more than "
                    f"containers_per_hall {self.containers_per_hall}"
                )
        if self.cages_per_area % self.berths_per_area or self.area.silos % self.berths_per_area:
            raise ValueError("berths_per_area must divide cages_per_area and the area's silos")
        if self.area.containers_per_batch > self.cages_per_area // self.berths_per_area:
            raise ValueError("area: containers_per_batch is more than the cages of a berth")
        if len(set(self.countries)) != len(self.countries):
            raise ValueError("countries names one twice")
        for country in self.countries:
            if country not in self.geographies:
                raise ValueError(
                    f"countries names {country!r}; geographies has {', '.join(self.geographies)}"
                )
        return self

    @property
    def stations_in_country(self) -> int:
        """Stations of one country, scaled."""
        return self.stations_per_country * self.scale

    @property
    def areas_in_country(self) -> int:
        """Sea areas of one country, scaled."""
        return self.areas_per_country * self.scale


class Staggering(Section):
    """When batches start, how long they stay, and how they move."""

    eggs_min: Annotated[int, Field(gt=0, le=20_000_000)]
    eggs_max: Annotated[int, Field(gt=0, le=20_000_000)]
    first_start_day: Annotated[int, Field(ge=0)]
    first_year_batches: Annotated[int, Field(ge=0)]
    start_interval_days: Count
    month_weight: TwelveMonths
    max_live_batches: Count
    stage_days: Annotated[tuple[Count, ...], Field(min_length=5, max_length=5)]
    reserve_ahead_days: Annotated[int, Field(ge=5, le=60)]
    transfer_days: Annotated[int, Field(ge=1, le=30)]
    hall_grace_days_min: Annotated[int, Field(ge=1)]
    hall_grace_days_max: Annotated[int, Field(ge=1)]
    fallow_days: dict[str, Count]
    external_eggs_share: Share
    sea_plan_days: dict[str, Count]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.eggs_min > self.eggs_max:
            raise ValueError("eggs_min is more than eggs_max")
        if self.hall_grace_days_min > self.hall_grace_days_max:
            raise ValueError("hall_grace_days_min is more than hall_grace_days_max")
        return self

    def interval_days(self, scale: int) -> float:
        """Mean days between starts in one country of a farm of that scale."""
        return self.start_interval_days / scale


class Growth(Section):
    """Thermal growth and its spread."""

    egg_weight_g: Positive
    first_feeding_weight_g: Positive
    first_feeding_degree_days: Positive
    tgc: Annotated[tuple[Positive, ...], Field(min_length=4, max_length=4)]
    tgc_sea: dict[str, Positive]
    cohort_sd: Annotated[float, Field(ge=0, le=0.2)]
    container_sd: Annotated[float, Field(ge=0, le=0.1)]
    daily_sd: Annotated[float, Field(ge=0, le=0.5)]
    bend_c: Positive
    bend_slope: NotNegative
    weight_cv: SixPositive
    condition_factor: Annotated[tuple[tuple[Positive, Positive], ...], Field(min_length=2)]
    condition_sd: Annotated[float, Field(ge=0, le=0.2)]
    sample_size_min: Annotated[int, Field(ge=5)]
    sample_size_max: Annotated[int, Field(ge=5)]
    sample_interval_days: Count

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.sample_size_min > self.sample_size_max:
            raise ValueError("sample_size_min is more than sample_size_max")
        if self.egg_weight_g >= self.first_feeding_weight_g:
            raise ValueError("egg_weight_g must be less than first_feeding_weight_g")
        weights = [weight for weight, _ in self.condition_factor]
        if weights != sorted(set(weights)):
            raise ValueError("condition_factor must be ordered by weight")
        return self


class Mortality(Section):
    """Death rates by stage and what raises them."""

    daily_rate: SixPositive
    daily_rate_sea: dict[str, Positive]
    season_amplitude: Annotated[float, Field(ge=0, lt=1)]
    season_peak_day: Annotated[int, Field(ge=1, le=366)]
    after_transfer_factor: Annotated[float, Field(ge=1)]
    after_transfer_days: Positive
    cohort_sd: Annotated[float, Field(ge=0, le=1.5)]
    weekly_sd: Annotated[float, Field(ge=0, le=2)]
    handling_rate: Share
    cause_weight_eggs: Annotated[tuple[NotNegative, ...], Field(min_length=6, max_length=6)]
    cause_weight_fresh: Annotated[tuple[NotNegative, ...], Field(min_length=6, max_length=6)]
    cause_weight_sea: Annotated[tuple[NotNegative, ...], Field(min_length=6, max_length=6)]

    @model_validator(mode="after")
    def _some_cause(self) -> Self:
        for name in ("cause_weight_eggs", "cause_weight_fresh", "cause_weight_sea"):
            if not sum(getattr(self, name)):
                raise ValueError(f"{name} needs a weight above 0")
        return self


class FeedType(Section):
    """A pelleted feed: for which fish, of what, how dear."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    brand: Annotated[str, Field(min_length=1, max_length=100)]
    size_category: Literal["MICRO", "SMALL", "MEDIUM", "LARGE"]
    pellet_size_mm: Positive
    protein_percentage: Annotated[float, Field(gt=0, lt=100)]
    fat_percentage: Annotated[float, Field(gt=0, lt=100)]
    carbohydrate_percentage: Annotated[float, Field(gt=0, lt=100)]
    up_to_weight_g: Positive
    price_factor: Positive


class Feed(Section):
    """Feed, its use, its stores and its price."""

    types: Annotated[tuple[FeedType, ...], Field(min_length=2, max_length=16)]
    biological_fcr: Annotated[tuple[Positive, ...], Field(min_length=5, max_length=5)]
    waste_share: Annotated[float, Field(ge=0, lt=0.5)]
    cohort_fcr_sd: Annotated[float, Field(ge=0, le=0.2)]
    morning_share: Annotated[float, Field(gt=0, lt=1)]
    fast_before_move_days: Annotated[int, Field(ge=0, le=5)]
    fast_before_sea_days: Annotated[int, Field(ge=0, le=7)]
    delivery_days: Count
    safety_days: Count
    cover_days_hall: Count
    cover_days_sea: Count
    reorder_level: Share
    min_order_kg: Positive
    order_step_kg: Positive
    shelf_life_days: Count
    opening_stock_kg: NotNegative
    price_per_kg_by_year: dict[int, Positive]
    price_season_amplitude: Annotated[float, Field(ge=0, lt=0.5)]
    price_noise_sd: Annotated[float, Field(ge=0, lt=0.5)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        limits = [feed.up_to_weight_g for feed in self.types]
        if limits != sorted(limits):
            raise ValueError("types must be ordered by up_to_weight_g")
        if not self.price_per_kg_by_year:
            raise ValueError("price_per_kg_by_year is empty")
        return self


class SeaClimate(Section):
    """The water of one country's sea areas."""

    mean_c: Annotated[float, Field(gt=0, lt=20)]
    amplitude_c: NotNegative
    warmest_day: Annotated[int, Field(ge=1, le=366)]
    cooling_per_degree_north_c: float
    reference_latitude: Annotated[float, Field(ge=-90, le=90)]
    salinity_min: Annotated[float, Field(gt=0, lt=42)]
    salinity_max: Annotated[float, Field(gt=0, lt=42)]
    salinity_sd: NotNegative

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.salinity_min > self.salinity_max:
            raise ValueError("salinity_min is more than salinity_max")
        return self


class Environment(Section):
    """Water: temperature, oxygen, salt and chemistry, and the sensors that read them."""

    sea: dict[str, SeaClimate]
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
    co2_base_mg_l: NotNegative
    co2_per_load: NotNegative
    ammonium_base_mg_l: NotNegative
    ammonium_per_load: NotNegative
    nitrite_base_mg_l: NotNegative
    nitrite_per_load: NotNegative
    nitrate_base_mg_l: NotNegative
    nitrate_per_load: NotNegative
    ph_base: Annotated[float, Field(gt=5, lt=9)]
    ph_per_co2: NotNegative
    chemistry_sd: NotNegative
    diurnal_c: NotNegative
    sensor_outage_rate: Share
    sensor_outage_mean_hours: Positive


class Harvest(Section):
    """When fish are slaughtered and what they become."""

    target_weight_g: dict[str, Positive]
    target_sd: Annotated[float, Field(ge=0, le=0.2)]
    min_sea_days: Count
    max_sea_days: Count
    days_min: Annotated[int, Field(ge=1, le=14)]
    days_max: Annotated[int, Field(ge=1, le=14)]
    fast_days: Annotated[int, Field(ge=0, le=10)]
    gutted_yield: Annotated[float, Field(gt=0.5, lt=1)]
    fillet_yield: Annotated[float, Field(gt=0.3, lt=1)]
    superior_share: Share
    ordinary_share: Share

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.superior_share + self.ordinary_share > 1:
            raise ValueError("superior_share and ordinary_share add up to more than 1")
        if self.days_min > self.days_max:
            raise ValueError("days_min is more than days_max")
        if self.min_sea_days > self.max_sea_days:
            raise ValueError("min_sea_days is more than max_sea_days")
        return self


class Config(Section):
    """The whole configuration of a run."""

    generation: Generation
    runtime: RuntimeConfig
    farm: Farm
    staggering: Staggering
    growth: Growth
    mortality: Mortality
    feed: Feed
    environment: Environment
    harvest: Harvest
    diseases: Diseases
    lice: Lice
    treatments: Treatments
    weather: WeatherConfig
    broodstock: Broodstock
    finance: Finance
    acceptance: Acceptance

    @model_validator(mode="after")
    def _countries_known(self) -> Self:
        tables: dict[str, Mapping[str, object]] = {
            "staggering.fallow_days": self.staggering.fallow_days,
            "staggering.sea_plan_days": self.staggering.sea_plan_days,
            "growth.tgc_sea": self.growth.tgc_sea,
            "mortality.daily_rate_sea": self.mortality.daily_rate_sea,
            "harvest.target_weight_g": self.harvest.target_weight_g,
            "environment.sea": self.environment.sea,
            "weather.climate": self.weather.climate,
        }
        for country in self.farm.countries:
            for key, table in tables.items():
                if country not in table:
                    raise ValueError(f"{key} has no entry {country!r}, named in farm.countries")
        return self

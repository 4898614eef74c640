"""A country: all that is known of it alone, one file of `config/countries/` each."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data_generation.config.environmental import Climate
from data_generation.config.health import Disease
from data_generation.config.types import (
    Count,
    DiseaseKey,
    NamesAll,
    NotNegative,
    Positive,
    ProtocolKey,
    Section,
    TwelvePositive,
    VaccineKey,
)
from data_generation.config.users import NEEDED, Person


class Site(Section):
    """A named place with its coordinates in degrees."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Sites(Section):
    """Where stations and sea areas may lie."""

    station_sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    area_sites: Annotated[tuple[Site, ...], Field(min_length=1)]


class SeaClimate(Section):
    """The water of a country's sea areas."""

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


class CountryWater(Section):
    """Climate of the water, and the weather of its coast."""

    sea: SeaClimate
    weather: Climate


class CountryFish(Section):
    """Fallow, the planner's reckoning, growth and usual deaths at sea."""

    fallow_days: Count
    sea_plan_days: Count
    tgc_sea: Positive
    daily_rate_sea: Positive


class CountryHarvest(Section):
    """The weight at which fish are harvested."""

    target_weight_g: Positive


class CountryHealth(Section):
    """Lice, diseases, vaccine and withdrawal."""

    lice_background_per_day: NotNegative
    lice_limit_female: TwelvePositive
    lice_methods: Annotated[dict[ProtocolKey, NotNegative], Field(min_length=1)]
    diseases_per_year: Annotated[
        dict[DiseaseKey, NotNegative], NamesAll("diseases.profiles", unless="area_per_year")
    ]
    """Introductions a year into a sea area."""
    vaccine: VaccineKey
    withdrawal_degree_days: dict[ProtocolKey, NotNegative]

    def introductions_per_year(self, key: str, disease: Disease) -> float:
        """How often a year a disease comes into a sea area of this country."""
        usual = disease.area_per_year
        return (
            self.diseases_per_year[key] if usual is None else self.diseases_per_year.get(key, usual)
        )

    @model_validator(mode="after")
    def _some_method(self) -> Self:
        if not sum(self.lice_methods.values()):
            raise ValueError("lice_methods needs a weight above 0")
        return self


class Country(Section):
    """All that is known of one country alone: a file of `config/countries/`."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    infrastructure: Sites
    environmental: CountryWater
    batch: CountryFish
    harvest: CountryHarvest
    health: CountryHealth
    staff: tuple[Person, ...]

    @model_validator(mode="after")
    def _staffed(self) -> Self:
        for role in NEEDED:
            if not any(person.role == role for person in self.staff):
                raise ValueError(f"staff names nobody with the role {role}")
        return self

"""A country: all that is known of it alone, one file of `config/countries/` each."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_generation.config.references import (
    DiseaseKey,
    NamesAll,
    ProtocolKey,
    VaccineKey,
)
from data_generation.config.weather import Climate

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(gt=0)]
TwelveLimits = Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]
Role = Literal["ADMIN", "VET", "MGR", "OPR", "FIN"]
ROLES: tuple[Role, ...] = ("ADMIN", "VET", "MGR", "OPR", "FIN")
"""What people do, in the order in which their accounts were made."""
NEEDED: tuple[Role, ...] = ("VET", "MGR", "OPR")
"""Roles that each country fills: who diagnoses, runs the stations, looks after the cages."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Site(_Section):
    """A named place with its coordinates in degrees."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Person(_Section):
    """A member of the staff with an account; `geography` and `subsidiary` are AquaMind's codes."""

    username: Annotated[str, Field(pattern=r"^[a-z.]{1,150}$")]
    first_name: Annotated[str, Field(min_length=1, max_length=150)]
    last_name: Annotated[str, Field(min_length=1, max_length=150)]
    job_title: Annotated[str, Field(max_length=100)]
    department: Annotated[str, Field(max_length=100)]
    role: Role
    geography: str = Field(pattern="^[A-Z]{2,3}$")
    subsidiary: Literal["BS", "FW", "FM", "LG", "ALL"]


class Users(_Section):
    """Accounts of the whole company."""

    staff: tuple[Person, ...]


class Sites(_Section):
    """Where stations and sea areas may lie."""

    station_sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    area_sites: Annotated[tuple[Site, ...], Field(min_length=1)]


class SeaClimate(_Section):
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


class Water(_Section):
    """Sea and weather."""

    sea: SeaClimate
    weather: Climate


class Fish(_Section):
    """Fallow, the planner's reckoning, growth and usual deaths at sea."""

    fallow_days: Count
    sea_plan_days: Count
    tgc_sea: Positive
    daily_rate_sea: Positive


class Slaughter(_Section):
    """When fish are harvested."""

    target_weight_g: Positive


class Health(_Section):
    """Lice, diseases, vaccine and withdrawal."""

    lice_background_per_day: NotNegative
    lice_limit_female: TwelveLimits
    lice_methods: Annotated[dict[ProtocolKey, NotNegative], Field(min_length=1)]
    diseases_per_year: Annotated[dict[DiseaseKey, NotNegative], NamesAll("diseases.profiles")]
    vaccine: VaccineKey
    withdrawal_degree_days: dict[ProtocolKey, NotNegative]

    @model_validator(mode="after")
    def _some_method(self) -> Self:
        if not sum(self.lice_methods.values()):
            raise ValueError("lice_methods needs a weight above 0")
        return self


class Country(_Section):
    """One country."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    infrastructure: Sites
    environmental: Water
    batch: Fish
    harvest: Slaughter
    health: Health
    staff: tuple[Person, ...]

    @model_validator(mode="after")
    def _staffed(self) -> Self:
        for role in NEEDED:
            if not any(person.role == role for person in self.staff):
                raise ValueError(f"staff names nobody with the role {role}")
        return self

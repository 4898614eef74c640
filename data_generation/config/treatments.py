"""Lice, and all that is done to fish for their health: vaccines, medicines, delousing."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_generation.config.references import ProtocolKey

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
TwelveLimits = Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Lice(_Section):
    """The salmon louse: its life on the fish, its spread, how it is counted and limited."""

    development_a: Positive
    development_b_c: float
    development_power: Positive
    attached_share: Annotated[float, Field(gt=0, lt=1)]
    egg_beta1: Positive
    egg_beta2: Positive
    nauplius_beta1: Positive
    nauplius_beta2: Positive
    fecundity_a: Positive
    fecundity_b_c: float
    larval_mortality: Share
    retained_share: Share
    attached_mortality: Share
    mobile_mortality: Share
    female_mortality: Share
    male_ratio: NotNegative
    background_month: TwelveLimits
    area_sd: Annotated[float, Field(ge=0, le=2)]
    year_sd: Annotated[float, Field(ge=0, le=2)]
    week_sd: Annotated[float, Field(ge=0, le=2)]
    salinity_none: NotNegative
    salinity_full: Positive
    count_interval_days: Annotated[int, Field(ge=1, le=14)]
    fish_counted: Annotated[int, Field(ge=5, le=100)]
    dispersion: Positive
    detection_attached: Share
    react_days: tuple[int, int]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 2 <= self.react_days[0] <= self.react_days[1]:
            raise ValueError("react_days must begin at 2 or later: fish fast before a treatment")
        if self.salinity_none >= self.salinity_full:
            raise ValueError("salinity_none must be less than salinity_full")
        return self


class Delousing(_Section):
    """Share of lice removed, by stage."""

    attached: Share
    mobile: Share
    female: Share


class Protocol(_Section):
    """A treatment as it is written down and done."""

    name: Name
    kind: Literal["medication", "physical", "other"]
    dosage: Name
    days: Annotated[int, Field(ge=1, le=60)]
    fast_days: Annotated[int, Field(ge=0, le=3)] = 0
    """Days without feed before it; the days of the treatment count extra."""
    appetite: Share = 1.0
    """Share of the appetite left on the days of the treatment."""
    lice: Delousing | None = None
    lowers_loss: Share = 0.0
    """Share by which it lowers what a disease still kills."""
    efficacy_sd: Annotated[float, Field(ge=0, le=0.5)] = 0.06
    usual_loss: Share = 0.0
    """Share of the stock that dies of a treatment that goes well."""
    raised_share: Share = 0.0
    """Share of treatments with raised mortality."""
    raised_loss: Share = 0.0
    """Median share of the stock that dies then; the log has an sd of 0.9."""
    max_temperature_c: float = 30.0
    follow_up_days: Annotated[int, Field(ge=1, le=60)] = 14
    cost_ore_per_kg: NotNegative = 0.0
    cost_ore_per_fish: NotNegative = 0.0


class Vaccine(_Section):
    """A vaccine injected by machine."""

    name: Name
    manufacturer: Name
    dosage: Name
    description: str
    cost_ore_per_fish: NotNegative


class Preventive(_Section):
    """A treatment given as a rule: so many days after fish came into a stage's containers."""

    protocol: ProtocolKey
    stage: Annotated[int, Field(ge=0, le=5)]
    day: Annotated[int, Field(ge=1)]
    reason: str


class Treatments(_Section):
    """Vaccines, protocols, and when they are used."""

    vaccines: dict[str, Vaccine]
    vaccination_weight_g: tuple[float, float]
    vaccination_stages: tuple[int, ...]
    vaccination_fast_days: Annotated[int, Field(ge=2, le=4)]
    vaccination_loss: Share
    vaccination_recovery_days: Annotated[int, Field(ge=0, le=14)]
    settle_days: Annotated[int, Field(ge=0)]
    protocols: dict[str, Protocol]
    supportive: ProtocolKey
    preventive: tuple[Preventive, ...]

    @model_validator(mode="after")
    def _heavy_enough(self) -> Self:
        if self.vaccination_weight_g[0] < 25.0:
            raise ValueError("vaccination_weight_g must begin at 25 g or more")
        return self

"""Sections `diseases`, `lice` and `treatments`: what harms fish, and what is done about it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data_generation.config.types import (
    NotNegative,
    Positive,
    ProtocolKey,
    Section,
    Share,
    TwelvePositive,
    VaccineKey,
)

Bounds = tuple[float, float]
Score = Literal["gill", "eye", "fin", "skin", "deformity"]
SampleKind = Literal["gill", "heart", "kidney", "bacteriology", "blood", "skin", "gut", "water"]
Name = Annotated[str, Field(min_length=1, max_length=100)]

MAX_DISEASES = 32


class Disease(Section):
    """One disease. Ranges are from and to, both included."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    agent: Annotated[str, Field(min_length=1, max_length=100)]
    signs: Annotated[str, Field(min_length=1)]
    """What is seen on the fish."""
    stages: Annotated[tuple[Annotated[int, Field(ge=0, le=5)], ...], Field(min_length=1)]
    """Life stages, 0 egg & alevin to 5 adult."""
    days_at_sea: Bounds | None = None
    weight_g: Bounds | None = None
    temperature_c: Bounds | None = None
    salinity: Bounds | None = None
    month_weight: Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)]
    """Relative hazard by month; only proportions count."""
    station_per_year: NotNegative = 0.0
    """Introductions a year into a station."""
    area_per_year: NotNegative | None = None
    """Introductions a year into a sea area of a country whose file does not say; without it, each
    country must."""
    attack_share: Share
    """Share of the containers of the water that fall ill."""
    spread_days: NotNegative
    """Days until the disease has gone round the containers of the water."""
    lasts_days: tuple[Positive, Positive]
    loss: tuple[Share, Share]
    """Share of the stock lost if nothing is done; most outbreaks lie near the lower end."""
    loss_skew: Annotated[float, Field(ge=1, le=8)]
    """Power of the uniform draw: 1 is even over the range, 3 has its mean at a quarter."""
    appetite_loss: Share
    """Share of the appetite lost at the peak."""
    lasting_immunity: bool = True
    vaccines: dict[VaccineKey, Share] = {}
    """Share of outbreaks, and of the loss in the rest, that a vaccine prevents."""
    treatment_sea: ProtocolKey | None = None
    treatment_fresh: ProtocolKey | None = None
    scores: dict[Score, Annotated[float, Field(ge=0, le=4)]] = {}
    """Points by which the score of a health parameter is worse at the peak."""
    samples: Annotated[tuple[SampleKind, ...], Field(min_length=1)]
    """Lab samples taken when it is suspected; the first one finds the agent."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in ("days_at_sea", "weight_g", "temperature_c", "salinity", "lasts_days", "loss"):
            span = getattr(self, name)
            if span is not None and span[0] > span[1]:
                raise ValueError(f"{name} runs from {span[0]} to {span[1]}")
        if 5 in self.stages and self.treatment_sea is None:
            raise ValueError("treatment_sea is missing though stages names 5, the sea")
        if min(self.stages) < 5 and self.treatment_fresh is None:
            raise ValueError("treatment_fresh is missing though stages names fresh water")
        if not sum(self.month_weight):
            raise ValueError("month_weight needs a weight above 0")
        return self


class DiseasesConfig(Section):
    """All diseases; their numbers in the fish's state follow the order of the profiles."""

    profiles: Annotated[dict[str, Disease], Field(min_length=1, max_length=MAX_DISEASES)]
    hall_reach_share: Share
    """Share of a station's halls that an introduction reaches."""
    incubation_days: Annotated[int, Field(ge=1, le=60)]
    container_sd: Annotated[float, Field(ge=0, le=1)]
    """Sd of the log of the loss between the containers of an outbreak."""
    suspicion_days: tuple[int, int]
    """Days from the first clinical fish until somebody notices and samples."""
    laboratory_days: tuple[int, int]
    """Days from the sample to the diagnosis, on which treatment begins."""

    @model_validator(mode="after")
    def _early(self) -> Self:
        latest = self.suspicion_days[1] + self.laboratory_days[1]
        for key, disease in self.profiles.items():
            if disease.lasts_days[0] <= latest:
                raise ValueError(f"{key}: over before it can be diagnosed after {latest} days")
        return self


class LiceConfig(Section):
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
    background_month: TwelvePositive
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


class Delousing(Section):
    """Share of lice removed, by stage."""

    attached: Share
    mobile: Share
    female: Share


class Protocol(Section):
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


class Vaccine(Section):
    """A vaccine injected by machine."""

    name: Name
    manufacturer: Name
    dosage: Name
    description: str
    cost_ore_per_fish: NotNegative


class Preventive(Section):
    """A treatment given as a rule: so many days after fish came into a stage's containers."""

    protocol: ProtocolKey
    stage: Annotated[int, Field(ge=0, le=5)]
    day: Annotated[int, Field(ge=1)]
    reason: str


class Treatments(Section):
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

"""Diseases: whom they strike, when, how hard, and what is done about them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_generation.config.references import ProtocolKey, VaccineKey

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Span = tuple[float, float]
Score = Literal["gill", "eye", "fin", "skin", "deformity"]
Sample = Literal["gill", "heart", "kidney", "bacteriology", "blood", "skin", "gut", "water"]

MAX_DISEASES = 32


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Disease(_Section):
    """One disease. Ranges are from and to, both included."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    agent: Annotated[str, Field(min_length=1, max_length=100)]
    signs: Annotated[str, Field(min_length=1)]
    """What is seen on the fish."""
    stages: Annotated[tuple[Annotated[int, Field(ge=0, le=5)], ...], Field(min_length=1)]
    """Life stages, 0 egg & alevin to 5 adult."""
    days_at_sea: Span | None = None
    weight_g: Span | None = None
    temperature_c: Span | None = None
    salinity: Span | None = None
    month_weight: Annotated[tuple[NotNegative, ...], Field(min_length=12, max_length=12)]
    """Relative hazard by month; only proportions count."""
    station_per_year: NotNegative = 0.0
    """Introductions a year into a station."""
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
    samples: Annotated[tuple[Sample, ...], Field(min_length=1)]
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


class Diseases(_Section):
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

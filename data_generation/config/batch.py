"""Sections `staggering`, `growth` and `mortality`: how batches begin, move, grow and die."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data_generation.config.types import (
    Count,
    NotNegative,
    Positive,
    Section,
    Share,
    SixPositive,
    TwelvePositive,
)


class Staggering(Section):
    """When batches start, how long they stay, and how they move."""

    eggs_min: Annotated[int, Field(gt=0, le=20_000_000)]
    eggs_max: Annotated[int, Field(gt=0, le=20_000_000)]
    first_start_day: Annotated[int, Field(ge=0)]
    first_year_batches: Annotated[int, Field(ge=0)]
    start_interval_days: Count
    month_weight: TwelvePositive
    max_live_batches: Count
    stage_days: Annotated[tuple[Count, ...], Field(min_length=5, max_length=5)]
    reserve_ahead_days: Annotated[int, Field(ge=5, le=60)]
    transfer_days: Annotated[int, Field(ge=1, le=30)]
    hall_grace_days_min: Annotated[int, Field(ge=1)]
    hall_grace_days_max: Annotated[int, Field(ge=1)]
    external_eggs_share: Share

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


class GrowthConfig(Section):
    """Thermal growth and its spread."""

    egg_weight_g: Positive
    first_feeding_weight_g: Positive
    first_feeding_degree_days: Positive
    tgc: Annotated[tuple[Positive, ...], Field(min_length=4, max_length=4)]
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


class MortalityConfig(Section):
    """Death rates by stage and what raises them."""

    daily_rate: SixPositive
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

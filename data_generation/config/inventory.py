"""Section `feed`: its kinds, use, stores and price."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data_generation.config.types import (
    Count,
    NotNegative,
    Positive,
    Section,
    Share,
)


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

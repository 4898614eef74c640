"""Section `harvest`: when fish are slaughtered and what they become."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data_generation.config.types import Count, Section, Share


class HarvestConfig(Section):
    """When fish are slaughtered and what they become."""

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

"""Section `finance`: companies, prices and how sales get into the accounts."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data_generation.config.types import Positive, Section

Grade = Literal["SUPERIOR", "ORDINARY", "PRODUCTION"]
Subsidiary = Literal["BS", "FW", "FM", "LG"]
SUBSIDIARIES: tuple[Subsidiary, ...] = ("BS", "FW", "FM", "LG")


class EggPrice(Section):
    """NOK an eyed egg, from a supplier and from own broodstock."""

    external: Positive
    internal: Positive


class FinanceConfig(Section):
    """Money; amounts in `currency`, prices a kilogram head-on gutted."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    company_names: dict[Subsidiary, Annotated[str, Field(max_length=40)]]
    salmon_price_by_year: Annotated[dict[int, Positive], Field(min_length=1)]
    price_season_amplitude: Annotated[float, Field(ge=0, lt=0.5)]
    dearest_day: Annotated[int, Field(ge=1, le=366)]
    price_month_sd: Annotated[float, Field(ge=0, lt=0.3)]
    price_week_sd: Annotated[float, Field(ge=0, lt=0.3)]
    size_factors: Annotated[tuple[tuple[Positive, Positive], ...], Field(min_length=1)]
    grade_factors: dict[Grade, Positive]
    egg_price: EggPrice
    smolt_overhead: Annotated[float, Field(ge=0)]
    smolt_markup_percent: Annotated[float, Field(ge=0, le=100)]
    export_day: Annotated[int, Field(ge=1, le=20)]
    posting_days_min: Annotated[int, Field(ge=1)]
    posting_days_max: Annotated[int, Field(ge=1, le=60)]
    accounts: dict[Grade, Annotated[str, Field(max_length=50)]]
    balancing_account: Annotated[str, Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.company_names) != set(SUBSIDIARIES):
            raise ValueError("company_names must have the entries BS, FW, FM and LG")
        for name in ("grade_factors", "accounts"):
            if len(getattr(self, name)) != 3:
                raise ValueError(f"{name} must have the entries SUPERIOR, ORDINARY and PRODUCTION")
        sizes = [size for size, _ in self.size_factors]
        if sizes != sorted(set(sizes)):
            raise ValueError("size_factors must be ordered by weight")
        if self.posting_days_min > self.posting_days_max:
            raise ValueError("posting_days_min is more than posting_days_max")
        return self

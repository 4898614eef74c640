"""Section `broodstock`: own parents, egg suppliers, how good the eggs of each source are."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data_generation.config.types import Positive, Section, Share

Trait = Literal["growth_rate", "disease_resistance", "size", "fertility"]


class Supplier(Section):
    """Who sells eyed eggs, and what share of the external batches is theirs."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    contact: str
    certifications: str
    strain: str
    share: Positive


class EggQuality(Section):
    """Mortality of eggs by source, relative to the usual."""

    external: Positive
    internal: Positive


class BroodstockConfig(Section):
    """Own broodstock and bought eggs."""

    tanks_per_country: Annotated[int, Field(ge=0, le=40)]
    tank_volume_m3: Positive
    max_density_kg_m3: Positive
    suppliers: Annotated[tuple[Supplier, ...], Field(min_length=1)]
    recruit_weight_kg: Positive
    spawning_weight_kg: Positive
    weight_cv: Annotated[float, Field(ge=0, le=0.3)]
    male_weight_factor: Positive
    eggs_per_kg: Positive
    eyed_share: Annotated[float, Field(gt=0, le=1)]
    eyed_degree_days: Positive
    incubation_c: Positive
    females_per_male: Annotated[int, Field(ge=1, le=20)]
    conditioning_days: Annotated[int, Field(ge=0, le=400)]
    cover_days: Annotated[int, Field(ge=1)]
    max_days: Annotated[int, Field(ge=100)]
    max_ripe_days: Annotated[int, Field(ge=100)]
    monthly_death_share: Share
    monthly_finding_share: Share
    trait_priorities: dict[Trait, Positive]
    egg_mortality_factor: EggQuality
    repair_share: Share
    upgrade_share: Share

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.tanks_per_country == 1:
            raise ValueError("tanks_per_country must be 0, or 2 and more")
        if len(self.trait_priorities) != 4:
            raise ValueError(
                "trait_priorities must have growth_rate, disease_resistance, size and fertility"
            )
        if len({supplier.name for supplier in self.suppliers}) != len(self.suppliers):
            raise ValueError("suppliers names one twice")
        return self

    @property
    def eyed_days(self) -> int:
        """Days from stripping to eyed eggs."""
        return round(self.eyed_degree_days / self.incubation_c)

    @property
    def ready_days(self) -> int:
        """Days from coming to the spawning tanks to eyed eggs, at the least."""
        return self.conditioning_days + self.eyed_days

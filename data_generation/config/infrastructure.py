"""Section `farm`: what the company's equipment is."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data_generation.config.types import (
    ADULT,
    Count,
    CountryKey,
    Positive,
    Section,
)


class PlaceConfig(Section):
    """A kind of hall or the sea: its containers, their size, its feed stores."""

    container_type: Annotated[str, Field(min_length=1, max_length=100)]
    category: Literal["TANK", "PEN", "TRAY", "OTHER"]
    volume_m3: Positive
    max_density_kg_m3: Positive
    containers_per_batch: Annotated[int, Field(gt=0, le=200)]
    silos: Annotated[int, Field(ge=0)]
    silo_capacity_kg: Positive


class FarmConfig(Section):
    """The company's equipment. `countries` lists the countries in use, by key."""

    countries: Annotated[tuple[CountryKey, ...], Field(min_length=1, max_length=8)]
    scale: Annotated[int, Field(gt=0, le=1000)]
    stations_per_country: Count
    areas_per_country: Count
    containers_per_hall: Count
    cages_per_area: Count
    berths_per_area: Count
    halls: dict[Literal["A", "B", "C", "D", "E"], PlaceConfig]
    area: PlaceConfig
    reserve_sensors_hall: Annotated[int, Field(ge=0, le=4)]
    reserve_sensors_cage: Annotated[int, Field(ge=0, le=4)]
    area_max_biomass_kg: Positive

    @model_validator(mode="after")
    def _batch_fits(self) -> Self:
        if len(self.halls) != ADULT:
            raise ValueError("halls must have the entries A, B, C, D and E")
        if not self.area.silos or not all(self.halls[letter].silos for letter in "BCDE"):  # type: ignore[index]
            raise ValueError("halls B to E and the area need at least one silo each")
        for letter, hall in self.halls.items():
            if hall.containers_per_batch > self.containers_per_hall:
                raise ValueError(
                    f"hall {letter}: containers_per_batch {hall.containers_per_batch} is more than "
                    f"containers_per_hall {self.containers_per_hall}"
                )
        if self.cages_per_area % self.berths_per_area or self.area.silos % self.berths_per_area:
            raise ValueError("berths_per_area must divide cages_per_area and the area's silos")
        if self.area.containers_per_batch > self.cages_per_area // self.berths_per_area:
            raise ValueError("area: containers_per_batch is more than the cages of a berth")
        if len(set(self.countries)) != len(self.countries):
            raise ValueError("countries names one twice")
        return self

    @property
    def stations_in_country(self) -> int:
        """Stations of one country, scaled."""
        return self.stations_per_country * self.scale

    @property
    def areas_in_country(self) -> int:
        """Sea areas of one country, scaled."""
        return self.areas_per_country * self.scale

"""The farm as arrays: which containers, sensors and silos each hall and sea area has.

A place is what one batch occupies at a time, with its own store of feed: a hall, or a berth of a
sea area. An area has one berth or several, which share its water. Places are numbered from 0, halls
first; everything else carries run-local keys from 1. The layout is a pure function of the
configuration.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_generation.config.countries import Site
from data_generation.config.infrastructure import PlaceConfig
from data_generation.config.models import Config
from data_generation.config.types import ADULT
from data_generation.generators.core.quantities import Quantities

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HALL_LETTERS = "ABCDE"

_NEIGHBOUR_DEGREES = 0.02
"""Latitude between a site and its nearest neighbours, some 2 km."""
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
_BASE_NAME_LENGTH = 70
"""Leaves room for a number in the 80 characters of a site's name."""


@dataclass(frozen=True)
class Place:
    """A hall or a berth of a sea area."""

    index: int
    water: int
    """Number of its body of water: halls by their index, then areas."""
    country: int
    stage: int
    """Life stage kept here, 0 to 5; 5 is the sea."""
    station: int
    """Key of the station, 0 for a sea area."""
    key: int
    """Key of the hall or of the area."""
    name: str
    site: Site
    containers: range
    """Keys of its containers."""
    silos: range
    """Keys of its feed containers."""
    first_container: int
    """Key of the first container of the whole hall or area; names count from it."""
    first_silo: int
    """Key of the first feed container of the whole hall or area."""
    silo_capacity_kg: float
    config: PlaceConfig

    @property
    def at_sea(self) -> bool:
        """Whether this is at sea."""
        return self.stage == ADULT


class Layout:
    """Every place, container, sensor and silo of the farm; the quantities that sensors measure."""

    def __init__(self, whole: Config) -> None:
        """Number the farm's equipment."""
        self.config = config = whole.farm
        self.quantities = Quantities.of(whole.environment.quantities)
        self.countries = whole.countries_in_use
        self.stations: list[tuple[int, str, Site]] = []
        self.places: list[Place] = []
        self._next_container = 1
        self._next_silo = 1
        for country, in_use in enumerate(self.countries):
            sites = in_use.infrastructure.station_sites
            for number in range(config.stations_in_country):
                site = _site(sites, number)
                self.stations.append((country, site.name, site))
                self._add_halls(country, len(self.stations), site)
        self.hall_count = len(self.places)
        area_key = 0
        for country, in_use in enumerate(self.countries):
            sites = in_use.infrastructure.area_sites
            for number in range(config.areas_in_country):
                area_key += 1
                self._add_area(country, area_key, _site(sites, number))
        self._number_sensors()

    def _add_halls(self, country: int, station: int, site: Site) -> None:
        for stage, letter in enumerate(HALL_LETTERS):
            hall = self.config.halls[letter]  # type: ignore[index]
            index = len(self.places)
            name = f"{site.name} Hall {letter}"
            containers = range(
                self._next_container, self._next_container + self.config.containers_per_hall
            )
            silos = range(self._next_silo, self._next_silo + hall.silos)
            self._add(
                country, stage, station, index + 1, index, name, site, hall, containers, silos
            )

    def _add_area(self, country: int, key: int, site: Site) -> None:
        area, berths = self.config.area, self.config.berths_per_area
        water = self.hall_count + key - 1
        cages, silos = self.config.cages_per_area // berths, area.silos // berths
        first_cage, first_silo = self._next_container, self._next_silo
        for _ in range(berths):
            self._add(
                country,
                ADULT,
                0,
                key,
                water,
                site.name,
                site,
                area,
                range(self._next_container, self._next_container + cages),
                range(self._next_silo, self._next_silo + silos),
                first_cage,
                first_silo,
            )

    def _add(
        self,
        country: int,
        stage: int,
        station: int,
        key: int,
        water: int,
        name: str,
        site: Site,
        config: PlaceConfig,
        containers: range,
        silos: range,
        first_container: int | None = None,
        first_silo: int | None = None,
    ) -> None:
        self._next_container, self._next_silo = containers.stop, silos.stop
        self.places.append(
            Place(
                index=len(self.places),
                water=water,
                country=country,
                stage=stage,
                station=station,
                key=key,
                name=name,
                site=site,
                containers=containers,
                silos=silos,
                first_container=first_container or containers.start,
                first_silo=first_silo or silos.start,
                silo_capacity_kg=config.silo_capacity_kg,
                config=config,
            )
        )

    def _number_sensors(self) -> None:
        count = self._next_container - 1
        self.container_place: Ints = np.zeros(count + 1, dtype=np.int64)
        for place in self.places:
            self.container_place[place.containers.start : place.containers.stop] = place.index
        at_sea = self.container_place >= self.hall_count
        fresh = len(self.quantities.hall) + self.config.reserve_sensors_hall
        sea = len(self.quantities.sea) + self.config.reserve_sensors_cage
        self.sensors_of: Ints = np.where(at_sea, sea, fresh)
        self.sensors_of[0] = 0
        self.first_sensor: Ints = np.concatenate([[0], 1 + np.cumsum(self.sensors_of)[:-1]])
        self.volume_m3: Floats = np.array([p.config.volume_m3 for p in self.places])[
            self.container_place
        ]
        self.max_biomass_kg: Floats = (
            self.volume_m3
            * np.array([p.config.max_density_kg_m3 for p in self.places])[self.container_place]
        )

    @property
    def areas(self) -> list[Place]:
        """The first berth of each sea area."""
        return [p for p in self.places if p.at_sea and p.containers.start == p.first_container]

    @property
    def container_count(self) -> int:
        """How many containers the farm has."""
        return self._next_container - 1

    @property
    def silo_count(self) -> int:
        """How many silos, barge silos included."""
        return self._next_silo - 1

    @property
    def sensor_count(self) -> int:
        """How many sensors, reserves included."""
        return int(self.sensors_of.sum())

    def silo_place(self) -> Ints:
        """The place of each silo, indexed by its key; entry 0 is unused."""
        places = np.zeros(self.silo_count + 1, dtype=np.int64)
        for place in self.places:
            places[place.silos.start : place.silos.stop] = place.index
        return places

    def halls(self, country: int, stage: int) -> list[Place]:
        """The places of one country for one stage, berths for the last."""
        return [p for p in self.places if p.country == country and p.stage == stage]


def _site(sites: tuple[Site, ...], number: int) -> Site:
    """The configured site, or beyond the list a numbered neighbour some kilometres off.

    Neighbours wind outwards by the golden angle, at equal areas: none on another, none far away.
    """
    base = sites[number % len(sites)]
    round_ = number // len(sites)
    if round_ == 0:
        return base
    distance, bearing = _NEIGHBOUR_DEGREES * math.sqrt(round_), _GOLDEN_ANGLE * round_
    north = distance * math.cos(bearing)
    east = distance * math.sin(bearing) / max(0.1, math.cos(math.radians(base.latitude)))
    return Site(
        name=f"{base.name[:_BASE_NAME_LENGTH]} {round_ + 1}",
        latitude=round(min(90.0, max(-90.0, base.latitude + north)), 4),
        longitude=round((base.longitude + east + 180.0) % 360.0 - 180.0, 4),
    )

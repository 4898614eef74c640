"""Rows of what stands: geographies, stations, halls, areas, containers, sensors, silos."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.dates import at
from data_generation.generators.core.declared.output import NULL, Ids, Output
from data_generation.generators.core.draws import whole
from data_generation.generators.core.layout import HALL_LETTERS, Layout, Place
from data_generation.generators.core.world import World

_MAKERS = ("Oxyguard", "Aanderaa", "Hach", "YSI", "In-Situ", "Endress+Hauser")
_DESCRIPTIONS = (
    "Egg and alevin hall",
    "Fry hall",
    "Parr hall",
    "Smolt hall",
    "Post-smolt hall",
)


def write_infrastructure(world: World) -> None:
    """All infrastructure rows, as they stood on the first morning of the run."""
    layout, ids, output, start_day = world.layout, world.ids, world.output, world.first_day
    stamps = {"created_at": at(start_day, 0), "updated_at": at(start_day, 0)}
    _geographies(layout, ids, output, stamps)
    _stations(layout, ids, output, stamps)
    _halls_and_areas(layout, ids, output, stamps)
    _containers(layout, ids, output, stamps)
    _sensors(world, stamps)
    _feed_containers(layout, ids, output, stamps)


def container_name(place: Place, key: int) -> str:
    """A container's name: its place and its number there."""
    number = key - place.first_container + 1
    return f"{place.name} C{number:02d}" if place.at_sea else f"{place.name}-{number:02d}"


def silo_name(place: Place, key: int) -> str:
    """A feed container's name: its place and its number there."""
    kind = "Barge Silo" if place.at_sea else "Silo"
    return f"{place.name} {kind} {key - place.first_silo + 1}"


def _geographies(layout: Layout, ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    table = "infrastructure_geography"
    names = [country.name for country in layout.countries]
    output.insert(
        table,
        len(names),
        id=ids.take(table, len(names)),
        name=names,
        description=[f"Salmon farming in {name}" for name in names],
        **stamps,
    )


def _stations(layout: Layout, ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    table = "infrastructure_freshwaterstation"
    stations = layout.stations
    output.insert(
        table,
        len(stations),
        id=ids.take(table, len(stations)),
        name=[name for _, name, _ in stations],
        station_type="FRESHWATER",
        latitude=np.array([round(site.latitude * 1e6) for _, _, site in stations]),
        longitude=np.array([round(site.longitude * 1e6) for _, _, site in stations]),
        description="Recirculating fresh water station with halls A to E",
        active=True,
        geography_id=np.array([country + 1 for country, _, _ in stations]),
        **stamps,
    )


def _halls_and_areas(layout: Layout, ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    halls = [place for place in layout.places if not place.at_sea]
    areas = layout.areas
    table = "infrastructure_hall"
    output.insert(
        table,
        len(halls),
        id=ids.take(table, len(halls)),
        name=[f"Hall {HALL_LETTERS[hall.stage]}" for hall in halls],
        description=[f"{_DESCRIPTIONS[hall.stage]} of {hall.site.name}" for hall in halls],
        area_sqm=np.array(
            [round(100 * 0.55 * len(h.containers) * h.config.volume_m3**0.8 + 12000) for h in halls]
        ),
        active=True,
        freshwater_station_id=np.array([hall.station for hall in halls]),
        **stamps,
    )
    table = "infrastructure_area"
    output.insert(
        table,
        len(areas),
        id=ids.take(table, len(areas)),
        name=[area.name for area in areas],
        latitude=np.array([round(area.site.latitude * 1e6) for area in areas]),
        longitude=np.array([round(area.site.longitude * 1e6) for area in areas]),
        max_biomass=round(layout.config.area_max_biomass_kg * 100),
        active=True,
        geography_id=np.array([area.country + 1 for area in areas]),
        **stamps,
    )


def _containers(layout: Layout, ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    kinds = [layout.config.halls[letter] for letter in HALL_LETTERS]  # type: ignore[index]
    kinds.append(layout.config.area)
    table = "infrastructure_containertype"
    output.insert(
        table,
        len(kinds),
        id=ids.take(table, len(kinds)),
        name=[kind.container_type for kind in kinds],
        category=[kind.category for kind in kinds],
        max_volume_m3=np.array([round(kind.volume_m3 * 100) for kind in kinds]),
        description=[
            f"{kind.container_type}, {kind.volume_m3:g} m3, up to {kind.max_density_kg_m3:g} kg/m3"
            for kind in kinds
        ],
        **stamps,
    )
    table = "infrastructure_container"
    keys = ids.take(table, layout.container_count)
    place_of = layout.container_place[1:]
    places = layout.places
    at_sea = place_of >= layout.hall_count
    place_keys = np.array([place.key for place in places])[place_of]
    output.insert(
        table,
        len(keys),
        id=keys,
        name=[container_name(places[p], key) for key, p in enumerate(place_of, start=1)],
        volume_m3=whole(layout.volume_m3[1:] * 100),
        max_biomass_kg=whole(layout.max_biomass_kg[1:] * 100),
        active=True,
        area_id=np.where(at_sea, place_keys, NULL),
        container_type_id=np.array([place.stage + 1 for place in places])[place_of],
        hall_id=np.where(at_sea, NULL, place_keys),
        feed_recommendations_enabled=np.array([place.stage > 0 for place in places])[place_of],
        **stamps,
    )


def _sensors(world: World, stamps: dict[str, int]) -> None:
    table = "infrastructure_sensor"
    keys = world.ids.take(table, world.layout.sensor_count)
    columns = sensor_columns(world, keys, world.first_day)
    world.output.insert(table, len(keys), **columns, **stamps)


def sensor_columns(world: World, keys: NDArray[np.int64], start_day: int) -> dict[str, Any]:
    """The rows of these sensors as they stood on the first morning, less their stamps."""
    layout, quantities = world.layout, list(world.config.environment.quantities.values())
    containers = np.searchsorted(layout.first_sensor[1:], keys, side="right")
    slots = keys - layout.first_sensor[containers]
    spare = np.flatnonzero([quantity.spare for quantity in quantities])
    parameters = np.zeros(len(keys), dtype=np.int64)
    active = np.zeros(len(keys), dtype=np.bool_)
    at_sea = layout.container_place[containers] >= layout.hall_count
    for sea in (False, True):
        working = layout.quantities.measured(at_sea=sea)
        rows = at_sea == sea
        order = np.concatenate([working, np.resize(spare, int(layout.sensors_of.max()))])
        parameters[rows] = order[slots[rows]]
        active[rows] = slots[rows] < len(working)
    installed, calibrated, maker, _ = world.draws.uniforms("sensor", keys)
    installed_day = start_day - 20 - (installed * 700).astype(np.int64)
    maker_index = (maker * len(_MAKERS)).astype(np.int64)
    names = {
        key: container_name(layout.places[layout.container_place[key]], key)
        for key in np.unique(containers).tolist()
    }
    return {
        "id": keys,
        "name": [
            f"{names[c]} {quantities[p].name}{'' if works else ' reserve'}"
            for c, p, works in zip(
                containers.tolist(), parameters.tolist(), active.tolist(), strict=True
            )
        ],
        "sensor_type": [quantities[p].sensor_type for p in parameters.tolist()],
        "serial_number": [
            f"{_MAKERS[m][:2].upper()}{key * 7919 % 1_000_003:07d}-{p}"
            for key, m, p in zip(
                keys.tolist(), maker_index.tolist(), parameters.tolist(), strict=True
            )
        ],
        "manufacturer": [_MAKERS[m] for m in maker_index.tolist()],
        "installation_date": installed_day,
        "last_calibration_date": np.maximum(
            start_day - 1 - (calibrated * 90).astype(np.int64), installed_day
        ),
        "active": active,
        "container_id": containers,
    }


def _feed_containers(layout: Layout, ids: Ids, output: Output, stamps: dict[str, int]) -> None:
    table = "infrastructure_feedcontainer"
    keys = ids.take(table, layout.silo_count)
    place_of = layout.silo_place()[1:]
    places = layout.places
    at_sea = place_of >= layout.hall_count
    place_keys = np.array([place.key for place in places])[place_of]
    output.insert(
        table,
        len(keys),
        id=keys,
        name=[silo_name(places[p], key) for key, p in enumerate(place_of, start=1)],
        container_type=["BARGE" if sea else "SILO" for sea in at_sea.tolist()],
        capacity_kg=np.array([round(p.silo_capacity_kg * 100) for p in places])[place_of],
        active=True,
        area_id=np.where(at_sea, place_keys, NULL),
        hall_id=np.where(at_sea, NULL, place_keys),
        **stamps,
    )

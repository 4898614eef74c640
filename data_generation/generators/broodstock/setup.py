"""What broodstock stands on: egg suppliers, and a hall with tanks at each country's first station.

The tanks are numbered behind all other containers, so that no other key depends on them. They have
no sensors and no silos, and batches never see them.
"""

import numpy as np

from data_generation.config.broodstock import BroodstockConfig
from data_generation.generators.core.declared.output import NULL, Ids, Output
from data_generation.generators.core.layout import Layout
from data_generation.generators.core.world import World, setup_stamps


def tanks(config: BroodstockConfig, layout: Layout, country: int) -> range:
    """Keys of a country's broodstock tanks."""
    first = layout.container_count + 1 + country * config.tanks_per_country
    return range(first, first + config.tanks_per_country)


def first_station(layout: Layout, country: int) -> int:
    """Key of a country's first station."""
    return 1 + next(i for i, station in enumerate(layout.stations) if station[0] == country)


def write_broodstock(world: World) -> None:
    """Suppliers, halls and tanks; after the farm's infrastructure."""
    config, layout, ids, output = world.config, world.layout, world.ids, world.output
    stamps = setup_stamps(world)
    table, suppliers = "broodstock_eggsupplier", config.broodstock.suppliers
    output.insert(
        table,
        len(suppliers),
        id=ids.take(table, len(suppliers)),
        name=[supplier.name for supplier in suppliers],
        contact_details=[supplier.contact for supplier in suppliers],
        certifications=[supplier.certifications for supplier in suppliers],
        **stamps,
    )
    if config.broodstock.tanks_per_country:
        _write_tanks(config.broodstock, layout, ids, output, stamps)


def _write_tanks(
    config: BroodstockConfig, layout: Layout, ids: Ids, output: Output, stamps: dict[str, int]
) -> None:
    countries = range(len(layout.countries))
    stations = [first_station(layout, country) for country in countries]
    names = [layout.stations[station - 1][1] for station in stations]
    table = "infrastructure_hall"
    halls = ids.take(table, len(stations))
    output.insert(
        table,
        len(stations),
        id=halls,
        name="Broodstock Hall",
        description=[f"Parents and stripping at {name}" for name in names],
        area_sqm=round(100 * (1.2 * config.tanks_per_country * config.tank_volume_m3**0.8 + 200)),
        active=True,
        freshwater_station_id=np.array(stations),
        **stamps,
    )
    table = "infrastructure_containertype"
    kind = ids.one(table)
    volume = round(100 * config.tank_volume_m3)
    output.insert(
        table,
        1,
        id=kind,
        name="Broodstock tank",
        category="TANK",
        max_volume_m3=volume,
        description=f"Broodstock tank, {config.tank_volume_m3:g} m3, with light control",
        **stamps,
    )
    table = "infrastructure_container"
    rows = len(stations) * config.tanks_per_country
    output.insert(
        table,
        rows,
        id=ids.take(table, rows),
        name=[
            f"{name} Broodstock-{number + 1:02d}"
            for name in names
            for number in range(config.tanks_per_country)
        ],
        volume_m3=volume,
        max_biomass_kg=round(volume * config.max_density_kg_m3),
        active=True,
        area_id=NULL,
        container_type_id=kind,
        hall_id=np.repeat(halls, config.tanks_per_country),
        feed_recommendations_enabled=False,
        **stamps,
    )

"""Rows of batch that are known beforehand: species and life stages."""

import numpy as np

from data_generation.config.types import STAGES
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import World, setup_stamps

SPECIES = 1
"""Key of the only species."""

# Weight in g and length in cm, from and to.
_STAGE_RANGES = (
    ("Eggs and yolk-sac fry in trays", 0.08, 0.25, 0.5, 2.7),
    ("First feeding in small tanks", 0.15, 10, 2.4, 10),
    ("Freshwater fish with parr marks", 5, 110, 7.5, 21),
    ("Smoltifying fish under light control", 70, 320, 18, 31),
    ("Large smolt before sea transfer", 200, 720, 25, 41),
    ("Ongrowing at sea until harvest", 400, 8000, 33, 85),
)


def write_biology(world: World) -> None:
    """The species and its stages, as they stood on the first morning."""
    ids, output = world.ids, world.output
    stamps = setup_stamps(world)
    output.insert(
        "batch_species",
        1,
        id=ids.take("batch_species", 1),
        name="Atlantic Salmon",
        scientific_name="Salmo salar",
        description="Anadromous salmonid, farmed from egg to harvest",
        optimal_temperature_min=600,
        optimal_temperature_max=1400,
        optimal_oxygen_min=700,
        optimal_ph_min=650,
        optimal_ph_max=820,
        **stamps,
    )
    table = "batch_lifecyclestage"
    rows = len(STAGES)
    ranges = whole(np.array([r[1:] for r in _STAGE_RANGES]) * 100)
    output.insert(
        table,
        rows,
        id=ids.take(table, rows),
        name=list(STAGES),
        order=np.arange(1, rows + 1),
        description=[r[0] for r in _STAGE_RANGES],
        expected_weight_min_g=ranges[:, 0],
        expected_weight_max_g=ranges[:, 1],
        expected_length_min_cm=ranges[:, 2],
        expected_length_max_cm=ranges[:, 3],
        species_id=SPECIES,
        **stamps,
    )

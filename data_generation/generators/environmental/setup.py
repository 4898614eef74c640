"""Rows of environmental that are known beforehand: the quantities of the water."""

import numpy as np

from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import World, setup_stamps


def write_quantities(world: World) -> None:
    """The quantities of the water, as they stood on the first morning."""
    ids, output = world.ids, world.output
    stamps = setup_stamps(world)
    table = "environmental_environmentalparameter"
    quantities = list(world.config.environment.quantities.values())
    rows = len(quantities)
    limits = whole(np.array([(*q.valid, *q.good) for q in quantities]) * 100)
    output.insert(
        table,
        rows,
        id=ids.take(table, rows),
        name=[q.name for q in quantities],
        unit=[q.unit for q in quantities],
        description=[q.description for q in quantities],
        min_value=limits[:, 0],
        max_value=limits[:, 1],
        optimal_min=limits[:, 2],
        optimal_max=limits[:, 3],
        **stamps,
    )

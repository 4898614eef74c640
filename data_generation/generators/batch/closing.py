"""The end of assignments and batches: what has died out is closed, what is empty is given free."""

import numpy as np

from data_generation.generators.batch.rows import batch_row, update_assignments
from data_generation.generators.core.dates import at
from data_generation.generators.core.fish import Batch
from data_generation.generators.core.world import World


def end_batch(world: World, batch: Batch, moment: int, status: str) -> None:
    """Write the batch's last state and let its places rest."""
    day = world.today.day
    layout, config = world.layout, world.config.staggering
    fallow = layout.countries[batch.country].batch.fallow_days
    for index in (batch.place, batch.next_place):
        if index < 0:
            continue
        rest = fallow + 1 if layout.places[index].at_sea else config.hall_grace_days_max
        world.occupancy.taken_by[index] = 0
        world.occupancy.free_from[index] = day + rest
    row = batch_row(world, batch, moment, completed_day=day) | {"status": status}
    world.output.update("batch_batch", 1, **row)
    world.batches.remove(batch)


class Closing:
    """Closes containers in which no fish is left, and batches without containers."""

    def advance(self, world: World) -> None:
        """Look for what has died out today."""
        fish = world.fish
        empty = np.flatnonzero(fish.count == 0)
        if not len(empty):
            return
        update_assignments(world, empty, at(world.today.day, 17), departed=True)
        world.state.keep_assignments(fish.count > 0)
        for batch in list(world.batches):
            if not (fish.batch == batch.id).any():
                end_batch(world, batch, at(world.today.day, 17, 30), "TERMINATED")

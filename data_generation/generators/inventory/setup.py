"""Rows of inventory that are known beforehand: the kinds of feed."""

import numpy as np

from data_generation.generators.core.draws import Ints, whole
from data_generation.generators.core.world import World, setup_stamps


def write_feeds(world: World) -> None:
    """The kinds of feed, as they stood on the first morning."""
    ids, output = world.ids, world.output
    stamps = setup_stamps(world)
    table = "inventory_feed"
    feeds = world.config.feed.types

    def scaled(values: list[float]) -> Ints:
        return whole(np.array(values) * 100)

    floors = [0.0, *(feed.up_to_weight_g for feed in feeds)]
    output.insert(
        table,
        len(feeds),
        id=ids.take(table, len(feeds)),
        name=[feed.name for feed in feeds],
        brand=[feed.brand for feed in feeds],
        size_category=[feed.size_category for feed in feeds],
        pellet_size_mm=scaled([feed.pellet_size_mm for feed in feeds]),
        protein_percentage=scaled([feed.protein_percentage for feed in feeds]),
        fat_percentage=scaled([feed.fat_percentage for feed in feeds]),
        carbohydrate_percentage=scaled([feed.carbohydrate_percentage for feed in feeds]),
        description=[
            f"For fish of {low:g} to {feed.up_to_weight_g:g} g"
            for low, feed in zip(floors[:-1], feeds, strict=True)
        ],
        is_active=True,
        **stamps,
    )

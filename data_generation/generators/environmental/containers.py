"""What fish and feed do to their water: oxygen, carbon dioxide, nitrogen, acidity.

Each container's water at midnight follows the place's water and the container's own load. In halls
the load is feed a day for each m³, smoothed over the biofilter's and the flow's lag; at sea it is
the density of fish.
"""

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import LEVEL, World
from data_generation.generators.environmental.state import ContainerLevels, ContainerWater

_NOISE_PHI = 0.8


class ContainerWaters:
    """Each container's water at the end of the day."""

    def __init__(self, world: World) -> None:
        """Know what follows the feed load."""
        quantities = world.config.environment.quantities
        self._load = [
            (number, quantity.feed_load)
            for number, quantity in enumerate(quantities.values())
            if quantity.feed_load is not None
        ]
        co2 = quantities["co2"].feed_load
        assert co2 is not None
        self._co2 = co2
        self._own, self._levels = world.of(ContainerWater), world.of(ContainerLevels)

    def advance(self, world: World) -> None:
        """Move the levels from this midnight to the next."""
        config, fish, today = world.config.environment, world.fish, world.today
        own, q = self._own, world.quantities
        if not len(fish):
            return
        volume = world.layout.volume_m3[fish.container]
        feed_kg_m3 = world.fish_today.fed_u / 100.0 / volume
        response = 1.0 - np.exp(-1.0 / config.load_response_days)
        load = own.load / LEVEL
        load = load + response * (feed_kg_m3 - load)
        own.load = whole(load * LEVEL)
        load = own.load / LEVEL
        z = world.draws.normal("water chemistry", fish.key, today.day)
        noise = _NOISE_PHI * own.noise / LEVEL + np.sqrt(1 - _NOISE_PHI**2) * z
        own.noise = whole(noise * LEVEL)
        wobble = np.exp(config.chemistry_sd * own.noise / LEVEL)
        place = world.water_tonight.values[:, fish.place] / LEVEL
        density = fish.biomass_g() / 1000.0 / volume
        sea = fish.stage == ADULT
        co2 = (self._co2.base + self._co2.per_load * load) * wobble**self._co2.wobble_power
        level = np.zeros_like(place)
        level[q.temperature] = place[q.temperature]
        level[q.salinity] = place[q.salinity]
        level[q.oxygen] = place[q.oxygen] - np.where(
            sea,
            config.sea_oxygen_per_density * density * wobble,
            config.oxygen_per_load * load * wobble,
        )
        level[q.ph] = place[q.ph] - np.where(sea, 0.0, config.ph_per_co2 * (co2 - self._co2.base))
        for number, follows in self._load:
            value = (follows.base + follows.per_load * load) * wobble**follows.wobble_power
            level[number] = np.where(sea, 0.0, value)
        self._levels.values = whole(level * LEVEL)

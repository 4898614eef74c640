"""What fish and feed do to their water: oxygen, carbon dioxide, nitrogen, acidity; and gas physics.

Each container's water at midnight follows the place's water and the container's own load. In halls
the load is feed a day for each m³, smoothed over the biofilter's and the flow's lag; at sea it is
the density of fish.
"""

from collections.abc import Mapping

import numpy as np

from data_generation.generators.core.draws import whole
from data_generation.generators.core.fish import LEVEL
from data_generation.generators.core.layout import (
    AMMONIUM,
    CO2,
    NITRATE,
    NITRITE,
    OXYGEN,
    PH,
    SALINITY,
    TEMPERATURE,
)
from data_generation.generators.core.world import Arrays, Floats, Ints, World

# Garcia & Gordon 1992, Benson-Krause coefficients, µmol/kg.
_A = (5.80871, 3.20291, 4.17887, 5.10006, -0.0986643, 3.80369)
_B = (-7.01577e-3, -7.70028e-3, -1.13864e-2, -9.51519e-3)
_C0 = -2.75915e-7
_OXYGEN_G_PER_MOL = 31.998
_NOISE_PHI = 0.8


def oxygen_saturation_mg_l(temperature_c: Floats, salinity: Floats) -> Floats:
    """Dissolved oxygen in equilibrium with moist air at one atmosphere, mg/L.

    Garcia & Gordon 1992 in µmol/kg, made mg/L with the density of `water_density_kg_l`. Arrays of
    one shape, temperature in °C, practical salinity.
    """
    ts = np.log((298.15 - temperature_c) / (273.15 + temperature_c))
    a = np.polyval(_A[::-1], ts)
    b = np.polyval(_B[::-1], ts)
    micromol_kg = np.exp(a + salinity * b + _C0 * salinity * salinity)
    density = water_density_kg_l(temperature_c, salinity)
    result: Floats = micromol_kg * density * _OXYGEN_G_PER_MOL / 1000.0
    return result


def water_density_kg_l(temperature_c: Floats, salinity: Floats) -> Floats:
    """Density of water at the surface, kg/L: Millero & Poisson 1981 (UNESCO EOS-80)."""
    t, s = temperature_c, salinity
    pure = np.polyval(
        [6.536332e-9, -1.120083e-6, 1.001685e-4, -9.095290e-3, 6.793952e-2, 999.842594], t
    )
    linear = np.polyval([5.3875e-9, -8.2467e-7, 7.6438e-5, -4.0899e-3, 0.824493], t)
    root = np.polyval([-1.6546e-6, 1.0227e-4, -5.72466e-3], t)
    result: Floats = (pure + linear * s + root * s**1.5 + 4.8314e-4 * s * s) / 1000.0
    return result


class Water:
    """Each container's water at the end of the day."""

    name = "water"

    def advance(self, world: World) -> None:
        """Move `fish.level` from this midnight to the next."""
        config, fish, today = world.config.environment, world.fish, world.today
        if not len(fish):
            return
        volume = world.layout.volume_m3[fish.container]
        feed_kg_m3 = today.fed_u / 100.0 / volume
        response = 1.0 - np.exp(-1.0 / config.load_response_days)
        load = fish.load / LEVEL
        load = load + response * (feed_kg_m3 - load)
        fish.load = whole(load * LEVEL)
        load = fish.load / LEVEL
        z = world.draws.normal("water chemistry", fish.key, today.day)
        noise = _NOISE_PHI * fish.noise / LEVEL + np.sqrt(1 - _NOISE_PHI**2) * z
        fish.noise = whole(noise * LEVEL)
        wobble = np.exp(config.chemistry_sd * fish.noise / LEVEL)
        place = world.place_level_next[fish.place] / LEVEL
        density = fish.biomass_g() / 1000.0 / volume
        sea = fish.stage == 5
        co2 = (config.co2_base_mg_l + config.co2_per_load * load) * wobble
        level = np.zeros_like(place)
        level[:, TEMPERATURE] = place[:, TEMPERATURE]
        level[:, SALINITY] = place[:, SALINITY]
        level[:, OXYGEN] = place[:, OXYGEN] - np.where(
            sea,
            config.sea_oxygen_per_density * density * wobble,
            config.oxygen_per_load * load * wobble,
        )
        level[:, PH] = place[:, PH] - np.where(
            sea, 0.0, config.ph_per_co2 * (co2 - config.co2_base_mg_l)
        )
        chemistry = {
            CO2: co2,
            AMMONIUM: (config.ammonium_base_mg_l + config.ammonium_per_load * load) * wobble,
            NITRITE: (config.nitrite_base_mg_l + config.nitrite_per_load * load) * wobble**1.5,
            NITRATE: (config.nitrate_base_mg_l + config.nitrate_per_load * load) * wobble**0.5,
        }
        for parameter, value in chemistry.items():
            level[:, parameter] = np.where(sea, 0.0, value)
        fish.level = whole(level * LEVEL)

    def snapshot(self) -> Arrays:
        """Nothing beyond the fish."""
        return {}

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Nothing to take back."""

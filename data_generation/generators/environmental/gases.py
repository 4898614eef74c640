"""Oxygen at saturation, and the density of water that it is reckoned with."""

import numpy as np

from data_generation.generators.core.world import Floats

# Garcia & Gordon 1992, Benson-Krause coefficients, µmol/kg.
_A = (5.80871, 3.20291, 4.17887, 5.10006, -0.0986643, 3.80369)
_B = (-7.01577e-3, -7.70028e-3, -1.13864e-2, -9.51519e-3)
_C0 = -2.75915e-7
_OXYGEN_G_PER_MOL = 31.998


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

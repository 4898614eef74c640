"""The true water at each reading: knots of midnight, the day's swing, what a place shares.

Within a day the water goes from one midnight's knot to the next, with a daily swing and short-lived
variation that a hall or an area shares. Oxygen is a share of the saturation of that moment's water.
"""

from dataclasses import dataclass

import numpy as np

from data_generation.generators.core.draws import Draws, Floats, Ints
from data_generation.generators.core.layout import OXYGEN, SALINITY, TEMPERATURE
from data_generation.generators.environmental.containers import oxygen_saturation_mg_l
from data_generation.generators.readings.order import SPAN

# By parameter: temperature, oxygen, pH, salinity, CO2, nitrite, nitrate, ammonium.
# Short-lived variation that a body of water shares, and its lag-1 correlation over a day.
_SHARED_SD = np.array([0.05, 0.6, 0.015, 0.03, 0.3, 0.001, 0.6, 0.01])
_SHARED_PHI_A_DAY = 0.12
# Daily swing relative to the configured one, and the hour of its peak: at sea the sun drives
# temperature and oxygen, in halls the meals drive oxygen down and carbon dioxide and ammonium up.
_SEA_SWING = np.array([1.0, 10.0, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0])
_SEA_PEAK_HOUR = np.array([16.0, 15.0, 15.0, 0.0, 0.0, 0.0, 0.0, 0.0])
_HALL_SWING = np.array([0.4, -8.0, -0.25, 0.0, 3.5, 0.006, 0.0, 0.25])
_HALL_PEAK_HOUR = np.array([17.0, 17.0, 18.0, 0.0, 18.0, 20.0, 0.0, 19.0])


@dataclass(frozen=True)
class Month:
    """The header of an order, unpacked."""

    seed: int
    first_day: int
    days: int
    per_day: int
    first_id: int
    diurnal_c: float
    outage_rate: float
    outage_mean_days: float

    @property
    def hours(self) -> Floats:
        """Hours of the day at which sensors are read."""
        step = 24.0 / self.per_day
        return step * (np.arange(self.per_day, dtype=np.float64) + 0.5)


def water_at_readings(
    month: Month, spans: Ints, knots: Ints, parameters: Ints, at_sea: bool, draws: Draws
) -> Floats:
    """Shape (span, parameter, day, time), oxygen in mg/L."""
    levels = knots[:, parameters] / 10_000.0
    share = month.hours / 24.0
    start, end = levels[:, :, :-1, None], levels[:, :, 1:, None]
    water = start + (end - start) * share
    water += swing(month, parameters, at_sea, month.hours)[None, :, None, :]
    waters, row = np.unique(spans[:, SPAN["water"]], return_inverse=True)
    water += shared_variation(month, waters, parameters, draws)[row]
    water[:, parameters == OXYGEN] *= held(water, parameters, at_sea)[:, None] / 100.0
    return water


def swing(month: Month, parameters: Ints, at_sea: bool, hours: Floats) -> Floats:
    """The daily swing, shape (parameter, hour)."""
    size = (_SEA_SWING if at_sea else _HALL_SWING)[parameters] * month.diurnal_c
    peak = (_SEA_PEAK_HOUR if at_sea else _HALL_PEAK_HOUR)[parameters]
    result: Floats = size[:, None] * np.cos(2 * np.pi * (hours - peak[:, None]) / 24.0)
    return result


def held(water: Floats, parameters: Ints, at_sea: bool) -> Floats:
    """Oxygen at saturation in mg/L; `water` has the parameters in its second dimension."""
    temperature = water[:, int(np.flatnonzero(parameters == TEMPERATURE)[0])]
    salinity = (
        np.maximum(water[:, int(np.flatnonzero(parameters == SALINITY)[0])], 0.0)
        if at_sea
        else np.zeros_like(temperature)
    )
    return oxygen_saturation_mg_l(temperature, salinity)


def shared_variation(month: Month, waters: Ints, parameters: Ints, draws: Draws) -> Floats:
    """AR(1) variation within the month, shape (water, parameter, day, time)."""
    steps = month.days * month.per_day
    phi = _SHARED_PHI_A_DAY ** (1.0 / month.per_day)
    keys = waters[:, None, None] * 64 + parameters[:, None]
    z = draws.normal("shared water", keys, month.first_day * 64 + np.arange(steps))
    state = np.empty_like(z)
    state[..., 0] = z[..., 0]
    innovation = np.sqrt(1.0 - phi * phi)
    for step in range(1, steps):
        state[..., step] = phi * state[..., step - 1] + innovation * z[..., step]
    state *= _SHARED_SD[parameters][:, None]
    result: Floats = state.reshape(len(waters), len(parameters), month.days, month.per_day)
    return result

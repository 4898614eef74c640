"""The true water at each reading: knots of midnight, the day's swing, what a place shares.

Within a day the water goes from one midnight's knot to the next, with a daily swing and short-lived
variation that a hall or an area shares. Oxygen is a share of the saturation of that moment's water.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from data_generation.generators.core.draws import Draws, Floats, Ints
from data_generation.generators.core.quantities import Quantities
from data_generation.generators.environmental.gases import oxygen_saturation_mg_l
from data_generation.generators.readings.order import Header, Stays

_SHARED_PHI_A_DAY = 0.12
"""Lag-1 correlation over a day of what a body of water shares."""


@dataclass(frozen=True)
class MonthOfReadings:
    """The header of an order, unpacked."""

    seed: int
    first_day: int
    days: int
    per_day: int
    diurnal_c: float
    outage_rate: float
    outage_mean_days: float
    quantities: Quantities

    @classmethod
    def of(cls, order: Mapping[str, np.ndarray]) -> Self:
        """The month that an order is for."""
        header = Header.found_in(order)
        return cls(
            seed=int(header.seed[0]),
            first_day=int(header.first_day[0]),
            days=int(header.days[0]),
            per_day=int(header.readings_per_day[0]),
            diurnal_c=int(header.diurnal[0]) / 10_000,
            outage_rate=int(header.outage_rate[0]) / 1_000_000,
            outage_mean_days=int(header.outage_mean_minutes[0]) / 1_440,
            quantities=Quantities.unpack(order),
        )

    @property
    def hours(self) -> Floats:
        """Hours of the day at which sensors are read."""
        step = 24.0 / self.per_day
        return step * (np.arange(self.per_day, dtype=np.float64) + 0.5)


def water_at_readings(
    month: MonthOfReadings, stays: Stays, knots: Ints, parameters: Ints, at_sea: bool, draws: Draws
) -> Floats:
    """Shape (stay, parameter, day, time), oxygen in mg/L."""
    levels = knots[:, parameters] / 10_000.0
    share = month.hours / 24.0
    start, end = levels[:, :, :-1, None], levels[:, :, 1:, None]
    water = start + (end - start) * share
    water += swing(month, parameters, at_sea, month.hours)[None, :, None, :]
    waters, row = np.unique(stays.water, return_inverse=True)
    water += shared_variation(month, waters, parameters, draws)[row]
    q = month.quantities
    water[:, parameters == q.oxygen] *= held(q, water, parameters, at_sea)[:, None] / 100.0
    return water


def swing(month: MonthOfReadings, parameters: Ints, at_sea: bool, hours: Floats) -> Floats:
    """The daily swing, shape (parameter, hour)."""
    q = month.quantities
    size = (q.sea_swing if at_sea else q.hall_swing)[parameters] * month.diurnal_c
    peak = (q.sea_peak_hour if at_sea else q.hall_peak_hour)[parameters]
    result: Floats = size[:, None] * np.cos(2 * np.pi * (hours - peak[:, None]) / 24.0)
    return result


def held(q: Quantities, water: Floats, parameters: Ints, at_sea: bool) -> Floats:
    """Oxygen at saturation in mg/L; `water` has the parameters in its second dimension."""
    temperature = water[:, int(np.flatnonzero(parameters == q.temperature)[0])]
    salinity = (
        np.maximum(water[:, int(np.flatnonzero(parameters == q.salinity)[0])], 0.0)
        if at_sea
        else np.zeros_like(temperature)
    )
    return oxygen_saturation_mg_l(temperature, salinity)


def shared_variation(
    month: MonthOfReadings, waters: Ints, parameters: Ints, draws: Draws
) -> Floats:
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
    state *= month.quantities.shared_sd[parameters][:, None]
    result: Floats = state.reshape(len(waters), len(parameters), month.days, month.per_day)
    return result

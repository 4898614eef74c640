"""Expands a month's readings order into what each sensor said.

A pure function of the order: within a day the water goes from one midnight's knot to the next, with
a daily swing and short-lived variation that a hall or an area shares; on it lie each sensor's
offset, its noise and its outages. Oxygen is a share of the saturation of that moment's water.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_generation.generators.dates import DAY_US, MINUTE_US
from data_generation.generators.farm import (
    FRESH_PARAMETERS,
    OXYGEN,
    SALINITY,
    SEA_PARAMETERS,
    TEMPERATURE,
)
from data_generation.generators.output import number_column
from data_generation.generators.readings_order import HEADER, SPAN, slots
from data_generation.generators.rng import Draws, Floats, Ints, whole
from data_generation.generators.tables import READINGS, SPECS
from data_generation.generators.water import oxygen_saturation_mg_l

# By parameter: temperature, oxygen, pH, salinity, CO2, nitrite, nitrate, ammonium.
_RESOLUTION = np.array([0.01, 0.01, 0.01, 0.01, 0.1, 0.001, 0.1, 0.01])
_NOISE_SD = np.array([0.03, 0.05, 0.02, 0.03, 0.2, 0.002, 0.8, 0.015])
_OFFSET_SD = np.array([0.03, 0.05, 0.03, 0.05, 0.25, 0.001, 0.8, 0.01])
# Short-lived variation that a body of water shares, and its lag-1 correlation over a day.
_SHARED_SD = np.array([0.05, 0.6, 0.015, 0.03, 0.3, 0.001, 0.6, 0.01])
_SHARED_PHI_A_DAY = 0.12
# Daily swing relative to the configured one, and the hour of its peak: at sea the sun drives
# temperature and oxygen, in halls the meals drive oxygen down and carbon dioxide and ammonium up.
_SEA_SWING = np.array([1.0, 10.0, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0])
_SEA_PEAK_HOUR = np.array([16.0, 15.0, 15.0, 0.0, 0.0, 0.0, 0.0, 0.0])
_HALL_SWING = np.array([0.4, -8.0, -0.25, 0.0, 3.5, 0.006, 0.0, 0.25])
_HALL_PEAK_HOUR = np.array([17.0, 17.0, 18.0, 0.0, 18.0, 20.0, 0.0, 19.0])
_LOGGER_MINUTES = 11
_WHITE_NOISE_STREAM = 0x5EA50


@dataclass(frozen=True)
class _Month:
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


def expand_readings(order: Mapping[str, NDArray[np.int64]], batch_rows: int) -> Iterator[pa.Table]:
    """The month's readings as Arrow tables of about `batch_rows` rows.

    Sorted by hall or sea, assignment, sensor, time. Keys leave gaps where a sensor was out.
    """
    header = order["header"].tolist()
    month = _Month(
        seed=header[HEADER["seed"]],
        first_day=header[HEADER["first_day"]],
        days=header[HEADER["days"]],
        per_day=header[HEADER["readings_per_day"]],
        first_id=header[HEADER["first_id"]],
        diurnal_c=header[HEADER["diurnal_ten_thousandths_c"]] / 10_000,
        outage_rate=header[HEADER["outage_rate_millionths"]] / 1_000_000,
        outage_mean_days=header[HEADER["outage_mean_minutes"]] / 1_440,
    )
    spans, knots = order["spans"], order["knots"]
    counts = slots(spans, month.per_day)
    first_ids = month.first_id + np.cumsum(counts) - counts
    start = 0
    while start < len(spans):
        same = spans[start:, SPAN["at_sea"]] == spans[start, SPAN["at_sea"]]
        most = int(np.argmin(same)) if not same.all() else len(same)
        reach = int(np.searchsorted(np.cumsum(counts[start : start + most]), batch_rows)) + 1
        end = start + min(most, reach)
        yield _expand(month, spans[start:end], knots[start:end], first_ids[start:end])
        start = end


def _expand(month: _Month, spans: Ints, knots: Ints, first_ids: Ints) -> pa.Table:
    """Readings of spans all in halls or all at sea; arrays run (span, sensor, day, time)."""
    at_sea = bool(spans[0, SPAN["at_sea"]])
    parameters = np.array(SEA_PARAMETERS if at_sea else FRESH_PARAMETERS)
    draws = Draws(month.seed)
    water = _water(month, spans, knots, parameters, at_sea, draws)
    sensors = spans[:, SPAN["first_sensor"], None] + np.arange(len(parameters))
    offset = draws.normal("sensor offset", sensors) * _OFFSET_SD[parameters]
    noise = _white_noise(month, spans, len(parameters)) * _NOISE_SD[parameters][:, None, None]
    said = water + offset[:, :, None, None] + noise
    resolution = _RESOLUTION[parameters][:, None, None]
    steps = np.maximum(np.rint(said / resolution), 0.0)
    value = (steps * np.rint(resolution * 10_000)).astype(np.int64)

    span_days = np.arange(month.days)
    present = (span_days >= spans[:, SPAN["first_day"], None]) & (
        span_days < spans[:, SPAN["end_day"], None]
    )
    valid = present[:, None, :, None] & _working(month, sensors, draws)
    length = (spans[:, SPAN["end_day"]] - spans[:, SPAN["first_day"]])[:, None, None, None]
    into_span = (span_days - spans[:, SPAN["first_day"], None])[:, None, :, None]
    ids = (
        first_ids[:, None, None, None]
        + np.arange(len(parameters))[:, None, None] * length * month.per_day
        + into_span * month.per_day
        + np.arange(month.per_day)
    )
    minutes = spans[:, SPAN["container"]] * 7 % _LOGGER_MINUTES
    clock = (
        (month.first_day + span_days)[None, :, None] * DAY_US
        + whole(month.hours * 60) * MINUTE_US
        + minutes[:, None, None] * MINUTE_US
    )
    shape = value.shape

    def pick(column: Ints) -> Ints:
        result: Ints = np.broadcast_to(column, shape)[valid]
        return result

    def of_span(name: str) -> pa.Array:
        return pa.array(pick(spans[:, SPAN[name], None, None, None]))

    moments = pick(clock[:, None])
    rows = len(moments)
    columns = {
        "id": pa.array(pick(ids)),
        "value": number_column("n10.4", value[valid]),
        "reading_time": number_column("ts", moments),
        "is_manual": pa.array(np.zeros(rows, dtype=np.bool_)),
        "notes": pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(rows, dtype=np.int8)), pa.array([""])
        ),
        "created_at": number_column("ts", moments + 4_000_000),
        "batch_id": of_span("batch"),
        "container_id": of_span("container"),
        "parameter_id": pa.array(pick(parameters[:, None, None] + 1)),
        "recorded_by_id": pa.nulls(rows, pa.int32()),
        "sensor_id": pa.array(pick(sensors[:, :, None, None])),
        "batch_container_assignment_id": of_span("assignment"),
    }
    return pa.table({name: columns[name] for name in SPECS[READINGS].columns})


def _water(
    month: _Month, spans: Ints, knots: Ints, parameters: Ints, at_sea: bool, draws: Draws
) -> Floats:
    """The true water at each reading, oxygen in mg/L."""
    levels = knots[:, parameters] / 10_000.0
    share = month.hours / 24.0
    start, end = levels[:, :, :-1, None], levels[:, :, 1:, None]
    water = start + (end - start) * share
    swing = (_SEA_SWING if at_sea else _HALL_SWING)[parameters] * month.diurnal_c
    peak = (_SEA_PEAK_HOUR if at_sea else _HALL_PEAK_HOUR)[parameters]
    phase = np.cos(2 * np.pi * (month.hours - peak[:, None]) / 24.0)
    water += (swing[:, None] * phase)[None, :, None, :]
    waters, row = np.unique(spans[:, SPAN["water"]], return_inverse=True)
    water += _shared(month, waters, parameters, draws)[row]
    oxygen = int(np.flatnonzero(parameters == OXYGEN)[0])
    temperature = water[:, int(np.flatnonzero(parameters == TEMPERATURE)[0])]
    salinity = (
        np.maximum(water[:, int(np.flatnonzero(parameters == SALINITY)[0])], 0.0)
        if at_sea
        else np.zeros_like(temperature)
    )
    water[:, oxygen] *= oxygen_saturation_mg_l(temperature, salinity) / 100.0
    return water


def _shared(month: _Month, waters: Ints, parameters: Ints, draws: Draws) -> Floats:
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


def _white_noise(month: _Month, spans: Ints, sensors: int) -> NDArray[np.float32]:
    """Standard normal noise, a stream of its own for each assignment and month."""
    noise = np.empty((len(spans), sensors, month.days, month.per_day), dtype=np.float32)
    for row, key in enumerate(spans[:, SPAN["key"]].tolist()):
        stream = np.random.Philox(
            key=(month.seed, key), counter=(0, 0, _WHITE_NOISE_STREAM, month.first_day)
        )
        np.random.Generator(stream).standard_normal(dtype=np.float32, out=noise[row])
    return noise


def _working(month: _Month, sensors: Ints, draws: Draws) -> NDArray[np.bool_]:
    """Whether each sensor worked at each reading, shape (span, sensor, day, time)."""
    failed, begin, length, _ = draws.uniforms("outage", sensors, month.first_day)
    out = failed < month.outage_rate
    first = begin * month.days
    last = first - np.log(length) * month.outage_mean_days
    moment = np.arange(month.days)[:, None] + month.hours / 24.0
    down = (moment >= first[:, :, None, None]) & (moment < last[:, :, None, None])
    result: NDArray[np.bool_] = ~(down & out[:, :, None, None])
    return result

"""Expands a readings order into what each sensor said.

A pure function of the order: on the water of `water.py` lie each sensor's offset, its
drift since calibration, its noise and its outages. Readings by hand follow those of the sensors.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_generation.generators.core.dates import DAY_US, MINUTE_US, days_in_month, to_date
from data_generation.generators.core.declared.output import number_column
from data_generation.generators.core.draws import Draws, Floats, Ints, whole
from data_generation.generators.environmental.tables import READING_COLUMNS
from data_generation.generators.readings.by_hand import expand_by_hand, rounded
from data_generation.generators.readings.order import KNOTS, HandReadings, Stays, slots
from data_generation.generators.readings.water import MonthOfReadings, water_at_readings

_DRIFT_DAYS = 90.0
_LOGGER_MINUTES = 11
_WHITE_NOISE_STREAM = 0x5EA50


def expand_readings(order: Mapping[str, NDArray[np.int64]], batch_rows: int) -> Iterator[pa.Table]:
    """The readings as Arrow tables of about `batch_rows` rows.

    Sorted by hall or sea, assignment, sensor, time; then those by hand. Keys leave gaps where a
    sensor was out or the fish had gone.
    """
    month = MonthOfReadings.of(order)
    stays, knots, hand = Stays.found_in(order), order[KNOTS], HandReadings.found_in(order)
    counts = slots(stays, month.per_day, month.quantities)
    start = 0
    while start < len(stays):
        same = stays.at_sea[start:] == stays.at_sea[start]
        most = int(np.argmin(same)) if not same.all() else len(same)
        reach = int(np.searchsorted(np.cumsum(counts[start : start + most]), batch_rows)) + 1
        end = start + min(most, reach)
        yield _expand(month, stays.take(np.arange(start, end)), knots[start:end])
        start = end
    if len(hand):
        yield expand_by_hand(month, stays, knots, hand)


def _expand(month: MonthOfReadings, stays: Stays, knots: Ints) -> pa.Table:
    """Readings of stays all in halls or all at sea; arrays run (stay, sensor, day, time)."""
    at_sea = bool(stays.at_sea[0])
    q = month.quantities
    parameters = q.measured(at_sea=at_sea)
    draws = Draws(month.seed)
    water = water_at_readings(month, stays, knots, parameters, at_sea, draws)
    sensors = stays.first_sensor[:, None] + np.arange(len(parameters))
    offset = draws.normal("sensor offset", sensors) * q.offset_sd[parameters]
    noise = _white_noise(month, stays, len(parameters)) * q.noise_sd[parameters][:, None, None]
    drift = _drift(month, stays, sensors, draws) * q.drift_sd[parameters][:, None]
    said = water + offset[:, :, None, None] + drift[..., None] + noise
    value = rounded(said, q.resolution[parameters][:, None, None])

    all_days = np.arange(month.days)
    present = (all_days >= stays.first_day[:, None]) & (all_days < stays.end_day[:, None])
    valid = present[:, None, :, None] & _working(month, sensors, draws)
    length = (month.days - stays.keyed_from)[:, None, None, None]
    into_stay = (all_days - stays.keyed_from[:, None])[:, None, :, None]
    ids = (
        stays.first_id[:, None, None, None]
        + np.arange(len(parameters))[:, None, None] * length * month.per_day
        + into_stay * month.per_day
        + np.arange(month.per_day)
    )
    minutes = stays.container * 7 % _LOGGER_MINUTES
    clock = (
        (month.first_day + all_days)[None, :, None] * DAY_US
        + whole(month.hours * 60) * MINUTE_US
        + minutes[:, None, None] * MINUTE_US
    )
    shape = value.shape

    def pick(column: Ints) -> Ints:
        result: Ints = np.broadcast_to(column, shape)[valid]
        return result

    def of_stay(column: Ints) -> pa.Array:
        return pa.array(pick(column[:, None, None, None]))

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
        "batch_id": of_stay(stays.batch),
        "container_id": of_stay(stays.container),
        "parameter_id": pa.array(pick(parameters[:, None, None] + 1)),
        "recorded_by_id": pa.nulls(rows, pa.int32()),
        "sensor_id": pa.array(pick(sensors[:, :, None, None])),
        "batch_container_assignment_id": of_stay(stays.assignment),
    }
    return pa.table({name: columns[name] for name in READING_COLUMNS})


def _white_noise(month: MonthOfReadings, stays: Stays, sensors: int) -> NDArray[np.float32]:
    """Standard normal noise, a stream of its own for each assignment and month."""
    noise = np.empty((len(stays), sensors, month.days, month.per_day), dtype=np.float32)
    for row, key in enumerate(stays.key.tolist()):
        stream = np.random.Philox(
            key=(month.seed, key), counter=(0, 0, _WHITE_NOISE_STREAM, month.first_day)
        )
        np.random.Generator(stream).standard_normal(dtype=np.float32, out=noise[row])
    return noise


def _drift(month: MonthOfReadings, stays: Stays, sensors: Ints, draws: Draws) -> Floats:
    """How far each sensor has drifted each day, in units of its drift in ninety days.

    Shape (stay, sensor, day). A calibration falls into a month once at the most.
    """
    into = np.arange(month.days) - stays.calibrated[:, None]
    cycle, since = np.divmod(into, stays.interval[:, None])
    first, last = cycle[:, :1], cycle[:, -1:]
    key = month.first_day + stays.calibrated[:, None]
    z_first = draws.normal("sensor drift", sensors, key + first * stays.interval[:, None])
    z_last = draws.normal("sensor drift", sensors, key + last * stays.interval[:, None])
    z = np.where((cycle == first)[:, None], z_first[..., None], z_last[..., None])
    return z * since[:, None] / _DRIFT_DAYS


def _working(month: MonthOfReadings, sensors: Ints, draws: Draws) -> NDArray[np.bool_]:
    """Whether each sensor worked at each reading, shape (stay, sensor, day, time).

    An outage may go on into the next month.
    """
    moment = np.arange(month.days)[:, None] + month.hours / 24.0
    before = days_in_month(to_date(month.first_day - 1))
    result = np.ones((*sensors.shape, month.days, month.per_day), dtype=np.bool_)
    for offset, days in ((0, month.days), (-before, before)):
        failed, begin, length, _ = draws.uniforms("outage", sensors, month.first_day + offset)
        out = failed < month.outage_rate
        first = offset + begin * days
        last = first - np.log(length) * month.outage_mean_days
        down = (moment >= first[:, :, None, None]) & (moment < last[:, :, None, None])
        result &= ~(down & out[:, :, None, None])
    return result

"""What people read with a hand-held meter: a few quantities in one container of a place, weekly."""

import numpy as np
import pyarrow as pa

from data_generation.generators.core.dates import DAY_US, MINUTE_US
from data_generation.generators.core.declared.output import number_column
from data_generation.generators.core.draws import Draws, Floats, Ints
from data_generation.generators.environmental.tables import READING_COLUMNS
from data_generation.generators.readings.order import HandReadings, Stays
from data_generation.generators.readings.water import MonthOfReadings, held, shared_variation, swing

_SERVICE_DAYS = 180
_ENTERED_AFTER_MINUTES = 35
_NOTES = (
    "",
    "Hand-held meter",
    "Weekly check of the probes",
    "Probe wiped clean",
    "Read twice",
)


def rounded(values: Floats, resolution: Floats) -> Ints:
    """Not below zero, in steps of `resolution`, in ten-thousandths."""
    steps = np.maximum(np.rint(values / resolution), 0.0)
    result: Ints = (steps * np.rint(resolution * 10_000)).astype(np.int64)
    return result


def expand_by_hand(
    month: MonthOfReadings, stays: Stays, knots: Ints, hand: HandReadings
) -> pa.Table:
    """All readings by hand of an order.

    They carry no sensor: the meter is nobody's container's.
    """
    row = hand.stay
    at_sea = stays.at_sea[row] == 1
    q = month.quantities
    parameters = np.where(at_sea[:, None], q.sea_by_hand, q.hall_by_hand)
    value = np.zeros(parameters.shape, dtype=np.int64)
    for sea, chosen in ((False, q.hall_by_hand), (True, q.sea_by_hand)):
        rows = np.flatnonzero(at_sea == sea)
        if len(rows):
            where = row[rows]
            value[rows] = _read(month, stays.take(where), knots[where], hand.take(rows), chosen)
    moments = (month.first_day + hand.day) * DAY_US
    moments = moments + hand.minute * MINUTE_US

    def of_visit(values: Ints) -> Ints:
        return np.repeat(values, parameters.shape[1])

    def of_stay(column: Ints) -> pa.Array:
        return pa.array(of_visit(column[row]))

    rows_in_all = value.size
    columns = {
        "id": pa.array((hand.first_id[:, None] + np.arange(parameters.shape[1])).ravel()),
        "value": number_column("n10.4", value.ravel()),
        "reading_time": number_column("ts", of_visit(moments)),
        "is_manual": pa.array(np.ones(rows_in_all, dtype=np.bool_)),
        "notes": pa.DictionaryArray.from_arrays(
            pa.array(of_visit(hand.note).astype(np.int8)), pa.array(_NOTES)
        ),
        "created_at": number_column("ts", of_visit(moments + _ENTERED_AFTER_MINUTES * MINUTE_US)),
        "batch_id": of_stay(stays.batch),
        "container_id": of_stay(stays.container),
        "parameter_id": pa.array(parameters.ravel() + 1),
        "recorded_by_id": number_column("i4", of_visit(hand.user)),
        "sensor_id": pa.nulls(rows_in_all, pa.int64()),
        "batch_container_assignment_id": of_stay(stays.assignment),
    }
    return pa.table({name: columns[name] for name in READING_COLUMNS})


def _read(
    month: MonthOfReadings, stays: Stays, knots: Ints, hand: HandReadings, parameters: Ints
) -> Ints:
    """What the meter shows at each visit, shape (visit, parameter); all in halls or all at sea."""
    draws, q = Draws(month.seed), month.quantities
    at_sea = bool(stays.at_sea[0])
    day = hand.day
    hour = hand.minute / 60.0
    visit = np.arange(len(hand))
    start = knots[visit[:, None], parameters, day[:, None]] / 10_000.0
    end = knots[visit[:, None], parameters, day[:, None] + 1] / 10_000.0
    water = start + (end - start) * hour[:, None] / 24.0
    water += swing(month, parameters, at_sea, hour).T
    slot = np.argmin(np.abs(month.hours - hour[:, None]), axis=1)
    waters, body = np.unique(stays.water, return_inverse=True)
    water += shared_variation(month, waters, parameters, draws)[body, :, day, slot]
    water[:, parameters == q.oxygen] *= held(q, water, parameters, at_sea)[:, None] / 100.0
    place = stays.water[:, None] * 64 + parameters
    service = (month.first_day + day[:, None]) // _SERVICE_DAYS
    meter = draws.normal("hand meter", place, service) * q.meter_offset_sd[parameters]
    keys = stays.key[:, None] * 64 + parameters
    noise = draws.normal("hand noise", keys, month.first_day + day[:, None])
    return rounded(
        water + meter + noise * q.meter_noise_sd[parameters], q.meter_resolution[parameters]
    )

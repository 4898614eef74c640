"""What people read with a hand-held meter: a few quantities in one container of a place, weekly."""

import numpy as np
import pyarrow as pa

from data_generation.generators.core.dates import DAY_US, MINUTE_US
from data_generation.generators.core.draws import Draws, Floats, Ints
from data_generation.generators.core.layout import OXYGEN, PH, SALINITY, TEMPERATURE
from data_generation.generators.core.output import number_column
from data_generation.generators.environmental.tables import READING_COLUMNS
from data_generation.generators.readings.order import MANUAL, MANUAL_PARAMETERS, SPAN
from data_generation.generators.readings.water import Month, held, shared_variation, swing

_HALL = np.array([TEMPERATURE, OXYGEN, PH])
_SEA = np.array([TEMPERATURE, OXYGEN, SALINITY])
# By parameter: temperature, oxygen, pH, salinity. A meter shows less than a probe, and is off by
# something of its own that lasts till it is serviced.
_RESOLUTION = np.array([0.1, 0.1, 0.05, 0.1])
_NOISE_SD = np.array([0.05, 0.10, 0.04, 0.06])
_METER_SD = np.array([0.05, 0.10, 0.04, 0.08])
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


def expand_manual(month: Month, spans: Ints, knots: Ints, manual: Ints, first_id: int) -> pa.Table:
    """All readings by hand of a month, with keys from `first_id` on.

    They carry no sensor: the meter is nobody's container's.
    """
    row = manual[:, MANUAL["span"]]
    at_sea = spans[row, SPAN["at_sea"]] == 1
    parameters = np.where(at_sea[:, None], _SEA, _HALL)
    value = np.zeros((len(manual), MANUAL_PARAMETERS), dtype=np.int64)
    for sea, chosen in ((False, _HALL), (True, _SEA)):
        rows = np.flatnonzero(at_sea == sea)
        if len(rows):
            value[rows] = _read(month, spans[row[rows]], knots[row[rows]], manual[rows], chosen)
    moments = (month.first_day + manual[:, MANUAL["day"]]) * DAY_US
    moments = moments + manual[:, MANUAL["minute"]] * MINUTE_US

    def of_visit(values: Ints) -> Ints:
        return np.repeat(values, MANUAL_PARAMETERS)

    def of_span(name: str) -> pa.Array:
        return pa.array(of_visit(spans[row, SPAN[name]]))

    rows_in_all = value.size
    columns = {
        "id": pa.array(first_id + np.arange(rows_in_all)),
        "value": number_column("n10.4", value.ravel()),
        "reading_time": number_column("ts", of_visit(moments)),
        "is_manual": pa.array(np.ones(rows_in_all, dtype=np.bool_)),
        "notes": pa.DictionaryArray.from_arrays(
            pa.array(of_visit(manual[:, MANUAL["note"]]).astype(np.int8)), pa.array(_NOTES)
        ),
        "created_at": number_column("ts", of_visit(moments + _ENTERED_AFTER_MINUTES * MINUTE_US)),
        "batch_id": of_span("batch"),
        "container_id": of_span("container"),
        "parameter_id": pa.array(parameters.ravel() + 1),
        "recorded_by_id": number_column("i4", of_visit(manual[:, MANUAL["user"]])),
        "sensor_id": pa.nulls(rows_in_all, pa.int64()),
        "batch_container_assignment_id": of_span("assignment"),
    }
    return pa.table({name: columns[name] for name in READING_COLUMNS})


def _read(month: Month, spans: Ints, knots: Ints, manual: Ints, parameters: Ints) -> Ints:
    """What the meter shows at each visit, shape (visit, parameter); all in halls or all at sea."""
    draws = Draws(month.seed)
    at_sea = bool(spans[0, SPAN["at_sea"]])
    day = manual[:, MANUAL["day"]]
    hour = manual[:, MANUAL["minute"]] / 60.0
    visit = np.arange(len(manual))
    start = knots[visit[:, None], parameters, day[:, None]] / 10_000.0
    end = knots[visit[:, None], parameters, day[:, None] + 1] / 10_000.0
    water = start + (end - start) * hour[:, None] / 24.0
    water += swing(month, parameters, at_sea, hour).T
    slot = np.argmin(np.abs(month.hours - hour[:, None]), axis=1)
    waters, body = np.unique(spans[:, SPAN["water"]], return_inverse=True)
    water += shared_variation(month, waters, parameters, draws)[body, :, day, slot]
    water[:, parameters == OXYGEN] *= held(water, parameters, at_sea)[:, None] / 100.0
    place = spans[:, SPAN["water"], None] * 64 + parameters
    service = (month.first_day + day[:, None]) // _SERVICE_DAYS
    meter = draws.normal("hand meter", place, service) * _METER_SD[parameters]
    hand = spans[:, SPAN["key"], None] * 64 + parameters
    noise = draws.normal("hand noise", hand, month.first_day + day[:, None])
    return rounded(water + meter + noise * _NOISE_SD[parameters], _RESOLUTION[parameters])

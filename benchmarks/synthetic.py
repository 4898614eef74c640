"""Made-up rows for any table, shaped by what the database says of it.

Benchmarks and tests of the storage layer need rows that satisfy every constraint and mean nothing.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from data_generation.storage.postgres.catalog import Catalog, CatalogColumn, CatalogTable

FIRST = datetime(2015, 1, 1, tzinfo=UTC)
READINGS = "environmental_environmentalreading"
SAMPLES_A_DAY = 6
PARAMETERS = 7

_TEXT, _VARCHAR, _JSONB = 25, 1043, 3802

_IN_ONE_PLACE = {
    "infrastructure_container": "hall_id",
    "infrastructure_feedcontainer": "hall_id",
}
"""One of several nullable columns that a check wants to be set, by table."""
_OF_DJANGO = "django_content_type"
"""Filled by the migrations already."""


def fabricate(catalog: Catalog, name: str, count: int, first_id: int = 1, **given: Any) -> pa.Table:
    """Make `count` rows of a table: ids from `first_id`, foreign keys 1..count, the rest constants.

    `given` replaces columns: an array of `count` values, or one value for all rows. Nullable
    columns that are not given are left out.
    """
    table = catalog[name]
    wanted = {c.name: c for c in table.columns.values() if c.name in given or _needed(table, c)}
    return pa.table(
        {n: given[n] if _array(given.get(n)) else _values(table, c, count, first_id, given.get(n))
         for n, c in wanted.items()}
    )  # fmt: skip


def _needed(table: CatalogTable, column: CatalogColumn) -> bool:
    if column.name == _IN_ONE_PLACE.get(table.name):
        return True
    return column.name in table.primary_key or not (column.nullable or column.has_default)


def _array(given: Any) -> bool:
    return isinstance(given, np.ndarray | pa.Array | pa.ChunkedArray | list)


def _values(
    table: CatalogTable, column: CatalogColumn, count: int, first_id: int, given: Any
) -> Any:
    ids = np.arange(first_id, first_id + count)
    if given is not None:
        return [given] * count
    if column.name == table.id_column:
        return ids
    if column.name in table.id_offsets:
        return np.arange(1, count + 1)
    if column.type_oid in (_TEXT, _VARCHAR):
        width = column.typmod - 4 if column.typmod > 0 else 20
        return [str(i)[-width:] for i in ids]
    return [_constant(column)] * count


def _constant(column: CatalogColumn) -> Any:
    constants: dict[str, Any] = {
        "boolean": True,
        "date": date(2015, 1, 1),
        "time without time zone": time(8),
        "double precision": 1.5,
    }
    if column.type_oid == _JSONB:
        return "{}"
    if column.type_name.startswith("numeric"):
        return Decimal(1)
    if column.type_name == "timestamp with time zone":
        return FIRST
    return constants.get(column.type_name, 1)


def referenced_rows(catalog: Catalog, name: str, count: int) -> dict[str, pa.Table]:
    """Make `count` rows of every table that `name` refers to, directly or not."""
    found: dict[str, pa.Table] = {}
    ahead = [name]
    while ahead:
        for key in catalog[ahead.pop()].foreign_keys:
            if key.table not in found and key.table != _OF_DJANGO:
                found[key.table] = fabricate(catalog, key.table, count)
                ahead.append(key.table)
    found.pop(name, None)
    return found


def month_of_readings(
    month: np.datetime64, assignments: int, first_id: int = 1, days: int = 28
) -> pa.Table:
    """Make a month's readings, sorted by (assignment, parameter, time), as the generator does.

    Each assignment n has container n, batch n // 50 + 1 and the sensors 7 (n - 1) + 1..7, one for
    each parameter; six samples a day, so `assignments` x 7 x `days` x 6 rows.
    """
    samples = days * SAMPLES_A_DAY
    series = assignments * PARAMETERS
    rows = series * samples
    step = np.timedelta64(24 // SAMPLES_A_DAY, "h")
    times = month.astype("datetime64[us]") + step * np.arange(samples)
    at = pa.array(np.tile(times, series)).cast(pa.timestamp("us", "UTC"))
    sensor = np.repeat(np.arange(1, series + 1), samples)
    assignment = (sensor - 1) // PARAMETERS + 1
    scaled = np.zeros((rows, 2), np.int64)
    scaled[:, 0] = np.random.Generator(np.random.Philox(key=1)).integers(50_000, 150_000, rows)
    value = pa.Array.from_buffers(pa.decimal128(10, 4), rows, [None, pa.py_buffer(scaled)])
    return pa.table(
        {
            "id": np.arange(first_id, first_id + rows),
            "value": value,
            "reading_time": at,
            "is_manual": np.zeros(rows, bool),
            "notes": pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), [""]),
            "created_at": at,
            "batch_id": assignment // 50 + 1,
            "container_id": assignment,
            "parameter_id": (sensor - 1) % PARAMETERS + 1,
            "recorded_by_id": pa.nulls(rows),
            "sensor_id": sensor,
            "batch_container_assignment_id": assignment,
        }
    )

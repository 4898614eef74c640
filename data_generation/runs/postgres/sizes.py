"""How much disk a row takes, with its indexes, for the preview of a run."""

from collections.abc import Mapping
from typing import Final

_DEFAULT: Final = 330
"""Bytes of a row of a table that has no entry."""

BYTES_PER_ROW: Final[Mapping[str, int]] = {
    "batch_batchcontainerassignment": 449,
    "batch_growthsample": 352,
    "batch_historicalbatchcontainerassignment": 309,
    "batch_historicalgrowthsample": 367,
    "batch_historicalmortalityevent": 322,
    "batch_mortalityevent": 305,
    "environmental_environmentalreading": 262,
    "infrastructure_sensor": 233,
    "inventory_feedingevent": 321,
    "inventory_feedpurchase": 221,
    "inventory_historicalfeedcontainerstock": 320,
    "inventory_historicalfeedingevent": 322,
}
"""Measured: table, indexes and TOAST of a ten-year `demo` run, divided by the rows."""


BYTES_PER_MONTH: Final = 700_000
"""Measured: what the empty partitions of a month take, and pages that are not full, in `tiny`."""

_PARQUET_DEFAULT: Final = 30
PARQUET_BYTES_PER_ROW: Final[Mapping[str, int]] = {"environmental_environmentalreading": 7}
PARQUET_BYTES_PER_MONTH: Final = 400_000
"""Measured: files of the first three years of `demo`, divided by the rows; a month's small files
and the state of the ledger, in `tiny`."""


def parquet_bytes_of(table: str, rows: int) -> int:
    """Return the bytes that `rows` rows of `table` take as Parquet files."""
    return rows * PARQUET_BYTES_PER_ROW.get(table, _PARQUET_DEFAULT)


def bytes_of(table: str, rows: int) -> int:
    """Return the disk space in bytes that `rows` rows of `table` take with their indexes."""
    return rows * BYTES_PER_ROW.get(table, _DEFAULT)

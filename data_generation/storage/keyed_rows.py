"""Rows as generators count them, with their keys as they are stored."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_generation.storage.catalog import tracked_table
from data_generation.storage.keys import Keys

_CREATED: Final = "+"


def shifted(keys: Keys, table: str, local: pa.Array) -> pa.Array:
    """Stored keys of run-local ones of `table`, as int64; null stays null.

    Raises `pa.ArrowInvalid` beyond 64 bits.
    """
    pieces = keys.pieces.get(table, ())
    local = local.cast(pa.int64())
    if not pieces:
        return local
    before = pieces[0][1] if pieces[0][0] <= 1 else 0
    if len(pieces) == 1 and pieces[0][0] <= 1:
        return pc.add_checked(local, before)
    firsts = np.array([first for first, _ in pieces], dtype=np.int64)
    offsets = np.array([before, *(offset for _, offset in pieces)], dtype=np.int64)
    numbers = local.fill_null(0).to_numpy(zero_copy_only=False)
    added = offsets[np.searchsorted(firsts, numbers, side="right")]
    return pc.add_checked(local, pa.array(added))


def without_adopted(keys: Keys, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables without the rows that are adopted, and without the history of their creation.

    What becomes of such rows later has its history like that of others. Tables in which nothing is
    left are left out.
    """
    left = {name: _left(keys, name, table) for name, table in tables.items()}
    return {name: table for name, table in left.items() if table.num_rows}


def _left(keys: Keys, name: str, table: pa.Table) -> pa.Table:
    spans = keys.adopted.get(tracked_table(name) or name, ())
    if not spans:
        return table
    # The key comes first, in a table as in its history.
    local = table.column(0).cast(pa.int64()).to_numpy()
    new = np.ones(len(local), dtype=np.bool_)
    for first, last in spans:
        new &= (local < first) | (local > last)
    if "history_type" in table.column_names:
        new |= pc.not_equal(table["history_type"], _CREATED).to_numpy()
    return table.filter(pa.array(new))

"""Rows as generators count them, with their keys as they are stored."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import tracked_table

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


def without_adopted(
    keys: Keys, inserts: Mapping[str, pa.Table], updates: Mapping[str, pa.Table]
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """Inserts without the rows that are adopted and the history of their creation; and updates.

    What becomes of an adopted row later has its history like that of others; if that is in the
    month in which the row would have been inserted, its state is an update. Tables in which nothing
    is left are left out.
    """
    new, changed = {}, dict(updates)
    for name, table in inserts.items():
        adopted = _adopted(keys, tracked_table(name) or name, table)
        if not adopted.any():
            new[name] = table
            continue
        kept = ~adopted
        if tracked := tracked_table(name):
            later = pc.not_equal(table["history_type"], _CREATED).to_numpy()
            kept |= later
            rows = _of_keys(inserts.get(tracked), table.column(0).to_numpy()[adopted & later])
            if rows is not None:
                before = [changed[tracked]] if tracked in changed else []
                changed[tracked] = pa.concat_tables([*before, rows])
        if kept.any():
            new[name] = table.filter(pa.array(kept))
    return new, changed


def _adopted(keys: Keys, name: str, table: pa.Table) -> NDArray[np.bool_]:
    """Which rows of a table, or of its history, are those of adopted rows."""
    # The key comes first, in a table as in its history.
    local = table.column(0).cast(pa.int64()).to_numpy()
    found = np.zeros(len(local), dtype=np.bool_)
    for first, last in keys.adopted.get(name, ()):
        found |= (local >= first) & (local <= last)
    return found


def _of_keys(table: pa.Table | None, keys: NDArray[np.int64]) -> pa.Table | None:
    """The rows with these keys, None if there is none."""
    if table is None or not len(keys):
        return None
    rows = table.filter(pa.array(np.isin(table.column(0).to_numpy(), keys)))
    return rows if rows.num_rows else None

"""Collects rows of some days and turns them into Arrow tables, with the history that audits them.

A generator says what happened (`insert`, `update`); this module derives the history rows that
django-simple-history would have written, and the state of each row at the end of those days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_generation.generators.core.declared.arrow_types import arrow_type
from data_generation.generators.core.declared.tables import Table, Tables

NULL = int(np.iinfo(np.int64).min)
"""Stands for SQL's NULL in whole-number, decimal, date and time columns."""


@dataclass(frozen=True)
class Choice:
    """Texts that repeat: `index` says for each row which of `names` it has."""

    names: Sequence[str | None]
    index: NDArray[np.int64]


ColumnValues = NDArray[Any] | Choice | Sequence[str | None] | str | int | bool | float | None
"""A column of a chunk: one value for each row, or one value for all."""


class Ids:
    """The next primary key of each table, as run-local numbers from 1."""

    def __init__(self, tables: Tables) -> None:
        """Start every table at 1."""
        self._next = dict.fromkeys(tables.names, 1)

    def take(self, table: str, count: int) -> NDArray[np.int64]:
        """Reserve `count` consecutive keys."""
        first = self._next[table]
        self._next[table] = first + count
        return np.arange(first, first + count, dtype=np.int64)

    def one(self, table: str) -> int:
        """Reserve one key."""
        return int(self.take(table, 1)[0])

    def next_of(self, table: str) -> int:
        """The key that the next row would get."""
        return self._next[table]

    def snapshot(self) -> NDArray[np.int64]:
        """The next keys, in the order of the tables' names."""
        return np.array([self._next[name] for name in sorted(self._next)], dtype=np.int64)

    def restore(self, values: NDArray[np.int64]) -> None:
        """Take the next keys back from `snapshot`."""
        self._next.update(zip(sorted(self._next), values.tolist(), strict=True))


@dataclass
class _Chunk:
    rows: int
    columns: Mapping[str, ColumnValues]
    kind: str
    reason: str | None
    day: int
    moment: ColumnValues = None


@dataclass
class Rows:
    """New rows and changed rows, by table."""

    inserts: dict[str, pa.Table] = field(default_factory=dict)
    updates: dict[str, pa.Table] = field(default_factory=dict)


class Output:
    """Collects rows day by day."""

    def __init__(self, tables: Tables, ids: Ids) -> None:
        """`ids` gives the keys of history rows."""
        self._tables = tables
        self._ids = ids
        self._chunks: dict[str, list[_Chunk]] = {}
        self._first_new: dict[str, int] = {}
        self._day = 0
        self.start()

    def start(self) -> None:
        """Forget what was collected; rows keyed from here on are new."""
        self._chunks = {name: [] for name in self._tables}
        self._first_new = {name: self._ids.next_of(name) for name in self._tables}

    def begin_day(self, day: int) -> None:
        """What comes now is of this day: keys of history rise with days, then with time."""
        self._day = day

    def insert(
        self, table: str, rows: int, moment: ColumnValues = None, **columns: ColumnValues
    ) -> None:
        """`rows` new rows of `table`; every column of the table must be given.

        `moment` says when, for tables without a column that does.
        """
        self._add(table, _Chunk(rows, columns, "+", None, self._day, moment))

    def update(
        self,
        table: str,
        rows: int,
        reason: str | None = None,
        moment: ColumnValues = None,
        **columns: ColumnValues,
    ) -> None:
        """New states of `rows` existing rows of `table`, all columns.

        `moment` says when, for tables without an `updated_at` column.
        """
        self._add(table, _Chunk(rows, columns, "~", reason, self._day, moment))

    def _add(self, table: str, chunk: _Chunk) -> None:
        expected = self._tables[table].columns.keys()
        if chunk.columns.keys() != expected:
            differing = sorted(chunk.columns.keys() ^ expected)
            raise KeyError(f"{table}: missing or unknown columns {', '.join(differing)}")
        if chunk.rows:
            self._chunks[table].append(chunk)

    def finish(self) -> Rows:
        """The rows as Arrow tables; only tables with rows appear."""
        found = Rows()
        for name, chunks in self._chunks.items():
            if not chunks:
                continue
            spec = self._tables[name]
            versions = pa.table(
                {
                    column: build_column(code, [(c.columns[column], c.rows) for c in chunks])
                    for column, code in spec.columns.items()
                }
            )
            if (history := spec.history_name) is not None:
                found.inserts[history] = self._history(spec, history, versions, chunks)
            if any(chunk.kind == "~" for chunk in chunks):
                self._split(spec, versions, found)
            else:
                found.inserts[name] = versions
        return found

    def _split(self, spec: Table, versions: pa.Table, found: Rows) -> None:
        """Keep the last version of each row; tell new rows from older ones."""
        keys = versions[spec.key].to_numpy()
        _, last_from_end = np.unique(keys[::-1], return_index=True)
        last = len(keys) - 1 - last_from_end
        new = keys[last] >= self._first_new[spec.name]
        if new.any():
            found.inserts[spec.name] = versions.take(last[new])
        if not new.all():
            found.updates[spec.name] = versions.take(last[~new])

    def _history(
        self, spec: Table, history: str, versions: pa.Table, chunks: list[_Chunk]
    ) -> pa.Table:
        rows = [chunk.rows for chunk in chunks]
        kinds = build_column("s", [(chunk.kind, chunk.rows) for chunk in chunks])
        reasons = build_column("s", [(chunk.reason, chunk.rows) for chunk in chunks])
        if spec.created is None:
            moments = _numbers([(c.moment, c.rows) for c in chunks])
        else:
            moments = versions[spec.created].cast(pa.int64()).to_numpy()
        if any(chunk.kind == "~" for chunk in chunks):
            is_update = np.repeat([chunk.kind == "~" for chunk in chunks], rows)
            if "updated_at" in spec.columns:
                updated = versions["updated_at"].cast(pa.int64()).to_numpy()
            else:
                updated = _numbers([(c.moment if c.kind == "~" else 0, c.rows) for c in chunks])
            moments = np.where(is_update, updated, moments)
        ids = self._ids.take(history, len(versions))
        if (np.diff(moments) < 0).any():
            # Keys rise with time within a day; the rows themselves may stay as they came.
            days = np.repeat([chunk.day for chunk in chunks], rows)
            order = np.lexsort((moments, days))
            ids[order] = ids.copy()
        added: dict[str, pa.Array] = {
            "history_id": pa.array(ids),
            "history_date": pa.array(moments).cast(arrow_type("ts")),
            "history_change_reason": reasons,
            "history_type": kinds,
            "history_user_id": pa.nulls(len(versions), pa.int32()),
        }
        return pa.table(
            {
                name: added[name] if name in added else versions[name]
                for name in spec.history_columns
            }
        )


def build_column(code: str, parts: Sequence[tuple[ColumnValues, int]]) -> pa.Array:
    """One Arrow array of type `code` from chunks of (values or one value, rows)."""
    if code in ("s", "j"):
        return _text_column(parts)
    if code == "b":
        return pa.array(_filled(parts, np.bool_))
    if code == "f8":
        return pa.array(_filled(parts, np.float64))
    return number_column(code, _numbers(parts))


def _numbers(parts: Sequence[tuple[ColumnValues, int]]) -> NDArray[np.int64]:
    return _filled([(NULL if value is None else value, rows) for value, rows in parts], np.int64)


def _filled(parts: Sequence[tuple[ColumnValues, int]], dtype: Any) -> NDArray[Any]:
    """One array from chunks; each is a slice that takes an array or one value."""
    result = np.empty(sum(rows for _, rows in parts), dtype=dtype)
    first = 0
    for value, rows in parts:
        if isinstance(value, np.ndarray) and len(value) != rows:
            raise ValueError(f"a column of {len(value)} values for {rows} rows")
        result[first : first + rows] = value
        first += rows
    return result


def number_column(code: str, values: NDArray[np.int64]) -> pa.Array:
    """Whole numbers, scaled decimals, days or microseconds as an Arrow array; NULL becomes null."""
    kind = arrow_type(code)
    missing = values == NULL
    mask = missing if missing.any() else None
    if pa.types.is_decimal(kind):
        wide = np.empty((len(values), 2), dtype=np.int64)
        wide[:, 0] = values
        wide[:, 1] = values >> 63
        bitmap = None if mask is None else pa.array(~mask).buffers()[1]
        return pa.Array.from_buffers(kind, len(values), [bitmap, pa.py_buffer(wide)])
    if mask is not None:
        values = np.where(mask, 0, values)
    if code in ("i2", "i4", "d"):
        narrow = values.astype(np.int16 if code == "i2" else np.int32)
        if not np.array_equal(narrow, values):
            raise OverflowError(f"a value does not fit {code}: {values.min()} to {values.max()}")
        return pa.array(narrow, mask=mask).cast(kind)
    return pa.array(values, mask=mask).cast(kind)


def _text_column(parts: Sequence[tuple[ColumnValues, int]]) -> pa.Array:
    """Texts, each distinct one that is known to repeat only once until the end."""
    if all(value is None for value, _ in parts):
        return pa.nulls(sum(rows for _, rows in parts), pa.string())
    codes: dict[str | None, int] = {}
    texts: list[str | None] = []

    def code(text: str | None) -> int:
        if text not in codes:
            codes[text] = len(texts)
            texts.append(text)
        return codes[text]

    index = np.empty(sum(rows for _, rows in parts), dtype=np.int32)
    first = 0
    for value, rows in parts:
        here = slice(first, first := first + rows)
        if value is None or isinstance(value, str):
            index[here] = code(value)
        elif isinstance(value, Choice):
            index[here] = np.array([code(name) for name in value.names])[value.index]
        else:
            index[here] = np.arange(len(texts), len(texts) + rows)
            texts.extend(value)  # type: ignore[arg-type]
    names = pa.array(texts, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(index), names).cast(pa.string())

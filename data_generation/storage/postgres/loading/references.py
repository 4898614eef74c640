"""Foreign keys of rows loaded with the triggers off: one set-based check for each referenced table.

A foreign key's trigger costs about 6 µs a key and row. The keys of a month's rows are few and
repeat, so their distinct values are collected while the rows pass by, and are looked up (and locked
as the trigger would lock them) once, before the caller commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from data_generation.errors import StorageError
from data_generation.storage.postgres.catalog import CatalogTable, ForeignKey
from data_generation.storage.postgres.session import Connection, rows, value
from data_generation.storage.postgres.statements import statement


class ReferenceCheck:
    """The distinct foreign keys seen so far, and the proof that all of them exist."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._seen: dict[ForeignKey, list[pa.Array]] = {}
        self._owner: dict[ForeignKey, str] = {}

    def observe(self, table: CatalogTable, batch: pa.RecordBatch) -> None:
        """Take note of the foreign keys of one converted batch of rows of `table`."""
        for key in table.foreign_keys:
            index = batch.schema.get_field_index(key.columns[0])
            if index < 0:
                continue
            self._owner[key] = table.name
            seen = self._seen.setdefault(key, [])
            seen.append(pc.unique(batch.column(index)).cast(pa.int64()))

    def verify(self) -> None:
        """Raise `StorageError` if a key seen refers to no row; forget all keys seen."""
        targets: dict[tuple[str, str, str], list[ForeignKey]] = {}
        for key in self._seen:
            targets.setdefault((key.schema, key.table, key.referenced[0]), []).append(key)
        for (schema, table, column), keys in sorted(targets.items()):
            wanted = pc.unique(pa.chunked_array([a for k in keys for a in self._seen[k]]))
            missing = self._missing(schema, table, column, wanted.drop_null().to_pylist())
            if missing:
                self._raise(keys, missing)
        self._seen.clear()

    def _missing(self, schema: str, table: str, column: str, keys: list[int]) -> list[int]:
        query = sql.SQL(statement("loader", "missing_keys")).format(
            table=sql.Identifier(schema, table), column=sql.Identifier(column)
        )
        return [row[0] for row in rows(self._conn, query, {"keys": keys})] if keys else []

    def _raise(self, keys: list[ForeignKey], missing: list[int]) -> None:
        key = next(
            k
            for k in keys
            if any(pc.is_in(pa.scalar(missing[0]), a).as_py() for a in self._seen[k])
        )
        raise StorageError(
            f"{self._owner[key]}.{key.columns[0]} refers to {key.table} rows that do not exist:"
            f" {', '.join(map(str, missing))}.",
            "This is a fault of the generator of that table; nothing was written.",
        )


class TriggerSwitch:
    """Turns off the triggers of this session where its role may."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._allowed: bool | None = None
        self._is_off = False

    def replaceable(self, table: CatalogTable) -> bool:
        """Say whether `ReferenceCheck` can stand in for all triggers of a table here.

        Asks once, inside a savepoint, whether the role may set session_replication_role.
        """
        if self._allowed is None:
            self._allowed = self._ask()
        return self._allowed and table.triggers_replaceable

    def _ask(self) -> bool:
        try:
            with self._conn.transaction(force_rollback=True):
                self._set("replica")
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    @contextmanager
    def off(self) -> Iterator[None]:
        """Run the block without triggers; one block within another changes nothing.

        An error leaves the setting to the caller's rollback.
        """
        if self._is_off:
            yield
            return
        before = self._set("replica")
        self._is_off = True
        try:
            yield
        finally:
            self._is_off = False
        self._set(before)

    def _set(self, role: str) -> str:
        return str(value(self._conn, statement("loader", "set_triggers"), {"role": role}))

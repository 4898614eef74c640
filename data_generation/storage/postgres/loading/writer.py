"""One month's rows into any kind of table, by the cheapest way that holds every constraint."""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Final

import pyarrow as pa
from psycopg import Rollback, sql

from data_generation.storage.postgres.catalog import CatalogTable, TableKind
from data_generation.storage.postgres.loading.copying import copy_rows, move_rows
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.loading.partitions import (
    Month,
    Reservation,
    ReservedPartition,
    StagedPartition,
    default_filled,
    find_places,
    partition_name,
    split_by_month,
    stage,
)
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.storage.postgres.loading.references import ReferenceCheck, TriggerSwitch
from data_generation.storage.postgres.loading.reserved import reserved_among
from data_generation.storage.postgres.session import Connection

STAGE_ROWS: Final = 6_000
"""From so many rows a table and month, staging beats appending to an empty partition."""

STAGE_ROWS_UNDER_TRIGGERS: Final = 300
"""The same where the triggers of foreign keys must fire for each appended row."""


class MonthWriter:
    """Writes the tables of one month in one transaction.

    Tables that hold the month already, and plain tables, are appended to. A month that is new gets
    a partition that is attached full if it has many rows, and empty if it has few. If another
    transaction attaches the month first, the rows are appended to that.
    """

    def __init__(
        self,
        conn: Connection,
        month: Month,
        tables: Iterable[CatalogTable],
        triggers: TriggerSwitch,
        *,
        published: bool = False,
    ) -> None:
        """Look up where the rows of `tables` go; `published` if the publishing lock is held."""
        self._conn = conn
        self._month = month
        self._triggers = triggers
        self._check = ReferenceCheck(conn)
        self._published = published
        self._monthly = [table for table in tables if table.staged]
        self._find_places()

    def _find_places(self) -> None:
        self._present = find_places(self._conn, self._monthly, self._month)

    def write(self, encoder: TableEncoder, rows: pa.Table) -> int:
        """Insert rows, of whatever months, and give their number."""
        table = encoder.table
        if not table.staged:
            return self._append(table.name, encoder, [rows])
        count = 0
        for month, part in split_by_month(rows, table.partition_column or "", self._month):
            writer = self if month == self._month else self._sibling(month, table)
            count += writer.write_stream(encoder, [part], part.num_rows)
        return count

    def _sibling(self, month: Month, table: CatalogTable) -> "MonthWriter":
        sibling = MonthWriter(self._conn, month, [table], self._triggers, published=self._published)
        sibling._check = self._check
        return sibling

    def write_stream(self, encoder: TableEncoder, rows: Iterable[pa.Table], at_least: int) -> int:
        """Insert rows of this month, `at_least` so many, into one table."""
        table = encoder.table
        if not table.staged:
            return self._append(table.name, encoder, rows)
        if table.name not in self._present:
            if at_least >= self._stage_from(table):
                return self._stage(encoder, rows)
            self.prepare(table)
        return self._append(self._present[table.name], encoder, rows)

    def prepare(self, table: CatalogTable) -> None:
        """Make sure that a partitioned table holds the month, if need be in an empty partition."""
        if not table.staged or table.name in self._present:
            return
        staged = self._new(table, private=False)

        def make() -> None:
            staged.create()
            if default_filled(self._conn, table):
                staged.take_strays()
            staged.attach()

        if self._publish(table, make):
            self._present[table.name] = staged.name

    def reserve(self, table: CatalogTable, rows: int) -> None:
        """Make a new month ready for so many rows that a later transaction stages.

        Does nothing where that would not spare it anything: few rows, or foreign keys that must be
        validated in bulk.
        """
        if table.name not in self._present and rows >= STAGE_ROWS and self._reservable(table):
            reserved = ReservedPartition(self._conn, table, self._month)
            if reserved.state() is Reservation.NONE:
                reserved.reserve()

    @cached_property
    def _reserved(self) -> set[str]:
        """Partitions that are reserved: asked for once, for a ledger month makes a dozen others."""
        names = [partition_name(table.name, self._month) for table in self._monthly]
        return reserved_among(self._conn, names)

    def _reservable(self, table: CatalogTable) -> bool:
        return table.kind is TableKind.MONTHS and self._triggers.replaceable(table)

    def _new(self, table: CatalogTable, *, private: bool) -> StagedPartition:
        """Give the month as it is to be made, the reserved one if any; `private` as for `stage`."""
        if partition_name(table.name, self._month) in self._reserved and self._reservable(table):
            reserved = ReservedPartition(self._conn, table, self._month)
            if reserved.state() is Reservation.READY:
                return reserved
        return stage(self._conn, table, self._month, private=private)

    def _stage_from(self, table: CatalogTable) -> int:
        triggers_fire = table.foreign_keys and not self._triggers.replaceable(table)
        return STAGE_ROWS_UNDER_TRIGGERS if triggers_fire else STAGE_ROWS

    def _stage(self, encoder: TableEncoder, rows: Iterable[pa.Table]) -> int:
        table = encoder.table
        staged = self._new(table, private=not self._published)
        staged.create()
        # On an empty table a foreign key costs nothing, but it locks what it refers to.
        if self._published and self._triggers.replaceable(table) and not staged.has_foreign_keys:
            staged.add_foreign_keys()
        checked = staged.has_foreign_keys
        count = self._copy(staged.identifier, encoder, rows, checked=checked, freeze=True)
        staged.build_indexes()

        def make() -> None:
            staged.give_way()
            staged.take_strays()
            if not staged.has_foreign_keys:
                staged.add_foreign_keys()
            staged.attach()

        if self._publish(table, make):
            self._present[table.name] = staged.name
        else:
            into = sql.Identifier(table.schema, self._present[table.name])
            move_rows(self._conn, staged.identifier, into, encoder, count)
        return count

    def _publish(self, table: CatalogTable, make: Callable[[], None]) -> bool:
        """Add a month by `make`, under the publishing lock, unless another transaction has by then.

        Says whether it was made. If not, the lock is given back, so that nobody waits for it while
        rows are appended.
        """
        if self._published:
            make()
            return True
        with self._conn.transaction() as attempt:
            publish(self._conn)
            self._find_places()
            if table.name in self._present:
                raise Rollback(attempt)
            make()
            self._published = True
        return self._published

    def _append(self, relation: str, encoder: TableEncoder, rows: Iterable[pa.Table]) -> int:
        return self._copy(sql.Identifier(encoder.table.schema, relation), encoder, rows)

    def _copy(
        self,
        into: sql.Identifier,
        encoder: TableEncoder,
        rows: Iterable[pa.Table],
        *,
        checked: bool = True,
        freeze: bool = False,
    ) -> int:
        """Copy rows; `checked` if foreign keys stand that only triggers would hold."""
        table = encoder.table
        if not (checked and table.foreign_keys and self._triggers.replaceable(table)):
            return copy_rows(self._conn, into, encoder, rows, freeze=freeze)
        with self._triggers.off():
            observe = partial(self._check.observe, table)
            return copy_rows(self._conn, into, encoder, rows, observe, freeze=freeze)

    def verify(self) -> None:
        """Raise `StorageError` unless every row that a foreign key refers to exists."""
        self._check.verify()

"""One month's rows into any kind of table, by the cheapest way that holds every constraint."""

from collections.abc import Iterable
from functools import partial
from typing import Final

import pyarrow as pa
from psycopg import sql

from data_generation.storage.catalog import Table, TableKind
from data_generation.storage.copying import copy_rows
from data_generation.storage.encode import TableEncoder
from data_generation.storage.partitions import (
    Month,
    StagedPartition,
    default_holds,
    find_places,
    split_by_month,
)
from data_generation.storage.references import ReferenceCheck, TriggerSwitch
from data_generation.storage.session import Connection, run
from data_generation.storage.statements import statement

PUBLISH_LOCK: Final = 0x6171_7561_7075_6231
"""Key of the transaction-level advisory lock of whoever changes what other tables see."""

STAGE_ROWS: Final = 6_000
"""From so many rows a table and month, staging beats appending to an empty partition."""

STAGE_ROWS_UNDER_TRIGGERS: Final = 300
"""The same where the triggers of foreign keys must fire for each appended row."""


def publish(conn: Connection) -> None:
    """Wait for the publishing lock; it is kept until the transaction ends."""
    run(conn, statement("loader", "publish_lock"), {"key": PUBLISH_LOCK})


class MonthWriter:
    """Writes the tables of one month in one transaction.

    Tables that hold the month already, and plain tables, are appended to. A month that is new gets
    a partition that is attached full if it has many rows, and empty if it has few.
    """

    def __init__(
        self, conn: Connection, month: Month, tables: Iterable[Table], triggers: TriggerSwitch
    ) -> None:
        """Look up where the rows of `tables` go."""
        self._conn = conn
        self._month = month
        self._triggers = triggers
        self._check = ReferenceCheck(conn)
        self._published = False
        monthly = [table for table in tables if table.kind is TableKind.MONTHS]
        self._places = find_places(conn, monthly, month)

    def publish(self) -> None:
        """Take the publishing lock, once; it is kept until the transaction ends."""
        if not self._published:
            publish(self._conn)
            self._published = True

    def write(self, encoder: TableEncoder, rows: pa.Table) -> int:
        """Insert rows, of whatever months, and give their number."""
        table = encoder.table
        if table.kind is TableKind.PLAIN:
            return self._append(table.name, encoder, [rows])
        count = 0
        for month, part in split_by_month(rows, table.partition_column or "", self._month):
            writer = self if month == self._month else self._sibling(month, table)
            count += writer.write_stream(encoder, [part], part.num_rows)
        return count

    def _sibling(self, month: Month, table: Table) -> "MonthWriter":
        sibling = MonthWriter(self._conn, month, [table], self._triggers)
        sibling._check = self._check
        sibling._published = self._published
        return sibling

    def write_stream(self, encoder: TableEncoder, rows: Iterable[pa.Table], at_least: int) -> int:
        """Insert rows of this month, `at_least` so many, into a partitioned table."""
        table = encoder.table
        if table.kind is TableKind.PLAIN:
            return self._append(table.name, encoder, rows)
        if table.name in self._places.present:
            return self._append(self._places.present[table.name], encoder, rows)
        staged = StagedPartition(self._conn, table, self._month)
        if at_least < self._stage_from(table):
            self.publish()
            filled = table.name in self._places.default_filled
            if not (filled and default_holds(self._conn, table, self._month)):
                staged.create()
                staged.attach()
                return self._append(staged.name, encoder, rows)
        return self._stage(staged, encoder, rows)

    def _stage_from(self, table: Table) -> int:
        triggers_fire = table.foreign_keys and not self._triggers.replaceable(table)
        return STAGE_ROWS_UNDER_TRIGGERS if triggers_fire else STAGE_ROWS

    def _stage(
        self, staged: StagedPartition, encoder: TableEncoder, rows: Iterable[pa.Table]
    ) -> int:
        staged.create()
        count = copy_rows(self._conn, staged.identifier, encoder, rows, freeze=True)
        staged.build_indexes()
        self.publish()
        staged.take_strays()
        staged.add_foreign_keys()
        staged.attach()
        return count

    def _append(self, relation: str, encoder: TableEncoder, rows: Iterable[pa.Table]) -> int:
        table = encoder.table
        into = sql.Identifier(table.schema, relation)
        if not table.foreign_keys or not self._triggers.replaceable(table):
            return copy_rows(self._conn, into, encoder, rows)
        observe = partial(self._check.observe, table)
        with self._triggers.off():
            return copy_rows(self._conn, into, encoder, rows, observe)

    def verify(self) -> None:
        """Raise `StorageError` unless every row that a foreign key refers to exists."""
        self._check.verify()

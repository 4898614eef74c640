"""Arrow tables into PostgreSQL, inside the caller's transaction.

Every table is filled by binary COPY. What differs is the way in: a month of a partitioned table
with many rows is staged and attached, one with few rows gets its partition in place, an existing
month and a plain table are appended to. A month whose rows come later can be reserved: its table
then stands empty, with the foreign keys, until it is filled and attached.

Locks. Attaching a partition takes ACCESS EXCLUSIVE on every table that its foreign keys refer to,
and on the default partition, until the transaction ends; a second loader, or the ledger writing to
those tables, would wait. So that such waits cannot form a circle, the
transaction first takes the advisory lock `PUBLISH_LOCK`, and keeps it: `write_month` before all
else, `write_readings` when rows and indexes of its staged table stand. Whoever waits for it holds
nothing that its holder can want, provided that the caller locked no row or table shared with
another unit of work before it called; `writer.publish` takes the lock before such a row.
`write_readings` into a month that is there already appends, and takes no lock that others wait for.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import date
from itertools import chain, groupby
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, CatalogTable
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.fit import EVERYTHING, Fit
from data_generation.storage.postgres.loading.copying import update_rows
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.loading.partitions import Month
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.storage.postgres.loading.references import TriggerSwitch
from data_generation.storage.postgres.loading.writer import STAGE_ROWS, MonthWriter
from data_generation.storage.postgres.session import Connection

READINGS: Final = "environmental_environmentalreading"
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


class Loader:
    """Writes a month's tables over one connection; holds no state but what the catalog says."""

    def __init__(self, conn: Connection, keys: Keys, fit: Fit = EVERYTHING) -> None:
        """`keys` says where run-local keys are stored, wherever they name a row.

        `fit` says what of the rows is stored; one that is empty, all.
        """
        self._conn = conn
        self._fit = fit
        self._keys = keys
        self._catalog = Catalog(conn)
        self._triggers = TriggerSwitch(conn)
        self._encoders: dict[tuple[str, pa.Schema], TableEncoder] = {}

    def with_keys(self, keys: Keys) -> "Loader":
        """Give a loader for other keys on this connection, with all that is known of tables."""
        other = Loader(self._conn, keys, self._fit)
        other._catalog, other._triggers = self._catalog, self._triggers
        return other

    def write_month(
        self,
        month: date,
        inserts: Mapping[str, pa.Table],
        updates: Mapping[str, pa.Table],
        prepare: Collection[str] = (),
        reserve: Mapping[str, int] = _NOTHING,
    ) -> dict[str, int]:
        """Insert and update one month of the ledger; give the rows inserted into each table.

        Tables with no rows are skipped, and those that are not stored here. Rows of a partitioned
        table may lie in other months too. Those of `prepare` that are partitioned have a partition
        of the month afterwards, if only an empty one, so that rows written later are appended.
        Those of `reserve` will get so many rows of the month later; what then would have to wait is
        done now. When this returns, every foreign key of every row holds. Raises `StorageError`;
        the caller then rolls back.
        """
        with translated(f"the ledger of {month:%Y-%m}"):
            return self._write_month(
                Month.of(month), self._filled(inserts), self._filled(updates), prepare, reserve
            )

    def _write_month(
        self,
        month: Month,
        inserts: Mapping[str, pa.Table],
        updates: Mapping[str, pa.Table],
        prepare: Collection[str],
        reserve: Mapping[str, int],
    ) -> dict[str, int]:
        self._catalog.load([*inserts, *updates, *prepare, *reserve])
        # Only under the lock does it stay true which months are there.
        publish(self._conn)
        tables = [self._catalog[name] for name in inserts]
        wanted = [self._catalog[name] for name in {*inserts, *prepare, *reserve}]
        writer = MonthWriter(self._conn, month, wanted, self._triggers, published=True)
        # Staged partitions validate their foreign keys at once, so what they refer to comes first.
        tables.sort(key=lambda t: (t.staged, self._triggers.replaceable(t)))
        counts: dict[str, int] = {}
        for replaceable, group in groupby(tables, self._triggers.replaceable):
            # Off for the whole group: switching costs more than copying a few rows.
            with self._triggers.off() if replaceable else nullcontext():
                for table in group:
                    rows = inserts[table.name]
                    counts[table.name] = writer.write(self._encoder(table, rows.schema), rows)
        for name in prepare:
            writer.prepare(self._catalog[name])
        for name, expected in reserve.items():
            writer.reserve(self._catalog[name], expected)
        for name, rows in updates.items():
            update_rows(self._conn, self._encoder(self._catalog[name], rows.schema), rows)
        writer.verify()
        return counts

    def write_readings(self, month: date, tables: Iterable[pa.Table]) -> int:
        """Insert one month of readings, given as any number of Arrow tables; give their number.

        The tables are taken one at a time, so memory holds one of them and a few thousand rows. All
        readings must lie in the month. Raises `StorageError`; the caller then rolls back.
        """
        with translated(f"the readings of {month:%Y-%m}"):
            return self._write_readings(Month.of(month), iter(tables))

    def _write_readings(self, month: Month, tables: Iterator[pa.Table]) -> int:
        head: list[pa.Table] = []
        at_least = 0
        while at_least < STAGE_ROWS and (rows := next(tables, None)) is not None:
            head.append(rows)
            at_least += rows.num_rows
        if not at_least:
            return 0
        table = self._catalog[READINGS]
        writer = MonthWriter(self._conn, month, [table], self._triggers)
        encoder = self._encoder(table, head[0].schema)
        count = writer.write_stream(encoder, chain(head, tables), at_least)
        writer.verify()
        return count

    def _encoder(self, table: CatalogTable, schema: pa.Schema) -> TableEncoder:
        key = (table.name, schema)
        if key not in self._encoders:
            filling = self._fit.fillings.get(table.name)
            self._encoders[key] = TableEncoder(table, schema, self._keys, filling)
        return self._encoders[key]

    def _filled(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        return {name: t for name, t in self._fit.stored(tables).items() if t.num_rows}

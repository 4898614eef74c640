"""The coordinator's connection: one transaction a ledger's unit, kept alive through lost links."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import date
from time import perf_counter
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from data_generation.errors import Refused, StorageError
from data_generation.runs.arrays import pack
from data_generation.runs.engine.retries import Retries
from data_generation.runs.engine.stop import StopRequest
from data_generation.runs.postgres import lock, store
from data_generation.runs.postgres.connecting import (
    Connection,
    Conninfo,
    as_storage_error,
    connect,
)
from data_generation.runs.postgres.snapshots import put_snapshot
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.postgres.worker import READINGS_TABLE
from data_generation.runs.storage_port import LedgerDays
from data_generation.runs.units import LEDGER, READINGS, UnitRecord, done_until
from data_generation.storage.keys.rows import without_adopted
from data_generation.storage.keys.sequences import SequenceKeeper, advance_sequences
from data_generation.storage.postgres.failures import is_transient
from data_generation.storage.postgres.fit import EVERYTHING, Fit
from data_generation.storage.postgres.loading.loader import Loader
from data_generation.storage.postgres.loading.reserved import drop_reserved

ANALYZE_ROWS: Final = 10_000
"""A smaller table is planned well enough from its size alone."""
_ANALYZE_ONLY_SINCE: Final = 180_000


class Coordinator:
    """Stores what the ledger lived; holds the lock through its connection."""

    def __init__(
        self,
        connection: Connection,
        conninfo: Conninfo,
        run: RunRecord,
        retries: Retries,
        fit: Fit = EVERYTHING,
    ) -> None:
        """`connection` holds the lock; it is replaced when it breaks.

        `fit` says what the database takes.
        """
        self._fit = fit
        self.connection = connection
        self._given = connection
        self._conninfo = conninfo
        self._run = run
        self._retries = retries
        self._prepare()

    def store_days(self, done: LedgerDays) -> dict[str, int]:
        """Commit the days' rows, the snapshot and both unit rows together; return rows by table.

        The sequences move along, that of the readings to the last id that they can have: a row
        that somebody adds then meets no id of these days. Those of a batch moved when it began.

        A commit whose answer was lost is looked up before it is tried again, so nothing is stored
        twice.
        """
        output, days, last_reading = done.output, done.days, done.last_reading
        new, changed = without_adopted(
            self._run.keys, self._fit.stored(output.inserts), self._fit.stored(output.updates)
        )
        rows: dict[str, int] = {name: table.num_rows for name, table in new.items()}
        pending = {READINGS_TABLE: last_reading} if last_reading else {}
        beside = self._run.kind == store.BATCH

        def write(connection: Connection) -> None:
            if store.ledger_done(connection, self._run.id, days):
                return
            # Months of other runs come and go, so beside them room is made here and now.
            room = [READINGS_TABLE] if beside and pending else []
            reserve = {} if beside else {READINGS_TABLE: output.readings_rows}
            written = self._loader.write_month(days.month, new, changed, room, reserve)
            if not beside:
                self._sequences.follow(new, pending)
            unit = UnitRecord(
                done.session,
                days,
                LEDGER,
                True,
                sum(rows.values()),
                written,
                perf_counter() - done.started,
                done.memory_mb,
            )
            store.add_unit(connection, self._run.id, unit)
            readings = UnitRecord(
                done.session,
                days,
                READINGS,
                not output.readings_rows,
                output.readings_rows,
                keys=output.readings_keys,
            )
            payload = output.readings if output.readings_rows else None
            store.add_unit(
                connection, self._run.id, readings, None if payload is None else pack(payload)
            )
            put_snapshot(connection, self._run.id, days, done.snapshot)

        self._committed(write, f"Ledger of {days} (session {done.session})")
        return rows

    def finish(self, tables: Sequence[str], until: date) -> None:
        """Note that the goal is reached and gather the planner's statistics.

        Raises StorageError unless the database itself says that all days up to `until` are done: a
        server that crashed may have lost what it had confirmed.
        """

        def note(connection: Connection) -> None:
            stored = done_until(store.units(connection, self._run.id), READINGS)
            if stored is None or stored < until:
                raise StorageError(
                    "Committed days are missing from the database, which holds "
                    f"{'none' if stored is None else f'those up to {stored}'}.",
                    "The server lost them; go on from what is stored: "
                    "python manage.py runscript data_generation --resume",
                )
            finish(connection, self._run, tables)

        self._committed(note, "Finishing the run")
        try:
            analyze(self.connection, self._run.id, tables, self._retries.stop)
        except psycopg.Error:
            self._retries.stop.raise_if_asked()
            raise

    def cancel(self) -> None:
        """Cancel the statement that runs now, from another thread."""
        with contextlib.suppress(psycopg.Error):
            self.connection.cancel_safe(timeout=1.0)

    def close(self) -> None:
        """Close a connection that replaced the given one, which stays its owner's."""
        if self.connection is not self._given:
            self.connection.close()

    def _committed(self, work: Callable[[Connection], object], where: str) -> None:
        def commit() -> None:
            if self.connection.closed:
                self._reconnect()
            try:
                with self.connection.transaction():
                    work(self.connection)
            except psycopg.errors.ReadOnlySqlTransaction:
                # A standby by now. Only another connection can lead to the new primary.
                self.connection.close()
                raise

        try:
            self._retries.run(where, commit, is_transient, self._refresh)
        except psycopg.Error as error:
            raise as_storage_error(error, where) from error

    def _refresh(self) -> None:
        """Learn the tables anew: what the loader knows may be of before somebody's change."""
        if self.connection.closed or self.connection.broken:
            self.connection.close()
        else:
            self._prepare()

    def _reconnect(self) -> None:
        connection = connect(self._conninfo, lock.holder_name())
        try:
            hold(connection, self._run)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        self._prepare()

    def _prepare(self) -> None:
        keys = store.current_keys(self.connection, self._run.id)
        self._loader = Loader(self.connection, keys, self._fit)
        self._sequences = SequenceKeeper(self.connection, keys)


def hold(connection: Connection, run: RunRecord) -> None:
    """Take the locks that a run needs, for as long as `connection` lives; Refused if one is taken.

    A run over years holds the database, a batch shares it and holds itself.
    """
    lock.acquire(connection, shared=run.kind == store.BATCH)
    if run.kind == store.BATCH and not lock.acquire_batch(connection, run.id):
        raise Refused(
            f"Another process is at work on batch {run.batch_number}.",
            "Wait for it to end: python manage.py runscript event_engine --status",
        )


def finish(connection: Connection, run: RunRecord, tables: Sequence[str]) -> None:
    """Set the sequences and note that the run's goal is reached, inside a transaction.

    The publishing lock, which the first of both takes, keeps reservations out meanwhile.
    """
    advance_sequences(connection, tables)
    if run.kind == store.YEARS:
        # Left over where somebody made the month meanwhile, or made it another than was reserved.
        drop_reserved(connection, tables)
    store.finish_run(connection, run.id)


def analyze(connection: Connection, run: int, tables: Sequence[str], stop: StopRequest) -> None:
    """Gather the planner's statistics of the tables into which the run wrote many rows.

    From PostgreSQL 18 on a partitioned table is analysed as a whole (ONLY), and its months are left
    to autovacuum; before, each month is sampled as well, so a small sample must be enough.
    """
    filled = store.rows_by_table(connection, run)
    only: LiteralString = "ONLY " if connection.info.server_version >= _ANALYZE_ONLY_SINCE else ""
    connection.execute("SELECT set_config('default_statistics_target', '20', false)")
    for table in tables:
        if filled.get(table, 0) >= ANALYZE_ROWS:
            stop.raise_if_asked()
            connection.execute(sql.SQL(f"ANALYZE {only}{{}}").format(sql.Identifier(table)))

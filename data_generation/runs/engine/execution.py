"""The run itself: the ledger unit by unit, readings beside it, stop and finish."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Any

import psycopg

from data_generation.config.models import Config
from data_generation.errors import AquaError, Interrupted, StorageError
from data_generation.runs.decide import DATABASE, Location
from data_generation.runs.disk import Room, full_disks
from data_generation.runs.engine.executors import make_executor
from data_generation.runs.engine.memory import MemoryGuard, Resources, limits_for
from data_generation.runs.engine.pipeline import Pipeline
from data_generation.runs.engine.retries import Patience, Retries
from data_generation.runs.engine.stop import GRACE_S, StopRequest, stop_on_signals
from data_generation.runs.ports import DaysOutput, Engine, Ledger
from data_generation.runs.postgres.worker import READINGS_TABLE, UnitOrder, UnitOutcome
from data_generation.runs.sessions import Days, Plan, Session
from data_generation.runs.shown.progress import Screen
from data_generation.runs.shown.run_log import RunLog
from data_generation.runs.storage_port import LedgerDays, OpenStorage
from data_generation.runs.units import LEDGER, READINGS, done_days, done_until
from data_generation.words import counted


@dataclass
class Totals:
    """What one invocation generated: rows by table, seconds, peak memory of the process tree."""

    rows_by_table: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    months: int = 0

    @property
    def rows(self) -> int:
        """All rows stored."""
        return self.rows_by_table.total()

    @property
    def rows_per_second(self) -> float:
        """Rows stored a second, over the whole invocation."""
        return self.rows / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "months": self.months,
            "rows": self.rows,
            "rows_by_table": dict(sorted(self.rows_by_table.items())),
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows_per_second),
            "peak_memory_mb": round(self.peak_memory_mb, 1),
        }


class Execution:
    """One invocation of a run, from its first unfinished unit to its goal."""

    def __init__(
        self,
        *,
        config: Config,
        plan: Plan,
        engine: Engine,
        open_storage: OpenStorage,
        run_log: RunLog,
        screen: Screen,
        resources: Resources,
        place: Location = DATABASE,
        rooms: Sequence[Room] = (),
    ) -> None:
        """`open_storage` opens what holds the lock; `place` says where that is, in words, `rooms`
        which disks are known to be behind it.
        """
        self._config = config
        self._plan = plan
        self._engine = engine
        self._log = run_log.log
        self._screen = screen
        self._rooms = rooms
        self._stop = StopRequest(place.resume)
        self._totals = Totals()
        patience = Patience(config.runtime.max_attempts, config.runtime.retry_seconds)
        self._storage = open_storage(Retries(self._stop, patience, self._log))
        self._guard = MemoryGuard(
            limits_for(config.runtime, resources),
            lambda used: self._stop.ask_for_memory(used, resources.memory_mb),
        )
        self._pipeline = Pipeline(
            self._storage.setup(engine.expand),
            lambda: make_executor(resources, self._stop.requested),
            self._guard,
            self._stop,
            patience,
            self._readings_done,
            self._readings_retried,
        )
        self._ledger: Ledger | None = None
        self._chunk = 0
        self._months = self._months_before = self._rows_before = 0

    def go(self, goal: int) -> Totals:
        """Generate until session `goal` is complete.

        Raises the stop request's error, UnitError or StorageError; the state is committed then.
        """
        started = perf_counter()
        try:
            with stop_on_signals(self._stop, self._storage.cancel), self._guard:
                try:
                    self._generate(goal)
                except BaseException as error:
                    self._leave(error)
                    if isinstance(error, StorageError):
                        full = "".join(f"{words} " for words in full_disks(self._rooms))
                        error.hint = f"{self._stored()} {full}{error.hint}"
                    raise
        finally:
            self._storage.close()
            self._totals.seconds = perf_counter() - started
            self._totals.peak_memory_mb = self._guard.peak_mb
            self._log.debug("end", memory_mb=round(self._guard.peak_mb), **self._brief())
        return self._totals

    def _stored(self) -> str:
        """Say what is committed, as far as this invocation knows."""
        done = self._months_before + self._totals.months
        rows = counted(self._rows_before + self._totals.rows, "row")
        return f"Stored: {done} of {counted(self._months, 'month')}, {rows}."

    def _brief(self) -> dict[str, Any]:
        return {"rows": self._totals.rows, "seconds": round(self._totals.seconds, 3)}

    def _generate(self, goal: int) -> None:
        units = self._storage.units()
        lived = done_until(units, LEDGER)
        complete = done_days(units, READINGS)
        sessions = self._plan.sessions[:goal]
        self._months = sum(len(session.months) for session in sessions)
        self._months_before = sum(len(session.months_done(complete)) for session in sessions)
        self._rows_before = sum(sum(unit.rows.values()) for unit in units)
        self._screen.start(self._months, self._months_before, "Generating")
        for unit in units:
            if not unit.done:
                self._pipeline.add(unit.session, unit.days)
        for session in sessions:
            if len(session.months_done(complete)) < len(session.months):
                self._session(session, lived)
        self._screen.doing("Finishing: statistics for the database's planner")
        self._storage.finish(self._engine.tables, sessions[-1].last_day)
        self._pipeline.close()
        self._storage.mirror(force=True)

    def _session(self, session: Session, lived: date | None) -> None:
        started, rows = perf_counter(), self._totals.rows
        size = self._config.runtime.chunk_months
        ahead = self._config.runtime.max_pending_months * size
        for number, chunk in session.chunks(session.days_after(lived), size):
            self._chunk = number
            for days in chunk:
                self._pipeline.wait_until(ahead - 1)
                self._unit(session.number, days)
            self._chunk_done(session.number, number, chunk)
        self._pipeline.wait_until(0)
        self._storage.mirror(force=True)
        self._log.info(
            "session complete",
            session=session.number,
            rows=self._totals.rows - rows,
            seconds=round(perf_counter() - started, 2),
            memory_mb=round(self._guard.peak_mb),
        )

    def _unit(self, session: int, days: Days) -> None:
        started = perf_counter()
        ledger = self._ledger_before(days)
        try:
            output = ledger.advance(days.first, days.last, self._stop.requested)
        except Interrupted:
            self._stop.raise_if_asked()
            raise
        done = LedgerDays(
            session=session,
            days=days,
            output=output,
            snapshot=ledger.snapshot(),
            last_reading=self._engine.last_reading(output) if output.readings_rows else 0,
            started=started,
            memory_mb=self._guard.peak_mb,
        )
        rows = self._storage.store_days(done)
        self._totals.rows_by_table.update(rows)
        self._log_ledger(session, days, output, rows, perf_counter() - started)
        if output.readings_rows:
            self._pipeline.add(session, days)
            self._screen.advance(0, sum(rows.values()))
        else:
            self._totals.months += 1
            self._screen.advance(1, sum(rows.values()))
        self._pipeline.pump()
        self._storage.mirror()

    def _ledger_before(self, days: Days) -> Ledger:
        """Return the ledger that stands right before these days, restored if need be."""
        if self._ledger is None:
            self._ledger = self._engine.make_ledger(self._config)
            stored = self._storage.snapshot()
            if stored is not None:
                self._ledger.restore(stored)
            elif days.first != self._plan.first_day:
                raise StorageError(
                    f"The ledger's snapshot before {days.first} is missing from the database.",
                    "Start again: python manage.py runscript clear_data --yes",
                )
        return self._ledger

    def _readings_done(self, order: UnitOrder, outcome: UnitOutcome) -> None:
        self._totals.rows_by_table[READINGS_TABLE] += outcome.rows
        self._totals.months += 1
        self._screen.advance(1, outcome.rows)
        self._log.debug(
            "readings stored",
            session=order.session,
            chunk=self._chunk_of(order),
            days=str(order.days),
            domain="environmental",
            rows=outcome.rows,
            seconds=round(outcome.seconds, 3),
            memory_mb=round(outcome.memory_mb),
            attempt=order.attempt,
            already_stored=outcome.skipped,
        )
        self._storage.mirror()

    def _readings_retried(self, order: UnitOrder, reason: str) -> None:
        self._log.warning(
            "readings tried again",
            session=order.session,
            days=str(order.days),
            attempt=order.attempt,
            reason=reason,
        )

    def _log_ledger(
        self, session: int, days: Days, output: DaysOutput, rows: Mapping[str, int], seconds: float
    ) -> None:
        domains: Counter[str] = Counter()
        for table, count in rows.items():
            domains[table.partition("_")[0]] += count
        for domain, count in sorted(domains.items()):
            self._log.debug(
                "ledger stored",
                session=session,
                chunk=self._chunk,
                days=str(days),
                domain=domain,
                rows=count,
                seconds=round(seconds, 3),
                memory_mb=round(self._guard.used_mb),
            )
        self._log.debug("ledger metrics", days=str(days), **output.metrics)

    def _chunk_of(self, order: UnitOrder) -> int:
        session = self._plan.session(order.session)
        return session.chunk_of(order.days.first, self._config.runtime.chunk_months)

    def _chunk_done(self, session: int, number: int, done: list[Days]) -> None:
        log = self._log.debug if self._screen.has_bar else self._log.info
        log(
            "chunk",
            session=session,
            chunk=number,
            days=f"{done[0].first}..{done[-1].last}",
            rows=self._totals.rows,
            **self._screen.pace(),
            pending=self._pipeline.pending,
            memory_mb=round(self._guard.used_mb),
        )
        self._storage.mirror(force=True)

    def _leave(self, error: BaseException) -> None:
        """Bring everything to a committed state and mirror it, whatever went wrong."""
        grace = self._stop.seconds_left() if self._stop.requested() else GRACE_S
        # Whatever fails on the way out, `error` is what the user must read.
        with suppress(psycopg.Error, OSError, AquaError):
            self._pipeline.abandon(grace)
        with suppress(psycopg.Error, OSError, AquaError):
            self._storage.mirror(force=True)
        code = error.code if isinstance(error, AquaError) else type(error).__name__
        self._log.debug("stopped", reason=code, detail=str(error))

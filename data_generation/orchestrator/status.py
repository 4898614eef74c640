"""What the database holds: sessions, chunks, rows, pending units, and who is at work."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_generation.orchestrator import checkpoint, lock, store
from data_generation.orchestrator.database import Connection
from data_generation.orchestrator.lock import Holder
from data_generation.orchestrator.sessions import Plan
from data_generation.orchestrator.store import RunRecord, UnitRecord


@dataclass(frozen=True)
class SessionStatus:
    """Progress of one session; `rows` are those of its done units."""

    number: int
    first_day: str
    last_day: str
    months: int
    ledger_months: int
    readings_months: int
    chunks: int
    complete_chunks: int
    rows: int
    seconds: float
    peak_memory_mb: float

    @property
    def state(self) -> str:
        """One word for a person."""
        if self.readings_months == self.months:
            return "complete"
        return "started" if self.ledger_months else "not started"


@dataclass(frozen=True)
class Status:
    """Everything `--status` shows."""

    database: str
    run: RunRecord | None
    sessions: tuple[SessionStatus, ...]
    pending: tuple[UnitRecord, ...]
    rows: dict[str, int]
    holder: Holder | None
    checkpoint: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        run = self.run
        return {
            "database": self.database,
            "run": None
            if run is None
            else {
                "id": run.id,
                "profile": run.profile,
                "seed": run.seed,
                "fingerprint": run.fingerprint,
                "generator_version": run.identity.generator_version,
                "goal_session": run.goal,
                "started_at": run.started_at.isoformat(),
                "finished_at": run.finished_at.isoformat() if run.finished_at else None,
            },
            "sessions": [
                {
                    "session": s.number,
                    "state": s.state,
                    "first_day": s.first_day,
                    "last_day": s.last_day,
                    "months": s.months,
                    "ledger_months_done": s.ledger_months,
                    "readings_months_done": s.readings_months,
                    "chunks": s.chunks,
                    "chunks_done": s.complete_chunks,
                    "rows": s.rows,
                    "unit_seconds": round(s.seconds, 2),
                    "peak_memory_mb": round(s.peak_memory_mb),
                }
                for s in self.sessions
            ],
            "pending_units": [
                {
                    "session": u.session,
                    "month": f"{u.month:%Y-%m}",
                    "kind": u.kind,
                    "expected_rows": u.expected_rows,
                }
                for u in self.pending
            ],
            "rows": sum(self.rows.values()),
            "rows_by_table": self.rows,
            "running": None if self.holder is None else str(self.holder),
            "checkpoint": self.checkpoint,
        }

    def as_text(self) -> str:
        """Return the lines for a person."""
        running = f"Running: {self.holder}." if self.holder else "Nothing is running."
        if self.run is None:
            return f"Database {self.database} holds no run of the generator.\n{running}"
        run = self.run
        lines = [
            f"Database {self.database}: run {run.id}, profile {run.profile}, seed {run.seed}, "
            f"fingerprint {run.fingerprint[:12]}.",
            f"{'session':>7}  {'first day':10}  {'last day':10}  {'state':11}  {'months':>9}  "
            f"{'chunks':>7}  {'pending':>7}  {'rows':>13}  {'peak MB':>7}",
        ]
        for s in self.sessions:
            pending = sum(unit.session == s.number for unit in self.pending)
            lines.append(
                f"{s.number:>7}  {s.first_day:10}  {s.last_day:10}  {s.state:11}  "
                f"{f'{s.readings_months}/{s.months}':>9}  {f'{s.complete_chunks}/{s.chunks}':>7}  "
                f"{pending:>7}  {s.rows:>13,}  {s.peak_memory_mb:>7,.0f}"
            )
        lines.append(
            f"{sum(self.rows.values()):,} rows in {len(self.rows)} tables; "
            f"{len(self.pending)} pending units."
        )
        lines += [f"Checkpoint: {self.checkpoint}", running]
        return "\n".join(lines)


def read_status(
    connection: Connection, plan_of: Callable[[RunRecord], Plan], chunk_months: int, folder: Path
) -> Status:
    """Read the status; writes nothing. `plan_of` gives the plan of the stored run."""
    database = connection.info.dbname
    path = str(checkpoint.file_for(folder, database))
    run = store.find_run(connection)
    holder = lock.find_holder(connection)
    if run is None:
        return Status(database, None, (), (), {}, holder, path)
    units = store.units(connection, run.id)
    plan = plan_of(run)
    return Status(
        database,
        run,
        tuple(_session(plan, s.number, units, chunk_months) for s in plan.sessions),
        tuple(unit for unit in units if not unit.done),
        store.rows_by_table(connection, run.id),
        holder,
        path,
    )


def _session(plan: Plan, number: int, units: list[UnitRecord], chunk_months: int) -> SessionStatus:
    session = plan.session(number)
    mine = [unit for unit in units if unit.session == number]
    done = {unit.month for unit in mine if unit.kind == store.READINGS and unit.done}
    chunks = session.chunks(chunk_months)
    return SessionStatus(
        number=number,
        first_day=session.first_day.isoformat(),
        last_day=session.last_day.isoformat(),
        months=len(session.months),
        ledger_months=sum(unit.kind == store.LEDGER for unit in mine),
        readings_months=len(done),
        chunks=len(chunks),
        complete_chunks=sum(done.issuperset(chunk) for chunk in chunks),
        rows=sum(sum(unit.rows.values()) for unit in mine),
        seconds=sum(unit.seconds for unit in mine),
        peak_memory_mb=max((unit.peak_memory_mb for unit in mine), default=0.0),
    )

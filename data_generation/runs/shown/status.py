"""What the database holds: sessions, chunks, rows, pending units, and who is at work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data_generation.runs import checkpoint, decide
from data_generation.runs.postgres import lock, store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.lock import Holder
from data_generation.runs.postgres.queries import query
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.sessions import Plan
from data_generation.runs.units import LEDGER, READINGS, UnitRecord, done_days
from data_generation.words import counted, duration


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
class Pace:
    """What was committed in some seconds: rows, and months with their readings."""

    rows: int
    months: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """Rows a second."""
        return self.rows / max(self.seconds, 0.1)

    def seconds_for(self, months: int) -> float | None:
        """Seconds that so many more months take at this pace; None before one is done."""
        return months * self.seconds / self.months if self.months else None


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
    pace: Pace | None = None
    """Of the last minute, while somebody is at work."""
    following: str | None = None
    """The command that goes on with what is stored, if anything is left."""

    @property
    def asked(self) -> tuple[SessionStatus, ...]:
        """The sessions that the run was asked for."""
        goal = self.run.goal if self.run else 0
        return tuple(session for session in self.sessions if session.number <= goal)

    @property
    def months(self) -> int:
        """Months of the sessions that the run was asked for."""
        return sum(session.months for session in self.asked)

    @property
    def months_done(self) -> int:
        """Those of them that are stored."""
        return sum(session.readings_months for session in self.asked)

    @property
    def seconds_left(self) -> float | None:
        """How long the run will take yet, None if nobody is at work or that cannot be said."""
        return self.pace.seconds_for(self.months - self.months_done) if self.pace else None

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
                "until": run.until.isoformat(),
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
                    "days": str(u.days),
                    "kind": u.kind,
                    "expected_rows": u.expected_rows,
                }
                for u in self.pending
            ],
            "progress": {
                "months": self.months,
                "months_done": self.months_done,
                "rows_per_second": round(self.pace.rows_per_second) if self.pace else None,
                "seconds_left": self.seconds_left,
            },
            "next": self.following,
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
            f"{counted(sum(self.rows.values()), 'row')} in {counted(len(self.rows), 'table')}; "
            f"{counted(len(self.pending), 'unit')} pending."
        )
        lines += [self._progress(), f"Checkpoint: {self.checkpoint}", running]
        if self.following and self.holder is None:
            lines.append(f"Next: {self.following}")
        return "\n".join(lines)

    def _progress(self) -> str:
        whole = len(self.sessions) == len(self.asked)
        of = "" if whole else f" asked for, sessions 1 to {self.asked[-1].number}"
        done = f"{self.months_done} of {counted(self.months, 'month')}{of}"
        line = f"Progress: {done}, {100 * self.months_done // max(self.months, 1)} %"
        if self.pace:
            line += f", {self.pace.rows_per_second:,.0f} rows/s"
            if self.seconds_left is not None:
                line += f", about {duration(self.seconds_left)} left"
        return f"{line}."


def recent_pace(
    connection: Connection, run: RunRecord, since: datetime | None, seconds: float = 60.0
) -> Pace:
    """Return the pace of the last seconds, or since the moment `since` if that is later."""
    parameters = {"run": run.id, "seconds": seconds, "since": since}
    row = connection.execute(query("pace", "pace"), parameters).fetchone()
    return Pace(0, 0, seconds) if row is None else Pace(row[0], row[1], row[2])


def read_status(
    connection: Connection,
    plan_of: Callable[[RunRecord], Plan],
    chunk_months: int,
    folder: Path,
    flags_of: Callable[[RunRecord], str] = lambda _: "",
) -> Status:
    """Read the status; writes nothing. `plan_of` gives the plan of the stored run, `flags_of` the
    flags that name its data.
    """
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
        None if holder is None else recent_pace(connection, run, holder.since),
        decide.next_command(
            plan,
            decide.Progress.of(run.goal, units, plan),
            flags_of(run),
        ),
    )


def _session(plan: Plan, number: int, units: list[UnitRecord], chunk_months: int) -> SessionStatus:
    session = plan.session(number)
    mine = [unit for unit in units if unit.session == number]
    done = session.months_done(done_days(mine, READINGS))
    chunks = [
        {days.month for days in chunk}
        for _, chunk in session.chunks(session.days_after(None), chunk_months)
    ]
    return SessionStatus(
        number=number,
        first_day=session.first_day.isoformat(),
        last_day=session.last_day.isoformat(),
        months=len(session.months),
        ledger_months=len(session.months_done(done_days(mine, LEDGER))),
        readings_months=len(done),
        chunks=len(chunks),
        complete_chunks=sum(done.issuperset(chunk) for chunk in chunks),
        rows=sum(sum(unit.rows.values()) for unit in mine),
        seconds=sum(unit.seconds for unit in mine),
        peak_memory_mb=max((unit.peak_memory_mb for unit in mine), default=0.0),
    )

"""The readable mirror of the database's progress: one JSON file a database.

The database is the truth. The file is written after a commit, never before, and is rebuilt from the
database whenever the two disagree.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg

from data_generation.errors import StorageError
from data_generation.files import read_small, write_atomically
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.sessions import Plan
from data_generation.runs.units import LEDGER, READINGS, UnitRecord, done_days
from data_generation.storage.postgres.failures import is_transient
from data_generation.words import counted

FORMAT = 2

Done = frozenset[tuple[int, str, str]]
"""Session, days and kind of each unit that is done."""


@dataclass(frozen=True)
class Comparison:
    """What the comparison of file and database gave; `message` is empty if they agree."""

    message: str
    rebuild: bool


def file_for(folder: Path, database: str) -> Path:
    """Return the checkpoint file of the database of that name."""
    return folder / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', database) or 'database'}.json"


def database_of(path: Path) -> str | None:
    """Return the database that a checkpoint file tells of; None if it is no such file."""
    try:
        return str(json.loads(read_small(path))["database"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None


def build(
    run: RunRecord, plan: Plan, units: Iterable[UnitRecord], database: str, now: datetime
) -> dict[str, Any]:
    """Return the content of the checkpoint file; see docs/operations.md for its schema."""
    listed = list(units)
    rows: dict[str, int] = {}
    for unit in listed:
        for table, count in unit.rows.items():
            rows[table] = rows.get(table, 0) + count
    return {
        "format": FORMAT,
        "database": database,
        "run": run.id,
        "batch": run.batch_number,
        "fingerprint": run.fingerprint,
        "profile": run.profile,
        "seed": run.seed,
        "generator_version": run.identity.generator_version,
        "numpy_version": run.identity.numpy_version,
        "goal_session": run.goal,
        "until": run.until.isoformat(),
        "updated_at": now.isoformat(timespec="seconds"),
        "sessions": [_session(session.number, plan, listed) for session in plan.sessions],
        "rows": dict(sorted(rows.items())),
        "units": {
            kind: {
                state: [str(u.days) for u in listed if u.kind == kind and u.done == done]
                for state, done in (("done", True), ("pending", False))
            }
            for kind in (LEDGER, READINGS)
        },
    }


def _session(number: int, plan: Plan, units: list[UnitRecord]) -> dict[str, Any]:
    session = plan.session(number)
    mine = [unit for unit in units if unit.session == number]
    ledger, readings = (
        len(session.months_done(done_days(mine, kind))) for kind in (LEDGER, READINGS)
    )
    months = len(session.months)
    started = "started" if mine else "not started"
    return {
        "session": number,
        "first_day": session.first_day.isoformat(),
        "last_day": session.last_day.isoformat(),
        "state": "complete" if readings == months else started,
        "months": months,
        "ledger_months_done": ledger,
        "readings_months_done": readings,
        "rows": sum(sum(unit.rows.values()) for unit in mine),
    }


def compare(
    path: Path, run: RunRecord | None, plan: Plan, units: Iterable[UnitRecord]
) -> Comparison:
    """Compare the file with the database; never raises for what the file holds."""
    if not path.exists():
        missing = "" if run is None else f"Checkpoint file {path} is missing; rebuilt."
        return Comparison(missing, rebuild=run is not None)
    try:
        content = json.loads(read_small(path))
        run_id, fingerprint = int(content["run"]), str(content["fingerprint"])
        in_file = _done_in(content, plan)
    except (
        OSError,
        ArithmeticError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ):
        return Comparison(f"Checkpoint file {path} is damaged; rebuilt from the database.", True)
    if run is None:
        return Comparison(
            f"Checkpoint file {path} tells of a run that this database does not hold; "
            "the database wins.",
            rebuild=False,
        )
    if (run_id, fingerprint) != (run.id, run.fingerprint):
        return Comparison(
            f"Checkpoint file {path} belongs to another run; the database wins, rebuilt.", True
        )
    in_database = frozenset((u.session, str(u.days), u.kind) for u in units if u.done)
    if in_file - in_database:
        return Comparison(
            f"Checkpoint file {path} is {_units(in_file - in_database)} ahead of the database; "
            "the database wins, rebuilt.",
            True,
        )
    if in_database - in_file:
        return Comparison(
            f"Checkpoint file {path} is {_units(in_database - in_file)} behind the database; "
            "rebuilt.",
            True,
        )
    return Comparison("", rebuild=False)


def _units(done: Done) -> str:
    return counted(len(done), "unit")


def _done_in(content: Mapping[str, Any], plan: Plan) -> Done:
    def session_of(days: str) -> int:
        first = date.fromisoformat(days.partition("..")[0] + ("" if ".." in days else "-01"))
        return next((s.number for s in plan.sessions if first <= s.last_day), 0)

    return frozenset(
        (session_of(days), days, kind)
        for kind in (LEDGER, READINGS)
        for days in content["units"][kind]["done"]
    )


class Mirror:
    """Writes the checkpoint file of one run, not more often than asked."""

    def __init__(
        self,
        path: Path,
        connection: Callable[[], Connection],
        run: RunRecord,
        plan: Plan,
        interval: float,
    ) -> None:
        """`connection` gives the coordinator's connection; `interval` is in seconds."""
        self.path = path
        self._connection = connection
        self._run = run
        self._plan = plan
        self._interval = interval
        self._written = float("-inf")

    def write(self, force: bool = False) -> None:
        """Mirror what is committed; without `force` only if the last time is long enough ago.

        A lost connection is left to the next commit, which replaces it. Raises StorageError if the
        file cannot be written.
        """
        if not force and time.monotonic() - self._written < self._interval:
            return
        try:
            self._write(self._connection())
        except psycopg.Error as error:
            if not is_transient(error):
                raise

    def _write(self, connection: Connection) -> None:
        content = build(
            self._run,
            self._plan,
            store.units(connection, self._run.id),
            connection.info.dbname,
            datetime.now(UTC),
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, json.dumps(content, indent=2).encode() + b"\n")
        except OSError as error:
            raise StorageError(
                f"The checkpoint file {self.path} cannot be written: {error.strerror or error}.",
                "What was committed is safe; make room there or choose another folder with "
                "--checkpoint-dir, then go on with --resume.",
            ) from error
        self._written = time.monotonic()

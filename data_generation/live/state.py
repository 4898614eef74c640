"""What a run is doing right now, as words and figures for a page that asks again and again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

import psutil

from data_generation.batches import batch_run
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.errors import AquaError
from data_generation.live.log import tail
from data_generation.live.report import Written, newest
from data_generation.months import next_month
from data_generation.reporting import quality
from data_generation.runs import run as runner
from data_generation.runs.engine.memory import tree_memory_mb
from data_generation.runs.folders import Folders
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.lock import Holder, find_holder
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.shown import status
from data_generation.runs.shown.status import SessionStatus, Status
from data_generation.words import duration

_RATE_S: Final = 15.0
_NONE: Final = "-"

Texts = Mapping[str, str | float]
"""Texts by name; progress is a number from 0 to 1."""


@dataclass(frozen=True)
class PageState:
    """The page's content. `shape` changes when there is something else to show than before."""

    state: str
    shape: str
    values: Texts
    sessions: tuple[Texts, ...] = ()
    batches: tuple[Texts, ...] = ()
    log: str = ""
    commands: tuple[str, ...] = field(default=())
    report: Written | None = None

    def flat(self) -> dict[str, str | float]:
        """All values by name; those of session 2 begin with `session2_`."""
        rows = (("session", self.sessions), ("batch", self.batches))
        return {
            **self.values,
            **{
                f"{kind}{row['number']}_{key}": value
                for kind, listed in rows
                for row in listed
                for key, value in row.items()
            },
            "log": self.log,
        }


def read_state(connection: Connection, folders: Folders) -> PageState:
    """Read what the database, the holder's process and the newest log tell. Writes nothing."""
    run = store.find_run(connection)
    batches = batch_run.status(connection)
    holder = find_holder(connection)
    if run is None and not batches:
        return _nothing(holder)
    rows: tuple[Texts, ...] = tuple(
        {
            "number": str(number),
            "name": batch.number,
            "state": batch.state,
            "months": f"{batch.months_done}/{batch.months}",
            "share": _share(batch.months_done, batch.months),
            "rows": f"{batch.rows:,}",
        }
        for number, batch in enumerate(batches, start=1)
    )
    if run is None:
        state = "running" if any(batch.state == "running" for batch in batches) else "complete"
        if state != "running" and any(batch.state == "interrupted" for batch in batches):
            state = "interrupted"
        commands = ("event_engine --resume",) if state == "interrupted" else ()
        values = {"headline": _WORDS[state], "who": _who(holder)}
        log = tail(folders.logs, None)
        shape = f"batches-{len(rows)}-{state}"
        return PageState(state, shape, values, (), rows, log, commands, newest(folders.reports))
    of_batches = sum(batch.rows for batch in batches)
    return _of_run(connection, run, holder, rows, of_batches, folders)


_WORDS: Final = {
    "none": "No run yet",
    "running": "Running",
    "interrupted": "Interrupted",
    "complete": "Complete",
}


def _nothing(holder: Holder | None) -> PageState:
    values = {"headline": _WORDS["running" if holder else "none"], "who": _who(holder)}
    return PageState("running" if holder else "none", f"none-{holder is not None}", values)


def _of_run(
    connection: Connection,
    run: RunRecord,
    holder: Holder | None,
    batches: tuple[Texts, ...],
    rows_of_batches: int,
    folders: Folders,
) -> PageState:
    read = status.read_status(
        connection, runner.plan_of_record, _chunk_months(run.profile), folders.checkpoints
    )
    asked = [session for session in read.sessions if session.number <= run.goal]
    left = sum(session.months - session.readings_months for session in asked)
    months = sum(session.months for session in read.sessions)
    done = sum(session.readings_months for session in read.sessions)
    rows = sum(read.rows.values())
    runs = holder is not None and not run.finished_at
    state = "running" if runs else "interrupted" if left else "complete"
    report = newest(folders.reports)
    commands: tuple[str, ...] = ()
    if state == "interrupted":
        commands = ("data_generation --resume",)
    elif state == "complete":
        reported = report is not None and report.rows == rows + rows_of_batches
        validated = quality.kept(folders.reports, run.id, run.fingerprint, rows) is not None
        commands = tuple(_next(read.sessions, run.goal, validated, reported))
    values: Texts = {
        "headline": _headline(state, run.goal, len(read.sessions)),
        "who": _who(holder if runs else None),
        "run": f"Run {run.id}",
        "what": f"profile {run.profile}, seed {run.seed}, fingerprint {run.fingerprint[:12]}",
        "share": _share(done, months),
        "months": f"{done} of {months}",
        "rows": f"{rows:,}",
        "pending": str(len(read.pending)),
        "now": _now(read, asked, runs),
        **_pace(connection, run, holder if runs else None, left),
        "memory": _memory(read, holder if runs else None),
    }
    sessions = tuple(_session(read, session) for session in read.sessions)
    shape = f"run{run.id}-{len(sessions)}-{len(batches)}-{state}-{run.goal}-{len(commands)}"
    log = tail(folders.logs, run.id)
    return PageState(state, shape, values, sessions, batches, log, commands, report)


def _headline(state: str, goal: int, sessions: int) -> str:
    """The state in words; of a run that was asked for in part, which part is complete."""
    if state != "complete" or goal >= sessions:
        return _WORDS[state]
    done = "Session 1" if goal == 1 else f"Sessions 1 to {goal}"
    return f"{done} of {sessions} complete"


def _next(
    sessions: Sequence[SessionStatus], goal: int, validated: bool, reported: bool
) -> Iterator[str]:
    """What has not been done yet with what is complete."""
    if goal < len(sessions):
        yield f"data_generation --session={goal + 1}"
        if goal + 1 < len(sessions):
            yield "data_generation --mode=sequential"
    if not validated:
        yield "data_generation --validate-only"
    if not reported:
        yield "data_generation --generate-report"


def _session(read: Status, session: SessionStatus) -> Texts:
    pending = sum(unit.session == session.number for unit in read.pending)
    return {
        "number": str(session.number),
        "days": f"{session.first_day} to {session.last_day}",
        "state": session.state,
        "share": _share(session.readings_months, session.months),
        "months": f"{session.readings_months}/{session.months}",
        "chunks": f"{session.complete_chunks}/{session.chunks}",
        "pending": str(pending),
        "rows": f"{session.rows:,}",
        "peak": f"{session.peak_memory_mb:,.0f}" if session.peak_memory_mb else _NONE,
    }


def _now(read: Status, asked: list[SessionStatus], runs: bool) -> str:
    """Which month the ledger lives through, and which wait for their readings."""
    current = next((s for s in asked if s.ledger_months < s.months), None)
    waiting = ", ".join(str(unit.days) for unit in read.pending[:6])
    more = f" and {len(read.pending) - 6} more" if len(read.pending) > 6 else ""
    readings = f"readings of {waiting}{more}" if waiting else ""
    if current is None:
        if not readings:
            coming = read.sessions[len(asked) : len(asked) + 1]
            return "all months are stored" if not coming else _coming(coming[0])
        return readings if runs else f"stopped at {readings}"
    month = date.fromisoformat(current.first_day)
    for _ in range(current.ledger_months):
        month = next_month(month)
    chunk = min(current.complete_chunks + 1, current.chunks)
    where = f"session {current.number}, chunk {chunk} of {current.chunks}, ledger of {month:%Y-%m}"
    text = f"{where}; {readings}" if readings else where
    return text if runs else f"stopped at {text}"


def _coming(session: SessionStatus) -> str:
    days = f"{session.first_day} to {session.last_day}"
    return f"all months asked for are stored; session {session.number}, {days}, comes next"


def _pace(
    connection: Connection, run: RunRecord, holder: Holder | None, months_left: int
) -> dict[str, str]:
    if holder is None:
        return {"rate": _NONE, "eta": _NONE}
    recent = status.recent_pace(connection, run, holder.since, _RATE_S)
    left = status.recent_pace(connection, run, holder.since).seconds_for(months_left)
    return {
        "rate": f"{recent.rows_per_second:,.0f}",
        "eta": _NONE if left is None else duration(left),
    }


def _memory(read: Status, holder: Holder | None) -> str:
    """What the run's processes hold now where they can be seen, else the most they held."""
    if holder is not None and holder.is_here():
        try:
            return f"{tree_memory_mb(psutil.Process(holder.pid)):,.0f} MB"
        except psutil.Error:
            pass
    peak = max((session.peak_memory_mb for session in read.sessions), default=0.0)
    return f"{peak:,.0f} MB" if peak else _NONE


def _who(holder: Holder | None) -> str:
    return f"{holder}" if holder else "nothing is running"


def _share(done: int, whole: int) -> float:
    return round(done / whole, 4) if whole else 0.0


@cache
def _chunk_months(profile: str) -> int:
    """Months in a chunk, which the run's record does not keep: it never changes the data."""
    try:
        return load_config(CONFIG_DIR, profile, []).runtime.chunk_months
    except AquaError:
        return 1


def as_json(state: PageState) -> dict[str, Any]:
    """What the page's script is given."""
    return {"state": state.state, "shape": state.shape, "values": state.flat()}

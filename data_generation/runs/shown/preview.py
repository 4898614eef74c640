"""What a run would give: batches, rows and disk space; nothing is written.

Foretold in seconds, or counted by the ledger in memory, which takes as long as in a run.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from data_generation.config.models import Config
from data_generation.runs.disk import Need, Room
from data_generation.runs.ports import Engine, ExpectedBatch
from data_generation.runs.postgres.sizes import bytes_of
from data_generation.runs.postgres.worker import READINGS_TABLE
from data_generation.runs.sessions import Days, Plan
from data_generation.runs.units import LEDGER, READINGS, UnitRecord, done_days, done_until
from data_generation.words import megabytes

BATCHES = "batch_batch"
Advance = Callable[[Days], Mapping[str, int]]
"""Goes on by some days and gives their rows by table."""
_MB = 1024 * 1024
_COUNTED = "Counted by the ledger; readings are an upper bound, since sensors fail."
_FORETOLD = (
    "Foretold from the plan of batches: sums are good to some 3 %, a batch's end to some weeks; "
    "--exact counts."
)


@dataclass
class PlannedBatch:
    """A batch as it stands at the end of the plan; dates in ISO form, empty while unknown."""

    number: str
    start: str
    end: str = ""
    status: str = ""


@dataclass
class Preview:
    """The plan's sessions with their rows, the batches, and rows and bytes by table."""

    exact: bool
    sessions: list[dict[str, Any]] = field(default_factory=list)
    batches: dict[int, PlannedBatch] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    rooms: Sequence[Room] = ()
    """The disks that it would be written to, empty if they cannot be known."""

    @property
    def need(self) -> Need:
        """What is to be stored."""
        return Need(self.rows, sum(session["months"] for session in self.sessions))

    @property
    def total_bytes(self) -> int:
        """Disk space of all tables with their indexes, of this program's own tables by month."""
        return self.need.in_database

    def take_batches(self, table: pa.Table) -> None:
        """Note batches as the ledger writes them."""
        columns = ["id", "batch_number", "start_date", "actual_end_date", "status"]
        for row in table.select(columns).to_pylist():
            end = row["actual_end_date"]
            self._note(row["id"], row["batch_number"], row["start_date"], end, row["status"] or "")

    def expect_batches(self, batches: Sequence[ExpectedBatch]) -> None:
        """Note batches as they are foretold."""
        for batch in batches:
            self._note(batch.id, batch.number, batch.start, batch.end, batch.status)

    def _note(self, key: int, number: str, start: date, end: date | None, status: str) -> None:
        ended = "" if end is None else str(end)
        self.batches[key] = PlannedBatch(str(number), str(start), ended, status)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "exact": self.exact,
            "sessions": self.sessions,
            "batches": [vars(batch) for _, batch in sorted(self.batches.items())],
            "tables": {
                table: {"rows": rows, "bytes": bytes_of(table, rows)}
                for table, rows in sorted(self.rows.items())
            },
            "rows": self.rows.total(),
            "bytes": self.total_bytes,
            "disks": [
                {"folder": str(room.folder), "free_bytes": room.free, "needed_bytes": room.need}
                for room in self.rooms
            ],
        }

    def as_text(self) -> str:
        """Return the lines for a person."""
        lines = ["session  first day   last day    months          rows"]
        lines += [
            f"{session['session']:>7}  {session['first_day']}  {session['last_day']}  "
            f"{session['months']:>6}  {session['rows']:>12,}"
            for session in self.sessions
        ]
        lines += ["", f"{'batch':20}  {'start':10}  {'end':10}  status"]
        lines += [
            f"{batch.number:20}  {batch.start:10}  {batch.end or '-':10}  {batch.status}"
            for _, batch in sorted(self.batches.items())
        ]
        lines += ["", f"{'table':50}  {'rows':>12}  {'MB':>9}"]
        lines += [
            f"{table:50}  {rows:>12,}  {bytes_of(table, rows) / _MB:>9,.1f}"
            for table, rows in sorted(self.rows.items())
            if rows
        ]
        lines.append(f"{'total':50}  {self.rows.total():>12,}  {self.total_bytes / _MB:>9,.1f}")
        lines.append(_COUNTED if self.exact else _FORETOLD)
        lines += [
            f"Needed on the disk of {room.folder}: {megabytes(room.need)}, with the server's log; "
            f"free: {megabytes(room.free)}{'' if room.fits else ', TOO LITTLE'}."
            for room in self.rooms
        ] or ["How much room there is on the server's disk cannot be told from here."]
        lines.append("Nothing was written. MB include indexes.")
        return "\n".join(lines)


def preview(
    config: Config,
    plan: Plan,
    engine: Engine,
    last_session: int,
    exact: bool,
    on_month: Callable[[int], None] = lambda _: None,
) -> Preview:
    """Look ahead to the end of session `last_session`; `on_month` hears each month's rows."""
    result = Preview(exact)
    advance = _counted(config, engine, result) if exact else _foretold(config, engine, result)
    for session in plan.sessions[:last_session]:
        before = result.rows.total()
        for days in session.days_after(None):
            rows = advance(days)
            result.rows.update(rows)
            on_month(sum(rows.values()))
        result.sessions.append(
            {
                "session": session.number,
                "first_day": session.first_day.isoformat(),
                "last_day": session.last_day.isoformat(),
                "months": len(session.months),
                "rows": result.rows.total() - before,
            }
        )
    return result


def need_of(
    config: Config,
    plan: Plan,
    engine: Engine,
    last_session: int,
    units: Collection[UnitRecord],
) -> Need:
    """Return what is still to be stored up to the end of a session, as it is foretold.

    `units` are those that the run has already, done or not.
    """
    complete, lived = done_days(units, READINGS), done_until(units, LEDGER)
    forecast = engine.forecast(config)
    rows: Counter[str] = Counter()
    for days in sorted(unit.days for unit in units if unit.kind == LEDGER):
        expected = forecast.advance(days.first, days.last).rows
        if days not in complete:
            rows[READINGS_TABLE] += expected.get(READINGS_TABLE, 0)
    coming = [days for s in plan.sessions[:last_session] for days in s.days_after(lived)]
    for days in coming:
        rows.update(forecast.advance(days.first, days.last).rows)
    return Need(rows, len(coming))


def _counted(config: Config, engine: Engine, result: Preview) -> Advance:
    ledger = engine.make_ledger(config)

    def advance(days: Days) -> Mapping[str, int]:
        output = ledger.advance(days.first, days.last, lambda: False)
        for tables in (output.inserts, output.updates):
            if BATCHES in tables:
                result.take_batches(tables[BATCHES])
        rows = Counter({name: table.num_rows for name, table in output.inserts.items()})
        rows[READINGS_TABLE] += output.readings_rows
        return rows

    return advance


def _foretold(config: Config, engine: Engine, result: Preview) -> Advance:
    forecast = engine.forecast(config)

    def advance(days: Days) -> Mapping[str, int]:
        expected = forecast.advance(days.first, days.last)
        result.expect_batches(expected.batches)
        return expected.rows

    return advance

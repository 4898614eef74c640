"""What a run would give: the ledger in memory, batches, rows and disk space; nothing is written."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from data_generation.config.models import Config
from data_generation.orchestrator.ports import Engine, Month
from data_generation.orchestrator.sessions import Plan
from data_generation.orchestrator.sizes import bytes_of
from data_generation.orchestrator.worker import READINGS_TABLE

BATCHES = "batch_batch"
_MB = 1024 * 1024


@dataclass
class Batch:
    """A batch as it stands at the end of the plan; dates in ISO form, empty while unknown."""

    number: str
    start: str
    end: str = ""
    status: str = ""


@dataclass
class Preview:
    """The plan's sessions with their rows, the batches, and rows and bytes by table.

    Readings are an upper bound: a sensor that fails leaves some out.
    """

    sessions: list[dict[str, Any]] = field(default_factory=list)
    batches: dict[int, Batch] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)

    @property
    def total_bytes(self) -> int:
        """Disk space of all tables with their indexes."""
        return sum(bytes_of(table, rows) for table, rows in self.rows.items())

    def add(self, output: Month) -> int:
        """Count one month; return its rows."""
        before = self.rows.total()
        for name, table in output.inserts.items():
            self.rows[name] += table.num_rows
        self.rows[READINGS_TABLE] += output.readings_rows
        for tables in (output.inserts, output.updates):
            if BATCHES in tables:
                self._take_batches(tables[BATCHES])
        return self.rows.total() - before

    def _take_batches(self, table: pa.Table) -> None:
        columns = ["id", "batch_number", "start_date", "actual_end_date", "status"]
        for row in table.select(columns).to_pylist():
            end = row["actual_end_date"]
            self.batches[row["id"]] = Batch(
                str(row["batch_number"]),
                str(row["start_date"]),
                "" if end is None else str(end),
                str(row["status"] or ""),
            )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "sessions": self.sessions,
            "batches": [vars(batch) for _, batch in sorted(self.batches.items())],
            "tables": {
                table: {"rows": rows, "bytes": bytes_of(table, rows)}
                for table, rows in sorted(self.rows.items())
            },
            "rows": self.rows.total(),
            "bytes": self.total_bytes,
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
        lines.append("Nothing was written. Readings are an upper bound; MB include indexes.")
        return "\n".join(lines)


def preview(
    config: Config,
    plan: Plan,
    engine: Engine,
    last_session: int,
    stop: Callable[[], bool],
    on_month: Callable[[int], None],
) -> Preview:
    """Run the ledger in memory up to the end of session `last_session`.

    `on_month` is called with each month's rows. Raises Interrupted when `stop` says so.
    """
    result = Preview()
    ledger = engine.make_ledger(config)
    for session in plan.sessions[:last_session]:
        rows = 0
        for month in session.months:
            added = result.add(ledger.advance_month(month, stop))
            rows += added
            on_month(added)
        result.sessions.append(
            {
                "session": session.number,
                "first_day": session.first_day.isoformat(),
                "last_day": session.last_day.isoformat(),
                "months": len(session.months),
                "rows": rows,
            }
        )
    return result

"""Runs the checks on a database and says what they found, as text and as plain data."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql as psql

from data_generation.config.models import Config
from data_generation.validation.checks import (
    CHECKS,
    Finding,
    Group,
    description,
    parameters,
    sql,
)

_MEMORY = "SET LOCAL work_mem = '128MB'"


@dataclass(frozen=True)
class Validation:
    """All findings of a validation."""

    findings: tuple[Finding, ...]
    queries: dict[str, str]
    """For each check with a fault, the query that shows it, with its parameters filled in."""

    @property
    def faults(self) -> int:
        """How many findings did not pass."""
        return sum(1 for finding in self.findings if not finding.passed)

    def as_text(self) -> str:
        """A line for each finding; for each fault what it means and the query that shows it."""
        lines: list[str] = []
        for group in CHECKS:
            lines.append(f"{group}:")
            lines += [_line(f) for f in self.findings if f.group == group]
        for group, check in _faulty(self.findings):
            lines += ["", *self._explain(group, check)]
        verdict = f"{self.faults} faults" if self.faults else "no faults"
        lines += ["", f"{len(self.findings)} findings, {verdict}."]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; faults carry their query."""
        return {
            "faults": self.faults,
            "findings": [asdict(f) | {"passed": f.passed} for f in self.findings],
            "queries": self.queries,
        }

    def _explain(self, group: Group, check: str) -> Iterator[str]:
        yield f"{check}: {description(group, check)}. The rows:"
        yield self.queries[check] + ";"


def _faulty(findings: Iterable[Finding]) -> list[tuple[Group, str]]:
    return list(dict.fromkeys((f.group, f.check) for f in findings if not f.passed))


def _line(finding: Finding) -> str:
    mark = "ok   " if finding.passed else "FAULT"
    if finding.group != "statistics":
        return f"  {mark} {finding.check}: {finding.value:.0f}"
    return (
        f"  {mark} {finding.check} ({finding.label}): {finding.value:.4g} "
        f"[{finding.low:g}, {finding.high:g}]"
    )


def validate(connection: psycopg.Connection[Any], config: Config) -> Validation:
    """Run every check in one read-only snapshot of the database.

    Raises `psycopg.Error` if the database fails.
    """
    values = parameters(config)
    findings: list[Finding] = []
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(_MEMORY)
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        for group, names in CHECKS.items():
            for check in names:
                findings += _run(cursor, group, check, values, config)
    rendering = psycopg.ClientCursor(connection)
    queries = {
        check: rendering.mogrify(sql(group, check), values) for group, check in _faulty(findings)
    }
    return Validation(tuple(findings), queries)


def _run(
    cursor: psycopg.Cursor[Any],
    group: Group,
    check: str,
    values: dict[str, Any],
    config: Config,
) -> Iterator[Finding]:
    query = sql(group, check)
    if group != "statistics":
        counting = psql.SQL("SELECT count(*) FROM ({}) AS offending").format(psql.SQL(query))
        cursor.execute(counting, values)
        row = cursor.fetchone()
        yield Finding(group, check, "", float(row[0]) if row else 0.0, 0.0, 0.0)
        return
    ranges = getattr(config.acceptance, check)
    cursor.execute(query, values)
    for label, value in cursor.fetchall():
        if value is None:
            continue
        low, high = ranges[label] if label in ranges else ranges["any"]
        yield Finding(group, check, label, float(value), low, high)

"""Runs the checks on a database and says what they found, as text and as plain data."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import psycopg
from psycopg import sql as psql

from data_generation import named_sql
from data_generation.config.models import Config
from data_generation.validation import history
from data_generation.validation.checks import (
    CHECKS,
    HISTORY,
    Check,
    Finding,
    Group,
    LeftOut,
    description,
    find,
    missing,
    parameters,
    query,
    tables,
)
from data_generation.validation.scope import Scope, batches_of_run, columns, primary_keys

_SETTINGS: Final = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL work_mem = '128MB'",
    "SET LOCAL TimeZone = 'UTC'",
)


Watch = Callable[[int, int, str], None]
"""Told before each check how many are done, of how many, and its name."""


@dataclass
class Results:
    """What checks found so far.

    Of each check with a fault `queries` shows the rows, `tables` names those that it reads.
    """

    findings: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    queries: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    by_batch: dict[str, Counter[int | None]] = field(default_factory=dict)
    """Offending rows by check and by the stored key of their batch; None: they name none."""

    @property
    def faults(self) -> int:
        """How many findings did not pass."""
        return sum(1 for finding in self.findings if not finding.passed)

    def add(self, found: Sequence[Finding], rows: str, read: tuple[str, ...]) -> None:
        """Add what a check found, the query of its rows, and the tables that it reads.

        Counts of rows add to those that the check found elsewhere.
        """
        for finding in found:
            known = next((f for f in self.findings if f.check == finding.check), None)
            if known is None or finding.group == "statistics":
                self.findings.append(finding)
            else:
                at = self.findings.index(known)
                self.findings[at] = replace(known, value=known.value + finding.value)
        for check in dict.fromkeys(f.check for f in found if not f.passed):
            before = self.queries.get(check)
            self.queries[check] = f"{before};\n{rows}" if before else rows
            self.tables[check] = tuple(sorted({*self.tables.get(check, ()), *read}))

    def count(self, check: str, rows: Mapping[int | None, int]) -> None:
        """Add offending rows of a check, by batch."""
        self.by_batch.setdefault(check, Counter()).update(rows)

    def leave_out(self, check: LeftOut) -> None:
        """Note a check that cannot be done, once."""
        if check not in self.left_out:
            self.left_out.append(check)

    def lines(self, groups: Iterable[Group]) -> Iterator[str]:
        """A line for each finding and each check left out."""
        for group in groups:
            yield f"{group}:"
            yield from (_line(f) for f in self.findings if f.group == group)
            yield from (
                f"  left out {check.check}: {check.reason}"
                for check in self.left_out
                if check.group == group
            )

    def explanations(self) -> Iterator[str]:
        """For each check with a fault what it means, how much, where, and the query of the rows."""
        for name in _faulty(self.findings):
            group, check = find(name)
            found = [f for f in self.findings if f.check == name]
            count = counted(int(found[0].value), "row", "rows") + " in "
            where = ", ".join(self.tables[name])
            yield from ("", f"{name}: {'' if group == 'statistics' else count}{where}.")
            yield f"{description(group, check)}. The rows:"
            yield f"{self.queries[name]};"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; faults carry their query."""
        return {
            "faults": self.faults,
            "findings": [asdict(f) | {"passed": f.passed} for f in self.findings],
            "left_out": [
                {"group": c.group, "check": c.check, "reason": c.reason} for c in self.left_out
            ],
            "queries": self.queries,
            "tables": {name: list(read) for name, read in self.tables.items()},
        }


@dataclass(frozen=True)
class Validation:
    """All findings of a validation; `batches` is how many were looked at, None for the database."""

    results: Results
    batches: int | None = None

    @property
    def faults(self) -> int:
        """How many findings did not pass."""
        return self.results.faults

    def as_text(self) -> str:
        """A line for each finding; for each fault what it means and the query that shows it."""
        lines = list(self.results.lines(CHECKS))
        if self.batches is not None:
            lines.insert(
                0,
                f"Looked at: {counted(self.batches, 'batch', 'batches')} of this run and their "
                "places. Rows of others: runscript verify_data_integrity",
            )
        lines += self.results.explanations()
        verdict = counted(self.faults, "fault", "faults")
        return "\n".join([*lines, "", f"{len(self.results.findings)} findings, {verdict}."])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; faults carry their query."""
        return {**self.results.as_dict(), "batches": self.batches}


class Checker:
    """Runs checks in one snapshot of a database."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        """Ask the catalog which columns there are; `cursor` is inside `snapshot`."""
        self.cursor = cursor
        self._columns = columns(cursor)
        self._keys = primary_keys(cursor)
        self._rendering = psycopg.ClientCursor(cursor.connection)
        self._clean: dict[str, bool] = {}
        self._unsure: tuple[str, ...] | None = None

    def run(
        self,
        group: Group,
        config: Config,
        scope: Scope,
        results: Results,
        watch: Callable[[str], None] | None = None,
        only: Callable[[Check], bool] | None = None,
    ) -> None:
        """Run the checks of a group, with the limits of a configuration, on what `scope` covers.

        `watch` is told each check's name before it, `only` chooses among them.
        """
        values = {**parameters(config), **scope.parameters()}
        for check in filter(only, CHECKS[group]):
            if watch is not None:
                watch(check.name)
            lacking = missing(check, self._columns)
            if lacking:
                results.leave_out(LeftOut(group, check.name, lacking))
                continue
            text = self.query(group, check, scope)
            read = tables(text.as_string(self.cursor), self._keys)
            if group == "statistics":
                found = self._statistics(check, text, values, config)
            else:
                counts = {} if self._cannot_fail(check) else self._count(check, text, values)
                results.count(check.name, counts)
                found = [Finding(group, check.name, "", float(sum(counts.values())), 0.0, 0.0)]
                if check is HISTORY and counts:
                    read = self._sources(text, values)
            results.add(found, self.render(text, values), read)

    def query(self, group: Group, check: Check, scope: Scope) -> psql.Composed:
        """The query of a check, restricted to what `scope` covers."""
        restricted = scope.batches is not None
        whole: psql.Composable | None = None
        if check is HISTORY:
            whole = history.branches(
                self._columns, self._keys, self._unsure_histories(), restricted=restricted
            )
        return query(group, check, restricted=restricted, branches=whole)

    def _unsure_histories(self) -> tuple[str, ...]:
        """Tracked tables that are not seen at once to have one equal row of history for each row.

        Remembered: the snapshot does not change.
        """
        if self._unsure is None:
            found = []
            for table in history.tracked(self._columns, self._keys):
                for text in history.quick(table, self._columns, self._keys):
                    if self.cursor.execute(text).fetchone() != (True,):
                        found.append(table)
                        break
            self._unsure = tuple(found)
        return self._unsure

    def render(self, text: psql.Composable, values: dict[str, Any]) -> str:
        """A query with its parameters filled in."""
        return self._rendering.mogrify(psql.Composed([text]), values)

    def _count(
        self, check: Check, text: psql.Composed, values: dict[str, Any]
    ) -> dict[int | None, int]:
        """Offending rows by batch; under None those that name none."""
        named = "batch_id" if "batch_id" in check.ties else "NULL::bigint"
        counting = psql.SQL("SELECT {}, count(*) FROM (\n{}\n) AS offending GROUP BY 1")
        with self._planner(check):
            self.cursor.execute(counting.format(psql.SQL(named), text), values)
            return dict(self.cursor.fetchall())

    def _cannot_fail(self, check: Check) -> bool:
        """Whether an index rules faults out, or a pass over all rows has found none.

        What one pass counts for several checks is remembered: the snapshot does not change.
        """
        if check.unique is not None:
            table, names = check.unique
            text = named_sql.statement(__package__, "scope", "unique_by")
            self.cursor.execute(text, {"table": table, "columns": list(names)})
            return self.cursor.fetchone() == (True,)
        if check.counted_by is None:
            return False
        if check.counted_by not in self._clean:
            # Its percent signs are doubled, as in every statement that may have parameters.
            self.cursor.execute(named_sql.statement(__package__, check.file, check.counted_by), {})
            self._clean[check.counted_by] = not any(self.cursor.fetchone() or ())
        return self._clean[check.counted_by]

    def _sources(self, text: psql.Composed, values: dict[str, Any]) -> tuple[str, ...]:
        """The tables whose rows a check of many tables has found."""
        naming = psql.SQL("SELECT DISTINCT source FROM (\n{}\n) AS offending ORDER BY 1")
        self.cursor.execute(naming.format(text), values)
        return tuple(row[0] for row in self.cursor.fetchall())

    @contextmanager
    def _planner(self, check: Check) -> Iterator[None]:
        """Switch the planner's settings that a check asks for, and back.

        After an error the transaction is over, and with it the settings.
        """
        for name, on in check.planner.items():
            self.cursor.execute("SELECT set_config(%s, %s, true)", [name, str(on)])
        yield
        for name in check.planner:
            self.cursor.execute(psql.SQL("SET LOCAL {} TO DEFAULT").format(psql.Identifier(name)))

    def _statistics(
        self, check: Check, text: psql.Composed, values: dict[str, Any], config: Config
    ) -> list[Finding]:
        self.cursor.execute(text, values)
        found = []
        for *name, label, value in self.cursor.fetchall():
            if value is None:
                continue
            statistic = name[0] if name else check.name
            ranges = getattr(config.acceptance, statistic)
            low, high = ranges[label] if label in ranges else ranges["any"]
            found.append(Finding("statistics", statistic, label, float(value), low, high))
        return found


@contextmanager
def snapshot(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Cursor[Any]]:
    """A read-only transaction in which nothing changes, set up for large aggregates.

    The connection must be outside a transaction. Raises `psycopg.Error` if the database fails.
    """
    with connection.transaction(), connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(setting)
        yield cursor


def validate(
    connection: psycopg.Connection[Any],
    config: Config,
    run: int | None = None,
    watch: Watch | None = None,
) -> Validation:
    """Run every check in one read-only snapshot of the database.

    With the id of a run, rows are looked at only if they are tied to batches that it wrote, or to
    places that those used; without one, all rows of the database. `watch` hears how it goes.
    Raises `psycopg.Error` if the database fails.
    """
    results = Results()
    with snapshot(connection) as cursor:
        batches = None if run is None else batches_of_run(cursor, run)
        scope = Scope() if batches is None else Scope.of(cursor, batches, parameters(config))
        checker = Checker(cursor)
        total = sum(map(len, CHECKS.values()))
        tell = None if watch is None else counting(watch, total)
        for group in CHECKS:
            checker.run(group, config, scope, results, tell)
    return Validation(results, None if batches is None else len(batches))


def counting(watch: Watch, total: int) -> Callable[[str], None]:
    """Tells `watch` of one check after the other, of so many."""
    done = itertools.count()
    return lambda name: watch(next(done), total, name)


def counted(number: int, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{number or 'no'} {one if number == 1 else many}"


def _faulty(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(f.check for f in findings if not f.passed))


def _line(finding: Finding) -> str:
    mark = "ok   " if finding.passed else "FAULT"
    if finding.group != "statistics":
        return f"  {mark} {finding.check}: {finding.value:.0f}"
    return (
        f"  {mark} {finding.check} ({finding.label}): {finding.value:.4g} "
        f"[{finding.low:g}, {finding.high:g}]"
    )

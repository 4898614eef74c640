"""Runs the checks on a database."""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql as psql
from psycopg.rows import dict_row

from data_generation import named_sql
from data_generation.config.acceptance import Acceptance, Statistic, standard_error
from data_generation.config.models import Config
from data_generation.validation import history, lanes, stored
from data_generation.validation.absent import passed_over
from data_generation.validation.checks import (
    CHECKS,
    HISTORY,
    MISSING,
    Check,
    Finding,
    Group,
    Skipped,
    lacking,
    parameters,
    query,
    tables,
)
from data_generation.validation.results import Outcome, Results
from data_generation.validation.scope import Scope, columns, primary_keys

_BEGIN: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SETTINGS: Final = (
    "SET LOCAL TimeZone = 'UTC'",
    # A connection may be through with its checks long before the slowest is.
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
_ALONE: Final = ("SET LOCAL work_mem = '128MB'",)
_BESIDE: Final = (
    # A query may take several times that.
    "SET LOCAL work_mem = '64MB'",
    # The cores are busy with the other connections.
    "SET LOCAL max_parallel_workers_per_gather = 0",
)

_CANCEL_SECONDS: Final = 5.0

Checks = list[tuple[Group, Check]]
Watch = Callable[[int, int, str], None]
"""Told before each check how many were begun before it, of how many, and its name."""


class Checker:
    """Makes checks in one snapshot of a database, one after the other."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        """Ask the catalog which columns there are; `cursor` is inside `snapshot`."""
        self.cursor = cursor
        self._columns = columns(cursor)
        self._keys = primary_keys(cursor)
        self._rendering = psycopg.ClientCursor(cursor.connection)
        self._clean: dict[str, bool] = {}
        self._there: dict[str, bool] = {}
        self._stored: dict[tuple[int, ...] | None, dict[str, list[stored.Stretch]]] = {}
        self._unsure: tuple[str, ...] | None = None
        partitioned = named_sql.statement(__package__, "scope", "partitioned")
        cursor.execute(partitioned, {"table": "environmental_environmentalreading"})
        self._by_month = cursor.fetchone() == (True,)

    def examine(self, group: Group, check: Check, config: Config, scope: Scope) -> Outcome:
        """Make one check, with the limits of a configuration, on what `scope` covers.

        One that needs what the database lacks is passed over.
        """
        reasons = [why] if (why := lacking(check, self._columns)) else []
        if not reasons:
            with passed_over(self.cursor.connection, reasons):
                return self._examine(group, check, config, scope)
        return Outcome(check.name, skipped=(Skipped(group, check.name, reasons[0]),))

    def _examine(self, group: Group, check: Check, config: Config, scope: Scope) -> Outcome:
        values = {**parameters(config), **scope.parameters()}
        text = self.query(group, check, scope)
        if group == "statistics":
            return self._statistics(check, text, values, config)
        counts: dict[int | None, int] = {}
        if not self._cannot_fail(group, check, values):
            counts = self._count(check, text, values)
        if not counts and (nothing := self._nothing(check, scope, values)):
            return Outcome(check.name, skipped=(Skipped(group, check.name, nothing, nothing=True),))
        read = tables(text.as_string(self.cursor), self._keys)
        if check in (HISTORY, MISSING) and counts:
            read = self._sources(text, values)
        found = Finding(group, check.name, "", float(sum(counts.values())), 0.0, 0.0)
        return Outcome(check.name, (found,), self.render(text, values), read, counts)

    def _nothing(self, check: Check, scope: Scope, values: dict[str, Any]) -> str:
        """What there is none of, so that the check looked at nothing; empty if there is some."""
        if check is MISSING:
            return "" if self._noted(scope) else "no record of what a run stored"
        text = named_sql.statement(__package__, "subjects", check.of)
        asked = self.render(psql.SQL("SELECT EXISTS ({})").format(psql.SQL(text)), values)
        if asked not in self._there:
            self._there[asked] = self.cursor.execute(asked).fetchone() == (True,)
        what = named_sql.description(__package__, "subjects", check.of)
        return "" if self._there[asked] else f"no {what}"

    def query(self, group: Group, check: Check, scope: Scope) -> psql.Composed:
        """The query of a check, restricted to what `scope` covers."""
        restricted = scope.batches is not None
        parts: dict[str, psql.Composable] = {}
        if check is HISTORY:
            parts["branches"] = history.branches(
                self._columns, self._keys, self._unsure_histories(), restricted=restricted
            )
        if check is MISSING:
            noted = self._noted(scope)
            short = stored.short(self.cursor, noted, self._keys)
            parts["branches"] = stored.branches(noted, short, self._columns, self._keys)
        if check.sampled:
            name = "sampled_by_month" if self._by_month else "sampled_in_one_pass"
            parts["sampled"] = psql.SQL(named_sql.statement(__package__, "water", name))
        return query(group, check, restricted=restricted, parts=parts)

    def _noted(self, scope: Scope) -> dict[str, list[stored.Stretch]]:
        """What the runs of a scope noted that they stored; remembered."""
        if scope.runs not in self._stored:
            self._stored[scope.runs] = stored.stretches(self.cursor, scope.runs)
        return self._stored[scope.runs]

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

    def cancel(self) -> None:
        """End the query that runs now, from another thread."""
        self.cursor.connection.cancel_safe(timeout=_CANCEL_SECONDS)

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

    def _cannot_fail(self, group: Group, check: Check, values: dict[str, Any]) -> bool:
        """Whether an index rules faults out, or a cheaper count has found none.

        What one count says of several checks is remembered: the snapshot does not change.
        """
        if check.unique is not None:
            table, names = check.unique
            text = named_sql.statement(__package__, "scope", "unique_by")
            self.cursor.execute(text, {"table": table, "columns": list(names)})
            return self.cursor.fetchone() == (True,)
        if check.counted_by is None:
            return False
        text = named_sql.statement(__package__, check.file or group, check.counted_by)
        asked = self.render(psql.SQL(text), values)
        if asked not in self._clean:
            with self._planner(check):
                self.cursor.execute(text, values)
                self._clean[asked] = not any(self.cursor.fetchone() or ())
        return self._clean[asked]

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
    ) -> Outcome:
        """Figures of one check, and which of its statistics have nothing to rest on."""
        acceptance = config.acceptance
        found = []
        with psycopg.Cursor(self.cursor.connection, row_factory=dict_row) as cursor:
            for row in cursor.execute(text, values).fetchall():
                name = row.get("statistic", check.name)
                if row["value"] is not None and row.get("units") != 0:
                    limits: Statistic = getattr(acceptance, name)
                    found.append(_finding(name, row, limits, acceptance))
        given = {finding.check for finding in found}
        skipped = tuple(
            Skipped("statistics", name, "nothing to rest on", nothing=True)
            for name in check.statistics or (check.name,)
            if name not in given
        )
        read = tables(text.as_string(self.cursor), self._keys)
        return Outcome(check.name, tuple(found), self.render(text, values), read, skipped=skipped)


def _finding(name: str, row: dict[str, Any], limits: Statistic, acceptance: Acceptance) -> Finding:
    """A statistic beside its range.

    `row` has its label and value and, unless it is exact, how many units it rests on. `scatter` is
    there where not the configuration but the query knows how far these lie apart.
    """
    label, units = row["label"], float(row.get("units") or 0)
    low, high = limits.range_of(label)
    between = float(row.get("scatter") or limits.between_of(label))
    allowance = acceptance.standard_errors * standard_error(between, units)
    return Finding(
        "statistics",
        name,
        label,
        float(row["value"]),
        low,
        high,
        limits.unit,
        units,
        allowance,
        sure=allowance <= acceptance.most_allowance * (high - low),
    )


@contextmanager
def snapshot(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Cursor[Any]]:
    """A read-only transaction in which nothing changes, set up for large aggregates.

    The connection must be outside a transaction. Raises `psycopg.Error` if the database fails.
    """
    with snapshots([connection]) as (cursor,):
        yield cursor


@contextmanager
def snapshots(
    connections: Sequence[psycopg.Connection[Any]],
) -> Iterator[list[psycopg.Cursor[Any]]]:
    """The same snapshot, seen by several connections to one database; a cursor for each.

    They must be outside a transaction. Raises `psycopg.Error` if the database fails.
    """
    with ExitStack() as stack:
        cursors: list[psycopg.Cursor[Any]] = []
        shared: str | None = None
        for connection in connections:
            stack.enter_context(connection.transaction())
            cursor = stack.enter_context(connection.cursor())
            cursor.execute(_BEGIN)
            if shared is not None:
                cursor.execute(psql.SQL("SET TRANSACTION SNAPSHOT {}").format(psql.Literal(shared)))
            elif len(connections) > 1:
                shared = str(cursor.execute("SELECT pg_export_snapshot()").fetchall()[0][0])
            for setting in (*_SETTINGS, *(_ALONE if len(connections) == 1 else _BESIDE)):
                cursor.execute(setting)
            cursors.append(cursor)
        yield cursors


def run_checks(
    checkers: Sequence[Checker],
    groups: Iterable[Group],
    config: Config,
    scope: Scope,
    results: Results,
    watch: Callable[[str], None] | None = None,
    only: Callable[[Check], bool] | None = None,
) -> None:
    """Make the checks of some groups, on what `scope` covers, and add what they find to `results`.

    The checkers, each on a connection of its own, work beside each other; `results` are in the
    checks' order all the same. `watch` is told each check's name before it, `only` chooses among
    them.
    """
    chosen = [(group, check) for group in groups for check in filter(only, CHECKS[group])]
    outcomes: dict[str, Outcome] = {}

    def work(checker: Checker, job: Checks) -> None:
        for group, check in job:
            if watch is not None:
                watch(check.name)
            outcomes[check.name] = checker.examine(group, check, config, scope)

    lanes.share(_jobs(chosen), checkers, work, Checker.cancel)
    for _, check in chosen:
        results.add(outcomes[check.name])


def _jobs(chosen: Iterable[tuple[Group, Check]]) -> list[Checks]:
    """What one checker does in one go: checks that share a pass over rows; the slow ones first."""
    jobs: dict[str, Checks] = {}
    for group, check in chosen:
        jobs.setdefault(check.counted_by or check.name, []).append((group, check))
    return sorted(jobs.values(), key=lambda job: not any(check.slow for _, check in job))


def counting(watch: Watch, total: int) -> Callable[[str], None]:
    """Tells `watch` of one check after the other, of so many; several threads may tell it."""
    done = itertools.count()
    one = threading.Lock()

    def tell(name: str) -> None:
        with one:
            watch(next(done), total, name)

    return tell

"""The six checks that the event engine's guide makes of a batch: their queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql as psql
from psycopg.rows import dict_row

from data_generation import named_sql
from data_generation.config.models import Config
from data_generation.validation import verdicts
from data_generation.validation.absent import passed_over
from data_generation.validation.checks import parameters
from data_generation.validation.runner import Checker
from data_generation.validation.verdicts import BatchFigures, BatchReport

_CHECKS: Final[tuple[LiteralString, ...]] = (
    "data_completeness",
    "orphaned_readings",
    "feed_containers",
    "stage_transitions",
    "survival_rate",
    "audit_trail",
)
"""The six, each named as its query."""

_HISTORIES: Final[tuple[LiteralString, ...]] = (
    "audit_of_batches",
    "audit_of_stays",
    "audit_of_moves",
    "audit_of_samples",
    "audit_of_deaths",
    "audit_of_meals",
    "audit_of_harvests",
)

_INNER: Final[Mapping[LiteralString, LiteralString]] = {
    "data_completeness": "assignment_days",
    "incomplete_days": "assignment_days",
    "feed_containers": "silo_levels",
    "overfull_silos": "silo_levels",
}
"""Queries that sum up the rows of another."""

_EVIDENCE: Final[Mapping[str, LiteralString]] = {
    "data_completeness": "incomplete_days",
    "silent_parameters": "silent_parameters",
    "orphaned_readings": "orphaned_readings",
    "feed_containers": "overfull_silos",
    "stage_transitions": "stages_entered",
    "survival_rate": "survival_rate",
}
"""The query that shows what is wrong; that of the audit trail is an integrity check."""


@dataclass
class GuideResults:
    """Reports of batches; `queries` shows what is wrong: by check, what one shows, and itself."""

    batches: list[BatchReport] = field(default_factory=list)
    queries: dict[str, tuple[str, str]] = field(default_factory=dict)


class Guide:
    """Makes the six checks of batches that share a configuration."""

    def __init__(self, checker: Checker, config: Config) -> None:
        """`checker` is inside a snapshot."""
        self._checker = checker
        self._limits = config.acceptance.batch
        self._errors = config.acceptance.standard_errors
        self._outages = verdicts.Outages.of(config)
        self._values = limits(config)

    def check(
        self, batches: Iterable[int], broken: Mapping[int | None, int], results: GuideResults
    ) -> None:
        """Check batches, given by their stored keys, and add what was found to `results`.

        `broken` counts rows, by batch, that the integrity check of the history found wrong.
        """
        lives = self._rows(_query("lives"), {"ids": list(batches)})
        values = _of(lives)
        silent: dict[int, int] = {}
        found: dict[str, dict[int, BatchFigures]] = {}
        lacks: dict[str, verdicts.GuideCheck] = {}
        for name in _CHECKS:
            reasons: list[str] = []
            with passed_over(self._checker.cursor.connection, reasons):
                found[name] = self._found(name, values)
                if name == "data_completeness":
                    silent = self._counts("silent_parameters", values)
            if reasons:
                lacks[name] = verdicts.left_out(name, reasons[0])
        for life in lives:
            batch = life["id"]
            checks = tuple(
                lacks.get(name)
                or self._judge(
                    name, life, found[name].get(batch), silent.get(batch, 0), broken.get(batch, 0)
                )
                for name in _CHECKS
            )
            results.batches.append(BatchReport(**life, checks=checks))
        failed = _failed(results.batches) | {"silent_parameters": set(silent)}
        for name, keys in failed.items():
            self._explain(name, [life for life in lives if life["id"] in keys], results)

    def _found(self, name: LiteralString, values: BatchFigures) -> dict[int, BatchFigures]:
        """The figures of one check, by batch."""
        if name == "orphaned_readings":
            return {batch: {"rows": n} for batch, n in self._counts(name, values).items()}
        if name == "audit_trail":
            return {row["batch_id"]: row for row in self._rows(self._audit_trail(), values)}
        return self._by_batch(name, values)

    def _audit_trail(self) -> psql.Composed:
        """The query that counts the histories that the database keeps."""
        parts = []
        for name in _HISTORIES:
            text = named_sql.statement(__package__, "guide", name)
            with passed_over(self._checker.cursor.connection, []):
                self._checker.cursor.execute(psql.SQL("EXPLAIN {}").format(psql.SQL(text)))
                parts.append(psql.SQL(text))
        joined = psql.SQL("\nUNION ALL\n").join(parts)
        whole = psql.SQL(named_sql.statement(__package__, "guide", "audit_trail"))
        return whole.format(parts=joined)

    def _judge(
        self, name: str, life: BatchFigures, row: BatchFigures | None, silent: int, broken: int
    ) -> verdicts.GuideCheck:
        """The verdict of one check on a batch, of which its query gave a row or none."""
        if name == "data_completeness":
            return verdicts.completeness(row or {}, silent, self._outages, self._errors)
        if name == "orphaned_readings":
            return verdicts.orphans((row or {"rows": 0})["rows"])
        if name == "feed_containers":
            return verdicts.feed_containers(row)
        if name == "stage_transitions":
            return verdicts.stages(row or {})
        if name == "survival_rate":
            return verdicts.survival(life, row or {}, self._limits)
        return verdicts.audit((row or {"rows": 0})["rows"], broken)

    def _explain(self, name: str, lives: Sequence[BatchFigures], results: GuideResults) -> None:
        """Add the query that shows what is wrong with these batches."""
        if not lives or name not in _EVIDENCE:
            return
        text = _query(_EVIDENCE[name])
        shown = self._checker.render(text, {**self._values, **_of(lives)})
        before = results.queries.get(name)
        meaning = named_sql.description(__package__, "guide", _EVIDENCE[name])
        results.queries[name] = meaning, f"{before[1]};\n{shown}" if before else shown

    def _by_batch(self, name: LiteralString, values: BatchFigures) -> dict[int, BatchFigures]:
        return {row["batch_id"]: row for row in self._rows(_query(name), values)}

    def _counts(self, name: LiteralString, values: BatchFigures) -> dict[int, int]:
        counting = psql.SQL("SELECT batch_id, count(*) AS rows FROM (\n{}\n) AS r GROUP BY 1")
        found = self._rows(counting.format(_query(name)), values)
        return {row["batch_id"]: row["rows"] for row in found}

    def _rows(self, query: psql.Composed, values: BatchFigures) -> list[BatchFigures]:
        with psycopg.Cursor(self._checker.cursor.connection, row_factory=dict_row) as cursor:
            return cursor.execute(query, {**self._values, **values}).fetchall()


def limits(config: Config) -> dict[str, Any]:
    """What the queries of the six checks, of integrity and of rules need of a configuration."""
    batch = config.acceptance.batch
    return {
        **parameters(config),
        "readings_per_day": config.generation.readings_per_day,
        "stage_days": list(config.staggering.stage_days),
        "silent_sensors": verdicts.Outages.of(config).together,
        "stage_wait_days": batch.stage_wait_days,
        "survival_day": batch.survival_day,
    }


def all_batches(cursor: psycopg.Cursor[Any]) -> dict[str, int]:
    """Numbers and stored keys of all batches, the oldest first; none without such a table."""
    cursor.execute("SELECT to_regclass('batch_batch')")
    if cursor.fetchone() == (None,):
        return {}
    cursor.execute(_query("batches"))
    return {number: key for key, number in cursor.fetchall()}


def _query(name: LiteralString) -> psql.Composed:
    text = psql.SQL(named_sql.statement(__package__, "guide", name))
    if name not in _INNER:
        return psql.Composed([text])
    inner = named_sql.statement(__package__, "guide", _INNER[name])
    return text.format(rows=psql.SQL(inner))


def _of(lives: Sequence[BatchFigures]) -> BatchFigures:
    """The parameters that name batches and their last days."""
    return {
        "ids": [life["id"] for life in lives],
        "last_days": [life["last_day"] for life in lives],
    }


def _failed(reports: Iterable[BatchReport]) -> dict[str, set[int]]:
    """The batches that did not pass, by check."""
    found: dict[str, set[int]] = {}
    for report in reports:
        for check in report.checks:
            if check.verdict in ("unusual", "broken"):
                found.setdefault(check.name, set()).add(report.id)
    return found

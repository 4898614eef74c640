"""What `verify_data_integrity` asks of a database: the guide's six checks, integrity, rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from data_generation.config.models import Config
from data_generation.validation.checks import CHECKS, HISTORY, Group, parameters
from data_generation.validation.guide import Guide, GuideResults, explanation
from data_generation.validation.results import Results, counted
from data_generation.validation.runner import Checker, Watch, counting, run_checks, snapshot
from data_generation.validation.scope import Scope

_GROUPS: Final[tuple[Group, ...]] = ("integrity", "rules")


@dataclass(frozen=True)
class Part:
    """Batches, by their stored keys, that are held against the limits of one configuration."""

    config: Config
    batches: tuple[int, ...]


@dataclass(frozen=True)
class Verification:
    """Everything found; `whole` says that all of the database was looked at."""

    guide: GuideResults
    results: Results
    whole: bool
    notes: tuple[str, ...]

    @property
    def faults(self) -> int:
        """How many checks and findings did not pass."""
        return sum(batch.faults for batch in self.guide.batches) + self.results.faults

    def as_text(self) -> str:
        """A block for each batch, a line for each check; for each fault the query that shows it."""
        lines = [f"note: {note}" for note in self.notes]
        for batch in self.guide.batches:
            lines += batch.lines()
        lines += self.results.lines(_GROUPS)
        for name, query in self.guide.queries.items():
            lines += ["", f"{name}: {explanation(name)}. The rows:", f"{query};"]
        lines += self.results.explanations()
        batches = counted(len(self.guide.batches), "batch", "batches")
        checks = sum(len(b.checks) for b in self.guide.batches) + len(self.results.findings)
        covered = "the whole database" if self.whole else "this batch and its places"
        faults = counted(self.faults, "fault", "faults")
        lines += ["", f"{batches}, {checks} checks of {covered}, {faults}."]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        found = self.results.as_dict()
        return {
            "faults": self.faults,
            "whole_database": self.whole,
            "notes": list(self.notes),
            "batches": [batch.as_dict() for batch in self.guide.batches],
            "findings": found["findings"],
            "left_out": found["left_out"],
            "queries": {**self.guide.queries, **found["queries"]},
            "tables": found["tables"],
        }


def verify(
    connection: psycopg.Connection[Any],
    parts: Sequence[Part],
    *,
    whole: bool,
    notes: Sequence[str] = (),
    watch: Watch | None = None,
) -> Verification:
    """Check the batches of `parts` in one read-only snapshot.

    With `whole`, `parts` hold all batches of the database, and integrity and rules look at all its
    rows; without, at those tied to these batches and to the places that they used. `watch` hears
    how it goes. Raises
    `psycopg.Error` if the database fails.
    """
    guide, results = GuideResults(), Results()
    rules = [check for check in CHECKS["rules"] if not check.of_years]
    total = len(CHECKS["integrity"]) + len(parts) * len(rules)
    tell = None if watch is None else counting(watch, total)
    with snapshot(connection) as cursor:
        checker = Checker(cursor)
        every = tuple(batch for part in parts for batch in part.batches)
        first = parts[0].config
        covered = Scope() if whole else Scope.of(cursor, every, parameters(first))
        # Integrity has no limits: any configuration will do.
        run_checks([checker], ["integrity"], first, covered, results, tell)
        broken = results.by_batch.get(HISTORY.name, Counter())
        for part in parts:
            Guide(checker, part.config).check(part.batches, broken, guide)
            alone = whole and len(parts) == 1
            scope = Scope() if alone else Scope.of(cursor, part.batches, parameters(part.config))
            run_checks(
                [checker],
                ["rules"],
                part.config,
                scope,
                results,
                tell,
                only=lambda check: not check.of_years,
            )
    guide.batches.sort(key=lambda batch: (batch.first_day, batch.batch_number))
    return Verification(guide, results, whole, tuple(notes))

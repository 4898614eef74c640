"""Every check of a database or of some batches, with the verdict on each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from data_generation.config.models import Config
from data_generation.validation.checks import CHECKS, HISTORY, Check, Group, parameters
from data_generation.validation.guide import Guide, GuideResults
from data_generation.validation.results import Results, Validation
from data_generation.validation.runner import Checker, Watch, counting, run_checks, snapshots
from data_generation.validation.scope import Scope

_WITH_LIMITS: tuple[Group, ...] = ("rules", "statistics")


@dataclass(frozen=True)
class Part:
    """Batches, by their stored keys, that are held against the limits of one configuration.

    `years`: they are a run's over years, for which some rules hold that batches made one by one
    need not keep.
    """

    config: Config
    batches: tuple[int, ...]
    years: bool = False

    def takes(self, check: Check) -> bool:
        """Whether a check is one of these batches."""
        return self.years or not check.of_years


@dataclass(frozen=True)
class Coverage:
    """What is looked at, and how it is called; `whole`: all rows of the database.

    `runs` are those whose record is compared with what is there, None: all; `one_by_one`: the
    guide's six checks are made of each batch.
    """

    words: str = "the whole database"
    whole: bool = True
    runs: tuple[int, ...] | None = None
    one_by_one: bool = True


def verify(
    connections: Sequence[psycopg.Connection[Any]],
    parts: Sequence[Part],
    coverage: Coverage,
    notes: Sequence[str] = (),
    watch: Watch | None = None,
) -> Validation:
    """Make every check in one read-only snapshot, on one or more connections to the database.

    If the whole database is covered, `parts` hold all of its batches; else rows are looked at that
    are tied to these batches and to the places that they used. `watch` hears how it goes. Raises
    `psycopg.Error` if the database fails.
    """
    guide, results = GuideResults(), Results()
    total = len(CHECKS["integrity"]) + sum(
        part.takes(check) for part in parts for group in _WITH_LIMITS for check in CHECKS[group]
    )
    tell = None if watch is None else counting(watch, total)
    with snapshots(connections) as cursors:
        checkers = [Checker(cursor) for cursor in cursors]

        def scope(config: Config, batches: tuple[int, ...]) -> Scope:
            return Scope.of(cursors[0], batches, parameters(config), coverage.runs)

        every = tuple(batch for part in parts for batch in part.batches)
        first = parts[0]
        covered = Scope(runs=coverage.runs) if coverage.whole else scope(first.config, every)
        if len(parts) == 1:
            run_checks(checkers, CHECKS, first.config, covered, results, tell, first.takes)
        else:
            # Integrity has no limits: any configuration will do.
            run_checks(checkers, ["integrity"], first.config, covered, results, tell)
            for part in parts:
                own = scope(part.config, part.batches)
                run_checks(checkers, _WITH_LIMITS, part.config, own, results, tell, part.takes)
        broken = results.by_batch.get(HISTORY.name, Counter())
        for part in parts if coverage.one_by_one else ():
            Guide(checkers[0], part.config).check(part.batches, broken, guide)
    guide.batches.sort(key=lambda batch: (batch.first_day, batch.batch_number))
    return Validation(
        results, coverage.words, coverage.whole, guide.batches, guide.queries, tuple(notes)
    )

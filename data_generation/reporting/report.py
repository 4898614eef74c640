"""The report: one self-contained HTML page, and its figures as JSON beside it."""

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.files import write_atomically
from data_generation.reporting import quality
from data_generation.reporting.facts import Facts, Reader, read_facts
from data_generation.reporting.keyfigures import (
    Figures,
    Metrics,
    Period,
    session_work,
    sessions,
    whole,
)
from data_generation.reporting.lives import Life, lives
from data_generation.reporting.material import Material
from data_generation.reporting.money import read_costs
from data_generation.reporting.targets import Target, targets
from data_generation.reporting.water import SampledMonth, read_sampled_months, read_water
from data_generation.runs.postgres.connecting import Connection
from data_generation.ticker import TICKER
from data_generation.validation.runner import snapshot


@dataclass(frozen=True)
class SessionFigures:
    """A session's own figures, those up to its end, and what it took."""

    number: int
    period: Period
    figures: Figures
    cumulative: Figures
    work: Figures


@dataclass(frozen=True)
class Report:
    """What is reported, reckoned and ready to be shown."""

    material: Material
    total: Figures
    sessions: list[SessionFigures]
    targets: list[Target]
    lives: list[Life]
    counts: list[quality.ZeroCount]
    sampled: list[SampledMonth]
    validation: dict[str, Any] | None

    @property
    def name(self) -> str:
        """The files' name without its ending: the run over years, or batches made one by one."""
        run = self.material.facts.years_run
        return "batches" if run is None else f"run-{run.id}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the same database gives the same."""
        facts = self.material.facts
        return {
            "period": {
                "first_day": facts.first_day.isoformat(),
                "last_day": facts.last_day.isoformat(),
            },
            "runs": [
                {
                    "id": run.id,
                    "kind": run.kind,
                    "batch_number": run.batch_number or None,
                    "profile": run.profile,
                    "seed": run.seed,
                    "fingerprint": run.fingerprint,
                    "generator_version": run.generator_version,
                    "started_at": run.started_at.isoformat(),
                    "finished_at": run.finished_at.isoformat() if run.finished_at else None,
                }
                for run in facts.runs
            ],
            "key_figures": self.total,
            "targets": {target.key: target.as_dict() for target in self.targets},
            "sessions": [
                {
                    "session": session.number,
                    "first_day": session.period.first.isoformat(),
                    "last_day": session.period.last.isoformat(),
                    "work": session.work,
                    "figures": session.figures,
                    "cumulative": session.cumulative,
                }
                for session in self.sessions
            ],
            "farm": facts.sizes._asdict(),
            "batches": [life.as_dict() for life in self.lives],
            "compliance": {
                **facts.compliance._asdict(),
                **{f"lice_{key}": n for key, n in facts.lice_answers._asdict().items()},
            },
            "quality": {count.key: count.value for count in self.counts},
            "validation": self.validation,
            "tables": facts.rows_by_table,
            "not_in_this_database": sorted(set(facts.lacking.values())),
        }


def read_report(connection: Connection, config: Config, folder: Path) -> Report:
    """Read the database in one snapshot and reckon everything but the pictures.

    `folder` is where a validation may have been kept. Refused if there is nothing to report.
    """
    with snapshot(connection) as cursor:
        reader = Reader(cursor)
        facts = read_facts(reader, config)
        if not facts.batches or not facts.stays:
            raise nothing_to_report()
        material = Material(
            facts, read_water(reader, facts), read_costs(connection, reader), config
        )
        sampled = read_sampled_months(reader, facts)
    metrics = Metrics(facts)
    total = metrics.of(whole(facts))
    years = facts.years_run
    return Report(
        material,
        total,
        _sessions(facts, metrics),
        targets(facts, total, config),
        lives(material),
        quality.counts(facts, sampled),
        sampled,
        None
        if years is None
        else quality.kept(folder, years.id, years.fingerprint, rows_of_run(facts)),
    )


def write_report(connection: Connection, config: Config, folder: Path) -> list[Path]:
    """Write the HTML page and its JSON into `folder`, each whole or not at all; returns the paths.

    matplotlib must be installed (`require_matplotlib`). Refused if there is nothing to report.
    """
    from data_generation.reporting.page import page

    TICKER.doing("Reading the report's figures")
    report = read_report(connection, config, folder)
    TICKER.doing("Drawing the report")
    html = page(report)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / f"{report.name}.html": html,
        folder / f"{report.name}.json": json.dumps(report.as_dict(), indent=2, ensure_ascii=False),
    }
    for path, text in files.items():
        write_atomically(path, text.rstrip().encode() + b"\n")
    return list(files)


def require_matplotlib() -> None:
    """Refuse with a hint if the library that draws is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise Refused(
            "The report's pictures need matplotlib, which is not installed.",
            "Install the extra: pip install 'aquamind-data-generator[report]'",
        )


def nothing_to_report() -> Refused:
    """The error of a database without batches."""
    return Refused(
        "This database holds no batch of the generator: there is nothing to report.",
        "First run: python manage.py runscript data_generation --mode=sequential",
    )


def rows_of_run(facts: Facts) -> int:
    """Rows that the run over years has stored."""
    return sum(unit.rows for unit in facts.units)


def _sessions(facts: Facts, metrics: Metrics) -> list[SessionFigures]:
    found = []
    for period in sessions(facts):
        number = int(period.label)
        upto = Period(f"to {number}", facts.first_day.replace(day=1), period.last)
        found.append(
            SessionFigures(
                number,
                period,
                metrics.of(period),
                metrics.of(upto),
                session_work(facts, number),
            )
        )
    return found

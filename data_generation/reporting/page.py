"""The report as an HTML page, by Django's template engine, which escapes what it is given."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import mark_safe

from aquamind.dashboard.palette import SHEET
from aquamind.program import as_called
from data_generation.reporting import present
from data_generation.reporting.facts import LICE_DAYS
from data_generation.reporting.keyfigures import Figures
from data_generation.reporting.pictures import album
from data_generation.reporting.report import Report
from data_generation.reporting.targets import OTHER_FARM

_TEMPLATES = Path(__file__).parent / "templates"
_READINGS = "environmental_environmentalreading"
_LARGEST_TABLES = 20


@dataclass(frozen=True)
class Shown:
    """A picture on the page; `svg` is None where there is nothing to show."""

    number: int
    key: str
    title: str
    caption: str
    svg: str | None
    empty: str


def page(report: Report) -> str:
    """The page as text; nothing in it points outside it."""
    engine = Engine(dirs=[str(_TEMPLATES)], autoescape=True)
    return as_called(engine.get_template("report.html").render(Context(_context(report))))


def _context(report: Report) -> dict[str, Any]:
    facts = report.material.facts
    rows = sum(facts.rows_by_table.values())
    years = facts.years_run
    unfinished = [unit for unit in facts.units if not unit.done]
    return {
        "title": f"{years.profile}" if years else "batches",
        "run": years,
        "fingerprint": years.fingerprint[:12] if years else "",
        "others": [run for run in facts.runs if run.kind != "years"][:40],
        "other_count": sum(run.kind != "years" for run in facts.runs),
        "first_day": facts.first_day,
        "last_day": facts.last_day,
        "unfinished": years is not None and (years.finished_at is None or bool(unfinished)),
        "cards": present.cards(report.total, rows, facts.rows_by_table.get(_READINGS, 0)),
        "sizes": {name: f"{number:,}" for name, number in facts.sizes._asdict().items()},
        "palette": mark_safe(SHEET.read_text("utf-8")),  # noqa: S308 our own file
        "targets_of_others": sum(t.verdict == OTHER_FARM for t in report.targets),
        "targets": [
            {
                "label": t.label,
                "value": _target_value(t.value, t.unit),
                "range": t.range,
                "unit": t.unit,
                "source": t.source,
                "verdict": t.verdict,
            }
            for t in report.targets
            if t.verdict != OTHER_FARM
        ],
        "sessions": report.sessions,
        "work": present.table(present.WORK, [s.work for s in report.sessions], _currency(report)),
        "groups": _groups(report),
        "pictures": _pictures(report),
        "lives": [_life(life) for life in report.lives],
        "currency": _currency(report),
        "compliance": _compliance(report),
        "counts": [
            {
                "label": count.label,
                "value": f"{count.value:,g}",
                "looked_at": count.looked_at,
                "good": count.good,
            }
            for count in report.counts
        ],
        "validation": _validation(report),
        "tables": _tables(facts.rows_by_table),
        "table_count": len(facts.rows_by_table),
        "rows": f"{rows:,}",
    }


def _currency(report: Report) -> str:
    return report.material.config.finance.currency


def _groups(report: Report) -> list[dict[str, Any]]:
    """Figures of each session, up to each session's end, and of everything."""
    own = [session.figures for session in report.sessions]
    upto = [session.cumulative for session in report.sessions]
    columns: list[Figures] = [*own, *upto, report.total] if own else [report.total]
    currency = _currency(report)
    return [
        {"name": name, "rows": present.table(lines, columns, currency)}
        for name, lines in present.LINES
    ]


def _pictures(report: Report) -> dict[str, list[Shown]]:
    drawn = album.drawn(report.material)
    shown: dict[str, list[Shown]] = {}
    for number, picture in enumerate(album.PICTURES, start=1):
        svg = drawn[picture.key]
        # Our own drawing; its texts were escaped when it was written as XML.
        safe = None if svg is None else mark_safe(svg)  # noqa: S308
        shown.setdefault(picture.section, []).append(
            Shown(
                number,
                picture.key,
                picture.title,
                picture.caption,
                safe,
                picture.nothing(report.material.facts),
            )
        )
    return shown


def _life(life: Any) -> dict[str, Any]:
    kg = life.harvested_kg
    return {
        "number": life.number,
        "geography": life.geography,
        "status": life.status.capitalize(),
        "start": life.start,
        "end": life.end or present.NOTHING,
        "eggs": present.shown(life.eggs),
        "alive": present.shown(life.alive),
        "dead": present.shown(life.dead / life.eggs if life.eggs else None, "percent"),
        "tonnes": present.shown(kg, "tonnes") if kg else present.NOTHING,
        "weight": present.shown(life.weight_kg, "two"),
        "survival": present.shown(life.survival, "percent"),
        "fcr": present.shown(life.fcr, "two"),
        "cost": present.shown(life.cost / kg if kg and life.end and life.cost else None, "two"),
        "revenue": present.shown(life.revenue / kg if kg and life.end else None, "two"),
    }


def _compliance(report: Report) -> list[tuple[str, str]]:
    facts = report.material.facts
    rules, lice = facts.compliance, facts.lice_answers
    return [
        ("Harvests inside a withholding period", f"{rules.inside_withholding} of {rules.harvests}"),
        (
            "Batches vaccinated before they went to sea",
            f"{rules.vaccinated} of {rules.batches_at_sea}",
        ),
        ("Lice counts of a site at or above its limit", f"{lice.above}"),
        (
            f"Such counts with a treatment within {LICE_DAYS} days before or after",
            f"{lice.treated} of {lice.above}",
        ),
        (
            f"Such counts within {LICE_DAYS} days of harvest, when fish are left in peace",
            f"{lice.before_harvest} of {lice.above}",
        ),
    ]


def _validation(report: Report) -> dict[str, Any] | None:
    found = report.validation
    if found is None:
        return None
    groups: dict[str, Counter[str]] = {}
    for finding in found["findings"]:
        groups.setdefault(finding["group"], Counter())[finding["verdict"]] += 1
    return {
        "broken": found["broken"],
        "unusual": found["unusual"],
        "groups": [
            (name, sum(counts.values()), counts["unusual"], counts["broken"])
            for name, counts in groups.items()
        ],
        "shown": [f for f in found["findings"] if f["verdict"] in ("unusual", "broken")],
    }


def _tables(rows: dict[str, int]) -> list[tuple[str, str]]:
    largest = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    return [(name, f"{number:,}") for name, number in largest[:_LARGEST_TABLES]]


def _target_value(value: float | int | None, unit: str) -> str:
    if value is None:
        return present.NOTHING
    return f"{value:.3f}" if unit in ("share", "kg/kg", "kg") else f"{value:,.0f}"

"""What the figures of a batch mean: the guide's six checks, each for a person and for a program."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from data_generation.config.acceptance import BatchAcceptance

Row = dict[str, Any]
"""The figures of one batch as a query of guide.sql gave them."""


@dataclass(frozen=True)
class GuideCheck:
    """One of the six for one batch: `text` for a person, `figures` for a program."""

    name: str
    passed: bool
    text: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class BatchReport:
    """A batch and what the six checks found."""

    id: int
    batch_number: str
    status: str
    stage: str
    first_day: date
    last_day: date
    checks: tuple[GuideCheck, ...]

    @property
    def age_days(self) -> int:
        """Days that it lived, the first and the last included."""
        return age_days(self.first_day, self.last_day)

    @property
    def faults(self) -> int:
        """How many of the six did not pass."""
        return sum(1 for check in self.checks if not check.passed)

    def lines(self) -> Iterator[str]:
        """The block for a person."""
        yield (
            f"{self.batch_number}: {self.stage}, {self.status.lower()}, {self.age_days} days "
            f"({self.first_day} to {self.last_day})"
        )
        for check in self.checks:
            mark = "ok   " if check.passed else "FAULT"
            yield f"  {mark} {check.name.replace('_', ' ')}: {check.text}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "batch": self.batch_number,
            "id": self.id,
            "status": self.status,
            "stage": self.stage,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "age_days": self.age_days,
            "checks": {
                check.name: {"passed": check.passed, **check.figures} for check in self.checks
            },
        }


def age_days(first_day: date, last_day: date) -> int:
    """Days from the first to the last, both included."""
    return (last_day - first_day).days + 1


def completeness(row: Row, silent: int, limits: BatchAcceptance) -> GuideCheck:
    """Readings found of those due; `silent` counts days on which a parameter was not read.

    Sensors fail at times, so complete is a share below one; but no container may be without any
    reading for a whole day, nor a parameter that several sensors read.
    """
    due, found = row.get("due", 0), row.get("found", 0)
    days, silent_days = row.get("days", 0), row.get("silent_days", 0)
    share = found / due if due else 0.0
    least = limits.readings_share_min
    text = f"{found:,} of {due:,} readings due, {percent(share)} (at least {percent(least)})"
    if found < due and share >= least and not silent_days and not silent:
        text += "; what is missing are outages of single sensors"
    if days and not due:
        text += "; no active sensor in its containers"
    if silent_days:
        text += f"; nothing read on {silent_days:,} of {days:,} days of its containers"
    if silent:
        text += f"; a parameter not read by any of several sensors on {silent:,} days"
    passed = bool(days and due) and share >= least and not silent_days and not silent
    figures = {
        "readings_found": found,
        "readings_due": due,
        "share": round(share, 6),
        "share_min": least,
        "container_days": days,
        "silent_container_days": silent_days,
        "silent_parameter_days": silent,
    }
    return GuideCheck("data_completeness", passed, text, figures)


def orphans(count: int) -> GuideCheck:
    """Readings that belong to no batch or no assignment."""
    return GuideCheck("orphaned_readings", count == 0, f"{count:,}", {"readings": count})


def feed_containers(row: Row | None) -> GuideCheck:
    """The fullest that any silo ever was where the batch lived, None if none had feed."""
    if row is None:
        none = {"silo": None, "share": None, "moment": None}
        return GuideCheck("feed_containers", True, "no feed in its halls or berths yet", none)
    kg, capacity = float(row["kg"]), float(row["capacity_kg"])
    name, moment = row["name"], row["moment"]
    held = percent(kg / capacity) if capacity else f"{kg:,.0f} kg without capacity"
    text = f"fullest {held}, {name} on {moment:%Y-%m-%d}"
    figures = {
        "silo": name,
        "share": round(kg / capacity, 6) if capacity else None,
        "moment": moment.isoformat(),
    }
    return GuideCheck("feed_containers", kg <= capacity, text, figures)


def stages(row: Row) -> GuideCheck:
    """Stages passed of those due by the batch's age, in their order."""
    passed, due = row["passed"], row["due"]
    text = f"{passed} stages passed, {due} due at this age"
    if not row["in_order"]:
        text += "; not one after the other"
    if not row["row_agrees"]:
        text += "; the batch's own row says a stage in which it has no fish"
    good = passed >= due and row["in_order"] and row["row_agrees"]
    figures = {
        "stages": passed,
        "stages_due": due,
        "in_order": row["in_order"],
        "batch_row_agrees": row["row_agrees"],
    }
    return GuideCheck("stage_transitions", good, text, figures)


def survival(life: Row, row: Row, limits: BatchAcceptance) -> GuideCheck:
    """Fish alive and harvested as a share of the eggs; of old batches also on the guide's day."""
    eggs, day = row["eggs"], limits.survival_day
    share = (row["alive"] + row["harvested"]) / eggs if eggs else 0.0
    low, high = limits.survival
    then: float | None = None
    if age_days(life["first_day"], life["last_day"]) < day:
        high = 1.0
        passed = low <= share <= high
        text = f"{percent(share)} of {eggs:,} eggs ({percent(low)} to {percent(high)})"
    else:
        then = 1 - row["dead_early"] / eggs if eggs else 0.0
        least = limits.survival_end_min
        passed = low <= then <= high and least <= share <= high
        text = (
            f"{percent(then)} of {eggs:,} eggs on day {day} ({percent(low)} to {percent(high)}), "
            f"{percent(share)} at last (at least {percent(least)})"
        )
    figures = {
        "eggs": eggs,
        "alive": row["alive"],
        "harvested": row["harvested"],
        "dead": row["dead"],
        "share": round(share, 6),
        f"share_on_day_{day}": None if then is None else round(then, 6),
        "low": low,
        "high": high,
    }
    return GuideCheck("survival_rate", passed, text, figures)


def audit(rows: int, broken: int) -> GuideCheck:
    """History rows, and rows of which the history is not what it should be."""
    text = f"{rows:,} history rows"
    if broken:
        text += f"; {broken:,} rows with an incomplete or differing history (history_incomplete)"
    figures = {"history_rows": rows, "broken": broken}
    return GuideCheck("audit_trail", rows > 0 and not broken, text, figures)


def percent(share: float) -> str:
    """A share for a person, rounded so that only all of it reads as 100 %."""
    shown = f"{100 * share:.1f}"
    if shown == "100.0" and share != 1.0:
        shown = f"{100 * share:.5f}".rstrip("0")
    return f"{shown.removesuffix('.0')} %"

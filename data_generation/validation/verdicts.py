"""What the figures of a batch mean: the guide's six checks, each for a person and for a program."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from data_generation.config.acceptance import BatchAcceptance, standard_error
from data_generation.config.models import Config
from data_generation.validation.checks import Verdict

_MONTH_DAYS: Final = 365.25 / 12
_MOST_SILENT: Final = 0.9
"""Share of its time that a sensor is taken to be out at most."""

BatchFigures = dict[str, Any]
"""The figures of one batch as a query of guide.sql gave them."""


@dataclass(frozen=True)
class GuideCheck:
    """One of the six for one batch: `text` for a person, `figures` for a program."""

    name: str
    verdict: Verdict
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

    def lines(self) -> Iterator[str]:
        """The block for a person."""
        yield (
            f"{self.batch_number}: {self.stage}, {self.status.lower()}, {self.age_days} days "
            f"({self.first_day} to {self.last_day})"
        )
        for check in self.checks:
            yield f"  {mark(check.verdict)} {check.name.replace('_', ' ')}: {check.text}"

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
                check.name: {
                    "verdict": check.verdict,
                    **check.figures,
                }
                for check in self.checks
            },
        }


def age_days(first_day: date, last_day: date) -> int:
    """Days from the first to the last, both included."""
    return (last_day - first_day).days + 1


def mark(verdict: Verdict) -> str:
    """What stands before a line, as wide for each verdict."""
    return {"passed": "ok", "broken": "BROKEN"}.get(verdict, verdict).ljust(7)


def judge(sound: bool, usual: bool = True) -> Verdict:
    """The verdict on what is exact, and on a figure that may happen to lie outside of its range."""
    if not sound:
        return "broken"
    return "passed" if usual else "unusual"


@dataclass(frozen=True)
class Outages:
    """What sensors leave out by chance.

    `share` of the readings, with a standard deviation between months of one sensor of `between`; so
    many sensors silent together for a day as `together` are no chance.
    """

    share: float
    between: float
    together: int
    readings_a_month: float

    @classmethod
    def of(cls, config: Config) -> Self:
        """Those that a configuration plans: their number is Poisson's, their length exponential."""
        rate = config.environment.sensor_outage_rate
        days = config.environment.sensor_outage_mean_hours / 24
        share = min(rate * days / _MONTH_DAYS, _MOST_SILENT)
        chance = config.acceptance.batch.silent_chance
        together = math.ceil(math.log(chance) / math.log(share)) if share > 0 else 1
        between = math.sqrt(2 * rate) * days / _MONTH_DAYS
        return cls(share, between, together, config.generation.readings_per_day * _MONTH_DAYS)

    def least(self, due: int, errors: float) -> float:
        """The least share of so many readings due that is as expected, for standard errors."""
        months = due / self.readings_a_month
        return max(0.0, 1 - self.share - errors * standard_error(self.between, months))


def left_out(name: str, reason: str) -> GuideCheck:
    """A check that the database lacks something for."""
    return GuideCheck(name, "nothing", reason, {})


def completeness(row: BatchFigures, silent: int, outages: Outages, errors: float) -> GuideCheck:
    """Readings found of those due; `silent` counts days on which a parameter was not read.

    Sensors fail at times, so complete is a share below one, by `errors` standard errors; but no
    container may be without any reading for a whole day, nor a parameter that several sensors read.
    """
    due, found = row.get("due", 0), row.get("found", 0)
    days, silent_days = row.get("days", 0), row.get("silent_days", 0)
    share = found / due if due else 0.0
    least = outages.least(due, errors)
    text = f"{found:,} of {due:,} readings due, {percent(share)} (at least {percent(least)})"
    sound = bool(days and due) and not silent_days and not silent
    if found < due and share >= least and sound:
        text += "; what is missing are outages of single sensors"
    if days and not due:
        text += "; no active sensor in its containers"
    if silent_days:
        text += f"; nothing read on {silent_days:,} of {days:,} days of its containers"
    if silent:
        text += f"; a parameter not read by any of several sensors on {silent:,} days"
    figures = {
        "readings_found": found,
        "readings_due": due,
        "share": round(share, 6),
        "share_min": round(least, 6),
        "container_days": days,
        "silent_container_days": silent_days,
        "silent_parameter_days": silent,
    }
    return GuideCheck("data_completeness", judge(sound, share >= least), text, figures)


def orphans(count: int) -> GuideCheck:
    """Readings that belong to no batch or no assignment."""
    return GuideCheck("orphaned_readings", judge(count == 0), f"{count:,}", {"readings": count})


def feed_containers(row: BatchFigures | None) -> GuideCheck:
    """The fullest that any silo ever was where the batch lived, None if none had feed."""
    if row is None:
        none = {"silo": None, "share": None, "moment": None}
        return GuideCheck("feed_containers", "nothing", "no feed in its halls or berths yet", none)
    kg, capacity = float(row["kg"]), float(row["capacity_kg"])
    name, moment = row["name"], row["moment"]
    held = percent(kg / capacity) if capacity else f"{kg:,.0f} kg without capacity"
    text = f"fullest {held}, {name} on {moment:%Y-%m-%d}"
    figures = {
        "silo": name,
        "share": round(kg / capacity, 6) if capacity else None,
        "moment": moment.isoformat(),
    }
    return GuideCheck("feed_containers", judge(kg <= capacity), text, figures)


def stages(row: BatchFigures) -> GuideCheck:
    """Stages passed, in their order; fewer than are due by the batch's age are unusual."""
    passed, due = row["passed"], row["due"]
    text = f"{passed} stages passed, {due} due at this age"
    if not row["in_order"]:
        text += "; not one after the other"
    if not row["row_agrees"]:
        text += "; the batch's own row says a stage in which it has no fish"
    sound = row["in_order"] and row["row_agrees"]
    figures = {
        "stages": passed,
        "stages_due": due,
        "in_order": row["in_order"],
        "batch_row_agrees": row["row_agrees"],
    }
    return GuideCheck("stage_transitions", judge(sound, passed >= due), text, figures)


def survival(life: BatchFigures, row: BatchFigures, limits: BatchAcceptance) -> GuideCheck:
    """Fish alive and harvested as a share of the eggs; of old batches also on the guide's day.

    More fish than eggs, and no eggs at all, are broken; any other share is at most unusual.
    """
    eggs, day = row["eggs"], limits.survival_day
    share = (row["alive"] + row["harvested"]) / eggs if eggs else 0.0
    low, high = limits.survival
    then: float | None = None
    if age_days(life["first_day"], life["last_day"]) < day:
        high = 1.0
        usual = low <= share
        text = f"{percent(share)} of {eggs:,} eggs ({percent(low)} to {percent(high)})"
    else:
        then = 1 - row["dead_early"] / eggs if eggs else 0.0
        least = limits.survival_end_min
        usual = low <= then <= high and least <= share <= high
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
    return GuideCheck("survival_rate", judge(bool(eggs) and share <= 1, usual), text, figures)


def audit(rows: int, broken: int) -> GuideCheck:
    """History rows, and rows of which the history is not what it should be."""
    text = f"{rows:,} history rows"
    if broken:
        text += f"; {broken:,} rows with an incomplete or differing history (history_incomplete)"
    figures = {"history_rows": rows, "broken": broken}
    return GuideCheck("audit_trail", judge(rows > 0 and not broken), text, figures)


def percent(share: float) -> str:
    """A share for a person, rounded so that only all of it reads as 100 %."""
    shown = f"{100 * share:.1f}"
    if shown == "100.0" and share != 1.0:
        shown = f"{100 * share:.5f}".rstrip("0")
    return f"{shown.removesuffix('.0')} %"

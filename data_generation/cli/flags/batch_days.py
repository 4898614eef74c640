"""The days that a new batch lives, and where it stands on the last: flags, and what they mean."""

import argparse
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from data_generation.cli.flags.data_flags import day
from data_generation.cli.flags.options import last_day
from data_generation.config.models import Config
from data_generation.config.types import STAGES
from data_generation.errors import UsageError
from data_generation.generators.batch.itinerary import Stand
from data_generation.words import counted

DAYS_FLAGS: Final = ("start_date", "duration", "until", "stage", "days_in_stage")
_DAYS_LIMITS: Final = (1, 1_500)
_START_YEARS: Final = (1971, 2100)
_SEE = "See manage.py runscript event_engine --help"


@dataclass(frozen=True)
class BatchDays:
    """The day of the eggs, how many days the batch lives, and where it is to stand, if anywhere."""

    start: date
    days: int
    stand: Stand | None = None


def add_days_flags(group: argparse._ArgumentGroup, default: int) -> None:
    """Add the flags; `default` is the duration if nothing says another."""
    group.add_argument("--start-date", type=day, metavar="DATE", help="day of the eggs")
    group.add_argument("--duration", type=int, metavar="DAYS", help=f"days ({default})")
    group.add_argument(
        "--until",
        type=last_day,
        metavar="DATE|today",
        help="the last day; today, or a moment: the last day that has passed before it (UTC). "
        "Without --start-date the eggs come --duration days before",
    )
    group.add_argument(
        "--stage",
        type=stage,
        metavar="NAME",
        help=f"with --days-in-stage and --until: its stage on the last day: {', '.join(STAGES)}",
    )
    group.add_argument(
        "--days-in-stage", type=int, metavar="N", help="days since it came into --stage"
    )


def stage(text: str) -> int:
    """Read a life stage by its name, in any case."""
    names = [name.casefold() for name in STAGES]
    wanted = text.strip().casefold().replace("egg/alevin", "egg&alevin")
    if wanted not in names:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected one of {', '.join(STAGES)}")
    return names.index(wanted)


def require_possible_days(options: argparse.Namespace) -> None:
    """UsageError naming a flag that is wrong, or contradicts another, on any farm."""
    start, duration, until = options.start_date, options.duration, options.until
    low, high = _DAYS_LIMITS
    if duration is not None and not low <= duration <= high:
        raise UsageError(f"--duration {duration}: must be from {low} to {high:,}.", _SEE)
    if start is not None:
        _require_year("--start-date", start)
    if until is not None:
        _require_year("--until", until)
    if options.stage is not None or options.days_in_stage is not None:
        _require_whole_stand(options)
    elif start is not None and until is not None:
        if duration is not None:
            raise UsageError(
                "--start-date, --duration and --until contradict each other: two say all.", _SEE
            )
        days = (until - start).days + 1
        if not low <= days <= high:
            raise UsageError(
                f"--until {until}: must be from {start} to {start + timedelta(high - 1)}, within "
                f"{high:,} days of --start-date.",
                _SEE,
            )


def _require_whole_stand(options: argparse.Namespace) -> None:
    wanted = {name: getattr(options, name) for name in ("stage", "days_in_stage", "until")}
    if None in wanted.values():
        raise UsageError("--stage, --days-in-stage and --until go together.", _SEE)
    for name in ("start_date", "duration"):
        if getattr(options, name) is not None:
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{flag} and --stage contradict each other: the eggs' day follows from the stage.",
                _SEE,
            )
    if options.days_in_stage < 0:
        raise UsageError(f"--days-in-stage {options.days_in_stage}: must be from 0 on.", _SEE)


def _require_year(flag: str, found: date) -> None:
    first, last = _START_YEARS
    if not first <= found.year <= last:
        raise UsageError(f"{flag} {found}: must be from {first} to {last}.", _SEE)


def batch_days(options: argparse.Namespace, config: Config, default: int) -> BatchDays:
    """What the flags mean on a farm; UsageError naming the limit of what its stages allow.

    The flags must have passed `require_possible_days`.
    """
    if options.stage is not None:
        return _standing(Stand(options.stage, options.days_in_stage), options.until, config)
    days = default if options.duration is None else options.duration
    if options.until is None:
        return BatchDays(options.start_date, days)
    if options.start_date is not None:
        return BatchDays(options.start_date, (options.until - options.start_date).days + 1)
    start = options.until - timedelta(days - 1)
    _require_year("--until less --duration: eggs of", start)
    return BatchDays(start, days)


def _standing(stand: Stand, until: date, config: Config) -> BatchDays:
    """A batch whose stage began `stand.days` before its last day."""
    most = stand.most_days(config)
    if most is not None and stand.days > most:
        raise _too_long(
            stand,
            most,
            f"the stage lasts {counted(most + 1, 'day')} (staggering.stage_days), then the batch "
            "moves on",
        )
    left = _DAYS_LIMITS[1] - 1 - Stand(stand.stage, 0).age_days(config)
    if stand.days > left:
        raise _too_long(stand, left, f"a batch lives {_DAYS_LIMITS[1]:,} days at most here")
    start = until - timedelta(stand.age_days(config))
    _require_year("--until less the days of the stages: eggs of", start)
    return BatchDays(start, stand.age_days(config) + 1, stand)


def _too_long(stand: Stand, most: int, why: str) -> UsageError:
    return UsageError(
        f"--days-in-stage {stand.days}: in {STAGES[stand.stage]} it must be from 0 to {most:,}; "
        f"{why}.",
        _SEE,
    )

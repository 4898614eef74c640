"""Flags of `runscript data_generation`, and what they mean together."""

import argparse
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from data_generation.cli.flags.data_flags import add_data_flags, day
from data_generation.cli.shell import EXISTING, Parser
from data_generation.errors import UsageError

DEFAULT_PROFILE: Final = "demo"
_LENGTH_OF_DATE: Final = len("2026-03-25")
_UNITS = {"": 1, "M": 1, "MB": 1, "G": 1024, "GB": 1024, "T": 1024**2, "TB": 1024**2}

_LONGEST_SIZE: Final = 15
"""Characters of a size; no machine has as much memory as a longer number says."""

_EXAMPLE = """\
  python manage.py runscript data_generation --mode=sequential --profile demo
  python manage.py runscript data_generation --session=1 --profile bakkafrost --workers 2
  python manage.py runscript data_generation --resume
  python manage.py runscript data_generation --dry-run --set generation.seed=7"""

ACTIONS: Final = (
    "mode",
    "session",
    "resume",
    "status",
    "digest",
    "validate_only",
    "generate_report",
    "release_lock",
)
"""Each asks for something else, so only one of them may be given."""

_CONFIGURING: Final = ("profile", "config", "set", "seed", "start_date", "scale")
_REPEATED: Final = (*_CONFIGURING, "until")


def build_parser() -> Parser:
    """Return the parser of all flags."""
    parser = Parser(
        "data_generation",
        "Generate years of salmon-farm data, reproducibly, and go on after any interruption.",
        _EXAMPLE,
    )
    what = parser.add_argument_group("what to do (one of these)")
    what.add_argument("--mode", choices=["sequential"], help="all sessions in order")
    what.add_argument("--session", type=int, metavar="N", help="one session")
    what.add_argument("--resume", action="store_true", help="go on with an unfinished run")
    what.add_argument("--status", action="store_true", help="sessions, rows, pending units, lock")
    what.add_argument("--digest", action="store_true", help="hash of each table and of all")
    what.add_argument(
        "--columns-of",
        action="append",
        default=[],
        metavar="FILE",
        help="with --digest: only tables and columns of the digest in FILE (--digest --json)",
    )
    what.add_argument("--validate-only", action="store_true", help="check the stored data")
    what.add_argument(
        "--strict", action="store_true", help="with --validate-only: 1 for what is unusual too"
    )
    what.add_argument(
        "--generate-report", action="store_true", help="write the report: page, figures"
    )
    what.add_argument(
        "--release-lock",
        action="store_true",
        help="take the lock of --sink from a run that is gone for good",
    )
    what.add_argument(
        "--dry-run",
        action="store_true",
        help="foretell batches, rows and disk space of --mode or --session; write nothing",
    )
    what.add_argument("--exact", action="store_true", help="with --dry-run: count, do not foretell")
    data = add_data_flags(
        parser, "which data (part of the fingerprint)", DEFAULT_PROFILE, "generation.seed=7"
    )
    data.add_argument("--start-date", type=day, metavar="DATE", help="generation.start_date")
    what.add_argument(
        "--until",
        type=last_day,
        metavar="DATE|today",
        help="generation.until, the last day; today, or a moment: the last day that has passed "
        "before it (UTC). A finished run is extended",
    )
    what.add_argument(
        "--follow",
        action="store_true",
        help="go on day after day as they pass, up to --until if given, until it is stopped",
    )
    what.add_argument(
        "--every", type=interval, metavar="TIME", help="with --follow: a day each 10s, 5m, 1h"
    )
    data.add_argument(
        "--scale", type=int, metavar="N", help="farm.scale: so many stations, areas, batches"
    )
    how = parser.add_argument_group("how (never changes the data)")
    how.add_argument("--chunk-months", type=int, metavar="N", help="runtime.chunk_months")
    how.add_argument("--workers", type=int, metavar="N", help="runtime.workers; 0: one process")
    how.add_argument("--sink", metavar="parquet:URI", help="Parquet files, and no database")
    how.add_argument("--scheduler", metavar="URL", help="Dask scheduler, tcp://host:port")
    how.add_argument("--max-memory", type=megabytes, metavar="SIZE", help="MB, or e.g. 2G")
    how.add_argument(
        "--yes", action="store_true", help="answer yes to every question; run on too small a disk"
    )
    how.add_argument("--no-progress", action="store_true", help="no progress bar")
    return parser


def parse(flags: list[str]) -> argparse.Namespace:
    """Parse and check flags; UsageError where one is wrong or two contradict each other."""
    parser = build_parser()
    options = parser.parse_args(flags)
    # A session 0 is given, and wrong; it must not pass for a flag that is absent.
    given = [name for name in ACTIONS if getattr(options, name) is not parser.get_default(name)]
    if len(given) > 1:
        raise UsageError(f"{_flag(given[0])} and {_flag(given[1])} contradict each other.", _SEE)
    options.action = given[0] if given else None
    if options.strict and not options.validate_only:
        raise UsageError("--strict goes with --validate-only.", _SEE)
    if options.columns_of and not options.digest:
        raise UsageError("--columns-of goes with --digest.", _SEE)
    if options.sink is not None and (
        options.existing_schema or options.action in ("status", "validate_only", "generate_report")
    ):
        other = "--existing-schema" if options.existing_schema else _flag(options.action)
        raise UsageError(f"--sink and {other} contradict each other.", _SEE)
    if options.release_lock and options.sink is None:
        raise UsageError("--release-lock needs --sink; a database's lock ends by itself.", _SEE)
    if options.workers is not None and options.scheduler is not None:
        raise UsageError("--workers and --scheduler contradict each other.", _SEE)
    if options.every is not None and not options.follow:
        raise UsageError("--every goes with --follow.", _SEE)
    if options.follow and (options.dry_run or options.action not in (None, "resume")):
        other = "--dry-run" if options.dry_run else _flag(given[0])
        raise UsageError(f"--follow and {other} contradict each other.", _SEE)
    if options.follow:
        options.action = "follow"
    if options.exact and not options.dry_run:
        raise UsageError("--exact goes with --dry-run.", _SEE)
    if options.dry_run:
        if options.action not in (None, "mode", "session"):
            raise UsageError(f"--dry-run and {_flag(given[0])} contradict each other.", _SEE)
    elif options.action is None:
        raise UsageError(
            "Nothing to do: give --mode=sequential, --session=N, --resume, --status or another.",
            _SEE,
        )
    return options


def overrides(options: argparse.Namespace) -> list[str]:
    """Return `--set` and the flags that stand for a key, in the order in which they apply."""
    result = list(options.set)
    for flag, key in (
        ("seed", "generation.seed"),
        ("start_date", "generation.start_date"),
        ("until", "generation.until"),
        ("scale", "farm.scale"),
        ("chunk_months", "runtime.chunk_months"),
        ("workers", "runtime.workers"),
        ("scheduler", "runtime.scheduler"),
        ("max_memory", "runtime.max_memory_mb"),
    ):
        value = getattr(options, flag)
        if value is not None:
            result.append(f"{key}={value}")
    return result


def names_data(options: argparse.Namespace) -> bool:
    """Say whether any flag says which data; `--set runtime...` does not."""
    sets = [flag for flag in options.set if not flag.strip().startswith("runtime.")]
    others = [name for name in _CONFIGURING if name != "set"]
    return bool(sets) or any(getattr(options, name) is not None for name in others)


def data_flags(options: argparse.Namespace) -> str:
    """Return the flags that say which data, as a user would type them in a shell."""
    words: list[str] = []
    for name in _REPEATED:
        value = getattr(options, name)
        for one in value if name == "set" else [value]:
            if one is not None:
                words += [_flag(name), str(one)]
    return shlex.join(words)


def repeated_flags(options: argparse.Namespace, profile: str) -> str:
    """Return what a command for the next session repeats: which data, and whose tables."""
    data = data_flags(options)
    if not data and profile != DEFAULT_PROFILE:
        data = shlex.join(["--profile", profile])
    return f"{data} --existing-schema".strip() if options.existing_schema else data


def stored_flags(profile: str, overlay: Mapping[str, Any], existing: bool) -> str:
    """Return the flags that name the data of a stored run, as a user would type them."""
    words = [] if profile == DEFAULT_PROFILE else ["--profile", profile]
    for key, value in _flat(overlay):
        words += ["--set", f"{key}={json.dumps(value)}"]
    return shlex.join([*words, EXISTING] if existing else words)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def megabytes(text: str) -> int:
    """Read a size such as 800, 800M or 2G as whole MB."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text.strip())
    unit = _UNITS.get(match[2].upper()) if match else None
    if match is None or unit is None or len(match[1]) > _LONGEST_SIZE:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected MB or a size such as 2G")
    return int(float(match[1]) * unit)


def last_day(text: str) -> date:
    """Read a date, or the last day that has passed before a moment, `today` being this one."""
    if text == "today":
        return datetime.now(UTC).date() - timedelta(days=1)
    try:
        if len(text) == _LENGTH_OF_DATE:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).date() - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected today, a date such as 2026-03-25 or a moment such as "
            "2026-03-25T12:00Z"
        ) from error


def interval(text: str) -> float:
    """Read a time such as 10s, 5m or 1h as seconds."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)([smh]?)", text.strip())
    if match is None or not float(match[1]):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a time such as 10s, 5m or 1h")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


_SEE = "See manage.py runscript data_generation --help"

"""`runscript event_engine`: the life of one batch, day by day, beside any others."""

import argparse
from contextlib import closing
from typing import Any, Final

from data_generation.batches import batch_run
from data_generation.batches.batch_run import BatchJob
from data_generation.cli import shell
from data_generation.cli.engine import engine
from data_generation.cli.fillable import fit_of_database
from data_generation.cli.flags.batch_days import (
    DAYS_FLAGS,
    add_days_flags,
    batch_days,
    require_possible_days,
)
from data_generation.cli.flags.farm_flags import (
    Configured,
    add_farm_flags,
    configured,
    require_loadable,
)
from data_generation.cli.schema import require_schema
from data_generation.config.loading.fingerprint import identity_of
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.config.models import Config
from data_generation.errors import ExitCode, Refused, StorageError, UsageError
from data_generation.generators.batch.itinerary import Wish
from data_generation.generators.core.dates import to_day
from data_generation.runs import run as runner
from data_generation.runs.disk import server_rooms
from data_generation.runs.folders import Folders
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.shown import preview as dryrun
from data_generation.runs.shown.progress import Screen
from data_generation.storage.postgres.fit import Fit

EGGS: Final = 3_500_000
"""Of a batch by default, where the farm's halls and cages hold as many."""
DAYS: Final = 650
_EGGS_LEAST: Final = 1_000
_NEW_BATCH: Final = (
    *DAYS_FLAGS,
    "eggs",
    "geography",
    "station",
    "area",
    "dry_run",
    "exact",
    "profile",
    "config",
    "set",
    "seed",
)
_EXAMPLE = """\
  python manage.py runscript event_engine --start-date 2024-01-03 --eggs 3500000 \\
      --geography "Faroe Islands" --duration 650
  python manage.py runscript event_engine --geography Scotland \\
      --stage Post-Smolt --days-in-stage 85 --until today
  python manage.py runscript event_engine --resume"""
_SEE = "See manage.py runscript event_engine --help"


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _parser() -> shell.Parser:
    parser = shell.Parser(
        "event_engine",
        "Generate one batch from its eggs on: readings, feeding, deaths, growth, transfers, "
        "harvest. Any number may run at once; each finds halls and a number of its own.",
        _EXAMPLE,
    )
    what = parser.add_argument_group("which batch")
    add_days_flags(what, DAYS)
    what.add_argument(
        "--eggs", type=int, metavar="N", help=f"eggs ({EGGS}, or what the farm holds)"
    )
    what.add_argument("--geography", metavar="NAME", help='"Faroe Islands" or "Scotland"')
    what.add_argument("--station", metavar="NAME", help="its freshwater station, else any")
    what.add_argument("--area", metavar="NAME", help="its sea area, else any")
    other = parser.add_argument_group("instead of a new batch")
    other.add_argument("--resume", action="store_true", help="go on with what was interrupted")
    other.add_argument("--batch", metavar="NUMBER", help="with --resume: this batch only")
    other.add_argument("--status", action="store_true", help="batches, how far they are")
    what.add_argument("--dry-run", action="store_true", help="print the plan; write nothing")
    what.add_argument("--exact", action="store_true", help="with --dry-run: count, do not foretell")
    add_farm_flags(parser)
    how = parser.add_argument_group("how (never changes the data)")
    how.add_argument("--yes", action="store_true", help="run on too small a disk as well")
    how.add_argument("--no-progress", action="store_true", help="no progress bar")
    return parser


def _main(flags: list[str]) -> ExitCode:
    options = _parser().parse_args(flags)
    _refuse_contradictions(options)
    folders = shell.apply_folders(options)
    if options.status:
        return _status(options)
    if options.resume:
        return _resume(options, folders)
    _require_possible(options)
    require_loadable(options)
    runner.require_folders(folders)
    database = _database(options)
    with closing(runner.open_reader(database[0])) as connection:
        chosen = configured(options, connection)
    wish = _wish(options, chosen.config)
    job = _job(chosen, database, folders, options.yes)
    if options.dry_run:
        return _preview(job, wish, options)
    result = batch_run.start(job, wish, Screen(bar=not options.no_progress))
    shell.show(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """UsageError where flags of a new batch meet those of another action."""
    other = next((name for name in ("resume", "status") if getattr(options, name)), None)
    if options.exact and not options.dry_run:
        raise UsageError("--exact goes with --dry-run.", _SEE)
    if options.batch is not None and other != "resume":
        raise UsageError("--batch goes with --resume.", _SEE)
    if other is None:
        return
    given = [name for name in _NEW_BATCH if _is_given(getattr(options, name))]
    if other == "resume" and options.status:
        given.append("status")
    if given:
        flag = f"--{given[0].replace('_', '-')}"
        raise UsageError(f"{flag} and --{other} contradict each other.", _SEE)


def _is_given(value: object) -> bool:
    """Whether a flag was given: 0 days, or the first stage, is a value as any other."""
    return value is not None and value is not False and value != []


def _require_possible(options: argparse.Namespace) -> None:
    """UsageError naming a flag that is wrong on any farm."""
    require_possible_days(options)
    dated = options.start_date is not None or options.until is not None
    if not dated or options.geography is None:
        first = "--geography" if dated else "--start-date and --geography"
        raise UsageError(f"A new batch needs {first}.", _SEE)
    if options.eggs is not None and options.eggs < _EGGS_LEAST:
        raise UsageError(f"--eggs {options.eggs}: must be from {_EGGS_LEAST:,} on.", _SEE)


def _wish(options: argparse.Namespace, config: Config) -> Wish:
    """Return what is asked for; UsageError naming what this farm does not have or hold."""
    names = [country.name for country in config.countries_in_use]
    geography = options.geography.strip().casefold()
    matching = [n for n, name in enumerate(names) if name.casefold() == geography]
    if not matching:
        raise UsageError(
            f"--geography {options.geography!r}: no such geography.", f"Known: {', '.join(names)}."
        )
    most = config.staggering.eggs_max
    if options.eggs is not None and options.eggs > most:
        raise UsageError(
            f"--eggs {options.eggs}: the halls and cages of this farm are made for batches of up "
            f"to {most:,} eggs (staggering.eggs_max).",
            _SEE,
        )
    country = matching[0]
    _require_site(config, country, "--station", options.station)
    _require_site(config, country, "--area", options.area)
    lived = batch_days(options, config, DAYS)
    return Wish(
        country,
        to_day(lived.start),
        lived.days,
        min(EGGS, most) if options.eggs is None else options.eggs,
        options.station,
        options.area,
        lived.stand,
    )


def _require_site(config: Config, country: int, flag: str, name: str | None) -> None:
    from data_generation.generators.core.layout import Layout

    places = [p for p in Layout(config).places if p.country == country]
    known = {p.site.name: None for p in places if p.at_sea == (flag == "--area")}
    if name is not None and name not in known:
        raise UsageError(f"{flag} {name!r}: no such site.", f"Known: {', '.join(known)}.")


def _database(options: argparse.Namespace) -> tuple[dict[str, Any], Fit]:
    """How to connect to a database that can be filled, and what it takes."""
    conninfo = shell.conninfo()
    require_schema(options.existing_schema)
    fit = fit_of_database(options.existing_schema)
    shell.disconnect()
    return conninfo, fit


def _job(
    chosen: Configured, database: tuple[dict[str, Any], Fit], folders: Folders, room_or_not: bool
) -> BatchJob:
    conninfo, fit = database
    return BatchJob(
        chosen.config,
        identity_of(chosen.config),
        chosen.profile,
        chosen.overlay,
        conninfo,
        folders,
        engine(fit),
        room_or_not,
    )


def _preview(job: BatchJob, wish: Wish, options: argparse.Namespace) -> ExitCode:
    planned, itinerary = batch_run.preview(job, wish)
    plan = batch_run.life_of(itinerary)
    with Screen(bar=not options.no_progress) as screen:
        screen.start(len(plan.months), 0, "Looking ahead over")
        rows = dryrun.preview(
            job.config,
            plan,
            batch_run.engine_for(job.engine, itinerary),
            1,
            options.exact,
            lambda count: screen.advance(1, count),
        )
    with closing(runner.open_reader(job.conninfo)) as connection:
        rows.rooms = server_rooms(connection, rows.total_bytes)
    text = f"{planned.as_text()}\n\n{rows.as_text()}"
    shell.answer(text, {**planned.as_dict(), **rows.as_dict()}, options.json)
    return ExitCode.DONE


def _resume(options: argparse.Namespace, folders: Folders) -> ExitCode:
    database = _database(options)
    with closing(runner.open_reader(database[0])) as connection:
        waiting = batch_run.interrupted(connection)
        known = [batch.number for batch in batch_run.status(connection)]
    if options.batch is not None:
        if options.batch not in known:
            raise UsageError(
                f"--batch {options.batch}: the event engine began no such batch.",
                "See python manage.py runscript event_engine --status",
            )
        waiting = [run for run in waiting if run.batch_number == options.batch]
    if not waiting:
        what = "no batch is" if options.batch is None else f"{options.batch} is not"
        shell.show(f"Nothing to resume: {what} interrupted.", {"resumed": []}, options.json)
        return ExitCode.DONE
    results, failures = [], []
    for run in waiting:
        try:
            job = _job(_as_stored(run), database, folders, options.yes)
            results.append(batch_run.resume(job, run, Screen(bar=not options.no_progress)))
        except (Refused, StorageError) as error:
            # The others can be gone on with all the same.
            failures.append(error)
    shell.show(
        "\n".join(result.as_text() for result in results),
        {"resumed": [result.as_dict() for result in results]},
        options.json,
    )
    if failures:
        raise failures[0]
    return ExitCode.DONE


def _as_stored(run: RunRecord) -> Configured:
    """The configuration with which a batch was begun."""
    config = load_config(CONFIG_DIR, run.profile, [], None, run.overlay)
    return Configured(config, run.profile, run.overlay)


def _status(options: argparse.Namespace) -> ExitCode:
    conninfo = shell.conninfo()
    shell.disconnect()
    with closing(runner.open_reader(conninfo)) as connection:
        batches = batch_run.status(connection)
    lines = [batch.as_text() for batch in batches] or ["No batch of the event engine."]
    shell.answer("\n".join(lines), {"batches": [b.as_dict() for b in batches]}, options.json)
    return ExitCode.DONE

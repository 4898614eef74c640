"""`runscript data_generation`: generate, resume, preview, check and report."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from data_generation.cli import digests, following, shell, sink
from data_generation.cli.engine import engine
from data_generation.cli.fillable import fit_of_database
from data_generation.cli.flags.options import (
    DEFAULT_PROFILE,
    last_day,
    names_data,
    overrides,
    parse,
    repeated_flags,
    stored_flags,
)
from data_generation.cli.limits import Limits, exit_code, lanes, runs_of
from data_generation.cli.schema import require_schema
from data_generation.config.loading.fingerprint import identity_of
from data_generation.config.loading.loader import CONFIG_DIR, load_config, overlay_of
from data_generation.config.models import Config
from data_generation.errors import AquaError, ExitCode, Refused
from data_generation.reporting import quality
from data_generation.reporting.report import nothing_to_report, require_matplotlib, write_report
from data_generation.runs import decide
from data_generation.runs import run as runner
from data_generation.runs.decide import Mode
from data_generation.runs.disk import (
    Room,
    embedded_rooms,
    folder_rooms,
    server_rooms,
)
from data_generation.runs.engine.memory import resources_for
from data_generation.runs.folders import Folders, require_writable
from data_generation.runs.parquet import lake_run, lake_storage
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.store import RunRecord
from data_generation.runs.sessions import Plan, build_plan
from data_generation.runs.shown import preview as dryrun
from data_generation.runs.shown import status
from data_generation.runs.shown.progress import Screen
from data_generation.storage.parquet.lake import Lake
from data_generation.storage.postgres.fit import EVERYTHING
from data_generation.validation.scope import alone
from data_generation.validation.verification import Coverage, verify
from data_generation.words import counted

_MODES: Final = {
    "mode": Mode.SEQUENTIAL,
    "session": Mode.SESSION,
    "resume": Mode.RESUME,
}
_NO_DATABASE: Final[dict[str, Any]] = {"host": "none"}
"""Instead of a database's parameters where none is used."""


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    options = parse(flags)
    folders = shell.apply_folders(options)
    if options.dry_run:
        return _preview(options)
    actions = {
        "status": _status,
        "digest": _digest,
        "validate_only": _validate,
        "generate_report": _report,
        "release_lock": _release_lock,
        "follow": _follow,
    }
    action = actions.get(options.action, _generate)
    return action(options, folders)


def _generate(options: argparse.Namespace, folders: Folders) -> ExitCode:
    result = _generated(options, folders, _MODES[options.action])
    shell.show(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE


def _follow(options: argparse.Namespace, folders: Folders) -> ExitCode:
    """Extend the history as days pass, or one day at each interval, until it is stopped."""
    steps = copy(options)
    steps.session, steps.no_progress = None, True
    if steps.workers is None and steps.scheduler is None:
        # A day is small: processes of its own would cost more than they save.
        steps.workers = 0

    def reached() -> date | None:
        run = _stored_run(shell.conninfo())
        return None if run is None or run.finished_at is None else run.until

    def extend(until: date | None) -> None:
        steps.until = until
        result = _generated(steps, folders, Mode.RESUME)
        shell.show(result.in_short(), result.as_dict(), options.json)

    runner.require_folders(folders)
    if _stored_run(shell.conninfo()) is None:
        raise _nothing_generated()
    following.follow(reached, extend, options.until, options.every, lambda: last_day("today"))
    return ExitCode.DONE


def _generated(options: argparse.Namespace, folders: Folders, mode: Mode) -> runner.Result:
    # Wrong flags and files are told before anything is connected to.
    config, overlay = _configured(options), overlay_of(overrides(options), _extra(options))
    profile = options.profile or DEFAULT_PROFILE
    plan = plan_of(config)
    if options.session is not None:
        plan.session(options.session)
    runner.require_folders(folders)
    lake = None if options.sink is None else sink.open_lake(options.sink)
    conninfo = _NO_DATABASE if lake is not None else shell.conninfo()
    fit = EVERYTHING
    if lake is None:
        require_schema(options.existing_schema)
        fit = fit_of_database(options.existing_schema)
        shell.disconnect()
    if mode is Mode.RESUME and not names_data(options):
        run = _stored_run(conninfo) if lake is None else lake_storage.find_run(lake)
        if run is not None:
            flags = overrides(options)
            config = _as_stored(flags, run)
            profile, overlay = run.profile, overlay_of(flags, None, run.overlay)
            plan = plan_of(config)
    job = runner.Job(
        config,
        identity_of(config),
        profile,
        overlay,
        plan,
        conninfo,
        folders,
        engine(fit),
        repeated_flags(options, profile),
        options.yes,
    )
    screen = Screen(bar=not options.no_progress)
    if lake is not None:
        return lake_run.execute(job, lake, sink.schemas(), mode, options.session, screen)
    confirm = None if options.yes or not sys.stdin.isatty() else _ask_to_add
    return runner.execute(job, mode, options.session, screen, confirm)


def _preview(options: argparse.Namespace) -> ExitCode:
    config = _configured(options)
    plan = plan_of(config)
    last = len(plan.sessions) if options.session is None else plan.session(options.session).number
    months = sum(len(session.months) for session in plan.sessions[:last])
    with Screen(bar=not options.no_progress) as screen:
        screen.start(months, 0, "Looking ahead over")
        result = dryrun.preview(
            config, plan, engine(), last, options.exact, lambda rows: screen.advance(1, rows)
        )
    result.rooms = _rooms(options, result)
    shell.answer(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE


def _rooms(options: argparse.Namespace, result: dryrun.Preview) -> list[Room]:
    """The disks that a run would fill, as far as they can be known without starting a server."""
    if options.sink is not None:
        folder = sink.open_lake(options.sink).local_folder
        return [] if folder is None else folder_rooms(folder, result.need.in_parquet)
    folder = shell.server_folder()
    if folder is not None:
        return embedded_rooms(folder, result.total_bytes)
    with suppress(AquaError), _connected() as connection:
        return server_rooms(connection, result.total_bytes)
    return []


def _status(options: argparse.Namespace, folders: Folders) -> ExitCode:
    runtime = _configured(options).runtime
    with _connected() as connection:
        result = status.read_status(
            connection,
            runner.plan_of_record,
            runtime.chunk_months,
            folders.checkpoints,
            lambda run: stored_flags(run.profile, run.overlay, options.existing_schema),
        )
    shell.answer(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE


def _digest(options: argparse.Namespace, _folders: Folders) -> ExitCode:
    with Screen(bar=not options.no_progress) as screen:
        if options.sink is not None:
            screen.doing("Hashing the dataset's files")
            result = digests.of_lake(_required_lake(options.sink), options)
        else:
            with _connected() as connection:
                require_schema(options.existing_schema)
                result = digests.of_database(connection, options, screen)
    shell.answer(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE


def _validate(options: argparse.Namespace, folders: Folders) -> ExitCode:
    workers = resources_for(_configured(options).runtime).workers
    with lanes(shell.conninfo(), workers) as connections:
        connection, found = connections[0], Limits()
        years, runs = store.find_run(connection), runs_of(connection)
        if not runs:
            raise _nothing_generated()
        batches = found.add_runs(connection)
        whole = years is not None and len(runs) == 1 and alone(connection, years.id)
        coverage = Coverage(runs=tuple(run.id for run in runs), one_by_one=False)
        if not whole:
            words = f"{counted(len(batches), 'batch', 'batches')} of runs and their places"
            coverage = replace(coverage, words=words, whole=False)
            found.notes.append("rows of others are not looked at: runscript verify_data_integrity")
        with Screen(bar=not options.no_progress) as screen:
            result = verify(connections, found.parts(), coverage, found.notes, screen.check)
        if years is not None:
            rows = sum(store.rows_by_table(connection, years.id).values())
            quality.keep(result, folders.reports, years.id, years.fingerprint, rows)
    shell.show(result.as_text(), result.as_dict(), options.json)
    return exit_code(result, strict=options.strict)


def _report(options: argparse.Namespace, folders: Folders) -> ExitCode:
    require_matplotlib()
    require_writable(folders.reports, "report", "--report-dir")
    with _connected() as connection:
        # Batches made one by one are reported as well, with the limits of the last of them.
        run = store.find_run(connection) or next(iter(store.batch_runs(connection)[::-1]), None)
        if run is None:
            raise nothing_to_report()
        paths = write_report(connection, _as_stored([], run), folders.reports)
    names = [str(path) for path in paths]
    shell.show("\n".join(f"Written: {name}" for name in names), {"written": names}, options.json)
    return ExitCode.DONE


def _release_lock(options: argparse.Namespace, _folders: Folders) -> ExitCode:
    lake = sink.open_lake(options.sink)
    holder = lake_storage.release(lake)
    text = "Nobody holds it." if holder is None else f"The lock was taken from {holder}."
    values = {"holder": None if holder is None else str(holder)}
    shell.show(f"{lake.uri}: {text}", values, options.json)
    return ExitCode.DONE


def plan_of(config: Config) -> Plan:
    """Return the sessions that a configuration asks for."""
    generation = config.generation
    return build_plan(generation.start_date, generation.sessions_months, generation.until)


def _configured(options: argparse.Namespace) -> Config:
    profile = options.profile or DEFAULT_PROFILE
    return load_config(CONFIG_DIR, profile, overrides(options), _extra(options))


def _as_stored(runtime_flags: list[str], run: RunRecord) -> Config:
    """Load the configuration with the profile and overrides that the stored run was given."""
    try:
        return load_config(CONFIG_DIR, run.profile, runtime_flags, None, run.overlay)
    except AquaError as error:
        raise Refused(
            f"The stored run's configuration no longer loads: {error.message}",
            "Restore the files in config/, or: python manage.py runscript clear_data --yes",
        ) from error


def _extra(options: argparse.Namespace) -> Path | None:
    return None if options.config is None else Path(options.config)


def _stored_run(conninfo: dict[str, Any]) -> RunRecord | None:
    connection = runner.open_coordinator(conninfo)
    try:
        return store.find_run(connection)
    finally:
        connection.close()


def _required_lake(name: str) -> Lake:
    lake = sink.open_lake(name)
    if lake_storage.find_run(lake) is None:
        raise Refused(
            f"{lake.uri} holds no dataset.",
            f"First run: {decide.COMMAND} --mode=sequential --sink {name}",
        )
    return lake


def _nothing_generated() -> Refused:
    return Refused(
        "This database holds no run of the generator.",
        "First run: python manage.py runscript data_generation --mode=sequential",
    )


@contextmanager
def _connected() -> Iterator[Connection]:
    connection = runner.open_reader(shell.conninfo())
    try:
        yield connection
    finally:
        connection.close()


def _ask_to_add(question: str) -> None:
    shell.confirm(question, "nothing was written")

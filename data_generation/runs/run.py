"""Checks before a run, the decision what to do, and what came of it."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import psycopg

from data_generation.config.loading.identity import Identity, describe_differences
from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.runs import checkpoint, decide
from data_generation.runs.decide import Action, Decision, Location, Mode
from data_generation.runs.disk import Need, Room, require_room, server_rooms
from data_generation.runs.engine.execution import Execution, Totals
from data_generation.runs.engine.executors import resources_on
from data_generation.runs.engine.stop import StopRequest
from data_generation.runs.folders import Folders, require_writable
from data_generation.runs.ports import Engine
from data_generation.runs.postgres import blocks, coordinator, lock, store, stored_farm
from data_generation.runs.postgres.connecting import (
    Connection,
    Conninfo,
    as_storage_error,
    connect,
    connect_to_write,
)
from data_generation.runs.postgres.database_storage import DatabaseStorage
from data_generation.runs.postgres.queries import query
from data_generation.runs.postgres.store import FarmRecord, NewRun, RunRecord
from data_generation.runs.sessions import Plan, build_plan
from data_generation.runs.shown import preview as dryrun
from data_generation.runs.shown.progress import Screen
from data_generation.runs.shown.run_log import RunLog
from data_generation.runs.units import UnitRecord
from data_generation.storage.keys.offsets import compute_offsets
from data_generation.storage.postgres.preconditions import require_lock_room, require_owner
from data_generation.ticker import TICKER

BATCHES = "batch_batch"


@dataclass(frozen=True)
class Job:
    """Everything a run needs to know, checked as far as that goes without a database."""

    config: Config
    identity: Identity
    profile: str
    overlay: Mapping[str, Any]
    plan: Plan
    conninfo: Conninfo
    folders: Folders
    engine: Engine
    flags: str = ""
    """The flags that say which data are meant, as the user would type them."""
    room_or_not: bool = False
    """Whether to begin even where the disk seems too small."""


@dataclass(frozen=True)
class Result:
    """What a command did: a sentence, the figures of the months it generated, what comes next."""

    action: Action
    message: str
    run: int | None = None
    totals: Totals = field(default_factory=Totals)
    log: str | None = None
    following: str | None = None
    reaches: date | None = None
    """The last day of the history."""

    def as_text(self) -> str:
        """Return the lines for a person."""
        if self.action is Action.NOTHING:
            return self.message
        totals = self.totals
        lines = [
            self.message,
            f"{totals.rows:,} rows in {totals.seconds:,.1f} s "
            f"({totals.rows_per_second:,.0f} rows/s), "
            f"peak memory {totals.peak_memory_mb:,.0f} MB.",
        ]
        if self.following:
            lines.append(f"Next: {self.following}")
        if self.log:
            lines.append(f"Log: {self.log}")
        return "\n".join(lines)

    def in_short(self) -> str:
        """Return one line for a person."""
        if self.action is Action.NOTHING:
            return self.message
        return f"{self.reaches}: {self.totals.rows:,} rows in {self.totals.seconds:,.1f} s."

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "until": None if self.reaches is None else self.reaches.isoformat(),
            "action": self.action.value,
            "message": self.message,
            "run": self.run,
            "log": self.log,
            "next": self.following,
            **self.totals.as_dict(),
        }


Confirm = Callable[[str], None]
"""Asks a person a question and raises Refused for no."""


def require_folders(folders: Folders) -> None:
    """Refuse if a folder that a run writes to cannot be written."""
    require_writable(folders.checkpoints, "checkpoint", "--checkpoint-dir")
    require_writable(folders.logs, "log", "--log-dir")


def execute(
    job: Job, mode: Mode, session: int | None, screen: Screen, confirm: Confirm | None = None
) -> Result:
    """Run, continue or resume as `mode` says.

    `confirm` is asked before data is added to a database that already holds batches of another
    origin; without it they are only mentioned.

    Raises an AquaError that names what to do next: Refused before anything was written,
    Interrupted or MemoryLimitReached at a committed state, StorageError when the database failed.
    """
    if session is not None:
        job.plan.session(session)
    require_folders(job.folders)
    with closing(open_coordinator(job.conninfo)) as connection, lock.held(connection):
        try:
            return _execute(job, mode, session, screen, connection, confirm)
        except psycopg.Error as error:
            raise as_storage_error(error) from error


def plan_of_record(run: RunRecord) -> Plan:
    """Return the sessions of a stored run over years, also if its configuration is out of date."""
    generation = run.identity.config["generation"]
    start = date.fromisoformat(generation["start_date"])
    return build_plan(start, generation["sessions_months"], run.until)


def open_coordinator(conninfo: Conninfo) -> Connection:
    """Connect under the name by which others recognise the holder of the lock."""
    return connect_to_write(conninfo, lock.holder_name())


def open_reader(conninfo: Conninfo) -> Connection:
    """Connect to look only; takes no part in the lock."""
    try:
        return connect(conninfo)
    except psycopg.Error as error:
        raise as_storage_error(error, "Cannot connect") from error


def _execute(
    job: Job,
    mode: Mode,
    session: int | None,
    screen: Screen,
    connection: Connection,
    confirm: Confirm | None,
) -> Result:
    run_log = RunLog(screen)
    run = store.find_run(connection)
    units = [] if run is None else store.units(connection, run.id)
    if run is not None and units:
        _require_same(run, job.identity)
        _require_its_batches(connection, run, job.engine)
    path = checkpoint.file_for(job.folders.checkpoints, connection.info.dbname)
    finding = checkpoint.compare(path, run, job.plan, units)
    if finding.message:
        run_log.log.warning(finding.message)
    progress = progress_of(run, units)
    decision = decide.decide(mode, session, job.plan, progress, job.flags)
    if decision.action is Action.NOTHING:
        if run is not None and run.finished_at is None and progress and progress.reached(job.plan):
            _finish_late(connection, run, job.engine)
        if run is not None and finding.rebuild:
            checkpoint.Mirror(path, lambda: connection, run, job.plan, 0).write(force=True)
        return Result(decision.action, decision.message, run.id if run else None)
    if decision.action is Action.START and _holds_batches(connection, job.engine):
        _require_free_numbers(connection, job)
        message = f"Database {connection.info.dbname} already holds batches of another origin."
        run_log.log.warning(message)
        if confirm is not None:
            confirm(f"{message} Add to them?")
    months = len({m for s in job.plan.sessions[: decision.goal] for m in s.months})
    require_lock_room(connection, job.engine.tables, months)
    require_owner(connection, job.engine.tables)
    rooms = _require_room(job, decision.goal, units, connection)
    resources = resources_on(job.config.runtime, job.conninfo)
    store.ensure(connection)
    with connection.transaction():
        run = _begin(connection, job, run, decision)
    with run_log.to_file(job.folders.logs, run.id), screen:
        run_log.log.info(
            decision.message,
            profile=job.profile,
            seed=run.seed,
            fingerprint=run.fingerprint[:12],
            workers=resources.workers,
            scheduler=resources.scheduler or "none",
            memory_limit_mb=resources.memory_mb,
        )
        execution = Execution(
            config=job.config,
            plan=job.plan,
            engine=job.engine,
            open_storage=partial(
                DatabaseStorage,
                connection,
                job.conninfo,
                run,
                job.plan,
                path,
                job.config.runtime.checkpoint_seconds,
                job.engine.fit,
            ),
            run_log=run_log,
            screen=screen,
            resources=resources,
            rooms=rooms,
        )
        totals = execution.go(decision.goal)
    return completed(job, decision, run.id, totals, run_log)


def _require_room(
    job: Job, goal: int, units: list[UnitRecord], connection: Connection
) -> list[Room]:
    """Return the server's disks, if they can be known; Refused if the run will not fit there."""
    if job.room_or_not:
        return server_rooms(connection, 0)
    need = need_of(job, goal, units)
    rooms = server_rooms(connection, need.in_database)
    require_room(need, rooms, "--data-dir or DATABASE_URL")
    return rooms


def need_of(job: Job, goal: int, units: list[UnitRecord]) -> Need:
    """Return what a run has still to store until session `goal` is complete."""
    TICKER.doing("Reckoning how much room the run needs")
    return dryrun.need_of(job.config, job.plan, job.engine, goal, units)


def completed(
    job: Job,
    decision: Decision,
    run: int,
    totals: Totals,
    run_log: RunLog,
    place: Location = decide.DATABASE,
) -> Result:
    """Return what is told of a run that reached its goal."""
    done = job.plan.session(decision.goal).last_day
    following = decide.next_command(
        job.plan,
        decide.Progress(decision.goal, started=True, until=done, asked=done),
        f"{job.flags} {place.flags}".strip(),
        place,
    )
    message = decide.reached(job.plan, decision.goal)
    return Result(decision.action, message, run, totals, str(run_log.path), following, done)


def _finish_late(connection: Connection, run: RunRecord, engine: Engine) -> None:
    """Do what a run that was killed after its last unit had left to do."""
    with connection.transaction():
        coordinator.finish(connection, run, engine.tables)
    coordinator.analyze(connection, run.id, engine.tables, StopRequest())


def _holds_batches(connection: Connection, engine: Engine) -> bool:
    return BATCHES in engine.tables and compute_offsets(connection, [BATCHES])[BATCHES] > 0


def _begin(
    connection: Connection, job: Job, run: RunRecord | None, decision: Decision
) -> RunRecord:
    keys = None if run is None else blocks.passed_over(connection, run, job.engine)
    if run is not None and keys is not None:
        until, overlay = job.plan.last_day, dict(job.overlay)
        store.set_goal(connection, run.id, decision.goal, until, overlay)
        return replace(run, goal=decision.goal, until=until, overlay=overlay, keys=keys)
    if run is not None:
        # Killed before its first month: nothing of it is stored. The new one may differ, and the
        # farm that it finds as well.
        store.delete_run(connection, run.id)
    keys = stored_farm.keys_of_farm(connection, job.engine, job.config)
    if stored_farm.is_larger(job.engine, job.config, keys):
        store.set_farm(connection, FarmRecord(job.profile, job.overlay))
    return store.create_run(
        connection,
        NewRun(
            identity=job.identity,
            seed=job.config.generation.seed,
            profile=job.profile,
            overlay=job.overlay,
            keys=keys,
            until=job.plan.last_day,
            goal=decision.goal,
        ),
    )


def _require_free_numbers(connection: Connection, job: Job) -> None:
    """Refuse if the database holds a batch with a number that the run may give."""
    years = sorted({month.year for month in job.plan.months})
    for key in job.config.farm.countries:
        prefix = job.config.countries[key].prefix
        beginnings = [f"{prefix}-{year}-" for year in years]
        found = connection.execute(
            query("batches", "numbers_of"), {"beginnings": beginnings}
        ).fetchone()
        if found is not None:
            raise Refused(
                f"This database holds batch {found[0]}, a number that the run would give again.",
                f"Give its batches another prefix: --set countries.{key}.prefix=GEN",
            )


def _require_its_batches(connection: Connection, run: RunRecord, engine: Engine) -> None:
    """Refuse if the run stored batches, and they have been deleted since."""
    stored = store.rows_by_table(connection, run.id).get(BATCHES, 0)
    if stored and not _holds_batches(connection, engine):
        raise Refused(
            "The record of runs tells of batches that are not in the database any more.",
            "Somebody deleted them; clear the rest: "
            "python manage.py runscript cleanup_batch_data --yes",
        )


def _require_same(run: RunRecord, wanted: Identity) -> None:
    if run.fingerprint == wanted.fingerprint:
        return
    raise Refused(
        f"This database holds other data (profile {run.profile}, seed {run.seed}): "
        f"{describe_differences(run.identity, wanted)}.",
        "Give the flags of that run, or clear it: python manage.py runscript clear_data --yes, "
        "or use another DATABASE_URL.",
    )


def progress_of(run: RunRecord | None, units: list[UnitRecord]) -> decide.Progress | None:
    """Return how far the stored run is; None without a run."""
    if run is None:
        return None
    return decide.Progress.of(run.goal, units, plan_of_record(run))

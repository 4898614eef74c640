"""A run whose dataset is kept as Parquet files: checks, decision, execution."""

import shlex
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from data_generation.config.loading.identity import describe_differences
from data_generation.errors import Refused
from data_generation.runs import decide
from data_generation.runs.decide import Action, Location, Mode
from data_generation.runs.disk import folder_rooms, require_room
from data_generation.runs.engine.execution import Execution
from data_generation.runs.engine.executors import resources_on
from data_generation.runs.parquet import lake_storage
from data_generation.runs.parquet.lake_storage import LakeStorage
from data_generation.runs.parquet.lake_worker import as_storage_error
from data_generation.runs.postgres.store import NewRun
from data_generation.runs.run import (
    Job,
    Result,
    completed,
    need_of,
    progress_of,
    require_folders,
)
from data_generation.runs.shown.progress import Screen
from data_generation.runs.shown.run_log import RunLog
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.parquet.lake import Lake, Schemas


def execute(
    job: Job, lake: Lake, schemas: Schemas, mode: Mode, session: int | None, screen: Screen
) -> Result:
    """Run, continue or resume as `mode` says; as `run.execute`, into Parquet files."""
    if session is not None:
        job.plan.session(session)
    require_folders(job.folders)
    try:
        # Looked at before the lock's own file is written there.
        lake_storage.find_run(lake)
        with lake_storage.held(lake) as token:
            return _execute(job, lake, schemas, mode, session, screen, token)
    except OSError as error:
        raise as_storage_error(error) from error


def _execute(
    job: Job,
    lake: Lake,
    schemas: Schemas,
    mode: Mode,
    session: int | None,
    screen: Screen,
    token: str,
) -> Result:
    run_log = RunLog(screen)
    run = lake_storage.find_run(lake)
    units = lake_storage.units_of(lake_storage.clean(lake, schemas))
    if run is not None and units and run.fingerprint != job.identity.fingerprint:
        raise Refused(
            f"{lake.uri} holds other data (profile {run.profile}, seed {run.seed}): "
            f"{describe_differences(run.identity, job.identity)}.",
            "Give the flags of that run, or another --sink.",
        )
    place = Location(
        lake.uri, lake.uri, f"--sink {shlex.quote(f'parquet:{lake.uri}')}", "removing it"
    )
    flags = f"{job.flags} {place.flags}".strip()
    decision = decide.decide(mode, session, job.plan, progress_of(run, units), flags, place)
    if decision.action is Action.NOTHING:
        return Result(decision.action, decision.message, run.id if run else None)
    rooms = [] if lake.local_folder is None else folder_rooms(lake.local_folder, 0)
    if rooms and not job.room_or_not:
        need = need_of(job, decision.goal, units)
        rooms = [replace(room, need=need.in_parquet) for room in rooms]
        require_room(need, rooms, "--sink")
    resources = resources_on(job.config.runtime, job.conninfo)
    if lake.in_memory:
        # Only this process sees it.
        resources = replace(resources, workers=0, scheduler=None)
    new = NewRun(
        identity=job.identity,
        seed=job.config.generation.seed,
        profile=job.profile,
        overlay=job.overlay,
        keys=Keys(),
        until=job.plan.last_day,
        goal=decision.goal,
    )
    going_on = run is not None and decision.action is Action.CONTINUE
    started_at = run.started_at if run is not None and going_on else datetime.now(UTC)
    lake_storage.put_run(lake, new, started_at, None)
    with run_log.to_file(job.folders.logs, 1), screen:
        run_log.log.info(
            decision.message,
            profile=job.profile,
            seed=new.seed,
            fingerprint=job.identity.fingerprint[:12],
            workers=resources.workers,
            sink=lake.uri,
            memory_limit_mb=resources.memory_mb,
        )
        execution = Execution(
            config=job.config,
            plan=job.plan,
            engine=job.engine,
            open_storage=partial(LakeStorage, lake, token, new, started_at, schemas),
            run_log=run_log,
            screen=screen,
            resources=resources,
            place=place,
            rooms=rooms,
        )
        totals = execution.go(decision.goal)
    return completed(job, decision, 1, totals, run_log, place)

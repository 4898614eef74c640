"""One batch of the event engine: reserved, generated month by month, resumed after a crash."""

import time
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from data_generation.batches import reservation
from data_generation.batches.foreseen import Foreseen
from data_generation.batches.standing import require_stand
from data_generation.config.loading.identity import Identity, describe_differences
from data_generation.config.loading.loader import flags_of
from data_generation.config.models import Config
from data_generation.errors import Refused
from data_generation.generators.batch.itinerary import Wish
from data_generation.generators.core.dates import to_date
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout
from data_generation.generators.forecast import Forecast
from data_generation.generators.ledger import Ledger
from data_generation.runs import checkpoint
from data_generation.runs.decide import COMMAND
from data_generation.runs.disk import require_room, server_rooms
from data_generation.runs.engine.execution import Execution, Totals
from data_generation.runs.engine.memory import resources_for
from data_generation.runs.folders import Folders
from data_generation.runs.ports import Engine
from data_generation.runs.postgres import blocks, coordinator, lock, store, stored_farm
from data_generation.runs.postgres.connecting import Connection, Conninfo, as_storage_error
from data_generation.runs.postgres.database_storage import DatabaseStorage
from data_generation.runs.postgres.store import NewRun, RunRecord
from data_generation.runs.run import (
    open_coordinator,
    plan_of_record,
    progress_of,
    require_folders,
)
from data_generation.runs.sessions import Plan, Session
from data_generation.runs.shown import preview as dryrun
from data_generation.runs.shown.progress import Screen
from data_generation.runs.shown.run_log import RunLog
from data_generation.runs.units import READINGS, UnitRecord, done_days
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.ticker import TICKER
from data_generation.words import counted

_PAUSE_S = 0.5


@dataclass(frozen=True)
class BatchJob:
    """What every batch needs to know; `engine` makes ledgers of whole farms."""

    config: Config
    identity: Identity
    profile: str
    overlay: Mapping[str, Any]
    conninfo: Conninfo
    folders: Folders
    engine: Engine
    room_or_not: bool = False
    """Whether to begin even where the disk seems too small."""


@dataclass(frozen=True)
class Planned:
    """A batch and its places, for a person: name of place, first and last day of the stay."""

    number: str
    days: int
    eggs: int
    stays: tuple[tuple[str, date, date], ...]

    def as_text(self) -> str:
        """Return the lines for a person."""
        lines = [f"Batch {self.number}: {self.eggs:,} eggs, {counted(self.days, 'day')}."]
        lines += [f"  {first} to {last}  {name}" for name, first, last in self.stays]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "batch": self.number,
            "eggs": self.eggs,
            "days": self.days,
            "stays": [
                {"place": name, "first_day": first.isoformat(), "last_day": last.isoformat()}
                for name, first, last in self.stays
            ],
        }


@dataclass(frozen=True)
class BatchResult:
    """One batch, generated to its end."""

    planned: Planned
    totals: Totals
    log: str

    def as_text(self) -> str:
        """Return the lines for a person."""
        totals = self.totals
        return (
            f"{self.planned.as_text()}\n"
            f"{self.planned.number} is complete: {totals.rows:,} rows in {totals.seconds:,.1f} s "
            f"({totals.rows_per_second:,.0f} rows/s), peak memory "
            f"{totals.peak_memory_mb:,.0f} MB.\nLog: {self.log}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**self.planned.as_dict(), "log": self.log, **self.totals.as_dict()}


def preview(job: BatchJob, wish: Wish) -> tuple[Planned, Itinerary]:
    """Plan a batch without writing anything; Refused or UsageError where `start` would raise it."""
    with closing(open_coordinator(job.conninfo)) as connection:
        try:
            layout = Layout(job.config)
            _require_no_years_ahead(connection)
            farm = _farm(connection, job)
            reserved = reservation.reserve(connection, job.config, layout, farm, wish)
        except reservation.Busy:
            raise Refused(
                "Every place that fits is kept for a batch that is not finished.",
                "See python manage.py runscript event_engine --status",
            ) from None
        except psycopg.Error as error:
            raise as_storage_error(error) from error
    if wish.stand is not None:
        TICKER.doing(f"Looking ahead at {reserved.number}")
        require_stand(wish, reserved.itinerary, _foresee(job, reserved.itinerary))
    return _planned(layout, reserved.number, reserved.itinerary), reserved.itinerary


def start(job: BatchJob, wish: Wish, screen: Screen) -> BatchResult:
    """Generate a batch from its eggs on.

    Raises an AquaError that names what to do next: Refused before anything was written, as is
    UsageError if the batch would not stand where it is to; Interrupted or MemoryLimitReached at a
    committed state, StorageError when the database failed.
    """
    require_folders(job.folders)
    with closing(open_coordinator(job.conninfo)) as connection:
        try:
            lock.acquire(connection, shared=True)
            # Before anything is written, the schema included.
            _require_no_years_ahead(connection)
            _farm(connection, job)
            store.ensure(connection)
            run, life = _wait_for_place(connection, job, wish, screen)
            return _execute(job, run, screen, connection, life)
        except psycopg.Error as error:
            raise as_storage_error(error) from error


def interrupted(connection: Connection) -> list[RunRecord]:
    """Return the batches that were begun, are not finished, and that nobody is at work on.

    Forgets those that somebody deleted.
    """
    with connection.transaction():
        publish(connection)
        reservation.forget_forsaken(connection)
    return [
        run
        for run in store.batch_runs(connection)
        if run.finished_at is None and lock.batch_is_left(connection, run.id)
    ]


def resume(job: BatchJob, run: RunRecord, screen: Screen) -> BatchResult:
    """Go on with a batch from its last committed month; `job` is configured as it was.

    Raises as `start`; Refused if the configuration is another now.
    """
    if run.fingerprint != job.identity.fingerprint:
        raise Refused(
            f"Batch {run.batch_number} was begun with another configuration: "
            f"{describe_differences(run.identity, job.identity)}.",
            "Restore the files in config/, or clear it: "
            "python manage.py runscript cleanup_batch_data",
        )
    require_folders(job.folders)
    with closing(open_coordinator(job.conninfo)) as connection:
        try:
            itinerary = Itinerary.parse(run.itinerary or {})
            _require_room(connection, job, itinerary, store.units(connection, run.id))
            return _execute(job, run, screen, connection)
        except psycopg.Error as error:
            raise as_storage_error(error) from error


@dataclass(frozen=True)
class BatchStatus:
    """How far a batch of the event engine is."""

    number: str
    state: str
    months: int
    months_done: int
    rows: int

    def as_text(self) -> str:
        """Return a line for a person."""
        return (
            f"{self.number:14} {self.state:12} {self.months_done:>3}/{self.months} months "
            f"{self.rows:>12,} rows"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "batch": self.number,
            "state": self.state,
            "months": self.months,
            "months_done": self.months_done,
            "rows": self.rows,
        }


def status(connection: Connection) -> list[BatchStatus]:
    """Return all batches of the event engine, the oldest run first; writes nothing."""
    return [_status(connection, run) for run in store.batch_runs(connection)]


def _status(connection: Connection, run: RunRecord) -> BatchStatus:
    units = store.units(connection, run.id)
    (life,) = life_of(Itinerary.parse(run.itinerary or {})).sessions
    state = "complete"
    if run.finished_at is None:
        state = "running" if lock.batch_is_held(connection, run.id) else "interrupted"
    return BatchStatus(
        str(run.batch_number),
        state,
        len(life.months),
        len(life.months_done(done_days(units, READINGS))),
        sum(sum(unit.rows.values()) for unit in units),
    )


def life_of(itinerary: Itinerary) -> Plan:
    """Return the days that a batch lives, as one session."""
    first, last = to_date(itinerary.start_day), to_date(itinerary.end_day - 1)
    return Plan((Session(1, first, last),))


def engine_for(engine: Engine, itinerary: Itinerary) -> Engine:
    """Return an engine whose ledgers are those of one batch."""
    return replace(
        engine,
        make_ledger=lambda config: Ledger(config, itinerary),
        forecast=lambda config: Forecast(config, itinerary),
    )


def file_for(folder: Path, database: str, number: str) -> Path:
    """Return the checkpoint file of a batch."""
    return checkpoint.file_for(folder, f"{database}-{number}")


def _farm(connection: Connection, job: BatchJob) -> stored_farm.StoredFarm:
    farm = stored_farm.find_farm(connection, job.engine, job.config)
    reservation.require_complete(farm.found)
    stored_farm.require_same_sizes(connection, farm.found)
    return farm


def _wait_for_place(
    connection: Connection, job: BatchJob, wish: Wish, screen: Screen
) -> tuple[RunRecord, Foreseen]:
    """Begin a batch, as soon as batches that are being generated leave it a place.

    Raises Refused naming what to resume if those that hold the places are not being generated.
    """
    told = False
    while True:
        try:
            return _begin(connection, job, wish, screen)
        except reservation.Busy:
            pass
        runs = [run for run in store.batch_runs(connection) if run.finished_at is None]
        at_work = [run for run in runs if lock.batch_is_held(connection, run.id)]
        if runs and not at_work:
            numbers = ", ".join(str(run.batch_number) for run in runs)
            raise Refused(
                f"Every hall or berth that fits is kept for batches that were interrupted: "
                f"{numbers}.",
                "First run: python manage.py runscript event_engine --resume",
            )
        if at_work and not told:
            numbers = ", ".join(str(run.batch_number) for run in at_work)
            screen.write_line(f"Waiting for a place; being generated: {numbers}.")
            told = True
        time.sleep(_PAUSE_S)


def _begin(
    connection: Connection, job: BatchJob, wish: Wish, screen: Screen
) -> tuple[RunRecord, Foreseen]:
    """Reserve number, places and keys for a batch; raises Busy if it must wait for a place.

    How many keys it needs is known when its life is; meanwhile other batches are written, and none
    is planned.
    """

    def waiting() -> None:
        screen.write_line("Waiting for another batch to be planned.")

    with lock.turn(connection, waiting):
        with connection.transaction():
            publish(connection)
            reservation.forget_forsaken(connection)
        layout, farm = Layout(job.config), _farm(connection, job)
        reserved = reservation.reserve(connection, job.config, layout, farm, wish)
        _require_room(connection, job, reserved.itinerary, [])
        days = reserved.itinerary.days
        screen.write_line(f"Planning {reserved.number}: {counted(days, 'day')}.")
        life = _foresee(job, reserved.itinerary)
        require_stand(wish, reserved.itinerary, life)
        following = job.engine.next_keys(life.end)
        with connection.transaction():
            publish(connection)
            if reservation.reserve(connection, job.config, layout, farm, wish) != reserved:
                raise reservation.Busy
            keys = blocks.take(connection, following, {**farm.found.stored, **reserved.adopted})
            new = NewRun(
                identity=job.identity,
                seed=job.config.generation.seed,
                profile=job.profile,
                overlay=job.overlay,
                keys=keys,
                until=to_date(reserved.itinerary.end_day - 1),
                kind=store.BATCH,
                batch_number=reserved.number,
                itinerary=reserved.itinerary.as_json(),
            )
            run = store.create_run(connection, new)
            reservation.claim(connection, layout, farm, run.id, reserved, job.engine.fit)
            # Held before anybody can see the run, or it would pass for one that was interrupted.
            lock.acquire_batch(connection, run.id)
    return run, life


def _foresee(job: BatchJob, itinerary: Itinerary) -> Foreseen:
    (life,) = life_of(itinerary).sessions
    return Foreseen(
        engine_for(job.engine, itinerary).make_ledger(job.config), life.days_after(None)
    )


def _require_no_years_ahead(connection: Connection) -> None:
    """Refuse while a run over years has months left: it reckons with its farm as it left it."""
    run = store.find_run(connection)
    progress = None if run is None else progress_of(run, store.units(connection, run.id))
    if run is None or progress is None:
        return
    plan = plan_of_record(run)
    left = progress.first_incomplete(plan)
    if left is None:
        return
    go_on = [f"{COMMAND} --resume"] if left <= progress.goal else []
    if progress.goal < len(plan.sessions):
        go_on.append(f"{COMMAND} --mode=sequential {flags_of(run.profile, run.overlay)}")
    raise Refused(
        f"This database holds a run over years that is not finished (session {left} of "
        f"{len(plan.sessions)} is next); a batch in its halls would be in the way of its own.",
        f"Finish it: {', then: '.join(go_on)}. Or use another DATABASE_URL.",
    )


def _require_room(
    connection: Connection, job: BatchJob, itinerary: Itinerary, units: Collection[UnitRecord]
) -> None:
    """Refuse a batch that will not fit on the server's disk, where that can be known."""
    if job.room_or_not:
        return
    engine = engine_for(job.engine, itinerary)
    TICKER.doing("Reckoning how much room the batch needs")
    need = dryrun.need_of(job.config, life_of(itinerary), engine, 1, units)
    require_room(need, server_rooms(connection, need.in_database), "--data-dir or DATABASE_URL")


def _execute(
    job: BatchJob,
    run: RunRecord,
    screen: Screen,
    connection: Connection,
    life: Foreseen | None = None,
) -> BatchResult:
    """Write what is left of a batch; `life` is its life, if it was foreseen just now."""
    coordinator.hold(connection, run)
    blocks.follow(connection, job.engine.tables)
    itinerary = Itinerary.parse(run.itinerary or {})
    engine = engine_for(job.engine, itinerary)
    if life is not None:
        engine = replace(engine, make_ledger=lambda _: life)
    number, plan = str(run.batch_number), life_of(itinerary)
    run_log = RunLog(screen)
    with run_log.to_file(job.folders.logs, run.id), screen:
        run_log.log.info("batch", number=number, profile=run.profile, seed=run.seed)
        execution = Execution(
            config=job.config,
            plan=plan,
            engine=engine,
            open_storage=partial(
                DatabaseStorage,
                connection,
                job.conninfo,
                run,
                plan,
                file_for(job.folders.checkpoints, connection.info.dbname, number),
                job.config.runtime.checkpoint_seconds,
                engine.fit,
            ),
            run_log=run_log,
            screen=screen,
            # A batch is small: processes of its own would cost more than they save.
            resources=replace(resources_for(job.config.runtime), workers=0),
        )
        totals = execution.go(run.goal)
    return BatchResult(_planned(Layout(job.config), number, itinerary), totals, str(run_log.path))


def _planned(layout: Layout, number: str, itinerary: Itinerary) -> Planned:
    stays = []
    for place, arrive, last in _days(itinerary):
        stays.append((layout.places[place].name, to_date(arrive), to_date(last)))
    return Planned(number, itinerary.days, itinerary.eggs, tuple(stays))


def _days(itinerary: Itinerary) -> list[tuple[int, int, int]]:
    """Place, first day, and the day before the next stay begins or the batch's time ends."""
    arrivals = [stay.arrive for stay in itinerary.stays[1:]] + [itinerary.end_day]
    return [
        (stay.place, stay.arrive, min(following, itinerary.end_day) - 1)
        for stay, following in zip(itinerary.stays, arrivals, strict=True)
        if stay.arrive < itinerary.end_day
    ]

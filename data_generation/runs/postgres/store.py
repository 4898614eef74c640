"""Tables of runs, their units and the ledger's snapshot. The truth about progress."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from data_generation.config.loading.identity import Identity
from data_generation.errors import Refused, StorageError
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.runs.sessions import Days
from data_generation.runs.units import UnitRecord
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.loading.publishing import publish

LAYOUT_VERSION = 4
YEARS = "years"
BATCH = "batch"


@dataclass(frozen=True)
class RunRecord:
    """A row of `data_generation.run`."""

    id: int
    kind: str
    batch_number: str | None
    itinerary: dict[str, Any] | None
    fingerprint: str
    identity: Identity
    seed: int
    profile: str
    overlay: dict[str, Any]
    keys: Keys
    goal: int
    until: date
    """The last day of its plan."""
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class NewRun:
    """What a run is before it is stored."""

    identity: Identity
    seed: int
    profile: str
    overlay: Mapping[str, Any]
    keys: Keys
    until: date
    goal: int = 1
    kind: str = YEARS
    batch_number: str | None = None
    itinerary: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class FarmRecord:
    """Which farm the database holds: a profile, and what was laid over it."""

    profile: str
    overlay: Mapping[str, Any]


def exists(connection: Connection) -> bool:
    """Say whether the tables of runs are there.

    Refused if they are of another layout, or tell of tables that this session does not see: there
    is one record a database, and whoever clears his own tables would delete the other's.
    """
    found = _layout(connection)
    if found is None:
        return False
    if found.version != LAYOUT_VERSION:
        raise Refused(
            f"The schema data_generation has layout {found.version}, this program knows "
            f"{LAYOUT_VERSION}.",
            "Use the program's version that wrote it, or another DATABASE_URL.",
        )
    if found.has_runs and found.tables_in not in (None, found.visible_in):
        raise Refused(
            f"The record of runs in this database is that of the tables in schema "
            f"{found.tables_in}; this connection uses those in {found.visible_in}.",
            "A database has one dataset: set the search_path to those tables, or use another "
            "DATABASE_URL.",
        )
    return True


@dataclass(frozen=True)
class _Layout:
    """What the tables of runs say of themselves, and where this session's tables are."""

    version: int | None
    tables_in: str | None
    visible_in: str | None
    has_runs: bool


def _layout(connection: Connection) -> _Layout | None:
    if not _value(connection, query("schema", "exists")):
        return None
    row = connection.execute(query("schema", "layout")).fetchone()
    return None if row is None else _Layout(*row)


def discard_older_layout(connection: Connection) -> None:
    """Drop the tables of runs if an earlier version made them: for those who clear."""
    found = _layout(connection)
    if found is not None and found.version is not None and found.version < LAYOUT_VERSION:
        connection.execute("DROP SCHEMA data_generation CASCADE")


def ensure(connection: Connection) -> None:
    """Create the tables of runs if they are missing; Refused if the role may not."""
    there = exists(connection)
    found = _layout(connection)
    noted = found is not None and found.tables_in == found.visible_in
    if noted and _knows_farms(connection):
        return
    if not there and not _value(connection, query("schema", "may_create")):
        role, database = connection.info.user, connection.info.dbname
        raise Refused(
            f"Role {role} may not make the schema data_generation, for the record of runs, in "
            f"database {database}.",
            f'Whoever owns the database can allow it: GRANT CREATE ON DATABASE "{database}" TO '
            f'"{role}";',
        )
    with connection.transaction():
        # Two that create at once would trip over each other in spite of IF NOT EXISTS.
        publish(connection)
        connection.execute(query("schema", "create"))
        found = _layout(connection)
        where = {"tables_in": None if found is None else found.visible_in}
        connection.execute(query("schema", "note_tables"), where)


def find_farm(connection: Connection) -> FarmRecord | None:
    """Return the farm that was noted, None if none was."""
    if not (exists(connection) and _knows_farms(connection)):
        return None
    row = connection.execute(query("store", "farm")).fetchone()
    return None if row is None else FarmRecord(*row)


def set_farm(connection: Connection, farm: FarmRecord) -> None:
    """Note the farm whose infrastructure the database holds, instead of another."""
    values = {"profile": farm.profile, "overlay": Jsonb(dict(farm.overlay))}
    connection.execute(query("store", "set_farm"), values)


def forget_farm(connection: Connection) -> None:
    """Forget the farm: its infrastructure is deleted."""
    if exists(connection) and _knows_farms(connection):
        connection.execute(query("store", "forget_farm"))


def _knows_farms(connection: Connection) -> bool:
    return bool(_value(connection, query("schema", "knows_farms")))


def find_run(connection: Connection) -> RunRecord | None:
    """Return the run over years that this database holds, None if it holds none."""
    found = _runs(connection, YEARS)
    return found[0] if found else None


def batch_runs(connection: Connection) -> list[RunRecord]:
    """Return the runs of the event engine, the oldest first."""
    return _runs(connection, BATCH)[::-1]


def _runs(connection: Connection, kind: str) -> list[RunRecord]:
    if not exists(connection):
        return []
    found = connection.execute(query("store", "runs"), {"kind": kind}).fetchall()
    return [_record(*row) for row in found]


def _record(  # one argument for each column of the query
    run: int,
    kind: str,
    batch_number: str | None,
    itinerary: dict[str, Any] | None,
    fingerprint: str,
    config: dict[str, Any],
    generator: str,
    numpy: str,
    seed: int,
    profile: str,
    overlay: dict[str, Any],
    keys: dict[str, Any],
    goal: int,
    until: date,
    started_at: datetime,
    finished_at: datetime | None,
) -> RunRecord:
    return RunRecord(
        run,
        kind,
        batch_number,
        itinerary,
        fingerprint,
        Identity(config, generator, numpy),
        seed,
        profile,
        overlay,
        Keys.parse(keys),
        goal,
        until,
        started_at,
        finished_at,
    )


def create_run(connection: Connection, new: NewRun) -> RunRecord:
    """Store a new run and return it."""
    run = _value(
        connection,
        query("store", "insert_run"),
        {
            "kind": new.kind,
            "batch_number": new.batch_number,
            "itinerary": None if new.itinerary is None else Jsonb(dict(new.itinerary)),
            "fingerprint": new.identity.fingerprint,
            "config": Jsonb(new.identity.config),
            "seed": new.seed,
            "profile": new.profile,
            "overlay": Jsonb(dict(new.overlay)),
            "generator_version": new.identity.generator_version,
            "numpy_version": new.identity.numpy_version,
            "keys": Jsonb(new.keys.as_json()),
            "goal": new.goal,
            "until": new.until,
        },
    )
    return next(found for found in _runs(connection, new.kind) if found.id == run)


def current_keys(connection: Connection, run: int) -> Keys:
    """Return the run's keys as of its last committed unit."""
    return Keys.parse(_value(connection, query("store", "keys"), {"run": run}))


def set_keys(connection: Connection, run: int, keys: Keys) -> None:
    """Replace the run's keys."""
    connection.execute(query("store", "set_keys"), {"run": run, "keys": Jsonb(keys.as_json())})


def key_tops(connection: Connection, tables: Collection[str]) -> dict[str, int]:
    """Return the highest key that runs have taken of each table, 0 where none is known."""
    found = connection.execute(query("store", "key_tops"), {"tables": list(tables)}).fetchall()
    return dict.fromkeys(tables, 0) | dict(found)


def raise_key_tops(connection: Connection, tops: Mapping[str, int]) -> None:
    """Note keys as taken; never lowers what is noted."""
    connection.execute(
        query("store", "raise_key_tops"), {"tables": list(tops), "tops": list(tops.values())}
    )


def set_goal(
    connection: Connection, run: int, goal: int, until: date, overlay: Mapping[str, Any]
) -> None:
    """Set the session that the run is to reach and its last day; it is then unfinished."""
    values = {"run": run, "goal": goal, "until": until, "overlay": Jsonb(dict(overlay))}
    connection.execute(query("store", "set_goal"), values)


def finish_run(connection: Connection, run: int) -> None:
    """Note that the run reached its goal."""
    connection.execute(query("store", "finish_run"), {"run": run})


def delete_run(connection: Connection, run: int) -> None:
    """Delete one run with its units and snapshot."""
    connection.execute(query("store", "delete_run"), {"run": run})


def delete_all_runs(connection: Connection) -> None:
    """Delete all runs, units, snapshots and stays, and forget which keys they took."""
    if exists(connection):
        connection.execute(query("store", "delete_all_runs"))
        connection.execute(query("store", "delete_key_tops"))


def units(connection: Connection, run: int) -> list[UnitRecord]:
    """Return all units of a run, by their days; the ledger's before the readings' of the days."""
    rows = connection.execute(query("store", "units"), {"run": run}).fetchall()
    return [
        UnitRecord(session, Days(first, last), kind, state == "done", expected, *rest)
        for session, first, last, kind, state, expected, *rest in rows
    ]


def add_unit(
    connection: Connection,
    run: int,
    unit: UnitRecord,
    payload: bytes | None = None,
) -> None:
    """Insert a unit's row; a pending one needs its packed payload."""
    connection.execute(
        query("store", "insert_unit"),
        {
            "run": run,
            "session": unit.session,
            "first_day": unit.days.first,
            "last_day": unit.days.last,
            "kind": unit.kind,
            "state": "done" if unit.done else "pending",
            "expected_rows": unit.expected_rows,
            "rows": Jsonb(dict(unit.rows)),
            "seconds": unit.seconds,
            "peak_memory_mb": unit.peak_memory_mb,
            "keys": unit.keys,
            "payload": payload,
        },
    )


def ledger_done(connection: Connection, run: int, days: Days) -> bool:
    """Say whether the ledger's unit of these days is committed."""
    values = {"run": run, "first_day": days.first}
    return bool(_value(connection, query("store", "ledger_done"), values))


def claim_readings(connection: Connection, run: int, days: Days) -> tuple[bytes, Keys] | None:
    """Lock the readings unit of these days; return its packed payload and the run's keys.

    None if it is done.

    Must be inside a transaction: the lock ends with it.
    """
    row = connection.execute(
        query("store", "claim_readings"), {"run": run, "first_day": days.first}
    ).fetchone()
    if row is None:
        raise StorageError(
            f"The readings unit of {days} has vanished from the database.",
            "Was the data cleared meanwhile? python manage.py runscript data_generation --status",
        )
    state, payload, keys = row
    return None if state == "done" else (bytes(payload), Keys.parse(keys))


def finish_readings(
    connection: Connection,
    run: int,
    days: Days,
    rows: Mapping[str, int],
    seconds: float,
    memory_mb: float,
) -> None:
    """Mark a claimed readings unit as done and drop its payload."""
    connection.execute(
        query("store", "finish_readings"),
        {
            "run": run,
            "first_day": days.first,
            "rows": Jsonb(dict(rows)),
            "seconds": seconds,
            "peak_memory_mb": memory_mb,
        },
    )


def first_open_day(connection: Connection) -> date | None:
    """Return the first day that an unfinished run has still to store, None if all are done."""
    found: date | None = None
    if exists(connection):
        found = _value(connection, query("store", "first_open_day"))
    return found


def rows_by_table(connection: Connection, run: int) -> dict[str, int]:
    """Return how many rows the done units of a run have written, by table."""
    rows = connection.execute(query("store", "rows_by_table"), {"run": run}).fetchall()
    return dict(rows)


def _value(connection: Connection, statement: LiteralString, parameters: Any = None) -> Any:
    row = connection.execute(statement, parameters).fetchone()
    return None if row is None else row[0]

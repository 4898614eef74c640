"""Readings and ledger written at once over several connections never wait in a ring.

A ring of waits is what PostgreSQL reports as a deadlock, so any error here fails the test. The
readings' foreign keys are named so that they lock stays and tanks in another order than the ledger.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest

from data_generation.errors import StorageError
from data_generation.storage.keys.sequences import advance_sequences
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.loading.loader import READINGS, Loader
from data_generation.storage.postgres.loading.publishing import PUBLISH_LOCK
from data_generation.storage.postgres.loading.writer import STAGE_ROWS
from tests.integration.storage import farm
from tests.integration.storage.farm import (
    count,
    history,
    meals,
    partitions,
    readings,
    stays,
    structure,
    tanks,
)

MANY = 5 * STAGE_ROWS
FEW = 40
MONTHS = 8
JANUARY = date(2015, 1, 1)

Connection = psycopg.Connection[Any]


@pytest.fixture
def database(empty_database: str) -> str:
    """A farm of four occupied tanks, three units of work, and strays in two default partitions."""
    with psycopg.connect(empty_database) as conn:
        conn.execute(farm.DDL)
        conn.execute("CREATE TABLE unit (name text PRIMARY KEY, done integer NOT NULL)")
        conn.execute("INSERT INTO unit VALUES ('ledger', 0), ('odd', 0), ('even', 0)")
        conn.execute(
            f"INSERT INTO {READINGS} (id, reading_time, value, notes)"
            " VALUES (9000000, '2015-03-01 00:00+00', 1, ''), (9000001, '2030-01-01', 1, '')"
        )
        conn.execute(
            "INSERT INTO farm_meal (id, tank_id, eaten, grams) VALUES (9000000, 1, '2015-04-02', 1)"
        )
        Loader(conn, Keys()).write_month(
            date(2015, 1, 1), {"farm_tank": tanks(range(1, 5)), "farm_stay": stays(range(1, 5))}, {}
        )
    return empty_database


def _unit(
    database: str, name: str, months: range, write: Callable[[Connection, Loader, int], None]
) -> None:
    with psycopg.connect(database) as conn:
        loader = Loader(conn, Keys())
        for month in months:
            with conn.transaction():
                conn.execute("SELECT FROM unit WHERE name = %s FOR UPDATE", [name])
                write(conn, loader, month)
                conn.execute("UPDATE unit SET done = done + 1 WHERE name = %s", [name])


def _ledger(conn: Connection, loader: Loader, month: int) -> None:
    day = date(2015, month, 2)
    size = MANY if month % 2 else FEW
    inserts = {
        "farm_meal": meals(size, month * 100_000, day),
        "farm_historicalstay": history(size, month * 100_000, day),
        "farm_tank": tanks([100 + month]),
        "farm_stay": stays([100 + month]),
    }
    loader.write_month(day, inserts, {"farm_stay": stays(range(1, 5), fish=month)})
    advance_sequences(conn, list(inserts))


def _readings(conn: Connection, loader: Loader, month: int) -> None:
    first = date(2015, month, 1)
    size = FEW if month in (5, 6) else MANY
    loader.write_readings(first, [readings(size, first, month * 100_000)])
    advance_sequences(conn, [READINGS])


def test_two_readings_units_and_the_ledger_at_once(database: str) -> None:
    start = Barrier(3)

    def work(name: str, months: range, write: Callable[[Connection, Loader, int], None]) -> None:
        start.wait()
        _unit(database, name, months, write)

    with ThreadPoolExecutor(3) as pool:
        jobs = [
            pool.submit(work, "ledger", range(1, MONTHS + 1), _ledger),
            pool.submit(work, "odd", range(1, MONTHS + 1, 2), _readings),
            pool.submit(work, "even", range(2, MONTHS + 1, 2), _readings),
        ]
        for job in jobs:
            job.result(timeout=120)

    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT name, done FROM unit ORDER BY name").fetchall() == [
            ("even", MONTHS // 2),
            ("ledger", MONTHS),
            ("odd", MONTHS // 2),
        ]
        assert count(conn, READINGS) == (MONTHS - 2) * MANY + 2 * FEW + 2
        assert count(conn, f"{READINGS}_y2015m03") == MANY + 1
        assert count(conn, f"{READINGS}_default") == 1
        assert count(conn, "farm_meal") == MONTHS // 2 * (MANY + FEW) + 1
        assert conn.execute(f"SELECT nextval('{READINGS}_id_seq')").fetchone() == (9_000_002,)


def test_rows_are_copied_while_another_unit_publishes(database: str) -> None:
    """Only the last step of a staged month waits; the rows and indexes before it do not."""
    copied = Event()

    def announced() -> Iterator[Any]:
        yield readings(MANY)
        copied.set()

    def load() -> int:
        with psycopg.connect(database) as conn:
            return Loader(conn, Keys()).write_readings(date(2015, 1, 1), announced())

    with ThreadPoolExecutor(1) as pool, psycopg.connect(database) as ledger:
        ledger.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
        job = pool.submit(load)
        assert copied.wait(30)
        assert not job.done()
        ledger.rollback()
        assert job.result(30) == MANY


def _own_locks(conn: Connection) -> int:
    query = (
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    )
    return len(conn.execute(query).fetchall())


def _wait_for_a_waiter(database: str) -> None:
    query = """
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
    """
    until = time.monotonic() + 30
    with psycopg.connect(database, autocommit=True) as watcher:
        while not watcher.execute(query).fetchall():
            assert time.monotonic() < until, "nobody waits for the publishing lock"
            time.sleep(0.01)


def _other_tanks(size: int, first_id: int, month: date = JANUARY, **given: Any) -> Any:
    """Readings of tanks 5 to 8, which agree with those of tanks 1 to 4."""
    columns = {"tank_id": [5 + n % 4 for n in range(size)], **given}
    return readings(size, month, first_id, **columns)


@pytest.mark.parametrize("first", [FEW, MANY])
@pytest.mark.parametrize("second", [FEW, MANY])
def test_two_runs_write_the_same_new_month_at_once(database: str, first: int, second: int) -> None:
    """Whoever comes second appends to what the first one attached, without keeping the lock."""

    def late() -> tuple[int, int]:
        with psycopg.connect(database) as conn:
            rows = _other_tanks(second, 10**6)
            return Loader(conn, Keys()).write_readings(JANUARY, [rows]), _own_locks(conn)

    with ThreadPoolExecutor(1) as pool, psycopg.connect(database) as conn:
        loader = Loader(conn, Keys())
        loader.write_month(JANUARY, {"farm_tank": tanks(range(5, 9))}, {})
        conn.commit()
        assert loader.write_readings(JANUARY, [readings(first)]) == first
        job = pool.submit(late)
        _wait_for_a_waiter(database)
        conn.commit()
        assert job.result(60) == (second, 0)

        assert partitions(conn, READINGS) == [f"{READINGS}_y2015m01"]
        assert count(conn, f"{READINGS}_y2015m01") == first + second
        found = structure(conn, f"{READINGS}_y2015m01")
        assert found == structure(conn, f"{READINGS}_default")
        assert conn.execute("SELECT FROM pg_class WHERE relname ~ 'm01_s[0-9]'").fetchall() == []


def test_rows_that_came_second_refer_to_rows_that_exist(database: str) -> None:
    first = Event()

    def late() -> Iterator[Any]:
        yield _other_tanks(MANY, 10**6, tank_id=[99] * MANY)
        first.wait(30)

    def load() -> None:
        with psycopg.connect(database) as conn:
            Loader(conn, Keys()).write_readings(JANUARY, late())

    with ThreadPoolExecutor(1) as pool, psycopg.connect(database) as conn:
        job = pool.submit(load)
        Loader(conn, Keys()).write_readings(JANUARY, [readings(MANY)])
        conn.commit()
        first.set()
        with pytest.raises((StorageError, psycopg.errors.ForeignKeyViolation), match="99"):
            job.result(60)
        assert count(conn, f"{READINGS}_y2015m01") == MANY


def test_a_ledger_that_waited_sees_the_months_of_the_one_before(database: str) -> None:
    def write(conn: Connection, first_id: int) -> dict[str, int]:
        inserts = {"farm_meal": meals(FEW, first_id), "farm_historicalstay": history(1, first_id)}
        return Loader(conn, Keys()).write_month(JANUARY, inserts, {}, [READINGS, "farm_tank"])

    def second() -> dict[str, int]:
        with psycopg.connect(database) as conn:
            return write(conn, 1001)

    with ThreadPoolExecutor(1) as pool, psycopg.connect(database) as conn:
        write(conn, 1)
        job = pool.submit(second)
        _wait_for_a_waiter(database)
        conn.commit()
        assert job.result(30) == {"farm_meal": FEW, "farm_historicalstay": 1}
        assert count(conn, "farm_meal_y2015m01") == 2 * FEW
        assert partitions(conn, READINGS) == [f"{READINGS}_y2015m01"]


def test_a_prepared_month_is_appended_to_while_another_unit_publishes(database: str) -> None:
    with psycopg.connect(database) as ledger, psycopg.connect(database) as other:
        loader = Loader(other, Keys())
        for month in (1, 3):
            first = date(2015, month, 1)
            Loader(ledger, Keys()).write_month(first, {}, {}, [READINGS])
            ledger.commit()
            ledger.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
            other.execute("SET LOCAL lock_timeout = '10s'")
            assert loader.write_readings(first, [readings(MANY, first, month * 10**6)]) == MANY
            assert _own_locks(other) == 0
            ledger.rollback()
            other.commit()
        assert count(other, f"{READINGS}_y2015m01") == MANY
        assert count(other, f"{READINGS}_y2015m03") == MANY + 1
        found = structure(other, f"{READINGS}_y2015m03")
        assert found == structure(other, f"{READINGS}_default")


def test_a_loader_sees_what_others_attach_meanwhile(database: str) -> None:
    with psycopg.connect(database) as conn, psycopg.connect(database) as other:
        loader = Loader(conn, Keys())
        loader.write_month(JANUARY, {"farm_meal": meals(MANY)}, {})
        conn.commit()
        other.execute(
            "CREATE TABLE farm_meal_half PARTITION OF farm_meal"
            " FOR VALUES FROM ('2015-05-01') TO ('2015-12-01')"
        )
        other.execute(
            "CREATE TABLE farm_meal_y2016m01 PARTITION OF farm_meal"
            " FOR VALUES FROM ('2016-01-01') TO ('2016-02-01')"
        )
        other.commit()
        for day in (date(2015, 6, 1), date(2016, 1, 1)):
            loader.write_month(day, {"farm_meal": meals(MANY, day.year * 100_000, day)}, {})
        conn.commit()
        assert count(conn, "farm_meal_half") == count(conn, "farm_meal_y2016m01") == MANY


def test_batch_runs_write_the_same_months_at_once(database: str) -> None:
    """Two ledgers that prepare their months, and the readings of both, appended side by side."""
    start = Barrier(4)
    prepared = [[Event() for _ in range(MONTHS + 1)] for _ in range(2)]

    def ledger(run: int) -> None:
        start.wait()
        with psycopg.connect(database) as conn:
            loader = Loader(conn, Keys())
            for month in range(1, MONTHS + 1):
                day, first = date(2015, month, 2), (run + 1) * 10**7 + month * 10**5
                inserts = {
                    "farm_tank": tanks([100 * run + 10 + month]),
                    "farm_stay": stays([100 * run + 10 + month]),
                    "farm_meal": meals(MANY if month % 2 else FEW, first, day),
                    "farm_historicalstay": history(FEW, first, day),
                }
                with conn.transaction():
                    loader.write_month(
                        day, inserts, {"farm_stay": stays([1 + run], fish=month)}, [READINGS]
                    )
                prepared[run][month].set()

    def expand(run: int) -> None:
        start.wait()
        with psycopg.connect(database) as conn:
            loader = Loader(conn, Keys())
            for month in range(1, MONTHS + 1):
                assert prepared[run][month].wait(60)
                first, first_id = date(2015, month, 1), (run + 1) * 10**7 + month * 10**5
                rows = readings(MANY, first, first_id)
                if run:
                    rows = _other_tanks(MANY, first_id, first)
                with conn.transaction():
                    assert loader.write_readings(first, [rows]) == MANY

    with psycopg.connect(database) as conn:
        Loader(conn, Keys()).write_month(JANUARY, {"farm_tank": tanks(range(5, 9))}, {})
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(work, run) for work in (ledger, expand) for run in range(2)]
        for job in jobs:
            job.result(timeout=120)

    with psycopg.connect(database) as conn:
        assert count(conn, READINGS) == 2 * MONTHS * MANY + 2
        assert count(conn, "farm_meal") == MONTHS * (MANY + FEW) + 1
        assert len(partitions(conn, READINGS)) == len(partitions(conn, "farm_meal")) == MONTHS
        found = conn.execute("SELECT fish FROM farm_stay WHERE id < 3").fetchall()
        assert found == [(MONTHS,), (MONTHS,)]

"""Readings and ledger written at once over several connections never wait in a ring.

A ring of waits is what PostgreSQL reports as a deadlock, so any error here fails the test. The
readings' foreign keys are named so that they lock stays and tanks in another order than the ledger.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest

from data_generation.storage.loader import READINGS, Loader
from data_generation.storage.sequences import advance_sequences
from data_generation.storage.writer import PUBLISH_LOCK, STAGE_ROWS
from tests.integration import storage_farm as farm
from tests.integration.storage_farm import count, history, meals, readings, stays, tanks

MANY = 5 * STAGE_ROWS
FEW = 40
MONTHS = 8

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
        Loader(conn, {}).write_month(
            date(2015, 1, 1), {"farm_tank": tanks(range(1, 5)), "farm_stay": stays(range(1, 5))}, {}
        )
    return empty_database


def _unit(
    database: str, name: str, months: range, write: Callable[[Connection, Loader, int], None]
) -> None:
    with psycopg.connect(database) as conn:
        loader = Loader(conn, {})
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
            return Loader(conn, {}).write_readings(date(2015, 1, 1), announced())

    with psycopg.connect(database) as ledger, ThreadPoolExecutor(1) as pool:
        ledger.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
        job = pool.submit(load)
        assert copied.wait(30)
        assert not job.done()
        ledger.rollback()
        assert job.result(30) == MANY

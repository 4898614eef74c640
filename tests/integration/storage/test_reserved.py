"""Months that the ledger's transaction makes ready, and readings that come later into them."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from data_generation.errors import StorageError
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.clear import clear_tables
from data_generation.storage.postgres.failures import is_transient
from data_generation.storage.postgres.loading.loader import READINGS, Loader
from data_generation.storage.postgres.loading.reserved import SCHEMA, drop_reserved
from data_generation.storage.postgres.loading.writer import STAGE_ROWS
from tests.integration.storage import farm
from tests.integration.storage.farm import (
    count,
    meals,
    partitions,
    readings,
    stays,
    structure,
    tanks,
)

JANUARY = date(2015, 1, 1)
MARCH = date(2015, 3, 1)
MANY = STAGE_ROWS + 1
EXPECTED = {READINGS: MANY}
ALL = ["farm_tank", "farm_stay", "farm_historicalstay", "farm_meal", READINGS]
OCCUPIED = {"farm_stay": stays(range(1, 5)), "farm_tank": tanks(range(1, 5))}

Connection = psycopg.Connection[Any]


@pytest.fixture
def conn(empty_database: str) -> Iterator[Connection]:
    """Connection to a farm of four occupied tanks, with room for the readings of January."""
    with psycopg.connect(empty_database) as connection:
        connection.execute(farm.DDL)
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        Loader(connection, Keys()).write_month(JANUARY, OCCUPIED, {}, reserve=EXPECTED)
        connection.commit()
        yield connection


def reserved(conn: Connection) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1"
    return [name for (name,) in conn.execute(query, [SCHEMA])]


def write_readings(conn: Connection, **given: Any) -> None:
    Loader(conn, Keys()).write_readings(JANUARY, [readings(MANY, **given)])


def test_a_reserved_month_becomes_a_partition_like_any_other(conn: Connection) -> None:
    assert reserved(conn) == [f"{READINGS}_y2015m01"]
    assert partitions(conn, READINGS) == []
    write_readings(conn)
    conn.commit()

    month = f"{READINGS}_y2015m01"
    assert partitions(conn, READINGS) == [month]
    assert count(conn, READINGS) == count(conn, month) == MANY
    found = structure(conn, month)
    assert found == structure(conn, f"{READINGS}_default")
    assert found["loose"] == found["unattached"] == []
    left_over = (
        "SELECT FROM pg_class WHERE relnamespace = %s::regnamespace OR relname ~ 'm01_s[0-9]'"
    )
    assert conn.execute(left_over, [SCHEMA]).fetchall() == []


def test_a_partitions_foreign_keys_are_named_as_the_tables(conn: Connection) -> None:
    Loader(conn, Keys()).write_month(MARCH, {"farm_meal": meals(MANY, day=MARCH)}, {})
    write_readings(conn)
    names = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
    for table, month in ((READINGS, f"{READINGS}_y2015m01"), ("farm_meal", "farm_meal_y2015m03")):
        assert {*conn.execute(names, [month])} == {*conn.execute(names, [table])} != set()


def test_a_reading_that_refers_to_nothing_is_refused_and_the_month_stays_ready(
    conn: Connection,
) -> None:
    with pytest.raises(StorageError, match=r"stay.* 99"):
        write_readings(conn, stay_id=[1] * (MANY - 1) + [99])
    conn.rollback()
    assert (count(conn, READINGS), len(reserved(conn))) == (0, 1)
    write_readings(conn)
    conn.commit()
    assert (count(conn, READINGS), reserved(conn)) == (MANY, [])


def test_a_ledger_month_that_is_stored_again_finds_its_reservation(conn: Connection) -> None:
    Loader(conn, Keys()).write_month(JANUARY, {}, {}, reserve=EXPECTED)
    conn.commit()
    assert len(reserved(conn)) == 1


def test_rows_that_the_application_added_meanwhile_move_in(conn: Connection) -> None:
    conn.execute(
        f"INSERT INTO {READINGS} (id, stay_id, tank_id, reading_time, value, notes)"
        " VALUES (9000000, 1, 1, '2015-01-31 12:00+00', 1, 'by hand')"
    )
    conn.commit()
    write_readings(conn)
    conn.commit()
    month = f"{READINGS}_y2015m01"
    assert count(conn, month) == MANY + 1
    assert conn.execute(f"SELECT id FROM {month} WHERE notes <> ''").fetchall() == [(9000000,)]


def test_who_needs_the_month_first_takes_it(conn: Connection) -> None:
    Loader(conn, Keys()).write_month(JANUARY, {}, {}, prepare=[READINGS])
    conn.commit()
    assert (partitions(conn, READINGS), reserved(conn)) == ([f"{READINGS}_y2015m01"], [])
    write_readings(conn)
    conn.commit()
    assert count(conn, f"{READINGS}_y2015m01") == MANY
    found = structure(conn, f"{READINGS}_y2015m01")
    assert found == structure(conn, f"{READINGS}_default")


@pytest.mark.parametrize("why", ["few rows", "month present", "no privilege", "no place"])
def test_nothing_is_reserved_in_vain(conn: Connection, why: str) -> None:
    loader, expected = Loader(conn, Keys()), EXPECTED
    if why == "few rows":
        expected = {READINGS: STAGE_ROWS - 1}
    elif why == "month present":
        loader.write_month(MARCH, {}, {}, prepare=[READINGS])
    elif why == "no place":
        conn.execute(f"ALTER SCHEMA {SCHEMA} RENAME TO elsewhere")
    else:
        conn.execute("CREATE ROLE reserved_owner")
        conn.execute("GRANT CREATE ON SCHEMA public TO reserved_owner")
        conn.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO reserved_owner")
        conn.execute("SET LOCAL ROLE reserved_owner")
    loader.write_month(MARCH, {}, {}, reserve=expected)
    found = conn.execute(f"SELECT relname FROM pg_class WHERE relname ~ '^{READINGS}_y.*m03$'")
    assert len(found.fetchall()) == (why == "month present")
    conn.rollback()  # the role too


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (f"ALTER TABLE {READINGS} ADD COLUMN extra int", False),
        (f"ALTER TABLE {READINGS} DROP CONSTRAINT second_key", False),
        (f"ALTER TABLE {READINGS} ADD FOREIGN KEY (id) REFERENCES farm_tank", True),
    ],
)
def test_what_no_longer_fits_is_not_used(conn: Connection, change: str, refused: bool) -> None:
    conn.execute(change)
    conn.commit()
    if refused:
        with pytest.raises(StorageError, match="farm_tank"):
            write_readings(conn)
        conn.rollback()
        return
    write_readings(conn)
    conn.commit()
    found = structure(conn, f"{READINGS}_y2015m01")
    assert found == structure(conn, f"{READINGS}_default")
    assert len(reserved(conn)) == 1
    drop_reserved(conn, ALL)
    assert reserved(conn) == []


def test_a_key_that_the_rows_do_not_carry_is_still_checked(conn: Connection) -> None:
    conn.execute("ALTER TABLE farm_meal ADD COLUMN cook bigint DEFAULT 99 REFERENCES farm_tank")
    conn.commit()
    with pytest.raises(StorageError, match="99"):
        Loader(conn, Keys()).write_month(JANUARY, {"farm_meal": meals(MANY)}, {})
    conn.rollback()


def test_a_ledger_month_may_bring_rows_of_a_table_whose_month_is_reserved(conn: Connection) -> None:
    Loader(conn, Keys()).write_month(JANUARY, {READINGS: readings(MANY)}, {})
    conn.commit()
    assert (count(conn, f"{READINGS}_y2015m01"), reserved(conn)) == (MANY, [])


def test_filling_gives_way_to_who_deletes_what_it_may_refer_to(conn: Connection) -> None:
    """Each holds what the other wants; a deadlock would end either of both, after a second."""
    conn.execute("INSERT INTO farm_tank (id, name) VALUES (77, 'unused')")
    conn.commit()
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"

    def delete() -> None:
        with psycopg.connect(conn.info.dsn) as other:
            other.execute("DELETE FROM farm_tank WHERE id = 77")

    def parts(pool: ThreadPoolExecutor) -> Iterator[pa.Table]:
        yield readings(MANY)
        deletions.append(pool.submit(delete))
        with psycopg.connect(conn.info.dsn, autocommit=True) as watching:
            until = time.monotonic() + 10
            while not watching.execute(waiting, [f"{SCHEMA}.{READINGS}_y2015m01"]).fetchone():
                assert time.monotonic() < until
                time.sleep(0.01)

    deletions: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(StorageError, match="somebody deletes") as caught:
            Loader(conn, Keys()).write_readings(JANUARY, parts(pool))
        conn.rollback()
        assert is_transient(caught.value)
        deletions[0].result(timeout=10)
    write_readings(conn)
    conn.commit()
    assert (count(conn, READINGS), count(conn, "farm_tank")) == (MANY, 4)


def test_clearing_takes_only_what_is_reserved_for_the_tables(conn: Connection) -> None:
    long = "farm_" + "x" * 58
    names = [f"{long[-54:]}_y2015m02", f"{READINGS}_y2015m02", "farm_meal_y2015m02"]
    for name in names:
        conn.execute(f"CREATE TABLE {SCHEMA}.{name} ()")
    drop_reserved(conn, [long, READINGS])
    assert reserved(conn) == ["farm_meal_y2015m02"]


def test_clearing_takes_what_is_reserved(conn: Connection) -> None:
    clear_tables(conn, ALL)
    conn.commit()
    assert reserved(conn) == []
    Loader(conn, Keys()).write_month(JANUARY, OCCUPIED, {}, reserve=EXPECTED)
    write_readings(conn)
    assert count(conn, READINGS) == MANY


def test_the_ledger_goes_on_while_a_reserved_month_is_filled(conn: Connection) -> None:
    """What the reservation locked is free again, and the ledger makes room for the next month."""
    size = 5 * STAGE_ROWS

    def fill() -> int:
        with psycopg.connect(conn.info.dsn) as other:
            return Loader(other, Keys()).write_readings(JANUARY, parts())

    def parts() -> Iterator[pa.Table]:
        yield readings(size)
        # In the midst of the load, on a connection that would not wait.
        conn.execute("SET lock_timeout = '2s'")
        Loader(conn, Keys()).write_month(
            MARCH,
            {"farm_tank": tanks([9]), "farm_stay": stays([9])},
            {"farm_stay": stays(range(1, 5), fish=3)},
            reserve={READINGS: size},
        )
        conn.commit()
        yield readings(size, first_id=1 + size, tank_id=pa.nulls(size, pa.int64()))

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(fill).result(timeout=60) == 2 * size
    assert reserved(conn) == [f"{READINGS}_y2015m03"]
    assert partitions(conn, READINGS) == [f"{READINGS}_y2015m01"]

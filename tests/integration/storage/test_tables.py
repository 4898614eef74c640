"""Ids, sequences, digests and sizes of tables that hold rows."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data_generation.errors import StorageError
from data_generation.storage.keys.offsets import compute_offsets
from data_generation.storage.keys.sequences import SequenceKeeper, advance_sequences, sequence_tops
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.digest import digest
from data_generation.storage.postgres.loading.loader import READINGS, Loader
from data_generation.storage.postgres.sizes import table_sizes
from tests.integration.storage import farm
from tests.integration.storage.farm import history, meals, readings, stays, tanks

JANUARY = date(2015, 1, 1)
ALL = ["farm_tank", "farm_stay", "farm_historicalstay", "farm_meal", READINGS]

Connection = psycopg.Connection[Any]


@pytest.fixture
def conn(empty_database: str) -> Iterator[Connection]:
    with psycopg.connect(empty_database) as connection:
        connection.execute(farm.DDL)
        yield connection


def fill(conn: Connection) -> None:
    loader = Loader(conn, Keys())
    inserts = {
        "farm_tank": tanks(range(1, 5)),
        "farm_stay": stays(range(1, 5)),
        "farm_historicalstay": history(3),
        "farm_meal": meals(50),
    }
    loader.write_month(JANUARY, inserts, {})
    loader.write_readings(JANUARY, [readings(40)])


def test_offsets_are_the_highest_ids(conn: Connection) -> None:
    assert compute_offsets(conn, ALL) == dict.fromkeys(ALL, 0)
    fill(conn)
    assert compute_offsets(conn, ALL) == dict(zip(ALL, (4, 4, 3, 50, 40), strict=True))


def test_a_second_run_goes_behind_the_first(conn: Connection) -> None:
    fill(conn)
    loader = Loader(conn, Keys.shifted(compute_offsets(conn, ALL)))
    loader.write_month(JANUARY, {"farm_meal": meals(1, stay_id=pa.nulls(1), tank_id=[0])}, {})
    assert conn.execute("SELECT max(id), max(tank_id) FROM farm_meal").fetchone() == (51, 4)


def test_sequences_follow_the_ids_and_never_go_back(conn: Connection) -> None:
    fill(conn)
    conn.execute("SELECT setval('farm_meal_id_seq', 1000)")
    moved = advance_sequences(conn, ALL)
    assert moved == {"farm_tank": 4, "farm_stay": 4, "farm_historicalstay": 3, READINGS: 40}
    assert advance_sequences(conn, ALL) == {}
    insert = "INSERT INTO farm_tank (name) VALUES ('new') RETURNING id"
    assert conn.execute(insert).fetchone() == (5,)
    insert = (
        "INSERT INTO farm_meal (tank_id, eaten, grams) VALUES (1, '2015-01-09', 1) RETURNING id"
    )
    assert conn.execute(insert).fetchone() == (1001,)


def test_sequences_of_empty_tables_stay(conn: Connection) -> None:
    assert advance_sequences(conn, ALL) == {}
    insert = "INSERT INTO farm_tank (name) VALUES ('new') RETURNING id"
    assert conn.execute(insert).fetchone() == (1,)


def test_sequence_tops_are_what_the_sequences_gave_last(conn: Connection) -> None:
    conn.execute("CREATE TABLE keyless (note text); CREATE TABLE loose (id bigint PRIMARY KEY)")
    names = [*ALL, "keyless", "loose"]
    assert sequence_tops(conn, names) == dict.fromkeys(names, 0)
    conn.execute("SELECT nextval('farm_stay_id_seq'), setval('farm_meal_id_seq', 1000)")
    conn.execute('ALTER TABLE farm_tank RENAME TO "Farm tank"')
    conn.execute("INSERT INTO \"Farm tank\" (name) VALUES ('a'), ('b')")
    names[0] = "Farm tank"
    found = sequence_tops(conn, names)
    assert found == dict.fromkeys(names, 0) | {"Farm tank": 2, "farm_stay": 1, "farm_meal": 1000}
    with pytest.raises(StorageError, match="no table farm_pond"):
        sequence_tops(conn, ["farm_pond"])


def test_sequences_follow_the_stored_keys_of_each_month(conn: Connection) -> None:
    keys = Keys.adopting({"farm_tank": {1: 90, 3: 7}}, {"farm_tank": 20})
    inserts = {"farm_tank": tanks([2, 4]), "farm_meal": meals(10), "farm_stay": stays([1]).slice(1)}
    keeper = SequenceKeeper(conn, keys)
    keeper.follow(inserts, {READINGS: 12})
    expected = dict.fromkeys(ALL, 0) | {"farm_tank": 24, "farm_meal": 10, READINGS: 12}
    assert sequence_tops(conn, ALL) == expected
    later = keeper.with_keys(keys.with_block("farm_meal", 11, 500))
    later.follow({"farm_meal": meals(1, first_id=11)}, {"farm_tank": 1})
    assert sequence_tops(conn, ALL) == expected | {"farm_meal": 511, "farm_tank": 90}


def rewritten(conn: Connection, table: str, rows: pa.Table) -> str:
    """Digest of a table that holds just these rows."""
    conn.execute(f"TRUNCATE {table} CASCADE")
    Loader(conn, Keys()).write_month(JANUARY, {table: rows}, {})
    return digest(conn, [table]).hash


def test_a_digest_does_not_know_order_place_or_settings(conn: Connection) -> None:
    fill(conn)
    rows = meals(60)
    backwards = rows.take(list(reversed(range(60))))
    first = rewritten(conn, "farm_meal", rows)
    conn.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
    conn.execute("DROP TABLE farm_meal_y2015m01")
    conn.execute(
        "CREATE TABLE farm_meal_all PARTITION OF farm_meal FOR VALUES FROM (MINVALUE) TO (MAXVALUE)"
    )
    conn.execute("ALTER TABLE farm_meal ALTER grams TYPE bigint")
    assert rewritten(conn, "farm_meal", backwards) == first


def test_a_digest_knows_every_value(conn: Connection) -> None:
    fill(conn)
    rows = meals(60)
    grams = list(range(1, 61))
    swapped = [2, 1, *grams[2:]]
    variants = [
        rows,
        rows.slice(1),
        rows.set_column(4, "grams", [grams]),
        rows.set_column(4, "grams", [swapped]),
        rows.set_column(1, "stay_id", [pc.if_else(pc.equal(rows["id"], 9), None, rows["stay_id"])]),
        meals(60, first_id=2),
    ]
    assert len({rewritten(conn, "farm_meal", each) for each in variants}) == len(variants)


def test_a_digest_can_leave_columns_out(conn: Connection) -> None:
    fill(conn)
    columns = {"farm_stay": ["id", "tank_id", "entered", "left"]}
    before = digest(conn, columns, only=columns)
    everything = digest(conn, ["farm_stay"])
    conn.execute("UPDATE farm_stay SET fish = fish + 1")
    conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
    conn.execute("ALTER TABLE farm_stay ADD diver text")
    assert digest(conn, columns, only=columns) == before
    assert digest(conn, ["farm_stay"]) != everything


def test_a_digest_prints_tables_in_order_and_the_dataset(conn: Connection) -> None:
    fill(conn)
    found = digest(conn, reversed(ALL))
    as_dict = json.loads(json.dumps(found.as_dict()))
    assert list(as_dict["tables"]) == sorted(ALL)
    assert as_dict["tables"]["farm_meal"]["rows"] == 50
    assert as_dict["dataset"] == {"rows": 101, "hash": found.hash}
    lines = [line.split() for line in found.as_text().splitlines()]
    assert [line[0] for line in lines] == [*sorted(ALL), "dataset"]
    assert lines[-1] == ["dataset", "101", found.hash]
    assert {len(line[2]) for line in lines} == {32}
    with pytest.raises(StorageError, match="no table farm_pond"):
        digest(conn, ["farm_pond"])


def test_sizes_include_partitions_and_indexes(conn: Connection) -> None:
    empty = {size.name: size for size in table_sizes(conn, ALL, exact=True)}
    assert empty[READINGS].rows == 0
    fill(conn)
    sizes = {size.name: size for size in table_sizes(conn, [*ALL, "absent"], exact=True)}
    assert {name: size.rows for name, size in sizes.items()} == dict(
        zip(ALL, (4, 4, 3, 50, 40), strict=True)
    )
    for name in ALL:
        assert sizes[name].table_bytes > empty[name].table_bytes
        assert sizes[name].index_bytes > 0
        assert sizes[name].total_bytes == sizes[name].table_bytes + sizes[name].index_bytes
    unknown = table_sizes(conn, ["farm_tank"])
    conn.execute("ANALYZE farm_tank")
    assert [size.rows for size in (*unknown, *table_sizes(conn, ["farm_tank"]))] == [None, 4]

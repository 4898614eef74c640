"""Tables emptied, in part or altogether, and what is left around them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from data_generation.errors import Refused, StorageError
from data_generation.storage.keys.sequences import advance_sequences, sequence_tops
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres import clear
from data_generation.storage.postgres.clear import clear_tables, delete_like, with_dependents
from data_generation.storage.postgres.loading.loader import READINGS, Loader
from data_generation.storage.postgres.written import Writing, delete_written
from tests.integration.storage import farm
from tests.integration.storage.farm import count, history, meals, partitions, readings, stays, tanks

JANUARY = date(2015, 1, 1)
MONTHS = [date(2015, month, 1) for month in range(1, 8)]
ALL = ["farm_tank", "farm_stay", "farm_historicalstay", "farm_meal", READINGS]
FILLED = dict(zip(ALL, (4, 4, 3, 50, 40), strict=True))

Connection = psycopg.Connection[Any]


@pytest.fixture
def conn(empty_database: str) -> Iterator[Connection]:
    with psycopg.connect(empty_database) as connection:
        connection.execute(farm.DDL)
        yield connection


def fill(conn: Connection, keys: Keys | None = None) -> None:
    loader = Loader(conn, keys or Keys())
    inserts = {
        "farm_tank": tanks(range(1, 5)),
        "farm_stay": stays(range(1, 5)),
        "farm_historicalstay": history(3),
        "farm_meal": meals(50),
    }
    loader.write_month(JANUARY, inserts, {})
    loader.write_readings(JANUARY, [readings(40)])


def counts(conn: Connection) -> dict[str, int]:
    return {table: count(conn, table) for table in ALL}


def test_cleared_tables_are_as_new(conn: Connection) -> None:
    fill(conn)
    advance_sequences(conn, ALL)
    assert clear_tables(conn, ALL) == FILLED
    assert counts(conn) == dict.fromkeys(ALL, 0)
    assert partitions(conn, "farm_meal") == partitions(conn, READINGS) == []
    assert conn.execute("SELECT nextval('farm_stay_id_seq')").fetchone() == (1,)
    assert conn.execute("SELECT nextval('farm_meal_id_seq')").fetchone() == (1,)
    fill(conn)


@pytest.mark.parametrize("action", ["NO ACTION", "CASCADE", "SET NULL"])
def test_clearing_refuses_to_touch_a_row_outside(conn: Connection, action: str) -> None:
    fill(conn)
    conn.commit()
    conn.execute(
        "ALTER TABLE farm_meal DROP CONSTRAINT farm_meal_stay_id_fkey, ADD CONSTRAINT"
        f" farm_meal_stay_id_fkey FOREIGN KEY (stay_id) REFERENCES farm_stay ON DELETE {action}"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    conn.commit()
    others = [name for name in ALL if name != "farm_meal"]
    with pytest.raises(Refused, match="Rows of farm_meal refer to farm_") as refusal:
        clear_tables(conn, others)
    conn.rollback()
    assert "Nothing was deleted" in refusal.value.hint
    assert counts(conn) == FILLED


@pytest.mark.parametrize("outside_rows", [0, 3])
def test_clearing_spares_rows_outside(conn: Connection, outside_rows: int) -> None:
    """Tables outside may refer to those within, and have rows of their own that do not."""
    fill(conn)
    conn.execute(
        "CREATE TABLE note (id bigint PRIMARY KEY,"
        " meal_stay bigint REFERENCES farm_stay ON DELETE CASCADE)"
    )
    conn.execute("CREATE TABLE page (note bigint REFERENCES note)")
    conn.execute("INSERT INTO note SELECT generate_series(1, %s)", [outside_rows])
    conn.commit()

    clear_tables(conn, ALL)

    assert counts(conn) == dict.fromkeys(ALL, 0)
    assert count(conn, "note") == outside_rows
    fill(conn)
    assert conn.execute("SELECT nextval('farm_tank_id_seq')").fetchone() == (1,)


def test_a_server_with_room_for_few_locks_is_cleared_in_steps(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(conn)
    loader = Loader(conn, Keys())
    for number, month in enumerate(MONTHS[1:], start=1):
        loader.write_month(month, {"farm_meal": meals(9, 100 * number, month)}, {})
    conn.commit()
    conn.autocommit = True
    monkeypatch.setattr(clear, "lock_budget", lambda *_: 10)
    seen: list[tuple[str, int, int]] = []

    def note(when: str) -> None:
        seen.append((when, len(partitions(conn, "farm_meal")), count(conn, "farm_stay")))

    found = clear_tables(conn, ALL, lambda: note("first"), lambda: note("last"))

    assert found == FILLED | {"farm_meal": 50 + 6 * 9}
    assert seen == [("first", 7, 4), ("last", 0, 0)]
    assert counts(conn) == dict.fromkeys(ALL, 0)
    assert partitions(conn, READINGS) == []


def test_an_interrupted_clearing_is_finished_by_the_next(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(conn)
    conn.commit()
    conn.autocommit = True
    monkeypatch.setattr(clear, "lock_budget", lambda *_: 1)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clear_tables(conn, ALL, last=stop)
    # The first months are gone; what the last step emptied is not.
    assert (count(conn, READINGS), count(conn, "farm_tank")) == (0, 4)
    assert clear_tables(conn, ALL)["farm_tank"] == 4
    assert counts(conn) == dict.fromkeys(ALL, 0)


def test_dependents_are_what_the_database_deletes_along(conn: Connection) -> None:
    conn.execute(
        "CREATE TABLE farm_note (id bigint PRIMARY KEY, stay bigint REFERENCES farm_stay"
        " ON DELETE CASCADE);"
        "CREATE TABLE farm_historicalnote (id bigint);"
        "CREATE TABLE farm_page (note bigint REFERENCES farm_note ON DELETE CASCADE);"
        "CREATE TABLE farm_link (note bigint REFERENCES farm_note ON DELETE SET NULL,"
        " stay bigint REFERENCES farm_stay)"
    )
    assert with_dependents(conn, ["farm_stay"]) == {
        "farm_stay",
        "farm_historicalstay",
        "farm_note",
        "farm_historicalnote",
        "farm_page",
    }


def test_rows_are_deleted_by_how_their_text_begins(conn: Connection) -> None:
    conn.execute(
        "CREATE TABLE farm_order (id bigserial PRIMARY KEY, number text);"
        "CREATE TABLE farm_historicalorder (history_id bigserial PRIMARY KEY, id bigint,"
        " number text);"
        "INSERT INTO farm_order (number)"
        " VALUES ('A_1'), ('A-2'), ('INIT-3'), ('A_4'), ('B'), ('A_6');"
        "INSERT INTO farm_historicalorder (id, number) SELECT id, number FROM farm_order;"
        # Renamed; deleted before; and one that was another's once.
        "INSERT INTO farm_historicalorder (id, number)"
        " VALUES (1, 'A_1b'), (99, 'A_99'), (5, 'A_5');"
    )
    deleted = delete_like(conn, "farm_order", "number", "A_")

    assert deleted == {"farm_order": 3, "farm_historicalorder": 5}
    left = conn.execute("SELECT number FROM farm_order ORDER BY id").fetchall()
    assert left == [("A-2",), ("INIT-3",), ("B",)]
    history_left = conn.execute("SELECT id, number FROM farm_historicalorder ORDER BY 1, 2")
    assert history_left.fetchall() == [(2, "A-2"), (3, "INIT-3"), (5, "A_5"), (5, "B")]
    names = ["farm_order", "farm_historicalorder"]
    assert sequence_tops(conn, names) == {"farm_order": 5, "farm_historicalorder": 9}


THEIRS = {"farm_tank": 3, "farm_stay": 1, "farm_historicalstay": 2, "farm_meal": 1, READINGS: 0}


def their_rows(conn: Connection) -> None:
    """Rows of others, keyed by the sequences."""
    conn.execute(
        "INSERT INTO farm_tank (name) VALUES ('a'), ('b'), ('c');"
        "INSERT INTO farm_stay (tank_id, entered) SELECT id, '2014-01-01' FROM farm_tank"
        " WHERE name = 'a';"
        "INSERT INTO farm_historicalstay (id, entered, fish, history_date, history_type)"
        " SELECT id, entered, 1, '2014-01-01', '+' FROM farm_stay, generate_series(1, 2);"
        "INSERT INTO farm_meal (tank_id, eaten, grams) SELECT id, '2015-01-07', 1 FROM farm_tank"
        " WHERE name = 'b'"
    )


@pytest.fixture
def shared(conn: Connection) -> Writing:
    """Tables of others, in which a run stored a farm; what it wrote."""
    their_rows(conn)
    keys = Keys.adopting({"farm_tank": {4: 3}}, {"farm_tank": 3, "farm_stay": 1, "farm_meal": 1})
    keys = keys.with_block("farm_historicalstay", 2, 70)
    loader = Loader(conn, keys)
    inserts = {
        "farm_tank": tanks(range(1, 4)),
        "farm_stay": stays(range(1, 5)),
        "farm_historicalstay": history(3, first_id=2),
        "farm_meal": meals(50),
    }
    loader.write_month(JANUARY, inserts, {})
    advance_sequences(conn, ALL)
    following = {"farm_tank": 5, "farm_stay": 5, "farm_historicalstay": 5, "farm_meal": 51}
    stored = {name: table.num_rows for name, table in inserts.items()}
    return Writing(keys, following, stored)


def values(conn: Connection) -> dict[str, set[str]]:
    return {t: {row[0] for row in conn.execute(f"SELECT x::text FROM {t} x")} for t in ALL}


def test_only_what_a_run_wrote_is_deleted(conn: Connection, shared: Writing) -> None:
    conn.execute(
        "INSERT INTO farm_tank (name) VALUES ('later');"
        "INSERT INTO farm_meal (tank_id, eaten, grams) SELECT id, '2015-01-08', 1 FROM farm_tank"
        " WHERE name = 'later'"
    )
    tops = sequence_tops(conn, ALL)

    deleted = delete_written(conn, ALL, [shared])

    assert deleted == {
        "farm_tank": 3,
        "farm_stay": 4,
        "farm_historicalstay": 3,
        "farm_meal": 50,
        READINGS: 0,
    }
    assert counts(conn) == THEIRS | {"farm_tank": 4, "farm_meal": 2}
    names = conn.execute("SELECT name FROM farm_tank ORDER BY id").fetchall()
    assert names == [("a",), ("b",), ("c",), ("later",)]
    assert sequence_tops(conn, ALL) == tops
    assert delete_written(conn, ALL, []) == dict.fromkeys(ALL, 0)


def test_two_runs_are_deleted_together(conn: Connection) -> None:
    writings = []
    for offset in (0, 100):
        keys = Keys.shifted({"farm_tank": offset})
        rows = tanks(range(1, 4)).set_column(1, "name", [[f"{offset}{n}" for n in "abc"]])
        Loader(conn, keys).write_month(JANUARY, {"farm_tank": rows}, {})
        writings.append(Writing(keys, {"farm_tank": 4}, {"farm_tank": 3}))
    conn.execute("INSERT INTO farm_tank (id, name) VALUES (50, 'between')")

    assert delete_written(conn, ALL, writings)["farm_tank"] == 6
    assert conn.execute("SELECT name FROM farm_tank").fetchall() == [("between",)]


def test_history_of_others_between_the_runs_keys_stays(conn: Connection, shared: Writing) -> None:
    conn.execute("DELETE FROM farm_historicalstay WHERE history_id = 73")
    conn.execute(
        "INSERT INTO farm_historicalstay"
        " (history_id, id, entered, fish, history_date, history_type)"
        " VALUES (73, 1, '2014-01-01', 1, '2015-02-01', '~')"
    )
    assert delete_written(conn, ALL, [shared])["farm_historicalstay"] == 2
    assert conn.execute("SELECT id FROM farm_historicalstay").fetchall() == [(1,)] * 3


def test_a_row_of_others_in_a_runs_place_is_noticed(conn: Connection, shared: Writing) -> None:
    conn.commit()
    before = values(conn)
    fewer = Writing(shared.keys, shared.following, {**shared.rows, "farm_meal": 49})
    with pytest.raises(Refused, match="farm_meal: the runs wrote 49 rows, and 50 are"):
        delete_written(conn, ALL, [fewer])
    conn.rollback()
    assert values(conn) == before


def test_a_row_that_others_hung_on_a_run_is_in_the_way(conn: Connection, shared: Writing) -> None:
    conn.execute("INSERT INTO farm_meal (tank_id, eaten, grams) VALUES (5, '2015-03-01', 1)")
    conn.commit()
    before = values(conn)
    with pytest.raises(StorageError, match=r"still referenced from table .*farm_meal"):
        delete_written(conn, ALL, [shared])
    conn.rollback()
    assert values(conn) == before

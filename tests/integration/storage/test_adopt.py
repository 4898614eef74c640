"""Infrastructure and master data are written once; every later run finds them by their names."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from django.db import connection

from data_generation.cli.sink import schemas
from data_generation.config.loading.loader import load_config
from data_generation.errors import StorageError
from data_generation.generators.domains import TABLES
from data_generation.generators.ledger import setup_rows
from data_generation.storage.keys import adopt
from data_generation.storage.keys.adopt import Difference, Match, insert_missing
from data_generation.storage.keys.adopt import match as match_declared
from data_generation.storage.keys.sequences import sequence_tops
from data_generation.storage.postgres.fit import fitted
from data_generation.storage.postgres.loading.publishing import PUBLISH_LOCK
from tests.shell import ROOT

CONFIG = ROOT / "config"
BIGGER = (
    "farm.containers_per_hall=6",
    "farm.cages_per_area=8",
    "farm.stations_per_country=2",
    "farm.reserve_sensors_hall=4",
)
HALL, CONTAINER, SENSOR = (f"infrastructure_{name}" for name in ("hall", "container", "sensor"))
SILO, AREA = "infrastructure_feedcontainer", "infrastructure_area"
TOPS = {name: 1000 * number for number, name in enumerate(TABLES.setup, 1)} | {
    str(TABLES[name].history_name): 500_000 + number for number, name in enumerate(TABLES.setup)
}

Connection = psycopg.Connection[Any]
Rows = dict[str, pa.Table]

pytestmark = pytest.mark.django_db


@pytest.fixture
def conn() -> Connection:
    connection.ensure_connection()
    return connection.connection


def setup(*overrides: str, profile: str = "tiny") -> Rows:
    """The rows of infrastructure and master data as the first month of a run has them."""
    return setup_rows(load_config(CONFIG, profile, overrides))


def match(conn: Connection, rows: Rows) -> Match:
    return match_declared(conn, rows, TABLES)


def store(conn: Connection, rows: Rows, tops: Mapping[str, int] = TOPS) -> dict[str, int]:
    return insert_missing(conn, rows, match(conn, rows), tops, fitted(conn, TABLES, schemas()))


def full_names(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[int, tuple[Any, ...]]]:
    """Key -> the row's name after the full names of all that it belongs to, by table."""
    found: dict[str, dict[int, tuple[Any, ...]]] = {}
    for table in TABLES.setup:
        found[table] = {}
        refers_to = TABLES[table].references
        for row in rows[table]:
            parts = [
                found[refers_to[c]][row[c]] if row[c] and c in refers_to else row[c]
                for c in TABLES[table].natural_key
            ]
            found[table][row[TABLES[table].key]] = tuple(parts)
    return found


def wanted_names(rows: Rows) -> dict[str, dict[int, tuple[Any, ...]]]:
    return full_names({table: rows[table].to_pylist() for table in TABLES.setup})


def stored_names(conn: Connection) -> dict[str, dict[int, tuple[Any, ...]]]:
    found = {}
    for table in TABLES.setup:
        columns = [TABLES[table].key, *TABLES[table].natural_key]
        query = f"SELECT {', '.join(columns)} FROM {table}"
        found[table] = [dict(zip(columns, row, strict=True)) for row in conn.execute(query)]
    return full_names(found)


def keys_of(conn: Connection, table: str, key: str = "id") -> list[int]:
    return [row[0] for row in conn.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]


def test_a_setup_table_refers_to_setup_tables_alone() -> None:
    for number, name in enumerate(TABLES.setup):
        table = TABLES[name]
        assert {*table.natural_key, *table.sizes} <= table.columns.keys()
        assert set(table.references.values()) <= set(TABLES.setup[:number])
        refers = {c for c in table.columns if c.endswith("_id")} - {table.key}
        assert refers == table.references.keys()


def test_into_an_empty_database_everything_goes_once(conn: Connection) -> None:
    rows = setup()
    before = sequence_tops(conn, list(rows))
    found = match(conn, rows)
    assert not any(found.stored.values())
    assert found.missing == {name: rows[name][0].to_pylist() for name in TABLES.setup}

    assert insert_missing(conn, rows, found, TOPS) == {n: t.num_rows for n, t in rows.items()}
    for name, table in rows.items():
        key = "history_id" if "history_id" in table.column_names else table.column_names[0]
        new = list(range(TOPS[name] + 1, TOPS[name] + 1 + table.num_rows))
        assert keys_of(conn, name, key) == new
        assert sequence_tops(conn, [name])[name] == max(before[name], new[-1])
    wanted = wanted_names(rows)
    expected = {t: {k + TOPS[t]: name for k, name in wanted[t].items()} for t in wanted}
    assert stored_names(conn) == expected

    again = match(conn, rows)
    assert again.stored == {t: {k: k + TOPS[t] for k in wanted[t]} for t in wanted}
    assert not any(again.missing.values())
    assert again.differing == []
    assert insert_missing(conn, rows, again, TOPS) == {}


def test_sites_of_the_accounts_name_the_stored_stations_and_areas(conn: Connection) -> None:
    """Their key is that of one table or another, as the row itself says; no foreign key tells."""
    rows = setup()
    conn.execute(
        "INSERT INTO infrastructure_geography (id, name, description, created_at, updated_at)"
        " VALUES (3, 'Faroe Islands', '', now(), now())"
    )
    station, area = rows["infrastructure_freshwaterstation"], rows[AREA]
    conn.execute(
        "INSERT INTO infrastructure_freshwaterstation (id, name, station_type, latitude, longitude,"
        " description, active, geography_id, created_at, updated_at)"
        " VALUES (4, %s, 'FRESHWATER', 62, -7, '', true, 3, now(), now())",
        [station["name"][0].as_py()],
    )
    store(conn, rows)
    query = """
        SELECT site_name, source_pk FROM finance_dimsite WHERE source_model = %s ORDER BY source_pk
    """
    stations = conn.execute("SELECT name, id FROM infrastructure_freshwaterstation ORDER BY id")
    areas = conn.execute(f"SELECT name, id FROM {AREA} ORDER BY id").fetchall()
    assert conn.execute(query, ["station"]).fetchall() == stations.fetchall()
    assert conn.execute(query, ["area"]).fetchall() == areas
    assert areas[0] == (area["name"][0].as_py(), TOPS[AREA] + 1)


def test_history_tells_of_the_creation_of_each_row(conn: Connection) -> None:
    rows = setup()
    history = "infrastructure_historicalhall"
    changed = rows[history].set_column(
        rows[history].column_names.index("history_type"), "history_type", [["~"] * len(rows[HALL])]
    )
    kept = {**rows, history: pa.concat_tables([changed.slice(0, 2), rows[history].slice(0, 3)])}
    counts = store(conn, kept)
    assert counts[history] == 3
    query = f"""
        SELECT history_id, history.id, history.name, history.freshwater_station_id
        FROM {history} history JOIN {HALL} hall ON hall.id = history.id ORDER BY 1
    """
    names = rows[HALL]["name"].to_pylist()
    station = TOPS["infrastructure_freshwaterstation"] + 1
    assert conn.execute(query).fetchall() == [
        (TOPS[history] + n, TOPS[HALL] + n, names[n - 1], station) for n in (1, 2, 3)
    ]


def test_a_bigger_farm_adopts_what_stands_and_adds_the_rest(conn: Connection) -> None:
    store(conn, setup())
    standing = stored_names(conn)
    bigger = setup(*BIGGER)
    wanted = wanted_names(bigger)
    later = {name: top + 100_000 for name, top in TOPS.items()}

    found = match(conn, bigger)
    by_name = {t: {name: key for key, name in names.items()} for t, names in standing.items()}
    for table, names in wanted.items():
        adopted = {k: by_name[table][n] for k, n in names.items() if n in by_name[table]}
        unlike = {k for k in adopted if Counter(names.values())[names[k]] == 1}
        assert {k: found.stored[table].get(k) for k in unlike} == {k: adopted[k] for k in unlike}
        assert sorted([*found.stored[table], *found.missing[table]]) == sorted(names)
        assert sorted(found.stored[table].values()) == sorted(standing[table])
        assert found.missing[table] == sorted(found.missing[table])
    assert found.missing[SENSOR] != list(range(found.missing[SENSOR][0], len(wanted[SENSOR]) + 1))

    counts = insert_missing(conn, bigger, found, later)
    assert counts[CONTAINER] == len(wanted[CONTAINER]) - len(standing[CONTAINER]) > 0
    assert counts["infrastructure_historicalsensor"] == counts[SENSOR] == len(found.missing[SENSOR])
    everything = stored_names(conn)
    for table, names in wanted.items():
        assert Counter(names.values()) == Counter(everything[table].values())
        new = [later[table] + 1 + n for n in range(len(found.missing[table]))]
        assert {k: everything[table][k] for k in new} == {
            key: names[local] for key, local in zip(new, found.missing[table], strict=True)
        }
    types = f"SELECT count(*) FROM {CONTAINER} c JOIN {HALL} h ON h.id = hall_id JOIN"
    types += " infrastructure_containertype t ON t.id = container_type_id"
    assert conn.execute(types).fetchone() == (bigger[CONTAINER]["hall_id"].drop_null().length(),)
    assert store(conn, bigger, later) == {}


def test_what_belongs_to_a_missing_row_is_missing(conn: Connection) -> None:
    rows = setup()
    store(conn, rows)
    conn.execute(f"UPDATE {HALL} SET name = 'Hall X' WHERE id = %s", [TOPS[HALL] + 2])
    found = match(conn, rows)
    assert found.missing[HALL] == [2]
    inside = rows[CONTAINER].filter(pa.compute.equal(rows[CONTAINER]["hall_id"], 2))["id"]
    assert found.missing[CONTAINER] == inside.to_pylist() != []
    sensors = rows[SENSOR].filter(pa.compute.is_in(rows[SENSOR]["container_id"], inside))["id"]
    assert found.missing[SENSOR] == sensors.to_pylist() != []
    silos = rows[SILO].filter(pa.compute.equal(rows[SILO]["hall_id"], 2))["id"]
    assert found.missing[SILO] == silos.to_pylist() != []


def test_of_two_rows_of_one_name_the_older_is_taken(conn: Connection) -> None:
    rows = setup()
    store(conn, rows)
    columns = [c for c in TABLES[AREA].columns if c != "id"]
    copy = f"INSERT INTO {AREA} (id, {', '.join(columns)}) SELECT %s, {', '.join(columns)}"
    for key in (TOPS[AREA] + 900, TOPS[AREA] - 900):
        conn.execute(f"{copy} FROM {AREA} WHERE id = %s", [key, TOPS[AREA] + 1])
    found = match(conn, rows)
    assert found.stored[AREA][1] == TOPS[AREA] - 900
    # The cages stand in the other one, so the one that is taken has none yet.
    at_sea = rows[CONTAINER].filter(pa.compute.equal(rows[CONTAINER]["area_id"], 1))["id"]
    assert found.missing[CONTAINER] == at_sea.to_pylist() != []


def test_rows_of_one_name_are_matched_one_by_one(conn: Connection) -> None:
    """Spare probes of a container are named alike."""
    rows = setup(*BIGGER)
    names = list(wanted_names(rows)[SENSOR].values())
    assert len(set(names)) < len(names)
    store(conn, rows)
    stored = match(conn, rows).stored[SENSOR]
    assert stored == {key: TOPS[SENSOR] + key for key in rows[SENSOR]["id"].to_pylist()}


@pytest.mark.parametrize("spelling", ["Egg/Alevin", "EGG & ALEVIN", "egg-alevin"])
def test_a_stage_is_known_however_it_is_spelled(conn: Connection, spelling: str) -> None:
    rows = setup()
    insert_missing(conn, rows, match(conn, rows), TOPS)
    conn.execute("UPDATE batch_lifecyclestage SET name = %s WHERE name = 'Egg&Alevin'", [spelling])

    assert match(conn, rows).missing["batch_lifecyclestage"] == []


def test_rows_of_another_size_are_told(conn: Connection) -> None:
    rows = setup()
    store(conn, rows)
    conn.execute(f"UPDATE {CONTAINER} SET active = false")
    larger = f"UPDATE {CONTAINER} SET volume_m3 = volume_m3 + 1.5 WHERE id = %s"
    conn.execute(larger, [TOPS[CONTAINER] + 3])
    conn.execute(f"UPDATE {SILO} SET capacity_kg = 7 WHERE id = %s", [TOPS[SILO] + 2])
    conn.execute(f"UPDATE {SENSOR} SET manufacturer = 'Other'")
    volume, capacity = rows[CONTAINER]["volume_m3"][2].as_py(), rows[SILO]["capacity_kg"][1].as_py()
    tank, silo = rows[CONTAINER]["name"][2].as_py(), rows[SILO]["name"][1].as_py()
    more = volume + Decimal("1.5")
    assert match(conn, rows).differing == [
        Difference(CONTAINER, tank, "volume_m3", more, volume, 3, TOPS[CONTAINER] + 3),
        Difference(SILO, silo, "capacity_kg", Decimal(7), capacity, 2, TOPS[SILO] + 2),
    ]


def test_users_that_the_application_made_are_adopted(conn: Connection) -> None:
    conn.execute(
        "INSERT INTO auth_user (id, password, username, first_name, last_name, email, is_superuser,"
        " is_staff, is_active, date_joined)"
        " VALUES (7, '', 'system', '', '', '', true, true, true, now())"
    )
    rows = setup()
    found = match(conn, rows)
    assert found.stored["auth_user"] == {1: 7}
    assert found.missing["users_userprofile"] == rows["users_userprofile"]["id"].to_pylist()
    insert_missing(conn, rows, found, TOPS)
    query = "SELECT user_id FROM users_userprofile ORDER BY id LIMIT 2"
    assert [row[0] for row in conn.execute(query)] == [7, TOPS["auth_user"] + 1]


def test_only_what_is_asked_for_must_be_there(conn: Connection) -> None:
    conn.execute("ALTER TABLE health_sampletype RENAME TO health_other")
    rows = setup()
    kinds = {"health_sampletype": rows.pop("health_sampletype")}
    assert match(conn, rows).missing["inventory_feed"]
    with pytest.raises(StorageError, match="no table health_sampletype"):
        match(conn, kinds)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([CONTAINER, HALL, AREA], "containertype"),
        (["batch_lifecyclestage"], "batch_species"),
        (["batch_batch"], "batch_batch"),
    ],
)
def test_rows_without_what_they_refer_to_are_refused(
    conn: Connection, given: list[str], message: str
) -> None:
    rows = {**setup(), "batch_batch": pa.table({"id": [1]})}
    with pytest.raises(StorageError, match=message):
        match(conn, {name: rows[name] for name in given})


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Queries that `match` sends, those of the catalog left out."""
    sent: list[object] = []
    real = adopt.rows

    def counted(conn: Connection, query: Any, params: Any = None) -> list[tuple[Any, ...]]:
        sent.append(query)
        return real(conn, query, params)

    monkeypatch.setattr(adopt, "rows", counted)
    return sent


def test_each_table_is_read_once(conn: Connection, statements: list[object]) -> None:
    rows = setup(profile="guide")
    store(conn, rows, dict.fromkeys(rows, 10))
    statements.clear()
    assert len(match(conn, rows).stored[SENSOR]) == rows[SENSOR].num_rows > 4000
    assert len(statements) == len(TABLES.setup)


def test_insertion_holds_the_publishing_lock(conn: Connection) -> None:
    rows = setup()
    found = match(conn, rows)
    held = (
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        " AND (classid::bigint << 32 | objid::bigint) = %s"
    )
    assert conn.execute(held, [PUBLISH_LOCK]).fetchall() == []
    insert_missing(conn, rows, found, TOPS)
    assert len(conn.execute(held, [PUBLISH_LOCK]).fetchall()) == 1

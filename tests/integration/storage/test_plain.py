"""The loader against AquaMind's own schema: plain tables, some columns fewer, an ordinary owner."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from data_generation.cli.sink import schemas
from data_generation.generators.core.declared.arrow_types import arrow_type
from data_generation.generators.core.declared.tables import Table
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.tables import READINGS
from data_generation.storage.keys.offsets import compute_offsets
from data_generation.storage.keys.sequences import SequenceKeeper, sequence_tops
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, TableKind, tracked_table
from data_generation.storage.postgres.fit import fitted
from data_generation.storage.postgres.loading.loader import Loader
from tests import existing_schema
from tests.schema_reference import NEWEST, tables

JANUARY = date(2015, 1, 1)
VALUES: dict[str, Any] = {
    "b": True,
    "d": JANUARY,
    "ts": datetime(2015, 1, 1, tzinfo=UTC),
    "t": time(8),
    "n": Decimal(1),
    "j": "{}",
}

THERE = {"auth_user", *tables()}
"""Tables that the older version has; what it lacks is left out."""
NAMES = tuple(name for name in TABLES.names if (tracked_table(name) or name) in THERE)

Connection = psycopg.Connection[Any]

KEYS = ("id", "batch_id_int", "source_pk")
"""Columns that hold keys, beside those whose names end in _id."""


@pytest.fixture(params=["superuser", "owner"])
def conn(empty_database: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    with psycopg.connect(empty_database) as connection:
        role = f"plain_owner_{connection.info.backend_pid}"
        if request.param == "owner":
            connection.execute(f"CREATE ROLE {role}")
            connection.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
            connection.execute(f"SET ROLE {role}")
        existing_schema.create(connection)
        connection.commit()
        yield connection
        connection.rollback()
        connection.execute("RESET ROLE")
        if request.param == "owner":
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")
        connection.commit()


def two_rows(spec: Table, columns: dict[str, str]) -> pa.Table:
    """Rows 1 and 2 with every column that the generators give; row n refers to rows n."""
    known = {**tables(NEWEST), **tables(), "auth_user": existing_schema.AUTH_USER}
    published = known[spec.name].columns
    found = {}
    for name, code in columns.items():
        values: list[Any] = [VALUES.get(code, VALUES.get(code[0], 1))] * 2
        if code == "s":
            choices = published[name].choices if name in published else ()
            values = [choices[0]] * 2 if choices else ["a", "b"]
        if name == "history_type":
            values = ["+", "~"]
        elif name in KEYS or (name.endswith("_id") and code != "s"):
            values = [1, 2]
        found[name] = pa.array(values, arrow_type(code))
    return pa.table(found)


def all_rows(names: Collection[str] = TABLES) -> dict[str, pa.Table]:
    found = {}
    for spec in (TABLES[name] for name in TABLES if name in names):
        found[spec.name] = two_rows(spec, spec.columns)
        if spec.history_name:
            found[spec.history_name] = two_rows(spec, spec.history_columns)
    return found


def test_every_table_is_filled_without_the_columns_that_it_lacks(conn: Connection) -> None:
    rows = all_rows(THERE)
    readings = rows.pop(READINGS)
    catalog = Catalog(conn)
    catalog.load(NAMES)
    assert {catalog[name].kind for name in NAMES} == {TableKind.PLAIN}
    lacking = {n: set(t.column_names) - catalog[n].columns.keys() for n, t in rows.items()}
    found = {n: c for n, c in lacking.items() if c and n in TABLES}
    of_newer = {"environmental_stagetransitionenvironmental": {"batch_transfer_workflow_id"}}
    assert found == {t.name: set(t.ours) for t in TABLES.values() if t.ours} | of_newer

    keys = Keys.adopting({}, dict.fromkeys(NAMES, 100))
    fit = fitted(conn, TABLES, schemas())
    assert fit.tables == NAMES
    loader = Loader(conn, keys, fit)
    assert loader.write_month(JANUARY, rows, {}, [READINGS]) == dict.fromkeys(rows, 2)
    assert loader.write_readings(JANUARY, [readings]) == 2
    loader.write_month(JANUARY, {}, {name: t for name, t in rows.items() if name in TABLES})
    SequenceKeeper(conn, keys).follow(rows, {READINGS: 2})
    conn.commit()

    assert compute_offsets(conn, NAMES) == dict.fromkeys(NAMES, 102)
    assert sequence_tops(conn, NAMES) == dict.fromkeys(NAMES, 102)
    for name in NAMES:
        declared, columns = TABLES[tracked_table(name) or name], catalog[name].columns
        referring = [c for c in (*catalog[name].id_offsets, *declared.keys) if c in columns]
        own = declared.key
        for column in {*referring, own} - {"history_id", "history_user_id"}:
            found = conn.execute(f"SELECT {column} FROM {name} ORDER BY 1").fetchall()
            assert found == [(101,), (102,)], (name, column)
    sites = conn.execute("SELECT source_pk FROM finance_dimsite ORDER BY 1").fetchall()
    assert sites == [(101,), (102,)]

"""The loader against the project's own migrated database: every table, every type."""

from typing import Any

import numpy as np
import psycopg
import pytest
from django.db import connection

from benchmarks.synthetic import fabricate, month_of_readings, referenced_rows
from data_generation.generators.domains import TABLES
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, TableKind
from data_generation.storage.postgres.clear import clear_tables
from data_generation.storage.postgres.digest import digest
from data_generation.storage.postgres.loading.loader import READINGS, Loader
from tests.integration.storage.farm import structure
from tests.schema_reference import ADDED_COLUMNS, PARTITIONED, history_tables, our_tables, tables

MONTH = np.datetime64("2015-01", "M").item()
Connection = psycopg.Connection[Any]

pytestmark = pytest.mark.django_db


@pytest.fixture
def conn() -> Connection:
    connection.ensure_connection()
    return connection.connection


def test_columns_beyond_the_published_schema_are_declared() -> None:
    ours = {table.name: set(table.ours) for table in TABLES.values() if table.ours}
    assert {t: set(columns) for t, columns in ADDED_COLUMNS.items()} == ours


def test_partitioned_tables_are_recognised(conn: Connection) -> None:
    catalog = Catalog(conn)
    filled = [*tables(), *history_tables()]
    names = {*our_tables(), *filled}
    catalog.load(names)
    found = {n: catalog[n].partition_column for n in names if catalog[n].kind is TableKind.MONTHS}
    assert found == PARTITIONED
    for name in filled:
        assert catalog[name].id_column is not None


def test_every_table_takes_rows_and_gives_them_up(conn: Connection) -> None:
    catalog = Catalog(conn)
    names = sorted({*tables(), *history_tables()})
    inserts = {name: fabricate(catalog, name, 3) for name in names}
    for name in names:
        inserts |= {
            n: rows for n, rows in referenced_rows(catalog, name, 3).items() if n not in inserts
        }
    written = Loader(conn, Keys()).write_month(MONTH, inserts, {})
    assert written == dict.fromkeys(inserts, 3)
    found = digest(conn, names)
    assert {table.rows for table in found.tables} == {3}
    assert clear_tables(conn, list(inserts)) == dict.fromkeys(inserts, 3)
    assert digest(conn, names).rows == 0


def test_a_staged_month_of_readings_is_like_the_default_partition(conn: Connection) -> None:
    loader = Loader(conn, Keys())
    loader.write_month(MONTH, referenced_rows(Catalog(conn), READINGS, 21), {})
    rows = month_of_readings(np.datetime64("2015-01", "M"), 3)
    assert loader.write_readings(MONTH, [rows]) == rows.num_rows
    staged = structure(conn, f"{READINGS}_y2015m01")
    assert staged == structure(conn, f"{READINGS}_default")
    assert len(staged["indexes"]) == 4

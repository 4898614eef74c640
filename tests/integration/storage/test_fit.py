"""Whatever a version of the schema lacks or adds: its catalog says what is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from data_generation.cli.sink import schemas
from data_generation.errors import StorageError
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.tables import READINGS
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.fit import Fit, fitted
from data_generation.storage.postgres.loading.loader import Loader
from tests import existing_schema
from tests.integration.storage.test_plain import JANUARY, all_rows
from tests.schema_reference import NEWEST, OLDER, Version, tables

Connection = psycopg.Connection[Any]


def possible(rows: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """A container stands in a hall or in an area: newer versions check that."""
    for name, table in rows.items():
        if name.endswith("container"):
            at = table.column_names.index("area_id")
            nulls = pa.nulls(table.num_rows, pa.int64())
            rows[name] = table.set_column(at, "area_id", nulls)
    return rows


ROWS = possible(all_rows())
REFERRED = {to for table in TABLES.values() for to in table.references.values()}
LEAVES = sorted(n for n, t in TABLES.items() if n not in REFERRED and not t.needed)
"""Tables to which none refers and that nothing needs."""
NULLABLE = {
    version: sorted(
        (name, column.name)
        for name, table in tables(version).items()
        if name in TABLES
        for column in table.columns.values()
        if column.null
    )
    for version in (OLDER, NEWEST)
}


@dataclass(frozen=True)
class Database:
    version: Version
    conn: Connection


@pytest.fixture(scope="module", params=[OLDER, NEWEST], ids=["older", "newest"])
def database(server_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of each version; each example's changes are rolled back."""
    name = sql.Identifier(f"fit_{request.param.tables.partition('.')[0]}_{id(request)}")
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            url = psycopg.conninfo.make_conninfo(server_url, dbname=name.as_string().strip('"'))
            with psycopg.connect(url) as conn:
                existing_schema.create(conn, request.param)
                conn.commit()
                yield Database(request.param, conn)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def fill(conn: Connection) -> Fit:
    """Write two rows into every table, as the catalog says, and check that they are there."""
    fit = fitted(conn, TABLES, schemas())
    loader = Loader(conn, Keys.adopting({}, dict.fromkeys(TABLES.names, 100)), fit)
    rows = {name: table for name, table in ROWS.items() if name != READINGS}
    written = loader.write_month(JANUARY, rows, {})
    assert written == dict.fromkeys(written, 2)
    assert loader.write_readings(JANUARY, [ROWS[READINGS]]) == 2
    assert {*written, READINGS} == set(fit.tables)
    return fit


def altered(database: Database, *changes: str) -> Fit:
    with database.conn.transaction(force_rollback=True):
        for change in changes:
            database.conn.execute(change)
        return fill(database.conn)


FEW = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MANY = settings(FEW, max_examples=150)


def any_change(database: Database, data: st.DataObject) -> None:
    dropped = data.draw(st.sets(st.sampled_from(NULLABLE[database.version]), max_size=5))
    gone = data.draw(st.sets(st.sampled_from(LEAVES), max_size=3))
    added = data.draw(st.sets(st.sampled_from(sorted(TABLES)), max_size=3))
    left = [pair for pair in dropped if pair[0] not in gone]
    there = set(tables(database.version)) | {"auth_user"}
    fit = altered(
        database,
        *(f'ALTER TABLE {table} DROP COLUMN "{column}" CASCADE' for table, column in left),
        *(f"DROP TABLE IF EXISTS {table} CASCADE" for table in gone),
        *(f"ALTER TABLE {t} ADD COLUMN seen_by text" for t in (added - gone) & there),
    )
    assert gone <= set(fit.left_out)
    for table, column in left:
        generated = column in TABLES[table].columns and table in fit.tables
        assert (f"{table}.{column}" in fit.left_out) == generated


@FEW
@given(data=st.data())
def test_what_may_be_lacking_is_left_out(database: Database, data: st.DataObject) -> None:
    any_change(database, data)


@pytest.mark.long
@MANY
@given(data=st.data())
def test_what_may_be_lacking_is_left_out_at_length(database: Database, data: st.DataObject) -> None:
    any_change(database, data)


@FEW
@given(table=st.sampled_from(TABLES.names))
def test_a_required_column_that_nobody_fills_is_refused(database: Database, table: str) -> None:
    whole = fitted(database.conn, TABLES, schemas()).tables
    database.conn.rollback()
    if table not in whole:
        return
    with pytest.raises(StorageError, match=rf"{table}\.approved_by must be filled"):
        altered(database, f"ALTER TABLE {table} ADD COLUMN approved_by integer NOT NULL")
    altered(database, f"ALTER TABLE {table} ADD COLUMN approved_by integer NOT NULL DEFAULT 1")


def test_a_table_without_what_it_is_about_is_left_out(database: Database) -> None:
    changes = ["DROP TABLE IF EXISTS batch_batchtransferworkflow CASCADE"]
    if database.version is NEWEST:
        water = "environmental_stagetransitionenvironmental"
        changes += [f"ALTER TABLE {water} ALTER batch_transfer_workflow_id DROP NOT NULL"]
    assert "batch_transferaction" in altered(database, *changes).left_out


def test_keys_of_a_table_that_is_gone_stay_empty_or_are_refused(database: Database) -> None:
    fit = altered(database, "DROP TABLE health_vaccinationtype CASCADE")
    assert "health_treatment.vaccination_type_id" in fit.left_out
    with pytest.raises(StorageError, match=r"sample_type_id must refer to .* health_sampletype"):
        altered(database, "DROP TABLE health_sampletype CASCADE")


@pytest.mark.parametrize("needed", [t.name for t in TABLES.values() if t.needed])
def test_what_the_program_cannot_do_without_is_refused(database: Database, needed: str) -> None:
    with pytest.raises(StorageError, match=f"no table {needed}"):
        altered(database, f"DROP TABLE {needed} CASCADE")


def test_a_type_that_does_not_take_the_values_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match=r"batch_batch\.notes has type inet"):
        altered(database, "ALTER TABLE batch_batch ALTER notes TYPE inet USING NULL")


def test_a_row_that_must_be_named_and_is_not_there_is_refused(database: Database) -> None:
    if database.version is OLDER:
        pytest.skip("names no rows of other tables")
    with pytest.raises(StorageError, match="django_content_type with app_label harvest"):
        altered(database, "DELETE FROM django_content_type")

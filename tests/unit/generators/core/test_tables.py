"""What the generators write fits the published schema, column by column and value by value."""

import re

import pytest

from data_generation.generators.core.declared.arrow_types import arrow_type
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.tables import READINGS
from tests.schema_reference import (
    ADDED_COLUMNS,
    HISTORY_COLUMNS,
    history_tables,
    our_history_tables,
    our_tables,
    tables,
)
from tests.unit.generators.support import columns, tiny_farm

# auth_user is Django's own and not in the published list.
WHOLE = {"i2": "smallint", "i4": "integer", "i8": "bigint"}
OTHER = {
    "b": "boolean",
    "d": "date",
    "ts": "timestamptz",
    "t": "time",
    "f8": "double precision",
    "j": "jsonb",
}
OURS = our_tables()
PUBLISHED = {**OURS, **tables()}
"""What the older version wants must be written, for it has no defaults; of newer tables, all."""
CHECKED = sorted(TABLES.keys() & PUBLISHED.keys())


def types_of(table):
    published = {name: column.type for name, column in OURS[table].columns.items()}
    return published | ADDED_COLUMNS.get(table, {})


def test_every_table_is_published():
    assert TABLES.keys() - PUBLISHED.keys() <= {"auth_user"}


@pytest.mark.parametrize("table", CHECKED)
def test_every_column_is_published_with_its_type(table):
    types = types_of(table)
    for name, code in TABLES[table].columns.items():
        assert name in types, f"{table}.{name}"
        if code == "s":
            assert re.match(r"varchar|text", types[name]), f"{table}.{name}"
        elif code.startswith("n"):
            precision, scale = code[1:].split(".")
            assert types[name] == f"numeric({precision},{scale})", f"{table}.{name}"
        else:
            assert types[name] == (WHOLE | OTHER)[code], f"{table}.{name}"


@pytest.mark.parametrize("table", CHECKED)
def test_every_column_that_may_not_be_null_is_written(table):
    needed = {name for name, column in PUBLISHED[table].columns.items() if not column.null}
    assert needed <= TABLES[table].columns.keys()
    assert next(c.name for c in PUBLISHED[table].columns.values() if c.primary_key) == (
        TABLES[table].key
    )


def test_history_tables_are_published_and_follow_their_table():
    known, older = our_history_tables(), history_tables()
    for spec in TABLES.values():
        if spec.history_name is not None:
            assert known.get(spec.history_name) == spec.name
        else:
            # Readings never change; their published history stays empty.
            assert spec.name == READINGS or spec.name not in older.values()
    assert len(TABLES.names) == len(set(TABLES.names))


def test_history_columns_are_those_that_django_simple_history_has():
    spec = TABLES["batch_batch"]
    assert spec.history_columns.keys() == spec.columns.keys() | HISTORY_COLUMNS.keys()


def written(farm):
    """Every Arrow table that a run gives, with the name of the schema's table."""
    for month in farm.months:
        yield from month.inserts.items()
        yield from month.updates.items()


def test_tables_have_the_columns_and_arrow_types_of_their_specification(farm):
    by_name = {spec.name: spec.columns for spec in TABLES.values()}
    by_name |= {s.history_name: s.history_columns for s in TABLES.values() if s.history_name}
    for name, table in written(farm):
        assert table.column_names == list(by_name[name]), name
        for column, code in by_name[name].items():
            assert table.schema.field(column).type == arrow_type(code), f"{name}.{column}"
        table.validate(full=True)


def test_texts_numbers_and_nulls_fit_their_columns(farm):
    tracked = {spec.history_name: spec.name for spec in TABLES.values() if spec.history_name}
    for name, table in written(farm):
        published = PUBLISHED.get(tracked.get(name, name))
        if published is None:
            continue
        for column in published.columns.values():
            if column.name not in table.column_names:
                continue
            values = table[column.name]
            where = f"{name}.{column.name}"
            if not column.null:
                assert values.null_count == 0, where
            if limit := re.match(r"varchar\((\d+)\)", column.type):
                longest = max((len(v) for v in values.to_pylist() if v is not None), default=0)
                assert longest <= int(limit[1]), where
            if column.choices and column.type.startswith("varchar"):
                assert set(values.to_pylist()) <= {*column.choices, None}, where


def test_unique_columns_are_unique(farm):
    for name in CHECKED:
        published = PUBLISHED[name]
        groups = [(c.name,) for c in published.columns.values() if c.unique]
        groups += [tuple(group) for group in published.unique_together]
        if name == READINGS or not groups:
            continue
        rows = farm.rows(name)
        for group in groups:
            if not set(group) <= rows.keys():
                continue
            keys = list(zip(*(rows[column] for column in group), strict=True))
            assert len(keys) == len(set(keys)), f"{name} {group}"


def test_references_point_at_rows_that_exist(farm):
    keys = {name: set(farm.rows(name)[TABLES[name].key]) for name in TABLES if name != READINGS}
    for name in CHECKED:
        if name == READINGS:
            continue
        rows = farm.rows(name)
        for column in PUBLISHED[name].columns.values():
            if column.references in keys and column.name in rows:
                found = {v for v in rows[column.name] if v is not None}
                assert found <= keys[column.references], f"{name}.{column.name}"


def test_readings_refer_to_sensors_containers_and_assignments_that_exist():
    farm = tiny_farm()
    sensors = farm.rows("infrastructure_sensor")
    container_of = dict(zip(sensors["id"], sensors["container_id"], strict=True))
    type_of = dict(zip(sensors["id"], sensors["sensor_type"], strict=True))
    assignments = farm.rows("batch_batchcontainerassignment")
    place = {
        key: (container, batch)
        for key, container, batch in zip(
            assignments["id"], assignments["container_id"], assignments["batch_id"], strict=True
        )
    }
    expected = {1: "TEMPERATURE", 2: "OXYGEN", 3: "PH", 4: "SALINITY", 5: "CO2"}
    for month in (0, 14, 30):
        rows = columns(farm.readings(month))
        for sensor, container, assignment, batch, parameter in zip(
            rows["sensor_id"],
            rows["container_id"],
            rows["batch_container_assignment_id"],
            rows["batch_id"],
            rows["parameter_id"],
            strict=True,
        ):
            assert container_of[sensor] == container
            assert place[assignment] == (container, batch)
            assert type_of[sensor] == expected.get(parameter, "OTHER")

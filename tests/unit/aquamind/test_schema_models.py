"""The models are AquaMind's newest schema and what the older one had; what they add is nullable."""

import pytest
from django.apps import apps
from django.db import connection, models

from tests.schema_reference import (
    HISTORY_COLUMNS,
    NEWEST,
    PARTITIONED,
    Table,
    our_history_tables,
    our_tables,
    published_history_tables,
    tables,
)

REFERENCE = our_tables()
HISTORIES = our_history_tables()
MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
OURS = {table for table, model in MODELS.items() if model.__module__.startswith("aquamind.")}
LONG_NAMES = {"timestamp with time zone": "timestamptz"}


def type_of(field: models.Field) -> str:
    kind = field.db_type(connection).replace(", ", ",")
    return LONG_NAMES.get(kind, kind)


def columns_of(table: str) -> dict[str, models.Field]:
    return {field.column: field for field in MODELS[table]._meta.concrete_fields}


def test_tables_are_exactly_those_of_both_versions() -> None:
    assert set(REFERENCE) | set(HISTORIES) == OURS
    assert (len(tables(NEWEST)), len(published_history_tables(NEWEST))) == (109, 77)
    assert set(REFERENCE) - set(tables(NEWEST)) == {"batch_batchtransfer"}
    assert set(HISTORIES) - set(published_history_tables(NEWEST)) == {
        "batch_historicalbatchtransfer",
        "environmental_historicalenvironmentalreading",
    }


@pytest.mark.parametrize("table", REFERENCE.values(), ids=REFERENCE)
def test_columns(table: Table) -> None:
    actual = columns_of(table.name)

    assert set(actual) == set(table.columns)
    for name, expected in table.columns.items():
        field = actual[name]
        assert type_of(field) == expected.type, name
        assert field.null == expected.null, name
        assert tuple(value for value, _ in field.choices or ()) == expected.choices, name


@pytest.mark.parametrize("table", REFERENCE.values(), ids=REFERENCE)
def test_keys_and_uniqueness(table: Table) -> None:
    opts = MODELS[table.name]._meta
    single = {f.column for f in opts.concrete_fields if f.unique and not f.primary_key}
    together = {
        frozenset(opts.get_field(name).column for name in constraint.fields)
        for constraint in opts.total_unique_constraints
    } | {frozenset(opts.get_field(name).column for name in group) for group in opts.unique_together}

    assert table.columns[opts.pk.column].primary_key
    assert single == {c.name for c in table.columns.values() if c.unique}
    assert together == table.unique_together


@pytest.mark.parametrize("table", REFERENCE.values(), ids=REFERENCE)
def test_foreign_keys(table: Table) -> None:
    for name, field in columns_of(table.name).items():
        expected = table.columns[name]
        if expected.references is None:
            assert not field.is_relation, name
            continue
        assert field.remote_field.model._meta.db_table == expected.references, name
        assert expected.on_delete in (field.remote_field.on_delete.__name__, None), name
        assert field.db_constraint, name


@pytest.mark.parametrize(("history", "tracked"), HISTORIES.items())
def test_history_tables(history: str, tracked: str) -> None:
    actual, source = columns_of(history), columns_of(tracked)

    assert set(actual) == set(source) | set(HISTORY_COLUMNS)
    for name, field in source.items():
        assert type_of(actual[name]) == type_of(field), name
        assert actual[name].null == (field.null or field.is_relation), name
        assert not actual[name].unique, name
        if actual[name].is_relation:
            assert not actual[name].db_constraint, name
    for name, (kind, null) in HISTORY_COLUMNS.items():
        assert (type_of(actual[name]), actual[name].null) == (kind, null), name
    assert MODELS[history]._meta.pk.column == "history_id"


@pytest.mark.parametrize("table", PARTITIONED)
def test_partitioned_tables_have_no_single_column_index(table: str) -> None:
    opts = MODELS[table]._meta

    assert [f.column for f in opts.concrete_fields if f.db_index and not f.primary_key] == []
    led = [tuple(index.fields) for index in opts.indexes]
    led += [c.fields for c in opts.constraints if isinstance(c, models.UniqueConstraint)]
    assert not [(a, b) for a in led for b in led if a is not b and b[: len(a)] == a], (
        "one index leads another"
    )


def test_index_and_constraint_names_are_short() -> None:
    names = [
        item.name
        for table in OURS
        for item in (*MODELS[table]._meta.indexes, *MODELS[table]._meta.constraints)
    ]
    assert len(names) == len(set(names))
    assert [name for name in names if len(name) > 30] == []

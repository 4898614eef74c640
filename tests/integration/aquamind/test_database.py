"""The migrated database is AquaMind's newest schema and what the older one had, with real keys."""

from collections import defaultdict
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.schema_reference import (
    HISTORY_COLUMNS,
    PARTITIONED,
    our_history_tables,
    our_tables,
)

pytestmark = pytest.mark.django_db

REFERENCE = our_tables()
HISTORIES = our_history_tables()
LOGINS = "auth_user"
"""Django's own table; only its history is AquaMind's."""
SHORT_NAMES = {
    "character varying": "varchar",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
}

COLUMNS = """
    SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT relispartition AND attnum > 0 AND NOT attisdropped
"""
KEYS = """
    SELECT conrelid::regclass::text, contype, ARRAY(
        SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (num, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = num ORDER BY place
    ), confrelid::regclass::text, condeferrable AND condeferred, convalidated
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
"""


def rows(query: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, args or None)
        return cursor.fetchall()


@pytest.fixture
def columns() -> dict[str, dict[str, tuple[str, bool]]]:
    """table -> column -> (type as the published schema writes it, nullable)"""
    found: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for table, column, kind, not_null in rows(COLUMNS):
        for long, short in SHORT_NAMES.items():
            kind = kind.replace(long, short)
        found[table][column] = (kind, not not_null)
    return found


def keys(kind: str) -> dict[str, set[frozenset[str]]]:
    """table -> column sets of its primary ('p') or unique ('u') keys"""
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    for table, contype, names, *_ in rows(KEYS):
        if contype == kind:
            found[table].add(frozenset(names))
    return found


def test_columns(columns: dict[str, dict[str, tuple[str, bool]]]) -> None:
    for name, table in REFERENCE.items():
        expected = {column.name: (column.type, column.null) for column in table.columns.values()}
        assert columns[name] == expected, name


def test_history_columns(columns: dict[str, dict[str, tuple[str, bool]]]) -> None:
    for name, tracked in HISTORIES.items():
        table = REFERENCE.get(tracked)
        references = {c.name for c in table.columns.values() if c.references} if table else set()
        expected = {
            column: (kind, null or column in references)
            for column, (kind, null) in columns[tracked].items()
        }
        assert columns[name] == expected | HISTORY_COLUMNS, name


def test_no_other_tables_of_these_apps(columns: dict[str, dict[str, tuple[str, bool]]]) -> None:
    labels = {name.split("_")[0] for name in REFERENCE}
    ours = {name for name in columns if name.split("_")[0] in labels}
    assert ours == {*REFERENCE, *HISTORIES} - {"auth_historicaluser"}


def test_primary_keys() -> None:
    actual = keys("p")
    for name, table in REFERENCE.items():
        key = {column.name for column in table.columns.values() if column.primary_key}
        if name in PARTITIONED:
            key.add(PARTITIONED[name])
        assert actual[name] == {frozenset(key)}, name
    for name in HISTORIES:
        key = {"history_id", PARTITIONED.get(name, "history_id")}
        assert actual[name] == {frozenset(key)}, name


def test_unique_keys() -> None:
    actual = keys("u")
    for name, table in REFERENCE.items():
        expected = {frozenset({c.name}) for c in table.columns.values() if c.unique}
        assert actual[name] == expected | table.unique_together, name
    for name in HISTORIES:
        assert name not in actual


def test_checks() -> None:
    query = """
        SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    """
    actual: dict[str, set[str]] = defaultdict(set)
    for table, definition in rows(query):
        actual[table].add(definition)
    for name, table in REFERENCE.items():
        assert table.checks <= actual[name], name


def test_uniqueness_under_a_condition() -> None:
    query = """
        SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indisunique AND indpred IS NOT NULL AND relnamespace = 'public'::regnamespace
    """
    actual: dict[str, set[tuple[tuple[str, ...], str]]] = defaultdict(set)
    for table, definition in rows(query):
        columns, condition = definition.split(" USING btree ")[1].split(" WHERE ")
        actual[table].add((tuple(columns.strip("()").split(", ")), condition))
    for name, table in REFERENCE.items():
        assert actual[name] == table.unique_where, name


def test_every_foreign_key_is_a_deferred_validated_constraint() -> None:
    actual: dict[str, dict[str, str]] = defaultdict(dict)
    for table, contype, names, target, deferred, validated in rows(KEYS):
        if contype == "f":
            (column,) = names
            actual[table][column] = target
            assert deferred, (table, column)
            assert validated, (table, column)

    for name, table in REFERENCE.items():
        expected = {c.name: c.references for c in table.columns.values() if c.references}
        assert actual[name] == expected, name
        if name in PARTITIONED:
            assert actual[f"{name}_default"] == expected, name
    for name in HISTORIES:
        assert actual[name] == {"history_user_id": "auth_user"}, name


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "environmental_environmentalreading",
            [
                ["batch_container_assignment_id", "parameter_id", "reading_time"],
                ["batch_id", "parameter_id", "reading_time"],
                ["id", "reading_time"],
                ["sensor_id", "reading_time"],
            ],
        ),
        ("environmental_weatherdata", [["area_id", "timestamp"], ["id", "timestamp"]]),
        (
            "inventory_feedingevent",
            [
                ["batch_assignment_id", "feeding_date", "feeding_time"],
                ["batch_id", "feeding_date"],
                ["feed_stock_id"],
                ["id", "feeding_date"],
            ],
        ),
        (
            "batch_mortalityevent",
            [["assignment_id", "event_date"], ["batch_id", "event_date"], ["id", "event_date"]],
        ),
        (
            "batch_actualdailyassignmentstate",
            [
                ["assignment_id", "date"],
                ["batch_id", "date"],
                ["id", "date"],
                ["planned_activity_id"],
            ],
        ),
        *(
            (name, [["history_id", "history_date"], ["id", "history_date"]])
            for name in PARTITIONED
            if "_historical" in name
        ),
    ],
)
def test_indexes_of_partitioned_tables(table: str, expected: list[list[str]]) -> None:
    query = """
        SELECT ARRAY(
            SELECT attname::text FROM unnest(indkey::int2[]) WITH ORDINALITY AS k (num, place)
            JOIN pg_attribute ON attrelid = indrelid AND attnum = num ORDER BY place
        ) AS names
        FROM pg_index WHERE indrelid = %s::regclass ORDER BY names
    """
    assert [names for (names,) in rows(query, table)] == expected
    assert [names for (names,) in rows(query, f"{table}_default")] == expected


def test_counts_cannot_be_negative() -> None:
    query = """
        SELECT conrelid::regclass::text, attname FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND conkey = ARRAY[attnum]
        WHERE contype = 'c' AND pg_get_constraintdef(pg_constraint.oid) ~ '>= 0'
    """
    actual = set(rows(query))
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if field.get_internal_type().startswith("Positive"):
                assert (table, field.column) in actual
                if table in PARTITIONED:
                    assert (f"{table}_default", field.column) in actual


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())

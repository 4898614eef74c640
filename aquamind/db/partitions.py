"""Month partitions: their names, and the migration operation that makes a table ready for them.

A table that receives millions of rows is RANGE-partitioned by month on its own time column. Its
primary key becomes (id, time column), because a unique key of a partitioned table must contain the
partition key. The Django model keeps `id` as its only key; a sequence keeps ids unique.

The partition of January 2015 is named `<table>_y2015m01`. Rows of a month without a partition go
to the DEFAULT partition `<table>_default`, so the application can always insert.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from psycopg import sql

MAX_NAME_BYTES = 63  # PostgreSQL's NAMEDATALEN - 1


@cache
def query(name: str) -> str:
    """The text of the named .sql file beside this module."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def derived_name(table: str, suffix: str) -> str:
    """`<table><suffix>` in at most 63 bytes."""
    # Names of one domain begin alike and differ at the end, so what is too long is cut in front.
    return table[-(MAX_NAME_BYTES - len(suffix)) :] + suffix


def partition_name(table: str, month: date) -> str:
    """Name of the partition of `table` that holds `month`: at most 63 bytes."""
    return derived_name(table, f"_y{month.year:04d}m{month.month:02d}")


def default_partition_name(table: str) -> str:
    """Name of the partition of `table` that takes months without their own: at most 63 bytes."""
    return derived_name(table, "_default")


def install_timescaledb(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    """Install TimescaleDB in the database if the server has it; say whether it is there."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(query("has_timescaledb"))
        installed, available = cursor.fetchone()
        if available and not installed:
            try:
                with transaction.atomic(connection.alias):
                    cursor.execute("CREATE EXTENSION timescaledb")
            except DatabaseError:
                # The role may not; native partitions do as well.
                return False
            return True
    return bool(installed)


class PartitionByMonth(Operation):
    """Turn the still empty table of a model into one partitioned by month.

    Foreign keys, unique and check constraints and indexes keep their names. The identity column
    becomes a column whose default is a sequence that it owns. The table gets its DEFAULT partition.
    Backwards it becomes a plain table with an identity column again, and all rows are kept.

    Args:
        model_name: a model of the migration's app.
        column: database column of type date or timestamptz, not null, and part of every unique
            constraint of the table but the primary key.
        hypertable: where TimescaleDB is installed in the database, or may be, make the table its
            hypertable with chunks of a month instead.

    The database refuses, and the migration is rolled back, if the table holds rows or a unique
    constraint lacks the column.
    """

    category = OperationCategory.ALTERATION

    def __init__(self, model_name: str, column: str, *, hypertable: bool = False) -> None:
        self.model_name = model_name
        self.column = column
        self.hypertable = hypertable

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes: models never see partitions."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        chunks = self.hypertable and install_timescaledb(schema_editor)
        name = "hypertable_by_month" if chunks else "partition_by_month"
        self._run(name, app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        self._run("merge_partitions", app_label, schema_editor, to_state)

    def _run(
        self,
        name: str,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table, pk = model._meta.db_table, model._meta.pk.column
        names = {
            "table": table,
            "column": self.column,
            "pk": pk,
            "old": derived_name(table, "_old"),
            "sequence": derived_name(table, f"_{pk}_seq"),
            "default": default_partition_name(table),
        }
        values: dict[str, Any] = {key: sql.Literal(value) for key, value in names.items()}
        saved = sql.SQL(query("constraints_and_indexes")).format(table=values["table"])
        values["constraints_and_indexes"] = saved
        # Deferred index and constraint statements must reach the table before it is rebuilt.
        for statement in schema_editor.deferred_sql:
            schema_editor.execute(statement, None)
        schema_editor.deferred_sql.clear()
        schema_editor.execute(sql.SQL(query(name)).format(**values).as_string(None), None)

    def describe(self) -> str:
        return f"Partition {self.model_name} by month of {self.column}"

    @property
    def migration_name_fragment(self) -> str:
        return f"partition_{self.model_name.lower()}"


class MergeMonths(PartitionByMonth):
    """Turn the table of a model that is partitioned by month into a plain one; all rows are kept.

    Its key becomes the primary key by itself, so that other tables can refer to it. Backwards it
    is partitioned again, which the database refuses if it holds rows.

    Args:
        model_name: a model of the migration's app.
        column: the column that the table is partitioned by.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Merge the months of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"merge_months_{self.model_name.lower()}"

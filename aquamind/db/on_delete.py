"""Migration operations that let the database itself act when a referenced row is deleted.

Django keeps `on_delete` to itself: it acts, or refuses (PROTECT), before it deletes, and the
database's own constraint refuses whatever does not come through Django. Where rows are deleted by
SQL too, the database has to know what becomes of the rows that refer to them. The models stay as
they are: PROTECT still protects whoever deletes through Django.
"""

from enum import Enum

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from psycopg import sql

from aquamind.db.partitions import derived_name, query


class OnDelete(Enum):
    """What the database does to the rows that refer to a deleted row."""

    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    NO_ACTION = "NO ACTION"


class OnDeleteInDatabase(Operation):
    """Replace a foreign key by one that acts when the row that it refers to is deleted.

    The constraint keeps its name and its deferrability. The table may be partitioned; its
    partitions follow. Rows that are there are checked again. Backwards the database refuses again,
    as Django made it.

    Args:
        model_name: a model of the migration's app.
        field: name of its foreign key.
        action: what becomes of its rows.

    The database refuses, and the migration is rolled back, if the column has no foreign key.
    """

    category = OperationCategory.ALTERATION

    def __init__(self, model_name: str, field: str, action: OnDelete) -> None:
        self.model_name = model_name
        self.field = field
        self.action = action

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes: models never see what the database does."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        self._replace(self.action, app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        self._replace(OnDelete.NO_ACTION, app_label, schema_editor, to_state)

    def _replace(
        self,
        action: OnDelete,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        statement = sql.SQL(query("on_delete")).format(
            table=sql.Literal(model._meta.db_table),
            column=sql.Literal(model._meta.get_field(self.field).column),
            action=sql.Literal(action.value),
        )
        schema_editor.execute(statement.as_string(None), None)

    def describe(self) -> str:
        return f"{self.action.value} on delete of {self.model_name}.{self.field} in the database"

    @property
    def migration_name_fragment(self) -> str:
        return f"on_delete_{self.model_name.lower()}_{self.field}"


class PlanCascadesOnce(Operation):
    """Keep deletes from a table quick to which tables with many partitions refer.

    For each deleted row the database looks for the rows that refer to it. It would plan that anew
    for every row, which takes longer than the search, and the longer the more months there are.

    Args:
        model_name: a model of the migration's app whose rows are deleted.
    """

    category = OperationCategory.ADDITION

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes: models never see triggers."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        self._execute(query("plan_cascades_once"), app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002
        to_state: ProjectState,
    ) -> None:
        self._execute("DROP FUNCTION {function}() CASCADE", app_label, schema_editor, to_state)

    def _execute(
        self,
        statement: str,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = model._meta.db_table
        names = {
            "table": sql.Identifier(table),
            "function": sql.Identifier(derived_name(table, "_plan_cascades_once")),
        }
        schema_editor.execute(sql.SQL(statement).format(**names).as_string(None), None)

    def describe(self) -> str:
        return f"Plan cascades from {self.model_name} once"

    @property
    def migration_name_fragment(self) -> str:
        return f"plan_cascades_once_{self.model_name.lower()}"

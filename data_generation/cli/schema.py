"""Whether the tables of a database are there and can be filled."""

from typing import Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from data_generation.cli.shell import EXISTING
from data_generation.errors import Refused
from data_generation.generators.domains import TABLES
from data_generation.words import counted

_BATCHES: Final = "batch_batch"


def require_schema(existing: bool) -> None:
    """Refuse unless the generator can fill the tables of this database.

    Tables of this project must be migrated. `existing` says that they are AquaMind's own: then no
    migration is run or looked at, and the tables are taken as they are; whether they can be filled
    is what `fit_of_database` finds out. Writes nothing.
    """
    if not existing:
        _require_migrated()


def _require_migrated() -> None:
    if _are_of_aquamind():
        raise Refused(
            "AquaMind itself made the tables of this database, not this project.",
            f"To use them as they are, add {EXISTING}; never run `migrate` of this project there.",
        )
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Refused(
            f"The database lacks {counted(len(missing), 'migration')}.",
            "First run: python manage.py migrate",
        )


def _are_of_aquamind() -> bool:
    """Say whether the tables lack what only this project adds.

    Names of migrations do not tell: both projects have a `batch.0001_initial`.
    """
    with connection.cursor() as cursor:
        if _BATCHES not in connection.introspection.table_names(cursor):
            return False
        described = connection.introspection.get_table_description(cursor, _BATCHES)
    return set(TABLES[_BATCHES].ours).isdisjoint(column.name for column in described)

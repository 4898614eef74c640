"""Whether the tables of a database are there and can be filled."""

from typing import Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from data_generation.cli.shell import EXISTING
from data_generation.errors import Refused
from data_generation.storage.postgres.catalog import OPTIONAL_COLUMNS
from data_generation.words import counted

_BATCHES: Final = "batch_batch"


def require_schema(existing: bool) -> None:
    """Refuse unless the generator can fill the tables of this database.

    Tables of this project must be migrated. `existing` says that they are AquaMind's own: then no
    migration is run or looked at, and the tables are taken as they are if they have every column
    that is filled. Writes nothing.
    """
    if existing:
        # Brings pyarrow along, for which a script that only deletes should not wait.
        from data_generation.cli.fillable import require_fillable

        require_fillable()
    else:
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
    return OPTIONAL_COLUMNS[_BATCHES].isdisjoint(column.name for column in described)

"""Whether tables that AquaMind itself made have every column that the generator fills."""

from collections.abc import Mapping

import pyarrow as pa
from django.db import connection

from data_generation.cli.shell import EXISTING
from data_generation.errors import Refused, StorageError
from data_generation.generators.core.arrow_types import arrow_type
from data_generation.generators.domains import TABLES
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import OPTIONAL_COLUMNS, Catalog
from data_generation.storage.postgres.loading.encode import TableEncoder


def require_fillable() -> None:
    """Refuse unless all tables are there and every column can be encoded; writes nothing."""
    hint = f"{EXISTING} fills the tables of AquaMind's version of 2025-10-16."
    present = set(connection.introspection.table_names())
    for name in TABLES.names:
        if name not in present:
            raise Refused(f"The database has no table {name}.", hint)
    catalog = Catalog(connection.connection)
    try:
        catalog.load(TABLES.names)
        for spec in TABLES.values():
            optional = OPTIONAL_COLUMNS.get(spec.name, frozenset())
            TableEncoder(catalog[spec.name], _arrow(spec.columns), Keys(), optional)
            if spec.history_name is not None:
                history = catalog[spec.history_name]
                TableEncoder(history, _arrow(spec.history_columns), Keys(), optional)
    except StorageError as error:
        raise Refused(error.message, hint) from error


def _arrow(columns: Mapping[str, str]) -> pa.Schema:
    return pa.schema([(name, arrow_type(code)) for name, code in columns.items()])

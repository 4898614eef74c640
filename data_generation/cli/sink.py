"""`--sink parquet:URI`: the same dataset as Parquet files, without a database."""

import re
from typing import Final

import pyarrow as pa

from data_generation.errors import UsageError
from data_generation.generators.core.declared.arrow_types import arrow_type
from data_generation.generators.domains import TABLES
from data_generation.storage.parquet.lake import JSON_FIELD, Lake

_KIND: Final = "parquet:"


def open_lake(sink: str) -> Lake:
    """Open the lake that the flag names.

    Raises UsageError for a flag that names none, or that holds a password, which would be seen in
    process lists, logs and messages.
    """
    uri = sink.removeprefix(_KIND)
    if uri == sink or not uri:
        # The value is not repeated: a URI may hold a password.
        raise UsageError("--sink: expected parquet:URI.", "Example: --sink parquet:lake")
    if re.search(r"://[^/]*@", uri):
        raise UsageError(
            "--sink: a user or password in the URI is not taken.",
            "Give it as the storage expects it in the environment, such as AWS_ACCESS_KEY_ID.",
        )
    return Lake(uri)


def schemas() -> dict[str, pa.Schema]:
    """Columns and types of every table, as the database has them."""
    found = {}
    for spec in TABLES.values():
        found[spec.name] = _schema(spec.columns)
        if spec.history_name is not None:
            found[spec.history_name] = _schema(spec.history_columns)
    return found


def _schema(columns: dict[str, str]) -> pa.Schema:
    return pa.schema(
        pa.field(name, arrow_type(code), metadata=JSON_FIELD if code == "j" else None)
        for name, code in columns.items()
    )

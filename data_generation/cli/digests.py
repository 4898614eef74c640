"""`--digest`: of all that is stored, or of the tables and columns that other digests have too."""

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from data_generation.cli import sink
from data_generation.errors import UsageError
from data_generation.generators.domains import TABLES
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.shown.progress import Screen
from data_generation.storage.digests import Digest
from data_generation.storage.parquet.lake import Lake
from data_generation.storage.parquet.lake_digest import lake_digest
from data_generation.storage.postgres.digest import digest
from data_generation.storage.postgres.fit import stored_columns

Columns = Mapping[str, tuple[str, ...]]

_KEEP = "Keep one of the other dataset: data_generation --digest --json > FILE"


def of_database(connection: Connection, options: argparse.Namespace, screen: Screen) -> Digest:
    """Hash what the tables of a database hold in the columns that are generated."""
    others = _others(options.columns_of)
    columns = _shared(stored_columns(connection, TABLES, sink.schemas()), others)
    return digest(connection, list(columns), TABLES.unhashed, screen.watch("table"), columns)


def of_lake(lake: Lake, options: argparse.Namespace) -> Digest:
    """Hash what a lake holds."""
    schemas = sink.schemas()
    there = {name: tuple(schema.names) for name, schema in schemas.items()}
    columns = _shared(there, _others(options.columns_of))
    chosen = {
        name: schemas[name].empty_table().select(list(names)).schema
        for name, names in columns.items()
    }
    return lake_digest(lake, list(columns), chosen, TABLES.unhashed)


def _shared(columns: Columns, others: Iterable[Columns]) -> Columns:
    """The tables that all have, and of each the columns that all have."""
    for other in others:
        columns = {
            table: tuple(name for name in names if name in other[table])
            for table, names in columns.items()
            if table in other
        }
    return columns


def _others(names: Iterable[str]) -> list[Columns]:
    return [_columns_of(name) for name in names]


def _columns_of(name: str) -> Columns:
    """Tables and columns of a digest that was kept; UsageError if the file holds none."""
    try:
        kept: dict[str, Any] = json.loads(Path(name).read_text("utf-8"))
        return {table: tuple(found["columns"]) for table, found in kept["tables"].items()}
    except OSError as error:
        raise UsageError(f"--columns-of {name}: {error.strerror}.", _KEEP) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"--columns-of {name}: this is no digest.", _KEEP) from error

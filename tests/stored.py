"""What a database holds of a run, as `--digest` hashes it."""

from collections.abc import Iterable
from typing import Any

import psycopg

from data_generation.cli.sink import schemas
from data_generation.generators.domains import TABLES
from data_generation.storage.digests import Digest
from data_generation.storage.postgres.digest import digest
from data_generation.storage.postgres.fit import stored_columns


def digest_of(connection: psycopg.Connection[Any], tables: Iterable[str] = TABLES.names) -> Digest:
    """Hash the columns of the tables that the generators fill."""
    columns = stored_columns(connection, TABLES, schemas())
    return digest(connection, list(tables), TABLES.unhashed, only=columns)

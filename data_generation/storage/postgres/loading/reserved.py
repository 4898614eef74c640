"""Where months stand that are reserved: tables with foreign keys, empty until they are filled."""

from collections.abc import Collection
from typing import Final

from psycopg import sql

from data_generation.storage.postgres.session import Connection, rows, run
from data_generation.storage.postgres.statements import statement

SCHEMA: Final = "data_generation"
"""No table of the farm is in it; where it is missing, nothing is reserved."""


def reserved_among(conn: Connection, partitions: Collection[str]) -> set[str]:
    """Give those of the partitions, by their names, that are reserved."""
    params = {"schema": SCHEMA, "partitions": list(partitions)}
    return {name for (name,) in rows(conn, statement("loader", "reserved_among"), params)}


def drop_reserved(conn: Connection, tables: Collection[str]) -> None:
    """Drop what is reserved for months of the tables; hold the publishing lock."""
    params = {"schema": SCHEMA, "names": list(tables)}
    found = rows(conn, statement("loader", "reserved_months"), params)
    if found:
        names = sql.SQL(", ").join(sql.Identifier(SCHEMA, name) for (name,) in found)
        run(conn, sql.SQL("DROP TABLE {}").format(names))

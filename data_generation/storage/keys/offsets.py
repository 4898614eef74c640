"""Where the ids of a new run begin in a database that already holds rows."""

from collections.abc import Collection

from psycopg import sql

from data_generation.storage.postgres.catalog import Catalog, CatalogTable, tracked_table
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.session import Connection, rows


def compute_offsets(conn: Connection, tables: Collection[str]) -> dict[str, int]:
    """Give the highest primary key of each table, 0 where it is empty; one statement.

    A table whose key is not one integer column (beside the partition column) has offset 0. Raises
    `StorageError` if a table does not exist.
    """
    catalog = Catalog(conn)
    catalog.load(tables)
    with translated("the search for free ids"):
        highest = highest_ids(conn, [catalog[name] for name in tables])
        remembered = highest_remembered(conn, catalog, tables)
    return {name: max(highest.get(name, 0), remembered.get(name, 0)) for name in tables}


def highest_remembered(
    conn: Connection, catalog: Catalog, tables: Collection[str]
) -> dict[str, int]:
    """Give the highest id that the history of each tracked table knows, also of deleted rows."""
    parts = [
        sql.SQL("SELECT {}, (SELECT max({}) FROM {})::bigint").format(
            sql.Literal(origin),
            sql.Identifier(catalog[origin].id_column or "id"),
            sql.Identifier(catalog[name].schema, name),
        )
        for name in tables
        if (origin := tracked_table(name))
    ]
    if not parts:
        return {}
    found = rows(conn, sql.SQL(" UNION ALL ").join(parts))
    return {name: highest or 0 for name, highest in found}


def highest_ids(conn: Connection, tables: Collection[CatalogTable]) -> dict[str, int]:
    """Give the highest id of each table that has an id column of integers; 0 if it is empty."""
    parts = [
        sql.SQL("SELECT {}, (SELECT max({}) FROM {})::bigint").format(
            sql.Literal(table.name),
            sql.Identifier(table.id_column),
            sql.Identifier(table.schema, table.name),
        )
        for table in tables
        if table.id_column is not None and table.columns[table.id_column].is_integer
    ]
    if not parts:
        return {}
    found = rows(conn, sql.SQL(" UNION ALL ").join(parts))
    return {name: highest or 0 for name, highest in found}

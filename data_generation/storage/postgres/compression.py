"""Finished months of TimescaleDB's hypertables, stored by column instead of by row."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from psycopg import sql

from data_generation.storage.postgres.catalog import Catalog, CatalogTable, time_columns
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.session import Connection, rows, run, value
from data_generation.storage.postgres.statements import statement


@dataclass(frozen=True)
class CompressedMonth:
    """One chunk that was compressed: its table, its first day, and bytes before and after."""

    table: str
    first: date
    bytes_before: int
    bytes_after: int


def hypertables(conn: Connection, tables: Collection[str]) -> dict[str, str]:
    """Give those of the tables that are hypertables, each with its time column."""
    if not value(conn, statement("compression", "installed")):
        return {}
    catalog = Catalog(conn)
    here = {(catalog[name].schema, name): name for name in catalog.load_present(tables)}
    return {here[place]: c for place, c in time_columns(conn).items() if place in here}


def compress_months(
    conn: Connection,
    tables: Collection[str],
    before: date | None,
    done: Callable[[CompressedMonth], object],
) -> None:
    """Compress each chunk that ends at `before` or earlier and is not compressed yet; None: all.

    A chunk a transaction, in the order of time, and `done` is told after each; who interrupts it
    goes on by calling it again. Rows with the same foreign keys (one series of a sensor, one
    assignment) lie together, ordered by time. `conn` commits by itself and no run is at work.
    Raises `StorageError`.
    """
    catalog = Catalog(conn)
    with translated("the compression of finished months"):
        for name, column in sorted(hypertables(conn, tables).items()):
            table = catalog[name]
            _enable(conn, table, column)
            params = {"schema": table.schema, "table": name, "before": before}
            for chunk, first in rows(conn, statement("compression", "uncompressed"), params):
                run(conn, statement("compression", "compress"), {"chunk": chunk})
                sizes = {"table": table.qualified, "chunk": chunk}
                bytes_ = rows(conn, statement("compression", "sizes"), sizes)[0]
                done(CompressedMonth(name, first, *bytes_))


def _enable(conn: Connection, table: CatalogTable, time_column: str) -> None:
    enabled = {"schema": table.schema, "table": table.name}
    if value(conn, statement("compression", "enabled"), enabled):
        return
    series = sorted(column for key in table.foreign_keys for column in key.columns)
    run(
        conn,
        sql.SQL(
            "ALTER TABLE {} SET (timescaledb.compress, timescaledb.compress_segmentby = {},"
            " timescaledb.compress_orderby = {})"
        ).format(
            sql.Identifier(table.schema, table.name),
            sql.Literal(", ".join(map(_quoted, series))),
            sql.Literal(_quoted(time_column)),
        ),
    )


def _quoted(column: str) -> str:
    return sql.Identifier(column).as_string(None)

"""How much room tables take, partitions, indexes and long values included."""

from collections.abc import Collection
from dataclasses import dataclass

from psycopg import sql

from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.session import Connection, rows
from data_generation.storage.postgres.statements import statement


@dataclass(frozen=True)
class TableSize:
    """One table: rows (None if neither counted nor ever estimated) and bytes on disk."""

    name: str
    rows: int | None
    table_bytes: int
    index_bytes: int

    @property
    def total_bytes(self) -> int:
        """Bytes of rows, long values and indexes."""
        return self.table_bytes + self.index_bytes


def table_sizes(
    conn: Connection, tables: Collection[str], *, exact: bool = False
) -> list[TableSize]:
    """Measure tables, in the order given; one that does not exist is left out.

    Rows are PostgreSQL's own estimate, unless `exact` asks to count them.
    """
    with translated("the measuring of tables"):
        found = rows(conn, statement("maintenance", "table_sizes"), {"names": list(tables)})
        counts = count_rows(conn, [row[0] for row in found]) if exact else {}
    return [
        TableSize(name, counts.get(name, estimate if estimate >= 0 else None), heap, indexes)
        for name, estimate, heap, indexes in found
    ]


def count_rows(conn: Connection, tables: Collection[str]) -> dict[str, int]:
    """Count the rows of tables that exist, one query each."""
    return {
        name: rows(conn, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))[0][0]
        for name in tables
    }

"""Running statements on a connection whose cursors may be of any kind, Django's included."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

Connection = psycopg.Connection[Any]
Cursor = psycopg.Cursor[tuple[Any, ...]]
Query = LiteralString | sql.SQL | sql.Composed


def cursor(conn: Connection) -> Cursor:
    """Open a plain cursor with rows as tuples, whatever factories the connection carries."""
    return psycopg.Cursor(conn, row_factory=tuple_row)


def run(
    conn: Connection, query: Query, params: Mapping[str, Any] | Sequence[Any] | None = None
) -> int:
    """Execute a statement and give the number of rows that it touched, -1 if unknown."""
    with cursor(conn) as cur:
        return cur.execute(query, params).rowcount


def rows(
    conn: Connection, query: Query, params: Mapping[str, Any] | Sequence[Any] | None = None
) -> list[tuple[Any, ...]]:
    """Execute a query and give all its rows."""
    with cursor(conn) as cur:
        return cur.execute(query, params).fetchall()


def value(
    conn: Connection, query: Query, params: Mapping[str, Any] | Sequence[Any] | None = None
) -> Any:
    """Execute a query that gives one row and return its first column."""
    row = rows(conn, query, params)
    return row[0][0]

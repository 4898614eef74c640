"""Bytes into the database: COPY of new rows, and updates of whole rows by primary key."""

from collections.abc import Callable, Iterable

import pyarrow as pa
from psycopg import sql

from data_generation.errors import StorageError
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.session import Connection, cursor, run

_UPDATES = sql.Identifier("data_generation_updates")


def copy_rows(
    conn: Connection,
    into: sql.Identifier,
    encoder: TableEncoder,
    tables: Iterable[pa.Table],
    observe: Callable[[pa.RecordBatch], None] | None = None,
    *,
    freeze: bool = False,
) -> int:
    """COPY rows into a relation and give their number as PostgreSQL counted it.

    `freeze` needs a relation created in this transaction. Raises `StorageError` if
    PostgreSQL kept fewer rows than it was given.
    """
    given = 0

    def count(batch: pa.RecordBatch) -> None:
        nonlocal given
        given += batch.num_rows
        if observe is not None:
            observe(batch)

    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary{})").format(
        into,
        sql.SQL(", ").join(map(sql.Identifier, encoder.columns)),
        sql.SQL(", FREEZE" if freeze else ""),
    )
    with cursor(conn) as cur:
        with cur.copy(query) as copy:
            for chunk in encoder.stream(tables, count):
                copy.write(chunk)
        kept = cur.rowcount
    _refuse_loss(encoder, kept, given)
    return kept


def _refuse_loss(encoder: TableEncoder, kept: int, given: int) -> None:
    if kept != given:
        raise StorageError(
            f"{encoder.table.name} kept {kept} of {given} rows.",
            "A trigger of the database drops rows; remove it and run again with --resume.",
        )


def move_rows(
    conn: Connection, from_: sql.Identifier, into: sql.Identifier, encoder: TableEncoder, count: int
) -> None:
    """Insert all rows of one relation into another and drop the first.

    Raises `StorageError` if PostgreSQL did not keep `count` rows.
    """
    columns = sql.SQL(", ").join(map(sql.Identifier, encoder.columns))
    kept = run(
        conn,
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(into, columns, columns, from_),
    )
    _refuse_loss(encoder, kept, count)
    run(conn, sql.SQL("DROP TABLE {}").format(from_))


def update_rows(conn: Connection, encoder: TableEncoder, table: pa.Table) -> int:
    """Set all given columns of rows that exist, found by primary key; give their number.

    Raises `StorageError` unless exactly one row was updated for each row given.
    """
    target = encoder.table
    identifier = sql.Identifier(target.schema, target.name)
    names = [name for name in encoder.columns if name not in target.primary_key]
    columns = sql.SQL(", ").join(map(sql.Identifier, encoder.columns))
    run(
        conn,
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            _UPDATES, columns, identifier
        ),
    )
    given = copy_rows(conn, _UPDATES, encoder, [table])
    assignments = sql.SQL(", ").join(
        sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in names
    )
    same = sql.SQL(" AND ").join(
        sql.SQL("old.{0} = new.{0}").format(sql.Identifier(name)) for name in target.primary_key
    )
    updated = run(
        conn,
        sql.SQL("UPDATE {} AS old SET {} FROM {} AS new WHERE {}").format(
            identifier, assignments, _UPDATES, same
        ),
    )
    run(conn, sql.SQL("DROP TABLE {}").format(_UPDATES))
    if updated != given:
        raise StorageError(
            f"{target.name}: {given} rows were to be updated, and {updated} were found.",
            "The rows of an earlier month are missing; run `verify_data_integrity`.",
        )
    return updated

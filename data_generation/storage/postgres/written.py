"""Deleting exactly the rows that runs wrote, in tables that hold others' rows too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from data_generation.errors import Refused
from data_generation.storage.keys.shifts import Keys, KeySpan
from data_generation.storage.postgres.catalog import Catalog, tracked_table
from data_generation.storage.postgres.clear import deleting
from data_generation.storage.postgres.session import Connection, run
from data_generation.storage.postgres.statements import statement


@dataclass(frozen=True)
class Writing:
    """What one run wrote.

    `following` is the run-local key, by table, that its next row would have got; `rows` is how many
    rows it stored.
    """

    keys: Keys
    following: Mapping[str, int]
    rows: Mapping[str, int]


def stored_spans(keys: Keys, table: str, following: int) -> list[KeySpan]:
    """Give first and last stored key of each stretch of a run's own rows, adopted ones left out."""
    taken = keys.adopted.get(table, ())
    own: list[KeySpan] = []
    begin = 1
    for first, last in [*taken, (following, following)]:
        if begin < min(first, following):
            own.append((begin, min(first, following) - 1))
        begin = last + 1
    pieces = [(1, 0), *keys.pieces.get(table, ())]
    ends = [first - 1 for first, _ in pieces[1:]] + [following - 1]
    found = []
    for (piece_first, offset), piece_last in zip(pieces, ends, strict=True):
        for first, last in own:
            begin, end = max(first, piece_first), min(last, piece_last)
            if begin <= end:
                found.append((begin + offset, end + offset))
    return found


def delete_written(
    conn: Connection, tables: Sequence[str], writings: Sequence[Writing]
) -> dict[str, int]:
    """Delete the rows of all runs, inside the caller's transaction; give their number by table.

    `tables` are in an order in which a table comes after those that it refers to. A history row
    goes if it and the row whose history it is are the runs'. Sequences stay as they are.

    Raises Refused if more rows lie in the runs' keys than the runs wrote, `StorageError` if a row
    of others refers to one that would go. The caller then rolls back.
    """
    catalog = Catalog(conn)
    catalog.load(tables)
    spans = {name: _spans(name, writings) for name in tables}
    counts = {}
    with deleting("the deletion of what runs wrote"):
        for name in reversed(tables):
            counts[name] = _delete(conn, catalog, name, spans) if spans[name] else 0
            written = sum(writing.rows.get(name, 0) for writing in writings)
            if counts[name] > written:
                raise Refused(
                    f"{name}: the runs wrote {written:,} rows, and {counts[name]:,} are in their "
                    "place.",
                    "Others' rows have keys of the runs; nothing was deleted.",
                )
        run(conn, "SET CONSTRAINTS ALL IMMEDIATE")
    return {name: counts[name] for name in tables}


def _spans(table: str, writings: Sequence[Writing]) -> list[KeySpan]:
    return [
        span
        for writing in writings
        for span in stored_spans(writing.keys, table, writing.following.get(table, 1))
    ]


def _delete(
    conn: Connection, catalog: Catalog, name: str, spans: Mapping[str, Sequence[KeySpan]]
) -> int:
    table = catalog[name]
    tracked = tracked_table(name)
    query = "delete_between" if tracked is None else "delete_history_between"
    names = {
        "table": sql.Identifier(table.schema, name),
        "key": sql.Identifier(table.id_column or ""),
    }
    params = _ends("", spans[name])
    if tracked is not None:
        names["tracked"] = sql.Identifier(catalog[tracked].id_column or "")
        params |= _ends("tracked_", spans.get(tracked, ()))
    return run(conn, sql.SQL(statement("clear", query)).format(**names), params)


def _ends(prefix: str, spans: Sequence[KeySpan]) -> dict[str, list[int]]:
    return {
        f"{prefix}firsts": [first for first, _ in spans],
        f"{prefix}lasts": [last for _, last in spans],
    }

"""Emptying the generated tables."""

from collections.abc import Collection, Iterable

from psycopg import sql

from data_generation.storage.catalog import Catalog
from data_generation.storage.failures import translated
from data_generation.storage.session import Connection, rows, run, value
from data_generation.storage.sizes import count_rows
from data_generation.storage.statements import statement
from data_generation.storage.writer import publish


def clear_tables(conn: Connection, tables: Collection[str]) -> dict[str, int]:
    """Empty tables, inside the caller's transaction; give the rows that each of them held.

    Drops month partitions, truncates, and sets sequences back to their start. Rows outside `tables`
    are never touched: raises `StorageError` if one of them refers to a row that would go. Where
    such rows exist and refer to none, what they might refer to is emptied row by row instead.
    """
    catalog = Catalog(conn)
    catalog.load(tables)
    with translated("the clearing of tables"):
        publish(conn)
        run(conn, "SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would forbid to truncate
        counts = count_rows(conn, tables)
        partitions = rows(
            conn, statement("maintenance", "month_partitions"), {"names": list(tables)}
        )
        if partitions:
            run(conn, sql.SQL("DROP TABLE {}").format(_listed(partitions)))
        truncated, deleted = _divide(conn, set(tables))
        if truncated:
            listed = _listed((name,) for name in truncated)
            run(conn, sql.SQL("TRUNCATE {} RESTART IDENTITY").format(listed))
        run(conn, "SET CONSTRAINTS ALL DEFERRED")
        for name in deleted:
            run(conn, sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        run(conn, "SET CONSTRAINTS ALL IMMEDIATE")
        run(conn, "SET CONSTRAINTS ALL DEFERRED")
        columns = {name: catalog[name].id_column for name in deleted}
        restart = {"relations": list(columns), "columns": list(columns.values())}
        rows(conn, statement("maintenance", "restart_sequences"), restart)
    return counts


def _divide(conn: Connection, tables: set[str]) -> tuple[list[str], list[str]]:
    """Say which tables to truncate and which to empty row by row.

    TRUNCATE wants every table that refers to a truncated one along with it. Tables outside that are
    empty come along unharmed; what the others reach by their foreign keys is not truncated.
    """
    edges = rows(conn, statement("maintenance", "references"))
    forward: dict[str, set[str]] = {}
    backward: dict[str, set[str]] = {}
    for referring, referenced in edges:
        forward.setdefault(referring, set()).add(referenced)
        backward.setdefault(referenced, set()).add(referring)
    outside = _reached(tables, backward) - tables
    filled = {name for name in outside if _has_rows(conn, name)}
    kept = _reached(filled, forward)
    return sorted((tables | outside) - kept), sorted(tables & kept)


def _reached(start: Iterable[str], steps: dict[str, set[str]]) -> set[str]:
    found = set(start)
    ahead = list(found)
    while ahead:
        new = steps.get(ahead.pop(), set()) - found
        found |= new
        ahead.extend(new)
    return found


def _has_rows(conn: Connection, name: str) -> bool:
    table = sql.Identifier(name)
    run(conn, sql.SQL("LOCK TABLE {} IN SHARE MODE").format(table))
    return bool(value(conn, sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table)))


def _listed(names: Iterable[tuple[str, ...]]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*name) for name in names)

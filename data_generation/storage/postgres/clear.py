"""Emptying tables: all their rows at once, or some of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from data_generation.errors import Refused, StorageError
from data_generation.storage.keys.offsets import highest_ids
from data_generation.storage.postgres.catalog import Catalog, history_table
from data_generation.storage.postgres.failures import lacks_locks, translated
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.storage.postgres.loading.reserved import drop_reserved
from data_generation.storage.postgres.preconditions import lock_budget
from data_generation.storage.postgres.session import Connection, rows, run, value
from data_generation.storage.postgres.sizes import count_rows
from data_generation.storage.postgres.statements import statement


def nothing() -> None:
    """The default of what else is to be done."""


def clear_tables(
    conn: Connection,
    tables: Collection[str],
    first: Callable[[], object] = nothing,
    last: Callable[[], object] = nothing,
) -> dict[str, int]:
    """Empty tables and give the rows that each of them held.

    Drops month partitions, truncates, and sets sequences back to their start. Rows outside `tables`
    are never touched, whatever the foreign keys say: raises `Refused` if one of them refers to a
    row that would go. Where such rows exist and refer to none, what they might refer to is emptied
    row by row instead.

    All is done in one transaction if the server has room for so many locks. If not, months are
    dropped in several before the last; who interrupts that runs it again. `first` is called in the
    first transaction before all else, `last` in the last one after all else.
    """
    catalog = Catalog(conn)
    catalog.load(tables)
    with deleting("the clearing of tables"):
        counts = count_rows(conn, tables)
        budget = lock_budget(conn, tables)
        months_left = True
        while months_left:
            with conn.transaction():
                first()
                first = nothing
                publish(conn)
                run(conn, "SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would forbid to drop
                drop_reserved(conn, tables)
                outside = _require_unused(conn, set(tables))
                months_left = _drop_months(conn, tables, budget)
                if not months_left:
                    _empty(conn, catalog, set(tables), outside)
                    last()
    return counts


def with_dependents(conn: Connection, tables: Iterable[str]) -> set[str]:
    """Give the tables and all whose rows the database deletes along with theirs, with history.

    Those are the tables that refer to one of them, directly or by way of others, by foreign keys
    with ON DELETE CASCADE.
    """
    backward: dict[str, set[str]] = {}
    for reference in _references(conn):
        if reference.cascades:
            backward.setdefault(reference.target, set()).add(reference.table)
    found = _reached(tables, backward)
    histories = {name: history_table(name) for name in found}
    names = {"names": list(histories.values())}
    return found | {name for (name,) in rows(conn, statement("catalog", "present"), names)}


def delete_like(conn: Connection, table: str, column: str, prefix: str) -> dict[str, int]:
    """Delete rows whose text in `column` begins so, with their history; give counts by table.

    Sets the sequences of both tables to the highest key that is left. Inside the caller's
    transaction.
    """
    catalog = Catalog(conn)
    names = (table, history_table(table))
    catalog.load(names)
    with deleting(f"the deletion from {table}"):
        query = sql.SQL(statement("clear", "delete_like")).format(
            table=sql.Identifier(table),
            history=sql.Identifier(names[1]),
            column=sql.Identifier(column),
            key=sql.Identifier(catalog[table].id_column or ""),
        )
        escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        counts = rows(conn, query, {"pattern": f"{escaped}%"})[0]
        _set_sequences(conn, catalog, names)
    return dict(zip(names, counts, strict=True))


@contextmanager
def deleting(doing: str) -> Iterator[None]:
    """Turn an error of PostgreSQL into `StorageError`, with a hint for whoever wants to delete."""
    try:
        with translated(doing):
            yield
    except StorageError as error:
        cause = error.__cause__
        if not isinstance(cause, psycopg.Error):
            raise
        hint = "Run it again when nobody else uses the database."
        if lacks_locks(cause):
            hint = "Raise max_locks_per_transaction of the server, then run it again."
        if isinstance(cause, psycopg.errors.ForeignKeyViolation):
            hint = "Nothing was deleted; delete first what refers to it."
        raise type(error)(error.message, hint) from cause


@dataclass(frozen=True)
class _Reference:
    """A foreign key: who refers, by which columns, to what; and whether its rows go along."""

    table: str
    columns: tuple[str, ...]
    target: str
    cascades: bool


def _references(conn: Connection) -> list[_Reference]:
    found = rows(conn, statement("clear", "references"))
    return [_Reference(table, tuple(columns), *rest) for table, columns, *rest in found]


@dataclass(frozen=True)
class _Outside:
    """Tables outside that have to be truncated too, being empty; and what cannot be truncated."""

    empty: frozenset[str]
    kept: frozenset[str]


def _require_unused(conn: Connection, tables: set[str]) -> _Outside:
    """Raise `Refused` if a row outside refers to a row within.

    TRUNCATE wants every table that refers to a truncated one along with it. Tables outside that are
    empty come along unharmed; what the others reach by their foreign keys is not truncated.
    """
    forward: dict[str, set[str]] = {}
    backward: dict[str, set[str]] = {}
    references = _references(conn)
    for reference in references:
        forward.setdefault(reference.table, set()).add(reference.target)
        backward.setdefault(reference.target, set()).add(reference.table)
    outside = _reached(tables, backward) - tables
    filled = {name for name in outside if _has_rows(conn, name)}
    for reference in references:
        if reference.table in filled and reference.target in tables and _in_use(conn, reference):
            raise Refused(
                f"Rows of {reference.table} refer to {reference.target}, which was to be emptied.",
                f"Nothing was deleted; delete those rows of {reference.table} first.",
            )
    return _Outside(frozenset(outside - filled), frozenset(_reached(filled, forward)))


def _in_use(conn: Connection, reference: _Reference) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE num_nulls({}) = 0)").format(
        sql.Identifier(reference.table),
        sql.SQL(", ").join(map(sql.Identifier, reference.columns)),
    )
    return bool(value(conn, query))


def _drop_months(conn: Connection, tables: Collection[str], budget: int) -> bool:
    """Drop month partitions for no more locks than `budget`; say whether some are left."""
    months = rows(conn, statement("clear", "month_partitions"), {"names": list(tables)})
    chosen: list[tuple[str, ...]] = []
    for schema, name, locks in months:
        budget -= locks
        if budget < 0 and chosen:
            break
        chosen.append((schema, name))
    if chosen:
        run(conn, sql.SQL("DROP TABLE {}").format(_listed(chosen)))
    return len(chosen) < len(months)


def _empty(conn: Connection, catalog: Catalog, tables: set[str], outside: _Outside) -> None:
    truncated = sorted((tables | outside.empty) - outside.kept)
    deleted = sorted(tables & outside.kept)
    if truncated:
        listed = _listed((name,) for name in truncated)
        run(conn, sql.SQL("TRUNCATE {} RESTART IDENTITY").format(listed))
    run(conn, "SET CONSTRAINTS ALL DEFERRED")
    for name in deleted:
        run(conn, sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    run(conn, "SET CONSTRAINTS ALL IMMEDIATE")
    run(conn, "SET CONSTRAINTS ALL DEFERRED")
    _set_sequences(conn, catalog, deleted)


def _set_sequences(conn: Connection, catalog: Catalog, tables: Sequence[str]) -> None:
    highest = highest_ids(conn, [catalog[name] for name in tables])
    params: dict[str, list[Any]] = {
        "relations": [catalog[name].qualified for name in highest],
        "columns": [catalog[name].id_column for name in highest],
        "highest": list(highest.values()),
    }
    rows(conn, statement("clear", "set_sequences"), params)


def _reached(start: Iterable[str], steps: Mapping[str, set[str]]) -> set[str]:
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

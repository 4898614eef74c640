"""What a database takes of the rows that are made for it: its catalog decides.

Rows are made for more tables and columns than any one version of the schema has. `fitted` compares
them with the catalog: what the database lacks is left out, what it cannot be filled without is
refused, by name. No version is known here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import pyarrow as pa
from psycopg import sql

from data_generation.errors import StorageError
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, CatalogTable
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.loading.encode import TableEncoder
from data_generation.storage.postgres.loading.filling import Filling, KeyByKind
from data_generation.storage.postgres.session import Connection, rows


class Declared(Protocol):
    """What is declared of a table, as `generators.core.tables.Table` explains it."""

    @property
    def references(self) -> Mapping[str, str]: ...
    @property
    def history_name(self) -> str | None: ...
    @property
    def needed(self) -> bool: ...
    @property
    def essential(self) -> tuple[str, ...]: ...
    @property
    def keys(self) -> Mapping[str, str]: ...
    @property
    def keys_by_kind(self) -> tuple[str, str, Mapping[str, str]] | None: ...
    @property
    def constant(self) -> Mapping[str, str | int | bool]: ...
    @property
    def copied(self) -> Mapping[str, str]: ...
    @property
    def found(self) -> Mapping[str, tuple[str, Mapping[str, str]]]: ...


@dataclass(frozen=True)
class Fit:
    """What of the declared rows is stored: how each table is filled, and what is left out.

    An empty one leaves nothing out: it is for rows that are made for the very tables at hand.
    """

    fillings: Mapping[str, Filling] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are filled, in the order of their declaration."""
        return tuple(self.fillings)

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of each table that hold what was made, in the order of declaration."""
        return {name: filling.columns for name, filling in self.fillings.items()}

    def takes(self, table: str) -> bool:
        """Whether rows of a table are stored."""
        return not self.fillings or table in self.fillings

    def stored(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Those of the tables whose rows are stored."""
        return {name: table for name, table in tables.items() if self.takes(name)}

    def only(self, table: str) -> "Fit":
        """The part that concerns one table."""
        return Fit({name: filling for name, filling in self.fillings.items() if name == table})


EVERYTHING: Final = Fit()
"""Leaves nothing out."""


def stored_columns(
    conn: Connection, declared: Mapping[str, Declared], schemas: Mapping[str, pa.Schema]
) -> dict[str, tuple[str, ...]]:
    """Tables and columns in which a database keeps what is made, whether or not it can be filled.

    `schemas` are the declared columns, those of histories too.
    """
    catalog = Catalog(conn)
    there = catalog.load_present(schemas)
    taken = _taken(catalog, declared, there)
    return {
        written: _columns(catalog[written], schemas[written], _lost(declared[name], taken))
        for name, written in _written(declared, taken, there)
    }


def fitted(
    conn: Connection, declared: Mapping[str, Declared], schemas: Mapping[str, pa.Schema]
) -> Fit:
    """Find out what the database takes; `schemas` are the declared columns, histories' too.

    Raises `StorageError`, naming table and column, where a table is lacking that is needed, a
    column must be filled and is not, or a column does not take the values made for it.
    """
    catalog = Catalog(conn)
    there = catalog.load_present(schemas)
    for name, table in declared.items():
        for written in (name, table.history_name) if table.needed else ():
            if written is not None and written not in there:
                raise StorageError(f"The database has no table {written}, which must be there.")
    taken = _taken(catalog, declared, there)
    fillings = {
        written: _filling(conn, catalog[written], declared[name], schemas[written], taken)
        for name, written in _written(declared, taken, there)
    }
    return Fit(fillings, tuple(_left_out(declared, schemas, fillings)))


def _written(
    declared: Mapping[str, Declared], taken: set[str], there: set[str]
) -> Iterator[tuple[str, str]]:
    """Each table that is stored and its history, beside the name of the table."""
    for name, table in declared.items():
        if name in taken:
            yield name, name
            if table.history_name is not None and table.history_name in there:
                yield name, table.history_name


def _taken(catalog: Catalog, declared: Mapping[str, Declared], there: set[str]) -> set[str]:
    """The tables that are stored, histories aside: without one, what rests on it goes as well."""
    taken = {name for name in declared if name in there}
    gone: set[str] | None = None
    while gone is None or gone:
        gone = {
            name
            for name in taken
            for column in declared[name].essential
            if column not in catalog[name].columns
            or declared[name].references.get(column, name) not in taken
        }
        taken -= gone
    return taken


def _filling(
    conn: Connection,
    table: CatalogTable,
    declared: Declared,
    schema: pa.Schema,
    taken: set[str],
) -> Filling:
    """How a table or its history is filled."""
    lost = _lost(declared, taken)
    columns = _columns(table, schema, lost)
    open_ = {name: c for name, c in table.columns.items() if name not in columns}
    filling = Filling(
        columns=columns,
        constant={n: v for n, v in declared.constant.items() if n in open_}
        | {
            n: _key_of(conn, table, n, to, named)
            for n, (to, named) in declared.found.items()
            if n in open_
        },
        copied={n: of for n, of in declared.copied.items() if n in open_},
        keys={**declared.references, **declared.keys, **_keys_copied(declared)},
        by_kind=None if declared.keys_by_kind is None else KeyByKind(*declared.keys_by_kind),
    )
    _require_filled(table, filling, schema, lost)
    # Refuses a column whose type does not take what is given.
    TableEncoder(table, schema, Keys(), filling)
    _require_digits(table, filling, schema)
    return filling


def _lost(declared: Declared, taken: set[str]) -> dict[str, str]:
    """Columns that refer to a table that is not stored, and stay empty."""
    referring = {**declared.references, **declared.keys}
    return {column: to for column, to in referring.items() if to not in taken}


def _columns(table: CatalogTable, schema: pa.Schema, lost: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in schema.names if name in table.columns and name not in lost)


def _keys_copied(declared: Declared) -> dict[str, str]:
    return {
        column: declared.references[of]
        for column, of in declared.copied.items()
        if of in declared.references
    }


def _key_of(
    conn: Connection, table: CatalogTable, column: str, to: str, named: Mapping[str, str]
) -> int | None:
    """The key of the stored row that has these values; None if a nullable column finds none."""
    catalog = Catalog(conn)
    found: list[tuple[Any, ...]] = []
    if catalog.load_present([to]):
        query = sql.SQL("SELECT {} FROM {} WHERE ({}) = ({}) ORDER BY 1 LIMIT 1").format(
            sql.Identifier(catalog[to].id_column or "id"),
            sql.Identifier(catalog[to].schema, to),
            sql.SQL(", ").join(map(sql.Identifier, named)),
            sql.SQL(", ").join(map(sql.Literal, named.values())),
        )
        with translated(f"a look at {to}"):
            found = rows(conn, query)
    if found:
        return int(found[0][0])
    if not table.columns[column].nullable:
        words = ", ".join(f"{name} {value}" for name, value in named.items())
        raise StorageError(
            f"{table.name}.{column} must name the row of {to} with {words}, and there is none."
        )
    return None


def _require_filled(
    table: CatalogTable, filling: Filling, schema: pa.Schema, lost: Mapping[str, str]
) -> None:
    """Refuse a column that must be filled and is not, and a table without its own key."""
    lacking = [n for n in schema.names if n in table.primary_key and n not in filling.columns]
    given = {*filling.columns, *filling.constant, *filling.copied}
    for column in table.columns.values():
        key = column.name in table.primary_key
        if column.name not in given and (key or not (column.nullable or column.has_default)):
            lacking.append(column.name)
    if not lacking:
        return
    if to := lost.get(lacking[0]):
        raise StorageError(
            f"{table.name}.{lacking[0]} must refer to a row of {to}, which is not stored here."
        )
    names = ", ".join(f"{table.name}.{name}" for name in lacking)
    raise StorageError(f"{names} must be filled, and nothing fills it.")


def _require_digits(table: CatalogTable, filling: Filling, schema: pa.Schema) -> None:
    """Refuse a decimal column with fewer digits behind the point than its values may have."""
    for name in filling.columns:
        column, given = table.columns[name], schema.field(name).type
        limits = column.numeric_limits if pa.types.is_decimal(given) else None
        if limits is not None and limits[1] < given.scale:
            raise StorageError(
                f"{table.name}.{name} ({column.type_name}) does not take {given.scale} digits "
                "behind the point."
            )


def _left_out(
    declared: Mapping[str, Declared],
    schemas: Mapping[str, pa.Schema],
    fillings: Mapping[str, Filling],
) -> Iterator[str]:
    """Names of tables and columns; what a table's own absence implies is not named again."""
    for name, table in declared.items():
        if name not in fillings:
            yield name
            continue
        without = _without(schemas[name], fillings[name])
        yield from (f"{name}.{column}" for column in without)
        history = table.history_name
        if history is None:
            continue
        if history not in fillings:
            yield history
            continue
        more = _without(schemas[history], fillings[history])
        yield from (f"{history}.{column}" for column in more if column not in without)


def _without(schema: pa.Schema, filling: Filling) -> Iterable[str]:
    return [name for name in schema.names if name not in filling.columns]

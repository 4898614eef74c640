"""Rows that a run wants to have and that are stored already: found by what names them.

Infrastructure and master data are written once and used by every run after that. A run counts the
keys of its rows from 1; `match` says which stored row each of them is, and `insert_missing` writes
those that nobody has written yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
from psycopg import sql

from data_generation.errors import StorageError
from data_generation.storage.keys.sequences import SequenceKeeper
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, CatalogTable, tracked_table
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.fit import EVERYTHING, Fit
from data_generation.storage.postgres.loading.loader import Loader
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.storage.postgres.session import Connection, rows

_ANY_MONTH: Final = date(2000, 1, 1)
_CREATED: Final = "+"

NaturalKey = tuple[Any, ...]


class Named(Protocol):
    """What is declared of a table whose rows are found by name.

    `natural_key` are the columns that name a row, `references` the table that each foreign key
    leads to, `sizes` columns that a run reckons with, so that a stored row of another size is told
    of. `spelled_freely`, a name counts by its letters and digits: Egg&Alevin is also Egg/Alevin.
    """

    @property
    def natural_key(self) -> tuple[str, ...]: ...
    @property
    def references(self) -> Mapping[str, str]: ...
    @property
    def sizes(self) -> tuple[str, ...]: ...
    @property
    def spelled_freely(self) -> bool: ...


Declared = Mapping[str, Named]
"""Tables by name, a table after those that it refers to."""


@dataclass(frozen=True)
class Difference:
    """A column of an adopted row that is stored with another size than the run wants."""

    table: str
    name: str
    column: str
    stored: Decimal | None
    wanted: Decimal | None
    local_key: int
    stored_key: int


@dataclass(frozen=True)
class Match:
    """Which of a run's rows are stored, by table; keys count from 1 within the run.

    `stored` leads from the run's keys to those of the stored rows, `missing` lists the keys of the
    other rows in ascending order. Every table asked for is in both.
    """

    stored: Mapping[str, Mapping[int, int]]
    missing: Mapping[str, list[int]]
    differing: list[Difference]


def match(conn: Connection, wanted: Mapping[str, pa.Table], declared: Declared) -> Match:
    """Find the rows of `wanted`, all of tables with a natural key, among those stored.

    A row whose parent is not stored is missing. If several stored rows have one natural key, the
    smallest id is taken first; of several wanted rows with one natural key each takes another. Rows
    of history tables are ignored, and columns that the database lacks. Raises `StorageError` if a
    table is not in the database, or if rows refer to a table that is not in `wanted`. What is found
    stays true while the transaction holds the publishing lock.
    """
    tables = _ordered(wanted, declared)
    catalog = Catalog(conn)
    catalog.load(tables)
    stored: dict[str, dict[int, int]] = {}
    missing: dict[str, list[int]] = {}
    differing: list[Difference] = []
    for name in tables:
        columns = catalog[name].columns
        naming = tuple(c for c in declared[name].natural_key if c in columns)
        sized = tuple(c for c in declared[name].sizes if c in columns)
        with translated(f"a look at {name}"):
            ids, sizes = _read(conn, catalog[name], declared[name], naming, sized)
        stored[name], missing[name] = {}, []
        for local, key in _wanted_keys(wanted[name], declared[name], naming, stored):
            found = ids.get(key) if key is not None else None
            if found:
                stored[name][local] = found.pop()
            else:
                missing[name].append(local)
        differing.extend(_differences(name, wanted[name], sized, stored[name], sizes))
    return Match(stored, missing, differing)


def insert_missing(
    conn: Connection,
    wanted: Mapping[str, pa.Table],
    found: Match,
    tops: Mapping[str, int],
    fit: Fit = EVERYTHING,
) -> dict[str, int]:
    """Insert the missing rows and the history rows of their creation; give the rows by table.

    `tops` gives the highest key taken of each table, history tables too; new rows get the keys that
    follow, in the order of their own, and the sequences move past them. `fit` says what of the
    columns is stored. Holds the publishing lock from here on; take it before `match` if another
    transaction may insert such rows at once. Raises `StorageError`; the caller then rolls back.
    """
    new = _missing_rows(wanted, found)
    with translated("the insertion of infrastructure and master data"):
        publish(conn)
    stored = {name: dict(keys) for name, keys in found.stored.items()}
    for name, table in new.items():
        origin = tracked_table(name)
        local = table["history_id"].to_pylist() if origin else found.missing[name]
        following = range(tops[name] + 1, tops[name] + 1 + len(local))
        stored.setdefault(name, {}).update(zip(local, following, strict=True))
    keys = Keys.adopting(stored, {})
    counts = Loader(conn, keys, fit).write_month(_ANY_MONTH, new, {})
    SequenceKeeper(conn, keys).follow(new, {})
    return counts


def _ordered(wanted: Mapping[str, pa.Table], declared: Declared) -> list[str]:
    """Give the tables asked for, parents before children; refuse what cannot be matched."""
    given = [name for name in wanted if tracked_table(name) is None]
    named = [name for name, table in declared.items() if table.natural_key]
    referred = {to for name in given if name in named for to in declared[name].references.values()}
    lacking = sorted((set(given) - set(named)) | (referred - set(given)))
    if lacking:
        raise StorageError(
            f"Rows cannot be looked up by name: {', '.join(lacking)} has no natural key, or is"
            " referred to and not given.",
            "This is a fault of the generator of those tables; nothing was written.",
        )
    return [name for name in named if name in given]


def _read(
    conn: Connection,
    table: CatalogTable,
    declared: Named,
    key: tuple[str, ...],
    sizes: tuple[str, ...],
) -> tuple[dict[NaturalKey, list[int]], dict[int, tuple[Decimal | None, ...]]]:
    """Read a table's natural keys, each with its ids in descending order, and its sizes by id."""
    query = sql.SQL("SELECT {}, {} FROM {} ORDER BY 1 DESC").format(
        sql.Identifier(table.id_column or "id"),
        sql.SQL(", ").join(map(sql.Identifier, (*key, *sizes))),
        sql.Identifier(table.schema, table.name),
    )
    ids: dict[NaturalKey, list[int]] = {}
    sizes_of = {}
    end = 1 + len(key)
    for row in rows(conn, query):
        ids.setdefault(_spelled(declared, row[1:end]), []).append(row[0])
        if sizes:
            sizes_of[row[0]] = row[end:]
    return ids, sizes_of


def _wanted_keys(
    table: pa.Table,
    declared: Named,
    naming: tuple[str, ...],
    stored: Mapping[str, Mapping[int, int]],
) -> Iterator[tuple[int, NaturalKey | None]]:
    """Give local and natural key of each row, in ascending order; None if a parent is missing."""
    columns = []
    lost = [False] * table.num_rows
    for column in naming:
        values = table[column].to_pylist()
        if column in declared.references:
            parents = stored[declared.references[column]]
            lost = [
                gone or (value is not None and value not in parents)
                for gone, value in zip(lost, values, strict=True)
            ]
            values = [None if value is None else parents.get(value) for value in values]
        columns.append(values)
    keys = zip(*columns, strict=True)
    for local, gone, key in sorted(
        zip(table.column(0).to_pylist(), lost, keys, strict=True), key=lambda row: row[0]
    ):
        yield local, None if gone else _spelled(declared, key)


def _spelled(declared: Named, key: NaturalKey) -> NaturalKey:
    if not declared.spelled_freely:
        return key
    return tuple("".join(filter(str.isalnum, str(part))).casefold() for part in key)


def _differences(
    name: str,
    table: pa.Table,
    sized: tuple[str, ...],
    adopted: Mapping[int, int],
    sizes: Mapping[int, tuple[Decimal | None, ...]],
) -> Iterator[Difference]:
    for position, column in enumerate(sized):
        given = zip(*(table[c].to_pylist() for c in ("id", "name", column)), strict=True)
        for local, row_name, wanted in given:
            if local in adopted:
                key = adopted[local]
                stored = sizes[key][position]
                if stored != wanted:
                    yield Difference(name, row_name, column, stored, wanted, local, key)


def _missing_rows(wanted: Mapping[str, pa.Table], found: Match) -> dict[str, pa.Table]:
    """Give the rows to insert, in order of their keys, parents before children."""
    new: dict[str, pa.Table] = {}
    for name, missing in found.missing.items():
        if missing:
            rows_ = _rows_of(wanted[name], missing)
            new[name] = rows_.sort_by(rows_.column_names[0])
    for name, table in wanted.items():
        origin = tracked_table(name)
        if origin in new:
            created = table.filter(np.asarray(table["history_type"]) == _CREATED)
            new[name] = _rows_of(created, found.missing[origin]).sort_by("history_id")
    return {name: table for name, table in new.items() if table.num_rows}


def _rows_of(table: pa.Table, keys: list[int]) -> pa.Table:
    return table.filter(pa.array(np.isin(table.column(0).to_numpy(), keys)))

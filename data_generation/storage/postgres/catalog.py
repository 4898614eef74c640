"""What the database says each table is: kind, columns, keys, indexes.

The loader never assumes a schema. A table that AquaMind's own migrations made plain is filled as a
plain table; one that is partitioned by month, natively or as TimescaleDB's hypertable, is staged.
A further kind of table is one more `TableKind` here and one more way to attach in `partitions.py`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from data_generation.errors import StorageError
from data_generation.storage.postgres.session import Connection, rows
from data_generation.storage.postgres.statements import statement

TIMESTAMPTZ = 1184
DATE = 1082
INT2, INT4, INT8 = 21, 23, 20
NUMERIC = 1700
TYPMOD_HEADER = 4
_HISTORY = "_historical"
_ATTACHES_SINCE = (2, 21)
"""First release of TimescaleDB with `attach_chunk`; older ones are filled as plain tables are."""


class TableKind(Enum):
    """How rows get into a table."""

    PLAIN = "plain"
    MONTHS = "partitioned by range of one time column"
    CHUNKS = "a hypertable to which a month can be attached as a chunk"


@dataclass(frozen=True)
class CatalogColumn:
    """One column as the database has it; `type_oid` and `typmod` as in pg_attribute."""

    name: str
    type_oid: int
    typmod: int
    type_name: str
    nullable: bool
    has_default: bool

    @property
    def is_integer(self) -> bool:
        """Whether it holds whole numbers of two, four or eight bytes."""
        return self.type_oid in (INT2, INT4, INT8)

    @property
    def numeric_limits(self) -> tuple[int, int] | None:
        """Digits of a `numeric` in all, and behind the point; None if it limits neither."""
        if self.type_oid != NUMERIC or self.typmod <= 0:
            return None
        packed = self.typmod - TYPMOD_HEADER
        return packed >> 16, packed & 0x7FF


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key: its name, its columns, what they refer to, and its definition as DDL."""

    name: str
    columns: tuple[str, ...]
    table: str
    schema: str
    referenced: tuple[str, ...]
    definition: str


@dataclass(frozen=True)
class CatalogTable:
    """One table of the database.

    `keys` are the definitions of primary key and unique constraints, `indexes` those of the other
    indexes (whether unique, and the text from USING on). `id_offsets` maps each column that holds a
    run-local id to the table whose offset it takes.
    """

    name: str
    schema: str
    kind: TableKind
    columns: Mapping[str, CatalogColumn]
    primary_key: tuple[str, ...]
    id_column: str | None
    keys: tuple[str, ...]
    indexes: tuple[tuple[bool, str], ...]
    foreign_keys: tuple[ForeignKey, ...]
    id_offsets: Mapping[str, str]
    partition_column: str | None
    default_partition: str | None
    triggers_replaceable: bool
    """Only foreign keys hang on triggers, each of one column whose values are those that are given,
    so a set-based check can stand in.

    A column with a default or an expression may hold what was never given. Deferrable unique and
    exclusion constraints hang on triggers too, and have no such stand-in."""

    @property
    def staged(self) -> bool:
        """Whether a month of it is a relation of its own, which can be filled and then attached."""
        return self.kind is not TableKind.PLAIN

    @property
    def qualified(self) -> str:
        """Schema and name as PostgreSQL's functions that take a relation's name read them."""
        return f'"{self.schema}"."{self.name}"'

    @property
    def partition_type(self) -> int:
        """Type oid of the partition column (date or timestamptz); only for partitioned tables."""
        assert self.partition_column is not None
        return self.columns[self.partition_column].type_oid


def history_table(table: str) -> str:
    """Name the table that django-simple-history keeps: `a_historicalb` for `a_b`."""
    app, _, model = table.partition("_")
    return f"{app}_historical{model}"


def present(conn: Connection, names: Iterable[str]) -> list[str]:
    """Those of the tables that the database has, in the order given; a history with its table."""
    wanted = list(names)
    found = rows(conn, statement("catalog", "present"), {"names": wanted})
    there = {name for (name,) in found}
    return [n for n in wanted if n in there and (tracked_table(n) or n) in there]


def tracked_table(history_table: str) -> str | None:
    """Name the table that a history table mirrors, or None: `a_historicalb` mirrors `a_b`."""
    app, found, model = history_table.partition(_HISTORY)
    return f"{app}_{model}" if found and app and model else None


class Catalog:
    """The tables of one database, asked for once and kept."""

    def __init__(self, conn: Connection) -> None:
        """Ask nothing yet; `conn` decides which tables are visible (search_path)."""
        self._conn = conn
        self._tables: dict[str, CatalogTable] = {}

    def __getitem__(self, name: str) -> CatalogTable:
        """Describe one table; raises `StorageError` if the database has none of that name."""
        self.load([name])
        return self._tables[name]

    def load_present(self, names: Iterable[str]) -> set[str]:
        """Describe those of several tables that the database has, and say which these are."""
        there = set(present(self._conn, names))
        self.load(there)
        return there

    def load(self, names: Iterable[str]) -> None:
        """Describe several tables in one go; raises `StorageError` naming those that are absent."""
        absent = sorted(set(names) - self._tables.keys())
        if not absent:
            return
        mirrored = {t for n in absent if (t := tracked_table(n))} - self._tables.keys()
        found = _read(self._conn, sorted({*absent, *mirrored}))
        missing = [n for n in sorted({*absent, *mirrored}) if n not in found]
        if missing:
            raise StorageError(
                f"The database has no table {', '.join(missing)}.",
                "Run `python manage.py migrate`, or point DATABASE_URL at a migrated database.",
            )
        for name, table in found.items():
            self._tables.setdefault(name, table)
        for name in found:
            self._tables[name] = _with_history_offsets(self._tables, name)


def _with_history_offsets(tables: Mapping[str, CatalogTable], name: str) -> CatalogTable:
    table = tables[name]
    origin = tables.get(tracked_table(name) or "")
    if origin is None:
        return table
    mirrored = {c: t for c, t in origin.id_offsets.items() if c in table.columns}
    return _replace_offsets(table, {**mirrored, **table.id_offsets})


def _replace_offsets(table: CatalogTable, id_offsets: Mapping[str, str]) -> CatalogTable:
    return CatalogTable(**{**table.__dict__, "id_offsets": dict(id_offsets)})


def _read(conn: Connection, names: list[str]) -> dict[str, CatalogTable]:
    found = rows(conn, statement("catalog", "tables"), {"names": names})
    hypertables = time_columns(conn) if found and _can_attach(found[0][-1]) else {}
    oids = {"oids": [row[1] for row in found]}
    columns = _grouped(rows(conn, statement("catalog", "columns"), oids))
    constraints = _grouped(rows(conn, statement("catalog", "constraints"), oids))
    indexes = _grouped(rows(conn, statement("catalog", "indexes"), oids))
    return {
        row[0]: _table(
            row,
            hypertables.get((row[2], row[3])),
            columns.get(row[1], []),
            constraints.get(row[1], []),
            indexes.get(row[1], []),
        )
        for row in found
    }


def _can_attach(timescale: str | None) -> bool:
    """Whether this version of TimescaleDB takes a table that is filled already as a chunk."""
    release = re.match(r"(\d+)\.(\d+)", timescale or "")
    return release is not None and (int(release[1]), int(release[2])) >= _ATTACHES_SINCE


def time_columns(conn: Connection) -> dict[tuple[str, str], str]:
    """Time column of each hypertable that is divided by nothing else, by schema and name.

    Asks TimescaleDB, which must be installed.
    """
    found = rows(conn, statement("catalog", "hypertables"))
    return {(schema, name): column for schema, name, column in found}


def _grouped(found: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in found:
        groups.setdefault(row[0], []).append(row[1:])
    return groups


def _table(
    head: tuple[Any, ...],
    time_column: str | None,
    columns: list[tuple[Any, ...]],
    constraints: list[tuple[Any, ...]],
    indexes: list[tuple[Any, ...]],
) -> CatalogTable:
    (name, _oid, schema, _relname, relkind, partition_column, strategy, default, own_triggers) = (
        head[:-1]
    )
    by_name = {c[0]: CatalogColumn(*c) for c in columns}
    if time_column is not None:
        kind, partition_column = TableKind.CHUNKS, time_column
    else:
        kind = _kind(name, relkind, strategy, by_name.get(partition_column or ""))
    foreign = tuple(
        ForeignKey(key, tuple(cols), table, referenced_schema, tuple(referenced), definition)
        for kind_, _, definition, cols, table, referenced_schema, referenced, key in constraints
        if kind_ == "f"
    )
    unique = [c for c in constraints if c[0] in "pux"]
    primary = next((tuple(c[3]) for c in unique if c[0] == "p"), ())
    # Tables divided by time need the time in their keys; a plain copy of one keeps it there.
    own = [c for c in primary if by_name[c].type_oid not in (DATE, TIMESTAMPTZ)]
    id_column = own[0] if len(own) == 1 else None
    offsets = {fk.columns[0]: fk.table for fk in foreign if len(fk.columns) == 1}
    if id_column is not None:
        offsets.setdefault(id_column, name)
    return CatalogTable(
        name=name,
        schema=schema,
        kind=kind,
        columns=by_name,
        primary_key=primary,
        id_column=id_column,
        keys=tuple(c[2] for c in unique),
        indexes=tuple((unique_, tail) for unique_, tail in indexes),
        foreign_keys=foreign,
        id_offsets=offsets,
        partition_column=partition_column,
        default_partition=default,
        triggers_replaceable=not own_triggers
        and not any(c[1] for c in unique)
        and all(len(fk.columns) == 1 and _as_given(by_name, fk.columns[0]) for fk in foreign),
    )


def _as_given(columns: Mapping[str, CatalogColumn], name: str) -> bool:
    return name in columns and not columns[name].has_default


def _kind(name: str, relkind: str, strategy: str | None, column: CatalogColumn | None) -> TableKind:
    if relkind == "r":
        return TableKind.PLAIN
    if relkind == "p" and strategy == "r" and column and column.type_oid in (DATE, TIMESTAMPTZ):
        return TableKind.MONTHS
    raise StorageError(
        f"{name} is neither a plain table nor partitioned by range of one date or timestamptz"
        f" column (kind {relkind}).",
        "Load into tables made by `python manage.py migrate`.",
    )

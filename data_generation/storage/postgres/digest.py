"""Equal digests mean identical datasets: order-independent hashes, computed in SQL."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql

from data_generation.storage.postgres.catalog import Catalog, Table
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.session import Connection, rows
from data_generation.storage.postgres.statements import statement

NOT_GENERATED: Final[Mapping[str, frozenset[str]]] = {
    "auth_user": frozenset({"password", "last_login"}),
}
"""Columns that differ between equal datasets: a salted hash, and what using the data leaves."""

_WORD = 2**64


@dataclass(frozen=True)
class TableDigest:
    """Rows of one table and their hash, 32 hexadecimal digits."""

    name: str
    rows: int
    hash: str


@dataclass(frozen=True)
class Digest:
    """The tables' digests in order of name, and one hash over all of them."""

    tables: tuple[TableDigest, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def hash(self) -> str:
        """Hash of the dataset: 32 hexadecimal digits over names, row counts and hashes."""
        text = "".join(f"{t.name} {t.rows} {t.hash}\n" for t in self.tables)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def as_dict(self) -> dict[str, Any]:
        """Give the digest as what `--json` prints."""
        return {
            "dataset": {"rows": self.rows, "hash": self.hash},
            "tables": {t.name: {"rows": t.rows, "hash": t.hash} for t in self.tables},
        }

    def as_text(self) -> str:
        """Give one aligned line a table (name, rows, hash), the dataset's last."""
        lines = [
            *((t.name, t.rows, t.hash) for t in self.tables),
            ("dataset", self.rows, self.hash),
        ]
        names = max(len(name) for name, _, _ in lines)
        counts = max(len(str(count)) for _, count, _ in lines)
        return "\n".join(
            f"{name:<{names}}  {count:>{counts}}  {hash_}" for name, count, hash_ in lines
        )


def digest(
    conn: Connection,
    tables: Collection[str],
    exclude: Mapping[str, Collection[str]] = NOT_GENERATED,
    watch: Callable[[int, int, str], None] = lambda *_: None,
) -> Digest:
    """Hash every row of the tables, without the columns in `exclude` (table -> columns).

    A row's hash takes all its columns in order of name, by value: how the database stores or prints
    them (1.5 or 1.50, int or bigint, time zone) changes nothing. The hash of a table is the sum
    and the exclusive or of its rows' 64-bit hashes. `watch` is told before each table how many are
    done, of how many, and its name. Raises `StorageError` if a table is absent.
    """
    catalog = Catalog(conn)
    names = sorted(set(tables))
    catalog.load(names)
    found = []
    with translated("the digest"):
        for done, name in enumerate(names):
            watch(done, len(names), name)
            found.append(_table_digest(conn, catalog[name], exclude.get(name, ())))
    return Digest(tuple(found))


def _table_digest(conn: Connection, table: Table, exclude: Collection[str]) -> TableDigest:
    columns = sorted(name for name in table.columns if name not in exclude)
    query = sql.SQL(statement("digest", "table_digest")).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(table.schema, table.name),
    )
    ((count, total, mixed),) = rows(conn, query)
    return TableDigest(table.name, count, f"{int(total) % _WORD:016x}{mixed % _WORD:016x}")

"""Equal digests mean identical datasets: order-independent hashes, computed in SQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from psycopg import sql

from data_generation.storage.digests import Digest, TableDigest
from data_generation.storage.postgres.catalog import Catalog, CatalogTable
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.session import Connection, rows
from data_generation.storage.postgres.statements import statement

_WORD = 2**64


def digest(
    conn: Connection,
    tables: Collection[str],
    exclude: Mapping[str, Collection[str]] = MappingProxyType({}),
    watch: Callable[[int, int, str], None] = lambda *_: None,
    only: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Digest:
    """Hash every row of the tables, without the columns in `exclude` (table -> columns).

    Of a table in `only`, these columns alone are hashed. A row's hash takes its columns in order of
    name, by value: how the database stores or prints
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
            chosen = set(only.get(name, catalog[name].columns)).difference(exclude.get(name, ()))
            found.append(_table_digest(conn, catalog[name], sorted(chosen)))
    return Digest(tuple(found))


def _table_digest(conn: Connection, table: CatalogTable, columns: Sequence[str]) -> TableDigest:
    query = sql.SQL(statement("digest", "table_digest")).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(table.schema, table.name),
    )
    ((count, total, mixed),) = rows(conn, query)
    hash_ = f"{int(total) % _WORD:016x}{mixed % _WORD:016x}"
    return TableDigest(table.name, count, hash_, tuple(columns))

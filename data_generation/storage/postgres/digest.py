"""Equal digests mean identical datasets: order-independent hashes, computed in SQL."""

from collections.abc import Callable, Collection, Iterable, Mapping

from psycopg import sql

from data_generation.storage.digests import Digest, TableDigest
from data_generation.storage.postgres.catalog import Catalog, CatalogTable
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.session import Connection, rows
from data_generation.storage.postgres.statements import statement

_WORD = 2**64


def digest(
    conn: Connection,
    tables: Iterable[str] | Mapping[str, Collection[str]],
    watch: Callable[[int, int, str], None] = lambda *_: None,
) -> Digest:
    """Hash every row of the tables: all columns, or of each table those that it is mapped to.

    Columns that are named and not there, or there and not named, count for nothing.
    A row's hash takes its columns in order of name, by value: how the database stores or prints
    them (1.5 or 1.50, int or bigint, time zone) changes nothing. The hash of a table is the sum
    and the exclusive or of its rows' 64-bit hashes. `watch` is told before each table how many are
    done, of how many, and its name. Raises `StorageError` if a table is absent.
    """
    catalog = Catalog(conn)
    wanted = tables if isinstance(tables, Mapping) else {}
    names = sorted(set(tables))
    catalog.load(names)
    found = []
    with translated("the digest"):
        for done, name in enumerate(names):
            watch(done, len(names), name)
            found.append(_table_digest(conn, catalog[name], wanted.get(name)))
    return Digest(tuple(found))


def _table_digest(
    conn: Connection, table: CatalogTable, wanted: Collection[str] | None
) -> TableDigest:
    columns = sorted(name for name in table.columns if wanted is None or name in wanted)
    query = sql.SQL(statement("digest", "table_digest")).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(table.schema, table.name),
    )
    ((count, total, mixed),) = rows(conn, query)
    return TableDigest(table.name, count, f"{int(total) % _WORD:016x}{mixed % _WORD:016x}")

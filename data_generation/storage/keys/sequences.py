"""Sequences of primary keys, set past the ids that were loaded with computed values."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from data_generation.storage.keys.offsets import highest_ids
from data_generation.storage.keys.rows import shifted
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.catalog import Catalog, CatalogTable
from data_generation.storage.postgres.failures import translated
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.storage.postgres.session import Connection, rows
from data_generation.storage.postgres.statements import statement


def advance_sequences(conn: Connection, tables: Collection[str]) -> dict[str, int]:
    """Set the sequence of each table's id (identity or serial) to its highest id, never backwards.

    Gives the new value of each sequence that moved, by table. Takes the publishing lock first: of
    two transactions at once, the second then sees the first one's ids. Setting a sequence is not
    undone by a rollback, which leaves a gap and no harm.
    """
    catalog = Catalog(conn)
    catalog.load(tables)
    known = [catalog[name] for name in tables]
    with translated("the advance of sequences"):
        publish(conn)
        highest = highest_ids(conn, known)
        return _advance(conn, [(catalog[name], top) for name, top in highest.items() if top])


class SequenceKeeper:
    """Keeps sequences past the ids of each month that is written; scans no table."""

    def __init__(self, conn: Connection, keys: Keys) -> None:
        """`keys`, as those of the loader, lead from run-local keys to those stored."""
        self._conn = conn
        self._keys = keys
        self._catalog = Catalog(conn)

    def with_keys(self, keys: Keys) -> "SequenceKeeper":
        """Give a keeper for other keys on this connection, with all that is known of tables."""
        other = SequenceKeeper(self._conn, keys)
        other._catalog = self._catalog
        return other

    def tops(self, tables: Collection[str]) -> dict[str, int]:
        """`sequence_tops`, with what is known of the tables."""
        return _tops(self._conn, self._catalog, tables)

    def follow(self, inserts: Mapping[str, pa.Table], last_ids: Mapping[str, int]) -> None:
        """Set the sequences of `inserts` to the highest id in each, never backwards; one statement.

        `last_ids` gives the highest run-local id of tables whose rows are not at hand. The
        transaction must hold the publishing lock already, as it does after `write_month`.
        """
        filled = {name: table for name, table in inserts.items() if table.num_rows}
        # All tables of the run at once, so that no later month has to ask.
        self._catalog.load([*self._keys.pieces, *filled, *last_ids])
        highest = {name: self._keys.stored(name, last) for name, last in last_ids.items()}
        for name, table in filled.items():
            column = self._catalog[name].id_column
            if column is not None and self._catalog[name].columns[column].is_integer:
                local = table.column(column).combine_chunks()
                highest[name] = pc.max(shifted(self._keys, name, local)).as_py()
        with translated("the advance of sequences"):
            _advance(self._conn, [(self._catalog[n], top) for n, top in highest.items()])


def sequence_tops(conn: Connection, tables: Collection[str]) -> dict[str, int]:
    """Give the last value that the sequence of each table's id gave out or was set to.

    0 where it was never used, or there is none; one statement. Raises `StorageError` if a table
    does not exist.
    """
    return _tops(conn, Catalog(conn), tables)


def _tops(conn: Connection, catalog: Catalog, tables: Collection[str]) -> dict[str, int]:
    catalog.load(tables)
    keyed = [name for name in tables if catalog[name].id_column is not None]
    params = {
        "relations": [catalog[name].qualified for name in keyed],
        "columns": [catalog[name].id_column for name in keyed],
    }
    with translated("a look at the sequences"):
        found = rows(conn, statement("maintenance", "sequence_tops"), params)
    tops = {keyed[position - 1]: top for position, top in found}
    return {name: tops.get(name, 0) for name in tables}


def _advance(conn: Connection, highest: list[tuple[CatalogTable, int]]) -> dict[str, int]:
    params = {
        "relations": [table.qualified for table, _ in highest],
        "columns": [table.id_column for table, _ in highest],
        "highest": [top for _, top in highest],
    }
    moved = rows(conn, statement("maintenance", "advance_sequences"), params)
    return {highest[position - 1][0].name: reached for position, reached in moved}

"""Sequences of primary keys, set past the ids that were loaded with computed values."""

from collections.abc import Collection

from data_generation.storage.catalog import Catalog
from data_generation.storage.failures import translated
from data_generation.storage.offsets import highest_ids
from data_generation.storage.session import Connection, rows
from data_generation.storage.statements import statement
from data_generation.storage.writer import publish


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
        highest = {name: top for name, top in highest_ids(conn, known).items() if top}
        params = {
            "relations": [f'"{catalog[name].schema}"."{name}"' for name in highest],
            "columns": [catalog[name].id_column for name in highest],
            "highest": list(highest.values()),
        }
        moved = rows(conn, statement("maintenance", "advance_sequences"), params)
    return {list(highest)[position - 1]: reached for position, reached in moved}

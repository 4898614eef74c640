"""Blocks of stored keys, taken month by month by runs that write side by side.

A run over years has the database to itself, so all its keys move on by one number. Batches of the
event engine write at the same time: each month of each takes the next free keys of every table,
and notes how far they reach, in the transaction that stores the month.
"""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from data_generation.orchestrator import store
from data_generation.orchestrator.database import Connection
from data_generation.orchestrator.ports import Engine
from data_generation.orchestrator.snapshots import load_snapshot
from data_generation.orchestrator.store import RunRecord
from data_generation.storage.keys import Keys, Span
from data_generation.storage.offsets import compute_offsets
from data_generation.storage.sequences import SequenceKeeper


def tops(connection: Connection, tables: Collection[str]) -> dict[str, int]:
    """Return the highest key of each table that is stored, or taken by a run that will store it."""
    stored = compute_offsets(connection, tables)
    if not store.exists(connection):
        return stored
    taken = store.key_tops(connection, tables)
    return {table: max(top, taken[table]) for table, top in stored.items()}


def spans(inserts: Mapping[str, pa.Table]) -> dict[str, Span]:
    """Return first and last run-local key of each table's rows."""
    found = {}
    for name, table in inserts.items():
        if table.num_rows:
            names = table.column_names
            column = "history_id" if "history_id" in names else names[0]
            ends = pc.min_max(table[column])
            found[name] = ends["min"].as_py(), ends["max"].as_py()
    return found


def take(
    connection: Connection, run: int, wanted: Mapping[str, Span], sequences: SequenceKeeper
) -> Keys:
    """Give the run the next free keys for what a month will store, and return all its keys.

    Must be inside the transaction that stores the month and holds the publishing lock. A key that
    somebody else took from a table's sequence meanwhile is passed over.
    """
    keys = store.current_keys(connection, run)
    taken = store.key_tops(connection, wanted)
    drawn = sequences.tops(wanted)
    reached = {}
    for table, (first, last) in wanted.items():
        top = max(taken[table], drawn[table])
        keys = keys.with_block(table, first, top + 1 - first)
        reached[table] = top + 1 + last - first
    store.raise_key_tops(connection, reached)
    store.set_keys(connection, run, keys)
    return keys


def passed_over(connection: Connection, run: RunRecord, engine: Engine) -> Keys:
    """Give a run that goes on keys past those that others have stored meanwhile.

    Returns all its keys and stores them.
    """
    snapshot = load_snapshot(connection, run.id)
    if snapshot is None:
        return run.keys
    following = engine.next_keys(snapshot[1])
    keys = run.keys
    for table, top in tops(connection, list(following)).items():
        first = following[table]
        if top >= keys.stored(table, first):
            keys = keys.with_block(table, first, top + 1 - first)
    if keys != run.keys:
        store.set_keys(connection, run.id, keys)
    return keys

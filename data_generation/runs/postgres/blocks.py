"""Blocks of stored keys: where a run's keys begin, and how they go on past those of others.

A run over years has the database to itself, so all its keys move on by one number. Batches of the
event engine write at the same time. Each takes a block of every table's keys when it begins, one
key for each of its rows: they are counted beforehand. So its keys are those that it would have if
the batches begun before it had been finished first, whoever writes when.
"""

from collections.abc import Collection, Mapping

from data_generation.runs.ports import Engine
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.snapshots import load_snapshot
from data_generation.runs.postgres.store import RunRecord
from data_generation.storage.keys.offsets import compute_offsets
from data_generation.storage.keys.sequences import SequenceKeeper, sequence_tops
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.loading.publishing import publish


def tops(connection: Connection, tables: Collection[str]) -> dict[str, int]:
    """Return the highest key of each table that is stored, or taken by a run that will store it."""
    stored = compute_offsets(connection, tables)
    if not store.exists(connection):
        return stored
    taken = store.key_tops(connection, tables)
    return {table: max(top, taken[table]) for table, top in stored.items()}


def take(
    connection: Connection,
    following: Mapping[str, int],
    adopted: Mapping[str, Mapping[int, int]],
) -> Keys:
    """Give a run the next free keys of every table for all its rows, and note how far they reach.

    `following` is the run-local key, by table, that the row after its last would have; `adopted`
    leads from keys of rows that are stored already to their stored keys. Must be inside a
    transaction that holds the publishing lock. A key that somebody else took from a sequence is
    passed over.
    """
    drawn = sequence_tops(connection, following)
    free = {table: max(top, drawn[table]) for table, top in tops(connection, following).items()}
    ends = {table: top + following[table] - 1 for table, top in free.items()}
    store.raise_key_tops(connection, ends)
    return Keys.adopting(adopted, free)


def follow(connection: Connection, tables: Collection[str]) -> None:
    """Set the sequences past all keys that runs have taken, so that nobody else draws one.

    A sequence does not roll back: this comes after the commit of `take`, or a crash between them
    would leave a gap, and the next batch other keys.
    """
    with connection.transaction():
        publish(connection)
        taken = {table: top for table, top in store.key_tops(connection, tables).items() if top}
        SequenceKeeper(connection, Keys()).follow({}, taken)


def passed_over(connection: Connection, run: RunRecord, engine: Engine) -> Keys | None:
    """Give a run over years that goes on keys past those that others have stored meanwhile.

    Returns all its keys and stores them; None if nothing of the run is stored.
    """
    snapshot = load_snapshot(connection, run.id)
    if snapshot is None:
        return None
    following = engine.next_keys(snapshot[1])
    keys = run.keys
    for table, top in tops(connection, list(following)).items():
        first = following[table]
        if top >= keys.stored(table, first):
            keys = keys.with_block(table, first, top + 1 - first)
    if keys != run.keys:
        store.set_keys(connection, run.id, keys)
    return keys

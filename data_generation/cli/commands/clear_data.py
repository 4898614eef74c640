"""`runscript clear_data`: delete all generated data, the record of runs and checkpoint files."""

from typing import Final

from data_generation.cli import clearing, shell
from data_generation.errors import ExitCode, Refused
from data_generation.generators.domains import TABLES
from data_generation.generators.ledger import next_keys
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.snapshots import load_snapshot
from data_generation.runs.postgres.store import RunRecord
from data_generation.storage.postgres.catalog import present
from data_generation.storage.postgres.clear import clear_tables
from data_generation.storage.postgres.loading.publishing import publish
from data_generation.storage.postgres.loading.reserved import drop_reserved
from data_generation.storage.postgres.written import Writing, delete_written

_WHAT: Final = "all generated data"
_EXAMPLE = "  python manage.py runscript clear_data --yes"


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "clear_data",
        "Delete every row of the tables that the generator fills, also rows of other origin there, "
        "the record of runs, and the checkpoint files. The tables themselves stay. With "
        "--existing-schema, delete only the rows that the recorded runs wrote.",
        _EXAMPLE,
    )

    def remove(connection: Connection, existing: bool) -> dict[str, int]:
        return forget(connection) if existing else clear(connection)

    return clearing.delete(parser, flags, _WHAT, remove)


def clear(connection: Connection) -> dict[str, int]:
    """Empty all generated tables and delete the record of runs; give the rows of each table.

    `connection` holds the lock and is in no transaction.
    """
    # The runs go first: a killed run's worker may hold its unit's row and wait for the publishing
    # lock, which must not be held yet by whoever waits for that row.
    tables = present(connection, TABLES.names)
    return clear_tables(connection, tables, first=lambda: _forget_all(connection))


def _forget_all(connection: Connection) -> None:
    store.delete_all_runs(connection)
    store.forget_farm(connection)


def forget(connection: Connection) -> dict[str, int]:
    """Delete the rows that the recorded runs wrote, and their record; give the rows by table.

    For tables that others fill too. Rows that runs updated or used, and what was made without a run
    (infrastructure and master data of their own scripts), stay. `connection` holds the lock and is
    in no transaction.
    """
    if not store.exists(connection):
        return {}
    with connection.transaction():
        # What a killed run's worker is still writing is waited for, and deleted too.
        connection.execute("LOCK TABLE data_generation.unit IN EXCLUSIVE MODE")
        runs = store.batch_runs(connection)
        years = store.find_run(connection)
        writings = [
            writing
            for run in ([*runs, years] if years else runs)
            if (writing := _writing(connection, run)) is not None
        ]
        store.delete_all_runs(connection)
        publish(connection)
        tables = present(connection, TABLES.names)
        drop_reserved(connection, tables)
        return delete_written(connection, tables, writings)


def _writing(connection: Connection, run: RunRecord) -> Writing | None:
    """What a run wrote, as its last snapshot knows; None if it wrote nothing."""
    stored = load_snapshot(connection, run.id)
    if stored is None:
        return None
    try:
        following = next_keys(stored[1])
    except (KeyError, ValueError) as error:
        raise Refused(
            f"Run {run.id} was written by another version of the program "
            f"({run.identity.generator_version}), which fills other tables.",
            "Clear with that version; nothing was deleted.",
        ) from error
    return Writing(run.keys, following, store.rows_by_table(connection, run.id))

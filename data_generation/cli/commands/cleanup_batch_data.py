"""`runscript cleanup_batch_data`: delete all batches; keep infrastructure and master data."""

from argparse import Namespace
from typing import Final

from data_generation.cli import clearing, shell
from data_generation.errors import ExitCode, Refused
from data_generation.generators.domains import TABLES
from data_generation.generators.infrastructure.tables import CALIBRATION
from data_generation.runs.postgres import store, stored_farm
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.storage.postgres.catalog import history_table, present
from data_generation.storage.postgres.clear import (
    clear_tables,
    delete_like,
    with_dependents,
)

PURCHASES: Final = "inventory_feedpurchase"
SENSOR_HISTORY: Final = "infrastructure_historicalsensor"
_NUMBER: Final = "batch_number"
_ORDERED: Final = "AUTO-"
"""How the numbers of purchases begin that a run made; others are kept."""

_WHAT: Final = "all batches and everything that hangs on them"
_EXAMPLE = "  python manage.py runscript cleanup_batch_data --yes"


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "cleanup_batch_data",
        "Delete all batches and what hangs on them: assignments, transfers, readings, meals, "
        "deaths, samples, health, harvest, sales; also broodstock fish and eggs, weather, "
        "purchases numbered AUTO-, all feed stock, calibrations, their history, and the record of "
        "runs. "
        "Infrastructure, master data and other purchases stay.",
        _EXAMPLE,
        fills=False,
    )
    return clearing.delete(
        parser, flags, _WHAT, lambda connection, _: clean(connection), _refuse_existing
    )


def _refuse_existing(options: Namespace) -> None:
    if options.existing_schema:
        raise Refused(
            "In a database that AquaMind made, cleanup_batch_data would delete its own batches.",
            "To delete what runs wrote: python manage.py runscript clear_data --existing-schema",
        )


def clean(connection: Connection) -> dict[str, int]:
    """Delete all batch data and the record of runs; give the rows deleted from each table.

    `connection` holds the lock and is in no transaction.
    """
    kept: dict[str, int] = {}

    def delete_from_kept() -> None:
        kept.update(delete_like(connection, PURCHASES, _NUMBER, _ORDERED))
        kept[SENSOR_HISTORY] = _undo_calibrations(connection)

    # The runs go first: a killed run's worker may hold its unit's row and wait for the publishing
    # lock, which must not be held yet by whoever waits for that row.
    counts = clear_tables(
        connection,
        doomed_tables(connection),
        first=lambda: _forget_runs(connection),
        last=delete_from_kept,
    )
    return dict(sorted((counts | kept).items()))


def _undo_calibrations(connection: Connection) -> int:
    """Leave sensors as they were before the batches; give the rows of history deleted.

    A run afterwards calibrates them for its own batches, perhaps of earlier days.
    """
    reason = {"reason": CALIBRATION}
    connection.execute(query("batches", "undo_calibrations"), reason)
    return connection.execute(query("batches", "drop_calibrations"), reason).rowcount


def _forget_runs(connection: Connection) -> None:
    """Delete the record of runs; which farm they left behind is known all the same."""
    farm = stored_farm.recorded(connection)
    if farm is not None:
        store.ensure(connection)
        store.set_farm(connection, farm)
    store.delete_all_runs(connection)


def doomed_tables(connection: Connection) -> list[str]:
    """Return the tables that lose all their rows, in the order of their names."""
    histories = {TABLES[name].history_name for name in TABLES.setup}
    kept = {*TABLES.setup, *histories, PURCHASES, history_table(PURCHASES)}
    generated = [name for name in present(connection, TABLES.names) if name not in kept]
    return sorted(with_dependents(connection, generated) - kept)

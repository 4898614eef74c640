"""`runscript clear_data`: delete all generated data, runs and the checkpoint file."""

import sys
from contextlib import closing

from data_generation.errors import ExitCode, Refused
from data_generation.generators.tables import TABLES
from data_generation.orchestrator import checkpoint, lock, runner
from data_generation.scripts import shell

_EXAMPLE = "  python manage.py runscript clear_data --yes"


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "clear_data",
        "Delete every row of the tables that the generator fills, also rows of other origin there, "
        "the record of runs, and the checkpoint file. The tables themselves stay.",
        _EXAMPLE,
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(flags)
    folders = shell.apply_folders(options)
    if not options.yes:
        _confirm()
    conninfo = shell.conninfo()
    shell.require_migrated()
    shell.disconnect()
    with closing(runner.open_coordinator(conninfo)) as connection, lock.held(connection):
        database = connection.info.dbname
        runner.clear(connection, TABLES)
    checkpoint.file_for(folders.checkpoints, database).unlink(missing_ok=True)
    shell.show(
        f"Cleared {len(TABLES)} tables of database {database}.",
        {"cleared_tables": len(TABLES), "database": database},
        options.json,
    )
    return ExitCode.DONE


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise Refused(
            "clear_data deletes all generated data and nobody can be asked.",
            "To do it: python manage.py runscript clear_data --yes",
        )
    sys.stderr.write("Delete all generated data? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused("Not confirmed; nothing was deleted.")

"""What the scripts share that delete: the question, the lock, the checkpoint files, the report."""

import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_generation.cli import shell
from data_generation.cli.schema import require_schema
from data_generation.errors import ExitCode, Refused
from data_generation.runs import checkpoint
from data_generation.runs.postgres import lock, store
from data_generation.runs.postgres.connecting import Connection, Conninfo, connect_to_write
from data_generation.ticker import TICKER
from data_generation.words import counted

_BATCH = re.compile(r"-[A-Z]{2,}-\d{4}-\d{3,}")
"""How the name of a batch's checkpoint file goes on after the database's."""


@dataclass(frozen=True)
class Deleted:
    """What was deleted: rows by table, runs, and checkpoint files by name."""

    database: str
    rows: Mapping[str, int]
    runs: int
    files: tuple[str, ...]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())

    def as_text(self) -> str:
        """Return the lines for a person: a table a line, then the sum."""
        if not (self.total or self.runs or self.files):
            return f"Nothing to delete in database {self.database}."
        counts = {name: count for name, count in self.rows.items() if count}
        width = max(map(len, counts), default=0)
        lines = [f"  {name:{width}} {count:>13,}" for name, count in counts.items()]
        what = ", ".join(
            counted(count, one, many)
            for count, one, many in (
                (self.total, "row", "rows"),
                (self.runs, "record of a run", "records of runs"),
                (len(self.files), "checkpoint file", "checkpoint files"),
            )
            if count
        )
        return "\n".join([*lines, f"Deleted from database {self.database}: {what}."])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "database": self.database,
            "deleted": {name: count for name, count in self.rows.items() if count},
            "rows": self.total,
            "runs": self.runs,
            "checkpoint_files": list(self.files),
        }


def delete(
    parser: shell.Parser,
    flags: list[str],
    what: str,
    remove: Callable[[Connection, bool], Mapping[str, int]],
    check: Callable[[Namespace], None] = lambda _: None,
) -> ExitCode:
    """Ask, hold the database, delete, and show what is gone.

    `what` names it in the question. `remove` is given the connection and whether the tables are
    AquaMind's own; it gives the rows by table. `check` refuses flags before anything else.
    """
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(flags)
    places = shell.apply_folders(options)
    check(options)
    if not options.yes:
        _require_terminal(parser.script, what)
    conninfo = shell.conninfo()
    require_schema(options.existing_schema)
    shell.disconnect()
    if not options.yes:
        shell.confirm(f"Delete {what} from database {conninfo['dbname']}?", "nothing was deleted")
    with _alone(conninfo) as connection:
        database = connection.info.dbname
        runs = _count_runs(connection)
        TICKER.doing(f"Deleting {what}")
        rows = remove(connection, options.existing_schema)
    files = _remove_checkpoints(places.checkpoints, database)
    deleted = Deleted(database, rows, runs, files)
    shell.show(deleted.as_text(), deleted.as_dict(), options.json)
    return ExitCode.DONE


def _require_terminal(script: str, what: str) -> None:
    """Refuse if nobody can be asked."""
    if not sys.stdin.isatty():
        raise Refused(
            f"{script} deletes {what} and nobody can be asked.",
            f"To do it: python manage.py runscript {script} --yes",
        )


@contextmanager
def _alone(conninfo: Conninfo) -> Iterator[Connection]:
    """Connect and hold the database; Refused while any run is at work on it."""
    with (
        closing(connect_to_write(conninfo, lock.holder_name())) as connection,
        lock.held(connection),
    ):
        store.discard_older_layout(connection)
        yield connection


def _count_runs(connection: Connection) -> int:
    """Return how many runs the database holds a record of."""
    return len(store.batch_runs(connection)) + (store.find_run(connection) is not None)


def _remove_checkpoints(folder: Path, database: str) -> tuple[str, ...]:
    """Remove the checkpoint files of a database, those of its batches too; give their names."""
    main = checkpoint.file_for(folder, database)
    found = [main] if main.exists() else []
    found += [
        path
        for path in sorted(folder.glob("*.json"))
        if path.name.startswith(main.stem)
        and _BATCH.fullmatch(path.stem[len(main.stem) :])
        and checkpoint.database_of(path) == database
    ]
    for path in found:
        path.unlink(missing_ok=True)
    return tuple(path.name for path in found)

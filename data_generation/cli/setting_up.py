"""What the two scripts share that make a farm before its first batch."""

from collections.abc import Callable
from contextlib import closing
from typing import Any, Protocol

from data_generation.cli import shell
from data_generation.cli.fillable import fit_of_database
from data_generation.cli.flags.farm_flags import (
    Configured,
    add_farm_flags,
    configured,
    require_loadable,
)
from data_generation.cli.schema import require_schema
from data_generation.errors import ExitCode
from data_generation.runs import run as runner
from data_generation.runs.postgres import lock
from data_generation.runs.postgres.connecting import Connection
from data_generation.storage.postgres.fit import Fit


class SetUp(Protocol):
    """What was made, for a person and for a program."""

    def as_text(self) -> str:
        """Return lines."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""


def set_up(
    parser: shell.Parser, flags: list[str], make: Callable[[Connection, Configured, Fit], SetUp]
) -> ExitCode:
    """Find which farm is meant, run `make` beside any batches, and show what it made."""
    add_farm_flags(parser)
    options = parser.parse_args(flags)
    shell.apply_folders(options)
    require_loadable(options)
    conninfo = shell.conninfo()
    require_schema(options.existing_schema)
    fit = fit_of_database(options.existing_schema)
    shell.disconnect()
    with (
        closing(runner.open_coordinator(conninfo)) as connection,
        lock.held(connection, shared=True),
    ):
        result = make(connection, configured(options, connection), fit)
    shell.show(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE

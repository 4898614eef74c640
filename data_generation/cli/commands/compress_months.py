"""`runscript compress_months`: store finished months by column, where TimescaleDB is."""

import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from data_generation.cli import shell
from data_generation.cli.flags.data_flags import day
from data_generation.cli.schema import require_schema
from data_generation.errors import ExitCode, Refused
from data_generation.runs import run as runner
from data_generation.runs.postgres import lock, store
from data_generation.storage.postgres.compression import (
    CompressedMonth,
    compress_months,
    hypertables,
)
from data_generation.ticker import TICKER
from data_generation.words import counted

TABLES: Final = ("environmental_environmentalreading", "environmental_weatherdata")
"""What migrations make hypertables of."""
_EXAMPLE = "  python manage.py runscript compress_months --before 2023-01-01"
_MB = 1024 * 1024


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "compress_months",
        "Compress the months of readings and weather that are finished: a fraction of their size, "
        "and slower only to change. Needs TimescaleDB. Months that an unfinished run has still to "
        "fill are left as they are. Run again, it goes on where it was.",
        _EXAMPLE,
        fills=False,
    )
    parser.add_argument("--before", type=day, metavar="DATE", help="only months that end by then")
    options = parser.parse_args(flags)
    shell.apply_folders(options)
    conninfo = shell.conninfo()
    require_schema(options.existing_schema)
    shell.disconnect()
    found: list[CompressedMonth] = []

    def tell(month: CompressedMonth) -> None:
        found.append(month)
        TICKER.doing(f"Compressing {month.table}, {month.first:%Y-%m} is done")
        if sys.stderr.isatty():
            sys.stderr.write(f"{month.table} {month.first:%Y-%m}\n")

    with closing(runner.open_coordinator(conninfo)) as connection, lock.held(connection):
        if not hypertables(connection, TABLES):
            raise Refused(
                f"Database {connection.info.dbname} has no hypertables: TimescaleDB was not there "
                "when its tables were made.",
                "Nothing was changed; docs/operations.md says how to have them.",
            )
        opens = store.first_open_day(connection)
        limits = [limit for limit in (opens, options.before) if limit is not None]
        compress_months(connection, TABLES, min(limits, default=None), tell)
    shell.show(_as_text(found), {"compressed": _by_table(found)}, options.json)
    return ExitCode.DONE


def _by_table(found: Sequence[CompressedMonth]) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = defaultdict(
        lambda: {"months": 0, "bytes_before": 0, "bytes_after": 0}
    )
    for month in found:
        sums[month.table]["months"] += 1
        sums[month.table]["bytes_before"] += month.bytes_before
        sums[month.table]["bytes_after"] += month.bytes_after
    return dict(sums)


def _as_text(found: Sequence[CompressedMonth]) -> str:
    lines = [
        f"{table}: {counted(sums['months'], 'month')}, {sums['bytes_before'] / _MB:,.1f} MB to "
        f"{sums['bytes_after'] / _MB:,.1f} MB"
        for table, sums in _by_table(found).items()
    ]
    return "\n".join(lines or ["Nothing to compress."])

"""`runscript verify_data_integrity`: check the batches of a database, or one of them."""

from typing import Final

from data_generation.cli import shell
from data_generation.cli.flags.farm_flags import GUIDE_PROFILE
from data_generation.cli.limits import Limits, exit_code, lanes, runs_of
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.errors import ExitCode, Refused, UsageError
from data_generation.runs.engine.memory import resources_for
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.shown.progress import Screen
from data_generation.validation.guide import all_batches
from data_generation.validation.verification import Coverage, verify

_EXAMPLE: Final = """\
  python manage.py runscript verify_data_integrity
  python manage.py runscript verify_data_integrity --batch FI-2024-001 --json"""
_SHOWN: Final = 5


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "verify_data_integrity",
        "Check every batch of the database, whoever made it: completeness of readings, orphaned "
        "readings, silos, stages, survival, audit trail; then integrity, business rules and "
        "statistics. Writes nothing. Exit code 1 if anything is broken.",
        _EXAMPLE,
    )
    parser.add_argument("--batch", metavar="NUMBER", help="only this batch and its places")
    parser.add_argument("--strict", action="store_true", help="exit code 1 for what is unusual too")
    options = parser.parse_args(flags)
    shell.apply_folders(options)
    conninfo = shell.conninfo()
    shell.disconnect()
    workers = resources_for(load_config(CONFIG_DIR, GUIDE_PROFILE).runtime).workers
    with lanes(conninfo, workers) as connections:
        connection, found = connections[0], Limits()
        batches = _chosen(connection, options.batch)
        chosen = set(batches.values())
        others = chosen - found.add_runs(connection, chosen)
        if others:
            found.add(others)
        coverage = Coverage()
        if options.batch is not None:
            runs = tuple(r.id for r in runs_of(connection) if r.batch_number == options.batch)
            coverage = Coverage("this batch and its places", whole=False, runs=runs)
        with Screen(bar=True) as screen:
            result = verify(connections, found.parts(), coverage, found.notes, screen.check)
    shell.show(result.as_text(), result.as_dict(), options.json)
    return exit_code(result, strict=options.strict)


def _chosen(connection: Connection, number: str | None) -> dict[str, int]:
    """Numbers and stored keys of the batches to check."""
    with connection.cursor() as cursor:
        batches = all_batches(cursor)
    if not batches:
        raise Refused(
            "This database holds no batch.",
            "Make one: python manage.py runscript event_engine, or years of them: "
            "python manage.py runscript data_generation --mode=sequential",
        )
    if number is None:
        return batches
    if number not in batches:
        latest = list(batches)[-_SHOWN:]
        more = f", and {len(batches) - len(latest)} others" if len(batches) > _SHOWN else ""
        raise UsageError(
            f"--batch {number}: no such batch in this database.",
            f"There are {', '.join(latest)}{more}.",
        )
    return {number: batches[number]}

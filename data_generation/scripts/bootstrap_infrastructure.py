"""`runscript bootstrap_infrastructure`: stations, halls, areas, containers, sensors, silos."""

from contextlib import closing

from data_generation.errors import ExitCode
from data_generation.orchestrator import lock, runner
from data_generation.scripts import shell
from data_generation.scripts.farm_flags import add_farm_flags, configured

_EXAMPLE = """\
  python manage.py runscript bootstrap_infrastructure
  python manage.py runscript bootstrap_infrastructure --set farm.areas_per_country=6"""


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "bootstrap_infrastructure",
        "Make the farm's infrastructure: geographies, stations, halls, sea areas, containers, "
        "sensors and feed systems. What is there already stays as it is.",
        _EXAMPLE,
    )
    add_farm_flags(parser)
    options = parser.parse_args(flags)
    shell.apply_folders(options)
    config = configured(options).config
    from data_generation.orchestrator import installing

    conninfo = shell.conninfo()
    shell.require_schema(options.existing_schema)
    shell.disconnect()
    with (
        closing(runner.open_coordinator(conninfo)) as connection,
        lock.held(connection, shared=True),
    ):
        result = installing.bootstrap(connection, config)
    shell.show(result.as_text(), result.as_dict(), options.json)
    return ExitCode.DONE

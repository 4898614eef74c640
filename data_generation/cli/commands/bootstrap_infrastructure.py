"""`runscript bootstrap_infrastructure`: stations, halls, areas, containers, sensors, silos."""

from data_generation.batches import installing
from data_generation.cli import shell
from data_generation.cli.setting_up import set_up
from data_generation.errors import ExitCode

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
        "sensors and feed systems. What is there already stays as it is; of the farm that the "
        "database holds, what is missing is made.",
        _EXAMPLE,
    )
    return set_up(
        parser,
        flags,
        lambda connection, chosen, fit: installing.bootstrap(
            connection, chosen.config, chosen.farm, fit
        ),
    )

"""`runscript initialize_master_data`: species, stages, parameters, feeds, users, first stock."""

from data_generation.batches import installing
from data_generation.cli import shell
from data_generation.cli.setting_up import set_up
from data_generation.errors import ExitCode

_EXAMPLE = """\
  python manage.py runscript initialize_master_data
  python manage.py runscript initialize_master_data --set feed.opening_stock_kg=5000"""


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "initialize_master_data",
        "Make the master data: species, life stages, parameters, feeds, product grades and users; "
        "set the capacity of silos and put the first stock into each, unless a run over years "
        "buys the feed. What is there already stays as it is.",
        _EXAMPLE,
    )
    return set_up(
        parser,
        flags,
        lambda connection, chosen, fit: installing.initialize(connection, chosen.config, fit),
    )

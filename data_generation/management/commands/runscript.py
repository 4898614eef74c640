"""`manage.py runscript NAME [flags]`: runs one of the generator's scripts."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aquamind.program import as_called
from data_generation import streams
from data_generation.cli import registry
from data_generation.errors import AquaError, ExitCode
from data_generation.ticker import TICKER


class Command(BaseCommand):
    """Hands all flags after NAME to the script, which has its own `--help`."""

    help = "Run a script of the data generator. Scripts:\n" + registry.listing()
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the command line; the script's exit code becomes the process's."""
        streams.secure()
        streams.take_colour_flags(argv)
        names = argv[2:]
        if not names or names[0] in ("-h", "--help", "--list"):
            usage = as_called("manage.py runscript NAME [flags]")
            sys.stdout.write(f"{usage}\n\n{registry.listing()}\n")
            sys.exit(ExitCode.DONE if names else ExitCode.USAGE)
        try:
            with TICKER.running(f"runscript {names[0]} is at work"):
                code = registry.start(names[0], names[1:])
        except AquaError as error:
            sys.stderr.write(f"{error}\n")
            code = error.exit_code
        sys.exit(code)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the script's name and flags when called from Python."""
        parser.add_argument("name", help="script to run")
        parser.add_argument("flags", nargs="*", help="the script's own flags")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run from `call_command`; CommandError carries an exit code other than 0."""
        code = registry.start(options["name"], options["flags"])
        if code is not ExitCode.DONE:
            raise CommandError(f"runscript {options['name']} failed.", returncode=int(code))

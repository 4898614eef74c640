"""`manage.py embedded_postgres`: start, stop, look at or remove the embedded server."""

import argparse
import json
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aquamind.embedded import EmbeddedServerError, get_server, tcp
from aquamind.embedded.server import EmbeddedServer
from aquamind.embedded.state import USER, ServerStatus
from aquamind.program import as_called

_NOT_RUNNING = 3
_FAILED = 4
_EPILOG = """\
example:
  python manage.py embedded_postgres status --json
  python manage.py embedded_postgres start --tcp 5433

exit status:
  0  done; status: the server runs
  2  wrong usage
  3  status: the server does not run
  4  failed
"""


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if port not in tcp.PORTS:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a port from {tcp.PORTS.start} to {tcp.PORTS.stop - 1}"
        )
    return port


class Command(BaseCommand):
    """Starts, stops, shows or removes the embedded PostgreSQL server."""

    help = "Start, stop, show or remove the embedded PostgreSQL server."
    # Works on a broken project too.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One positional action and its flags."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = as_called(_EPILOG)
        parser.add_argument(
            "action",
            choices=["start", "stop", "status", "destroy"],
            help="start: unless it runs already; stop: clients are disconnected; "
            "status: what runs where; destroy: stop it and remove all its data",
        )
        parser.add_argument(
            "--tcp",
            type=_port,
            metavar="PORT",
            help=f"with start: also listen on {tcp.ADDRESS}, until the server is stopped",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--yes", action="store_true", help="needed by destroy")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the action; a failure is a short message and exit status 4."""
        if options["action"] == "destroy" and not options["yes"]:
            raise CommandError(
                f"destroy removes the database in {settings.AQUAMIND_DATA_DIR} for good.\n"
                + as_called("To do so: python manage.py embedded_postgres destroy --yes"),
                returncode=2,
            )
        if options["tcp"] is not None and options["action"] != "start":
            raise CommandError("--tcp goes with start only.", returncode=2)
        try:
            server = get_server(settings.AQUAMIND_DATA_DIR)
            server.report = self.stderr.write
            if options["tcp"] is not None:
                self._open_tcp(server, options["tcp"])
            getattr(self, f"_{options['action']}")(server, options["json"])
        except EmbeddedServerError as error:
            raise CommandError(str(error), returncode=_FAILED) from error

    def _open_tcp(self, server: EmbeddedServer, port: int) -> None:
        password = server.open_tcp(port)
        if password is not None:
            # Not part of the result, which may be kept: it is told once.
            self.stderr.write(f"Password of {USER} for TCP, shown this once: {password}")

    def _start(self, server: EmbeddedServer, as_json: bool) -> None:
        server.ensure_running()
        self._show(server.status(with_size=True), as_json)
        if os.environ.get("DATABASE_URL"):
            self.stderr.write("DATABASE_URL is set: the project does not use this server.")

    def _stop(self, server: EmbeddedServer, as_json: bool) -> None:
        stopped = server.stop()
        self._say("stopped" if stopped else "not running", {"stopped": stopped}, as_json)

    def _status(self, server: EmbeddedServer, as_json: bool) -> None:
        status = server.status(with_size=True)
        self._show(status, as_json)
        if not status.running:
            sys.exit(_NOT_RUNNING)

    def _destroy(self, server: EmbeddedServer, as_json: bool) -> None:
        removed = server.destroy()
        self._say("removed" if removed else "nothing to remove", {"removed": removed}, as_json)

    def _say(self, text: str, result: dict[str, object], as_json: bool) -> None:
        self.stdout.write(json.dumps(result) if as_json else f"Embedded PostgreSQL: {text}.")

    def _show(self, status: ServerStatus, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(status.as_dict(), indent=2))
            return
        size = status.database_bytes
        lines = {
            "State": status.state,
            "Process": status.pid,
            "PostgreSQL": status.version,
            "Data directory": status.data_dir,
            "Cluster": status.cluster_dir,
            "Log": status.log_file,
            "Socket directory": status.socket_dir,
            "Database size": f"{size / 1e6:,.1f} MB" if size is not None else None,
            "URL": status.url,
            "psql": status.psql,
            "TCP": (status.tcp or "off") if status.running else None,
            "TCP password": f"in {status.passfile}" if status.tcp else None,
        }
        for name, value in lines.items():
            if value is not None:
                self.stdout.write(f"{name + ':':<18}{value}")

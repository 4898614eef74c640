"""The command line: `python manage.py ...` in a checkout, `aquamind-data ...` once installed.

`aquamind-data NAME` is `manage.py runscript NAME` for every script NAME; any other word is a
command of Django's, such as migrate, runserver or embedded_postgres, as with `manage.py`.
"""

import importlib.metadata
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from aquamind.program import COMMAND, as_called
from data_generation import streams
from data_generation.cli import registry
from data_generation.ticker import TICKER

_LONG = {"check", "dashboard_times", "embedded_postgres", "migrate", "runscript"}
"""Commands that may take a while, and neither ask anything nor go on until they are stopped."""
_ANSWERING = {
    *("dashboard_times", "diffsettings", "dumpdata", "inspectdb", "showmigrations", "sqlflush"),
    *("sqlmigrate", "sqlsequencereset"),
}
"""Commands that do nothing but print."""

_COMMANDS = """\
migrate            make or renew the database's tables; first of all
embedded_postgres  start, stop, show or remove the embedded server
runserver          the dashboard, at http://127.0.0.1:8000/
createsuperuser    an account for the admin, at /admin/
dbshell            psql on the database"""


def console() -> int:
    """Run `aquamind-data`; a script needs no `runscript` before its name."""
    streams.secure()
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help", "--list", "help"):
        out = sys.stdout if words else sys.stderr
        out.write(f"{COMMAND} NAME [flags]\n\n{registry.listing()}\n\n{_COMMANDS}\n")
        return 0 if words else 2
    if words[0] == "--version":
        sys.stdout.write(f"{importlib.metadata.version('aquamind-data-generator')}\n")
        return 0
    return run([sys.argv[0], *(["runscript"] if registry.is_script(words[0]) else []), *words])


def run(arguments: Sequence[str]) -> int:
    """Run a command; a faulty setting or unreachable database is one line, no traceback.

    What is shown never decides what is done: a standard stream that is closed or full is no error,
    but for commands that do nothing else than print.
    """
    streams.secure()
    command = arguments[1] if len(arguments) > 1 else "help"
    words = " ".join(word for word in arguments[1:3] if not word.startswith("-"))
    with TICKER.running(f"{words} is at work") if command in _LONG else nullcontext():
        status = _run(arguments)
    reason = streams.lost(sys.stdout)
    if reason and not status and command in _ANSWERING:
        sys.stderr.write(f"Standard output cannot be written: {reason}.\n")
        return 4
    return status


def _run(arguments: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aquamind.settings")
    os.environ.setdefault("AQUAMIND_EXTRA_APPS", "data_generation")
    try:
        execute_from_command_line(list(arguments))
    except ImproperlyConfigured as error:
        return _fail("Configuration error", error, 2)
    except DatabaseError as error:
        from aquamind.db.errors import explain

        shown = explain(error)
        return _fail("Database error", error, shown.status, shown.text)
    except ModuleNotFoundError as error:
        # Of DJANGO_SETTINGS_MODULE or AQUAMIND_EXTRA_APPS, say.
        return _fail("Configuration error", error, 2)
    return 0


def _fail(kind: str, error: Exception, status: int, text: str | None = None) -> int:
    if "--traceback" in sys.argv:
        raise error
    sys.stderr.write(as_called(f"{kind}: {text or ' '.join(str(error).split())}\n"))
    return status

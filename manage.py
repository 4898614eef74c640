#!/usr/bin/env python3
"""Django's command line: `python manage.py COMMAND`."""

import os
import sys
from contextlib import nullcontext

from data_generation import streams
from data_generation.ticker import TICKER

_LONG = {"check", "dashboard_times", "embedded_postgres", "migrate", "runscript"}
"""Commands that may take a while, and neither ask anything nor go on until they are stopped."""
_ANSWERING = {
    *("dashboard_times", "diffsettings", "dumpdata", "inspectdb", "showmigrations", "sqlflush"),
    *("sqlmigrate", "sqlsequencereset"),
}
"""Commands that do nothing but print."""


def main() -> int:
    """Run the command; a faulty setting or unreachable database is one line, no traceback."""
    streams.secure()
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    words = " ".join(word for word in sys.argv[1:3] if not word.startswith("-"))
    with TICKER.running(f"{words} is at work") if command in _LONG else nullcontext():
        status = _run()
    reason = streams.lost(sys.stdout)
    if reason and not status and command in _ANSWERING:
        sys.stderr.write(f"Standard output cannot be written: {reason}.\n")
        return 4
    return status


def _run() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aquamind.settings")
    os.environ.setdefault("AQUAMIND_EXTRA_APPS", "data_generation")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError:
        sys.stderr.write(
            "Django is not installed for this Python. Run `make install`, "
            "then use .venv/bin/python manage.py.\n"
        )
        return 2
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        return _fail("Configuration error", error, 2)
    except OperationalError as error:
        return _fail("Database error", error, 4)
    except ModuleNotFoundError as error:
        # Of DJANGO_SETTINGS_MODULE or AQUAMIND_EXTRA_APPS, say.
        return _fail("Configuration error", error, 2)
    return 0


def _fail(kind: str, error: Exception, status: int) -> int:
    if "--traceback" in sys.argv:
        raise error
    sys.stderr.write(f"{kind}: {' '.join(str(error).split())}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Django's command line: `python manage.py COMMAND`."""

import io
import os
import sys


def main() -> int:
    """Run the command; a faulty setting or unreachable database is one line, no traceback."""
    for stream in (sys.stdout, sys.stderr):
        # The name of a folder may have bytes that are no letters, and a terminal few letters.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
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

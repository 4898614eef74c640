#!/usr/bin/env python3
"""Django's command line: `python manage.py COMMAND`."""

import os
import sys


def main() -> int:
    """Run the command; a faulty setting or unreachable database is one line, no traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aquamind.settings")
    os.environ.setdefault("AQUAMIND_EXTRA_APPS", "data_generation")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
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
    sys.stderr.write(f"{kind}: {text or ' '.join(str(error).split())}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())

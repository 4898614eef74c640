#!/usr/bin/env python3
"""Django's command line: `python manage.py COMMAND`."""

import sys


def main() -> int:
    """Run the command, or say in one line what is not installed."""
    try:
        from data_generation.command_line import run
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"Not installed for this Python: {error.name}. Run `make install`, "
            "then use .venv/bin/python manage.py.\n"
        )
        return 2
    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())

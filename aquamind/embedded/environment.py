"""What libpq reads from the environment, and why the embedded server's clients must not.

libpq takes every parameter that it is not given from a variable: `PGHOSTADDR` alone would lead a
connection to another server, and some variables (`PGSERVICE`, `PGTZ`) no parameter overrides.
"""

import os


def forget() -> None:
    """Take the variables of PostgreSQL's clients from this process and those it starts."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        os.environ.pop(name, None)

"""Queries that need what a database lacks: it is said, and passed over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

_LACKING: Final = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
_UNSAID: Final = ("relation ", "column ", " does not exist", '"')
"""What the server's message says around the name."""


@contextmanager
def passed_over(connection: psycopg.Connection[Any], reasons: list[str]) -> Iterator[None]:
    """Go on behind the block if it asks for a table or column that is not there.

    Why is added to `reasons`. Versions of AquaMind differ in what they have, and whoever asks knows
    none of them. The transaction that is open goes on as if the block had not been.
    """
    try:
        with connection.transaction():
            yield
    except _LACKING as error:
        name = error.diag.message_primary or str(error)
        for word in _UNSAID:
            name = name.replace(word, "")
        reasons.append(f"not in this database: {name}")

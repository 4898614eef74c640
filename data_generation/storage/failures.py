"""PostgreSQL's errors: which are worth another try, and all of them as lines to act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors

from data_generation.errors import StorageError

_PASSING: Final = frozenset(
    {
        errors.SerializationFailure.sqlstate,
        errors.DeadlockDetected.sqlstate,
        errors.LockNotAvailable.sqlstate,
        errors.AdminShutdown.sqlstate,
        errors.CrashShutdown.sqlstate,
        errors.CannotConnectNow.sqlstate,
        errors.TooManyConnections.sqlstate,
    }
)
_CONNECTION_CLASS: Final = "08"
_REFUSED: Final = "FATAL:"
"""What a server's refusal to connect begins with; libpq gives it no state, only these words."""
_PASSING_REFUSALS: Final = (
    "the database system is",
    "too many clients",
    "too many connections",
    "remaining connection slots",
    "terminating connection",
)


def is_transient(error: BaseException | None) -> bool:
    """Say whether the same work may succeed when tried again; the only place that decides it.

    Of a `StorageError` the cause counts: the error of PostgreSQL that it was made from.
    """
    if isinstance(error, StorageError):
        error = error.__cause__
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        # Without a state the message comes from the client: the connection broke or never was.
        text = str(error)
        if _REFUSED in text:
            return any(words in text for words in _PASSING_REFUSALS)
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state in _PASSING or state.startswith(_CONNECTION_CLASS)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn an error of PostgreSQL into `StorageError`, with the original as its cause.

    `doing` completes "The database refused ...".
    """
    try:
        yield
    except psycopg.Error as error:
        if is_transient(error):
            raise StorageError(
                f"Another session or a lost connection stopped {doing}: {_described(error)}",
                "What it wrote is rolled back; run again with --resume.",
            ) from error
        raise StorageError(
            f"The database refused {doing}: {_described(error)}",
            "Make room for the server, then run again with --resume."
            if isinstance(error, errors.DiskFull)
            else "Remove the cause, then run again with --resume.",
        ) from error


def _described(error: psycopg.Error) -> str:
    diag = error.diag
    parts = [diag.message_primary or str(error), diag.message_detail, diag.context]
    return "; ".join(" ".join(part.splitlines()[0].split()) for part in parts if part)

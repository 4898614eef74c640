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
        errors.StatementCompletionUnknown.sqlstate,
        errors.LockNotAvailable.sqlstate,
        errors.AdminShutdown.sqlstate,
        errors.CrashShutdown.sqlstate,
        errors.CannotConnectNow.sqlstate,
        errors.IdleSessionTimeout.sqlstate,
        errors.IdleInTransactionSessionTimeout.sqlstate,
        errors.TooManyConnections.sqlstate,
        # The server became a standby; the next connection may lead to the new primary.
        errors.ReadOnlySqlTransaction.sqlstate,
    }
)
_CONNECTION_CLASS: Final = "08"
_LOCKS_SETTING: Final = "max_locks_per_transaction"


def is_transient(error: BaseException | None) -> bool:
    """Say whether the same work may succeed when tried again; the only place that decides it.

    Of a `StorageError` the cause counts: the error of PostgreSQL that it was made from.

    By state alone: texts are in the server's language. Without a state the connection broke or was
    refused. libpq does not tell why, so each refusal may pass (the server recovers, all connections
    are taken); whoever asks has been connected before, so a wrong name or password is the rarer
    reason, and costs some seconds.
    """
    if isinstance(error, StorageError):
        error = error.__cause__
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state in _PASSING or state.startswith(_CONNECTION_CLASS)


def lacks_locks(error: BaseException | None) -> bool:
    """Say whether the server's table of locks is full, of all that it may lack memory for.

    Its hint then names the setting, in any language.
    """
    return isinstance(error, errors.OutOfMemory) and _LOCKS_SETTING in (
        error.diag.message_hint or ""
    )


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
        what = f"{_LOCKS_SETTING} is raised" if lacks_locks(error) else "the cause is removed"
        raise StorageError(
            f"The database refused {doing}: {_described(error)}",
            "Make room for the server, then run again with --resume."
            if isinstance(error, errors.DiskFull)
            else f"It is rolled back; run again with --resume once {what}.",
        ) from error


def _described(error: psycopg.Error) -> str:
    diag = error.diag
    parts = [diag.message_primary or str(error), diag.message_detail, diag.context]
    return "; ".join(" ".join(part.splitlines()[0].split()) for part in parts if part)

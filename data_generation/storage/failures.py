"""PostgreSQL's errors as the one or two lines that a user can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import psycopg

from data_generation.errors import StorageError

_PASSING = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
)


class StorageBusyError(StorageError):
    """Another session was in the way; the same unit of work succeeds when it is tried again."""

    code: ClassVar[str] = "storage-busy"


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn an error of PostgreSQL into `StorageError`, where a retry may help `StorageBusyError`.

    `doing` completes "The database refused ...". The original error stays its cause.
    """
    try:
        yield
    except _PASSING as error:
        raise StorageBusyError(
            f"Another session blocked {doing}: {error.diag.message_primary or error}.",
            "Nothing was written; run again with --resume.",
        ) from error
    except psycopg.Error as error:
        raise StorageError(
            f"The database refused {doing}: {_described(error)}",
            "Nothing was written; run again with --resume once the cause is removed.",
        ) from error


def _described(error: psycopg.Error) -> str:
    diag = error.diag
    parts = [diag.message_primary or str(error), diag.message_detail, diag.context]
    return "; ".join(" ".join(part.splitlines()[0].split()) for part in parts if part)

"""Errors of the database as one or two lines and an exit code, for whoever runs a command."""

from dataclasses import dataclass
from typing import Final

import psycopg
from django.db import DatabaseError, NotSupportedError, OperationalError, connection
from psycopg import errors

from aquamind.db.partitions import query

REFUSED: Final = 3
FAILED: Final = 4
"""Exit codes: nothing was written and somebody has to allow it; the database or its disk failed."""

_SETTING: Final = "max_locks_per_transaction"


class UnusableDatabase(OperationalError):
    """The database is of a kind that the project does not work with; nothing was written."""

    returncode = REFUSED

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Explanation:
    """What is told, one or two lines, and the exit code."""

    text: str
    status: int


def explain(error: DatabaseError) -> Explanation:
    """Say what went wrong and what to do, by the error's state; texts may be in any language."""
    if isinstance(error, UnusableDatabase):
        return Explanation(f"{error.message}\n{error.hint}", error.returncode)
    if isinstance(error, NotSupportedError):
        # Of a server that is too old.
        return Explanation(_line(error), REFUSED)
    cause = _cause(error)
    hint, status = "", FAILED
    if isinstance(cause, (errors.InsufficientPrivilege, errors.InvalidSchemaName)):
        hint, status = _missing_grant(), REFUSED
    elif isinstance(cause, errors.ReadOnlySqlTransaction):
        hint = "Name the primary server in DATABASE_URL, or a role that may write."
        status = REFUSED
    elif isinstance(cause, errors.DiskFull):
        hint = "Make room for the server, then run the command again."
    elif isinstance(cause, errors.OutOfMemory) and _SETTING in (cause.diag.message_hint or ""):
        hint = f"Raise {_SETTING} of the server, restart it, then run the command again."
    said = cause.diag.message_primary if cause is not None else None
    return Explanation("\n".join(filter(None, [said or _line(error), hint])), status)


def _cause(error: BaseException | None) -> psycopg.Error | None:
    """Give the error of PostgreSQL that one of Django's was made from."""
    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__ or error.__context__
    return error


def _missing_grant() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(query("missing_grant"))
            grant, schemas = cursor.fetchone()
    except DatabaseError:
        return ""
    if grant:
        return f"Whoever owns the schema can allow it: {grant};"
    if schemas:
        return f"None of the schemas in search_path ({schemas}) exists and may be used."
    return ""


def _line(error: Exception) -> str:
    return " ".join(str(error).split())

"""Connections of the coordinator and the workers, and which errors are worth another try."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import errors

from data_generation.errors import StorageError

Conninfo = Mapping[str, Any]
"""Connection parameters as libpq names them (host, port, dbname, user, password, ...)."""

Connection = psycopg.Connection[tuple[Any, ...]]

APPLICATION = "data_generation"
CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT = "60s"
"""An orphan of a killed run may hold a unit for a moment; waiting longer is worth a retry."""

_TRANSIENT_STATES = frozenset(
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


def connect(conninfo: Conninfo, application: str = APPLICATION) -> Connection:
    """Open a connection in autocommit mode with UTC as its time zone.

    Raises psycopg.OperationalError when the server cannot be reached.
    """
    parameters = {"connect_timeout": CONNECT_TIMEOUT_S, **conninfo}
    connection: Connection = psycopg.connect(
        **{**parameters, "application_name": application}, autocommit=True
    )
    connection.execute("SELECT set_config('TimeZone', 'UTC', false)")
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
    return connection


def is_transient(error: BaseException) -> bool:
    """Say whether the same work may succeed when tried again."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        # Without a state the message comes from the client: the connection broke or never was.
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state in _TRANSIENT_STATES or state.startswith("08")


def as_storage_error(error: psycopg.Error, where: str = "") -> StorageError:
    """Return a one- or two-line error for the user; it never holds a password."""
    text = str(error).strip() or type(error).__name__
    first = text.splitlines()[0].rstrip(".")
    prefix = f"{where}: " if where else ""
    if is_transient(error):
        hint = "Is the database running? What was committed is safe; go on with --resume."
    else:
        hint = "What was committed is safe."
    return StorageError(f"{prefix}the database says: {first}.", hint)

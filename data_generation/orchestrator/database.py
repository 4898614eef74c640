"""Connections of the coordinator and the workers, and their errors as a user reads them."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg import errors

from data_generation.errors import StorageError
from data_generation.storage.failures import is_transient

Conninfo = Mapping[str, Any]
"""Connection parameters as libpq names them (host, port, dbname, user, password, ...)."""

Connection = psycopg.Connection[tuple[Any, ...]]

APPLICATION = "data_generation"
CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT = "60s"
"""An orphan of a killed run may hold a unit for a moment; waiting longer is worth a retry."""

_ALIVE: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Seconds (the last: milliseconds) until a peer that fell silent counts as gone. The system's own
limits are hours. A socket of this machine ignores them."""


def connect(conninfo: Conninfo, application: str = APPLICATION) -> Connection:
    """Open a connection in autocommit mode with UTC as its time zone.

    A commit is on the server's disk when it returns, also where the server's setting is otherwise:
    who goes on after the server's crash must find all that it was told is committed. Raises
    psycopg.OperationalError when the server cannot be reached.
    """
    parameters = {"connect_timeout": CONNECT_TIMEOUT_S, **_ALIVE, **conninfo}
    connection: Connection = psycopg.connect(
        **{**parameters, "application_name": application}, autocommit=True
    )
    connection.execute("SELECT set_config('TimeZone', 'UTC', false)")
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    return connection


def as_storage_error(error: psycopg.Error, where: str = "") -> StorageError:
    """Return a one- or two-line error for the user; it never holds a password."""
    text = str(error).strip() or type(error).__name__
    first = text.splitlines()[0].rstrip(".")
    prefix = f"{where}: " if where else ""
    if is_transient(error):
        hint = "Is the database running? What was committed is safe; go on with --resume."
    elif isinstance(error, errors.DiskFull):
        hint = "What was committed is safe; make room for the server, then go on with --resume."
    else:
        hint = "What was committed is safe; remove the cause, then go on with --resume."
    return StorageError(f"{prefix}the database says: {first}.", hint)

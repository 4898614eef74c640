"""Connections of the coordinator and the workers, and their errors as a user reads them."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg import errors

from data_generation.errors import Refused, StorageError
from data_generation.runs.postgres.queries import query
from data_generation.storage.postgres.failures import is_transient, lacks_locks

Conninfo = Mapping[str, Any]
"""Connection parameters as libpq names them (host, port, dbname, user, password, ...)."""

Connection = psycopg.Connection[tuple[Any, ...]]

APPLICATION = "data_generation"
CONNECT_TIMEOUT_S = 10

_ALIVE: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Seconds (the last: milliseconds) until a peer that fell silent counts as gone. The system's own
limits are hours. A socket of this machine ignores them."""

SESSION: Final[Mapping[str, str]] = {
    # How values are written and read.
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    # What a statement means.
    "array_nulls": "on",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    # Foreign keys are checked, and a row that a policy hides is an error, not absent.
    "row_security": "off",
    "session_replication_role": "origin",
    # Tables are loaded with FREEZE, have foreign keys and become partitions.
    "default_table_access_method": "heap",
    # What a transaction sees, and what ends it.
    "default_transaction_deferrable": "off",
    "default_transaction_isolation": "read committed",
    "exit_on_error": "off",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "statement_timeout": "0",
    "transaction_timeout": "0",
    # An orphan of a killed run may hold a unit for a moment; waiting longer is worth a retry.
    "lock_timeout": "60s",
}
"""Settings that the program relies on, whatever a database or role has for its defaults."""


def connect(conninfo: Conninfo, application: str = APPLICATION) -> Connection:
    """Open a connection in autocommit mode with the settings of `SESSION`.

    Raises psycopg.OperationalError when the server cannot be reached, Refused when the database
    cannot keep what is written.
    """
    parameters = {"connect_timeout": CONNECT_TIMEOUT_S, **_ALIVE, **conninfo}
    own = {"application_name": application, "client_encoding": "UTF8"}
    connection: Connection = psycopg.connect(**{**parameters, **own}, autocommit=True)
    try:
        _require_utf8(connection)
        wanted = {"names": list(SESSION), "wanted": list(SESSION.values())}
        connection.execute(query("session", "pin"), wanted)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_utf8(connection: Connection) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Refused(
            f"Database {connection.info.dbname} keeps text as {encoding}; only UTF8 holds every "
            "name, and gives every dataset the digest that it has elsewhere.",
            "Make one with: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0",
        )


def connect_to_write(conninfo: Conninfo, application: str) -> Connection:
    """Connect for somebody who will write, with errors as a user reads them.

    Raises StorageError, and Refused for a standby or what is set to read only.
    """
    try:
        connection = connect(conninfo, application)
        try:
            _require_writable(connection)
        except BaseException:
            connection.close()
            raise
    except psycopg.Error as error:
        raise as_storage_error(error, "Cannot connect") from error
    return connection


def _require_writable(connection: Connection) -> None:
    row = connection.execute(query("session", "read_only")).fetchone()
    standby, read_only = row or (False, False)
    where = f"Database {connection.info.dbname}"
    if standby:
        raise Refused(
            f"{where} takes no writes: its server is a standby.",
            "Name the primary server in DATABASE_URL (of several hosts, with "
            "target_session_attrs=read-write).",
        )
    if read_only:
        raise Refused(
            f"{where} takes no writes: default_transaction_read_only is on.",
            "Whoever set it for the database, the role or the server has to reset it: "
            "ALTER DATABASE ... RESET default_transaction_read_only",
        )


def as_storage_error(error: psycopg.Error, where: str = "") -> StorageError:
    """Return a one- or two-line error for the user; it never holds a password."""
    text = str(error).strip() or type(error).__name__
    first = text.splitlines()[0].rstrip(".")
    prefix = f"{where}: " if where else ""
    if is_transient(error):
        hint = "Is the database running? What was committed is safe; go on with --resume."
    elif lacks_locks(error):
        hint = (
            "What was committed is safe; raise max_locks_per_transaction of the server, then go on "
            "with --resume."
        )
    elif isinstance(error, errors.DiskFull):
        hint = "What was committed is safe; make room for the server, then go on with --resume."
    else:
        hint = "What was committed is safe; remove the cause, then go on with --resume."
    return StorageError(f"{prefix}the database says: {first}.", hint)

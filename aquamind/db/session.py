"""What the project relies on in a session, whatever a database or role has for its defaults."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from aquamind.db.errors import UnusableDatabase
from aquamind.db.partitions import query

SETTINGS: Final[Mapping[str, str]] = {
    # How values are written and read.
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
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
    # Tables become partitions, have foreign keys and are loaded with FREEZE.
    "default_table_access_method": "heap",
    # What a transaction sees, and what ends it: a migration may take long.
    "default_transaction_deferrable": "off",
    "default_transaction_isolation": "read committed",
    "exit_on_error": "off",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "lock_timeout": "0",
    "statement_timeout": "0",
    "transaction_timeout": "0",
}
"""Django itself sees to the time zone and the client's encoding."""


def prepare(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Pin the settings of a new connection; a receiver of `connection_created`.

    Raises UnusableDatabase, with the connection closed, if the database does not keep text as
    UTF-8.
    """
    info = connection.connection.info
    database, encoding = info.dbname, info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise UnusableDatabase(
            f"Database {database} keeps text as {encoding}; only UTF8 holds every name, and "
            "gives every dataset the digest that it has elsewhere.",
            "Make one with: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0",
        )
    with connection.cursor() as cursor:
        cursor.execute(query("pin_session"), [list(SETTINGS), list(SETTINGS.values())])

"""Django's PostgreSQL backend on the embedded server.

`ENGINE = "aquamind.embedded.backend"`. Host, port and user come from the server, which is started
on the first connection; the data directory is the setting `AQUAMIND_DATA_DIR`.
"""

import time
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from aquamind.embedded import EmbeddedServerError, get_server, places
from aquamind.embedded.backend.client import DatabaseClient
from aquamind.embedded.state import DATABASE

_DYING_SECONDS = 0.2
_RECOVERY_SECONDS = 60.0


class EmbeddedDatabaseError(EmbeddedServerError, OperationalError, CommandError):
    """The embedded server cannot be started.

    A database error for code that catches those, and a message without traceback from a
    management command.
    """

    def __init__(self, error: EmbeddedServerError) -> None:
        super().__init__(error.message, error.hint, error.log)
        self.returncode = 4


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server."""

    client_class = DatabaseClient

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        # None, unlike "", is Django's way to ask for the maintenance database.
        if settings_dict.get("NAME") == "":
            settings_dict["NAME"] = DATABASE
        super().__init__(settings_dict, alias)

    @property
    def folder(self) -> Path:
        """Where the server's data are, or will be; starts nothing."""
        return places.locate(get_server(settings.AQUAMIND_DATA_DIR).data_dir).cluster

    def get_connection_params(self) -> dict[str, Any]:
        """Start the server if need be; where it listens takes the place of HOST, PORT and USER."""
        params: dict[str, Any] = super().get_connection_params()
        return {**params, **self._location()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, and once more if the server was killed or stopped since it was asked for.

        A server that lost one of its processes recovers by itself, and is waited for.
        """
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as error:
                # libpq gives no state to an error of connecting.
                recovers = "the database system is" in str(error)
                if recovers and time.monotonic() < deadline:
                    time.sleep(0.05)
                elif recovers or self._keeps_running():
                    raise
                else:
                    return super().get_new_connection({**conn_params, **self._location()})

    def _keeps_running(self) -> bool:
        # A killed process is still there for some milliseconds after its last connection broke.
        server = get_server(settings.AQUAMIND_DATA_DIR)
        deadline = time.monotonic() + _DYING_SECONDS
        while server.status().running:
            if time.monotonic() > deadline:
                return True
            time.sleep(0.01)
        return False

    def _location(self) -> dict[str, str]:
        try:
            params = get_server(settings.AQUAMIND_DATA_DIR).ensure_running()
        except EmbeddedServerError as error:
            raise EmbeddedDatabaseError(error) from error
        return {"host": params.host, "port": str(params.port), "user": params.user}

"""Django's PostgreSQL backend on the embedded server.

`ENGINE = "aquamind.embedded.backend"`. Host, port and user come from the server, which is started
on the first connection; the data directory is the setting `AQUAMIND_DATA_DIR`.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo, PGconn, Ping

from aquamind.embedded import get_server, places
from aquamind.embedded.backend import location
from aquamind.embedded.backend.client import DatabaseClient
from aquamind.embedded.state import DATABASE

_DYING_SECONDS = 0.2
_RECOVERY_SECONDS = 60.0


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
        refused = False
        while True:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError:
                # An error of connecting has no state, and its text may be in any language; but
                # libpq can ask whether the server is up and only not ready yet.
                found = _ping(conn_params)
                if found == Ping.REJECT and time.monotonic() < deadline:
                    time.sleep(0.05)
                elif found == Ping.OK and not refused:
                    # It may have become ready since.
                    refused = True
                elif found in (Ping.REJECT, Ping.OK) or self._keeps_running():
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
        params = location.running()
        return {key: value for key, value in params.as_keywords().items() if key != "dbname"}


def _ping(conn_params: Mapping[str, Any]) -> Ping:
    """Ask libpq whether the server takes connections, without making one."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    where = {key: value for key, value in conn_params.items() if key in known}
    return Ping(PGconn.ping(make_conninfo(**where).encode()))

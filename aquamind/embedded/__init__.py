"""The private PostgreSQL server that is used when `DATABASE_URL` is not set.

Nothing starts on import. `connection_params()` and `connection_url()` start the server if it is
not running and say how to reach it, from Django or from any other process. The database backend
`aquamind.embedded.backend` does the same on Django's first connection.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from aquamind.embedded.errors import EmbeddedServerError

if TYPE_CHECKING:
    from aquamind.embedded.server import EmbeddedServer
    from aquamind.embedded.state import ConnectionParams, ServerStatus

__all__ = [
    "EmbeddedServerError",
    "connection_params",
    "connection_url",
    "destroy",
    "ensure_running",
    "get_server",
    "status",
    "stop",
]


def get_server(data_dir: str | os.PathLike[str] | None = None) -> "EmbeddedServer":
    """Handle on the server of a data directory; starts nothing.

    Without `data_dir` it is `AQUAMIND_DATA_DIR` from the environment, else `.aquamind` in the
    project root. Raises EmbeddedServerError on a platform without Unix sockets.
    """
    if os.name != "posix":
        raise EmbeddedServerError(
            "The embedded PostgreSQL server runs on Linux and macOS only.",
            "Set DATABASE_URL to a PostgreSQL server, e.g. postgresql://user@host/aquamind",
        )
    from aquamind.embedded.server import EmbeddedServer

    return EmbeddedServer(None if data_dir is None else Path(data_dir))


def ensure_running(data_dir: str | os.PathLike[str] | None = None) -> "ConnectionParams":
    """Start the server unless it runs; return how to connect. About 0.1 ms when it runs."""
    return get_server(data_dir).ensure_running()


def connection_params(
    data_dir: str | os.PathLike[str] | None = None, dbname: str | None = None
) -> dict[str, str]:
    """Keywords for `psycopg.connect(**...)`: host, port, user, dbname. Starts the server."""
    return ensure_running(data_dir).as_keywords(dbname)


def connection_url(
    data_dir: str | os.PathLike[str] | None = None, dbname: str | None = None
) -> str:
    """A libpq connection URL without password. Starts the server if it is not running."""
    return ensure_running(data_dir).as_url(dbname)


def status(data_dir: str | os.PathLike[str] | None = None) -> "ServerStatus":
    """What runs and where; starts nothing, changes nothing."""
    return get_server(data_dir).status()


def stop(data_dir: str | os.PathLike[str] | None = None) -> bool:
    """Stop the server; False if it was not running."""
    return get_server(data_dir).stop()


def destroy(data_dir: str | os.PathLike[str] | None = None) -> bool:
    """Stop the server and remove its data wherever they live; False if there were none."""
    return get_server(data_dir).destroy()

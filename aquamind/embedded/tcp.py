"""TCP for tools that know no Unix socket: this machine only, with a password, and only if asked."""

import secrets
import socket
from urllib.parse import quote

import psycopg
from psycopg import sql

from aquamind.embedded.accounts import Account
from aquamind.embedded.errors import EmbeddedServerError
from aquamind.embedded.places import Home, write_file
from aquamind.embedded.state import DATABASE, USER, ConnectionParams

ADDRESS = "127.0.0.1"
PORTS = range(1024, 65536)
HBA = f"host all {USER} {ADDRESS}/32 scram-sha-256\n"
"""Who may connect: the line of PostgreSQL's access rules."""


def require_free(port: int) -> None:
    """Raise EmbeddedServerError if another program listens on the port."""
    with socket.socket() as probe:
        # As PostgreSQL does: connections of the last server that fade away are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise EmbeddedServerError(
                f"Port {port} of {ADDRESS} cannot be listened on: {error.strerror}.",
                "Give another: python manage.py embedded_postgres start --tcp PORT",
            ) from None


def set_password(home: Home, account: Account, params: ConnectionParams) -> str | None:
    """Let the password in the home's file open the server; returns it if it was made just now."""
    made = None
    if not home.passfile.exists():
        made = secrets.token_urlsafe(24)
        line = f"{ADDRESS}:*:*:{USER}:{made}\n"
        write_file(home.passfile, line.encode(), account)
    password = home.passfile.read_bytes().strip().rpartition(b":")[2]
    with psycopg.connect(**params.as_keywords(), autocommit=True) as connection:
        # Hashed here, so that the server never has the password itself in a statement.
        verifier = connection.pgconn.encrypt_password(password, USER.encode(), b"scram-sha-256")
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
        connection.execute(statement.format(sql.Identifier(USER), verifier.decode()))
    return made


def url(home: Home, port: int) -> str:
    """How TCP clients that use libpq connect; names the file with the password, not the password.

    Others take the password from that file.
    """
    return f"postgresql://{USER}@{ADDRESS}:{port}/{DATABASE}?passfile={quote(bytes(home.passfile))}"

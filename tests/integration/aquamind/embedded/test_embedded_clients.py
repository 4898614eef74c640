"""How clients reach the server: whatever their environment says, and over TCP if asked."""

import json
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
import pytest

from aquamind.embedded import EmbeddedServerError
from aquamind.embedded.server import EmbeddedServer
from tests.integration.aquamind.embedded.support import (
    Python,
    cluster,
    manage,
    mode,
    query,
    running_pid,
)

# The last connects as a worker of a cluster does, whose own environment is not ours.
ASK = """
import os, django; hostile = dict(os.environ); django.setup()
import psycopg
from django.db import connection
from aquamind.embedded import connection_params, connection_url
from data_generation.runs.postgres.connecting import connect
from data_generation.cli import shell
def where(connection):
    return connection.execute("SHOW data_directory").fetchone()[0]
with connection.cursor() as cursor:
    cursor.execute("SHOW data_directory")
    print(cursor.fetchone()[0])
print(where(psycopg.connect(connection_url())))
print(where(psycopg.connect(**connection_params())))
found = shell.conninfo()
os.environ.update({k: v for k, v in hostile.items() if k != "PGSERVICE"})
print(where(connect(found)))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OverTcp(NamedTuple):
    """A server that listens on a port."""

    server: EmbeddedServer
    port: int
    password: str


@pytest.fixture
def over_tcp(make_server: Callable[..., EmbeddedServer], base: Path) -> OverTcp:
    """A server that was started for TCP."""
    server, port = make_server(base / "tcp"), free_port()
    password = server.open_tcp(port)
    assert password is not None
    return OverTcp(server, port, password)


def test_no_variable_leads_to_another_server(
    server: EmbeddedServer, over_tcp: OverTcp, python: Python
) -> None:
    hostile = {
        "PGHOST": "127.0.0.1",
        "PGHOSTADDR": "127.0.0.1",
        "PGPORT": str(over_tcp.port),
        "PGUSER": "aquamind",
        "PGDATABASE": "aquamind",
        "PGPASSWORD": over_tcp.password,
        "PGOPTIONS": "-c search_path=nowhere",
        "PGSSLMODE": "require",
        "PGTARGETSESSIONATTRS": "standby",
        "PGSERVICE": "other",
        "PGTZ": "Pacific/Auckland",
        "PGDATESTYLE": "German",
        "PGCLIENTENCODING": "LATIN1",
        "PGCONNECT_TIMEOUT": "soon",
    }
    code = "import os; os.environ.pop('DATABASE_URL', None)\n" + ASK
    asked = python(server, code, hostile)
    printed = asked.communicate()[0]
    assert printed.splitlines() == [str(cluster(server))] * 4
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    shown = manage(server, "dbshell", "--", "-XAtc", "SHOW data_directory", environment=hostile)
    assert shown.stdout == f"{cluster(server)}\n", shown.stderr
    # The command that is printed for people, in a shell of theirs.
    command = f"{server.status().psql} -XAtc 'SHOW data_directory'"
    elsewhere = {k: hostile[k] for k in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGPASSWORD")}
    typed = subprocess.check_output(command, shell=True, env={**environment, **elsewhere})
    assert typed == f"{cluster(server)}\n".encode()


def test_tcp_only_if_asked_and_only_with_the_password(over_tcp: OverTcp) -> None:
    server, port, password = over_tcp
    where = {"host": "127.0.0.1", "port": str(port), "user": "aquamind", "dbname": "aquamind"}
    with psycopg.connect(**where, password=password) as connection:
        assert connection.info.hostaddr == "127.0.0.1"
    for wrong in ({"passfile": "/nonexistent"}, {"password": "guessed"}):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**where, **wrong)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**{**where, "user": "postgres"}, password=password)
    addresses = {c.laddr for c in psutil.Process(running_pid(server)).net_connections("inet")}
    assert {(a.ip, a.port) for a in addresses} == {("127.0.0.1", port)}

    status = server.status()
    assert status.passfile is not None
    assert mode(Path(status.passfile)) == 0o600
    psql = str(status.psql).split()[0]
    asked = subprocess.check_output([psql, str(status.tcp), "-XAtc", "SHOW port"])
    assert asked == f"{port}\n".encode()
    shown = manage(server, "embedded_postgres", "start")
    assert f"127.0.0.1:{port}" in shown.stdout
    # Whose file is removed gets a new one.
    Path(status.passfile).unlink()
    made = manage(server, "embedded_postgres", "start", "--tcp", str(port))
    assert made.stderr.startswith("Password of aquamind for TCP, shown this once: ")
    old, password = password, made.stderr.split()[-1]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**where, password=old)
    log = (cluster(server).parent / "server.log").read_text()
    for secret in (old, password):
        assert secret not in shown.stdout + shown.stderr + made.stdout + log
    with pytest.raises(EmbeddedServerError, match=f"runs already, on port {port}"):
        server.open_tcp(free_port())

    server.stop()
    assert query(server, "SHOW listen_addresses") == ""
    assert json.loads(manage(server, "embedded_postgres", "status", "--json").stdout)["tcp"] is None
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(**where, password=password)
    with pytest.raises(EmbeddedServerError, match="runs already, without TCP"):
        server.open_tcp(port)
    server.stop()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EmbeddedServerError, match=r"Port \d+ of 127.0.0.1 cannot be"):
            server.open_tcp(taken.getsockname()[1])
    # The password is made once; the next time the file is told.
    assert server.open_tcp(port) is None
    psycopg.connect(**where, password=password).close()

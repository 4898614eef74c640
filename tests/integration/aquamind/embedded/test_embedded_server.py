"""The embedded server's life: each way to be killed or started twice, done for real."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from aquamind.embedded import EmbeddedServerError, connection_params, connection_url
from aquamind.embedded.server import EmbeddedServer
from tests.integration.aquamind.embedded.support import (
    IS_ROOT,
    START,
    Python,
    cluster,
    manage,
    mode,
    query,
    running_pid,
    wait_until,
)


def test_first_start_makes_a_private_server(server: EmbeddedServer) -> None:
    params = server.ensure_running()
    directory = cluster(server)
    for path in (server.data_dir, directory.parent, directory, Path(params.host)):
        assert mode(path) == 0o700, path
    connections = psutil.Process(running_pid(server)).net_connections(kind="inet")
    assert connections == []
    expected = {
        "listen_addresses": "",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "summarize_wal": "off",
        "synchronous_commit": "off",
        "fsync": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "io_method": "sync",
        "jit": "off",
    }
    shown = {name: query(server, f"SHOW {name}") for name in expected}
    assert shown == expected
    assert int(query(server, "SHOW max_locks_per_transaction")) >= 1024
    locale = query(server, "SELECT datlocale FROM pg_database WHERE datname = 'aquamind'")
    assert locale == "C.UTF-8"


def test_a_running_server_is_found_without_delay(server: EmbeddedServer) -> None:
    params = server.ensure_running()
    pid = running_pid(server)
    started = time.perf_counter()
    for _ in range(20):
        assert server.ensure_running() == params
    assert (time.perf_counter() - started) / 20 < 0.02
    assert running_pid(server) == pid
    with psycopg.connect(connection_url(server.data_dir)) as connection:
        assert connection.info.dbname == "aquamind"
    other = connection_params(server.data_dir, dbname="postgres")
    with psycopg.connect(host=other["host"], user=other["user"], dbname=other["dbname"]) as again:
        assert again.info.dbname == "postgres"


def test_stop_keeps_the_data_and_may_be_repeated(server: EmbeddedServer) -> None:
    assert server.stop() is False
    assert not server.data_dir.exists()
    query(server, "CREATE TABLE kept AS SELECT 7 AS value")
    with psycopg.connect(server.ensure_running().as_url()):  # does not hold the server up
        assert server.stop() is True
    assert server.stop() is False
    assert server.status().state == "stopped"
    assert not (cluster(server) / "postmaster.pid").exists()
    assert query(server, "SELECT value FROM kept") == "7"


def test_killed_server_recovers_and_its_busy_children_are_ended(
    server: EmbeddedServer, python: Python
) -> None:
    query(server, "CREATE TABLE kept AS SELECT 7 AS value")
    query(server, "CHECKPOINT")
    busy = python(
        server,
        "import psycopg\nfrom aquamind.embedded import connection_url\n"
        "with psycopg.connect(connection_url()) as c: c.execute('DO $$BEGIN LOOP END LOOP; END$$')",
    )
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'"
    wait_until(lambda: query(server, sessions) == "1")
    old = running_pid(server)
    children = psutil.Process(old).children()
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: not server.status().running)
    assert query(server, "SELECT value FROM kept") == "7"
    assert running_pid(server) != old
    assert not [c for c in children if c.is_running() and c.status() != psutil.STATUS_ZOMBIE]
    assert busy.wait(20) != 0


def test_server_survives_the_killed_process_that_started_it(
    server: EmbeddedServer, python: Python
) -> None:
    parent = python(server, START + "; import sys, time; sys.stdout.flush(); time.sleep(600)")
    assert parent.stdout is not None
    assert parent.stdout.readline() == "started\n"
    pid = running_pid(server)
    assert pid not in [child.pid for child in psutil.Process(parent.pid).children(recursive=True)]
    os.killpg(parent.pid, signal.SIGKILL)
    assert parent.communicate()[0] == "", "the server must not hold its parent's output open"
    assert query(server, "SELECT 1") == "1"
    assert running_pid(server) == pid


@pytest.mark.parametrize("kind", ["dead", "zombie", "other program", "other postgres"])
def test_stale_pid_file(server: EmbeddedServer, base: Path, kind: str) -> None:
    server.ensure_running()
    directory = cluster(server)
    lines = (directory / "postmaster.pid").read_text().splitlines()
    socket_dir = Path(server.ensure_running().host)
    server.stop()
    owner = directory.stat()
    # PostgreSQL itself refuses to start if the number belongs to a process of its own user.
    program = base / ("postgres" if kind == "other postgres" else "sleep")
    shutil.copy("/bin/sleep", program)
    other = subprocess.Popen(
        [str(program), "0.01" if kind == "zombie" else "600"],
        cwd="/",
        user=owner.st_uid if IS_ROOT else None,
    )
    try:
        if kind == "dead":
            other.kill()
            other.wait()
        elif kind == "zombie":
            wait_until(lambda: psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE)
        lines[0] = str(other.pid)
        for name in (directory / "postmaster.pid", socket_dir / ".s.PGSQL.5432.lock"):
            name.write_text("\n".join(lines) + "\n")
            os.chown(name, owner.st_uid, owner.st_gid)
        assert server.status().running is False
        assert server.stop() is False
        assert query(server, "SELECT 1") == "1"
        assert running_pid(server) != other.pid
        if kind.startswith("other"):
            assert other.poll() is None, "the unrelated process must be left alone"
    finally:
        other.kill()
        other.wait()


def test_processes_starting_at_once_get_one_server(server: EmbeddedServer, python: Python) -> None:
    code = (
        "import psycopg\nfrom aquamind.embedded import connection_url\n"
        "with psycopg.connect(connection_url()) as c:\n"
        "    print(c.execute('SELECT pg_postmaster_start_time()').fetchone()[0])"
    )
    starters = [python(server, code) for _ in range(4)]
    # The last line: before it, on a busy machine, may be notes that it waits for the others.
    printed = [starter.communicate()[0].splitlines()[-1] for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 4, printed
    assert len(set(printed)) == 1


def test_a_killed_first_start_leaves_nothing_half_made(
    server: EmbeddedServer, python: Python
) -> None:
    starter = python(server, START)
    wait_until(lambda: list(server.data_dir.glob("postgres/data.unfinished.*/global/pg_control")))
    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()
    assert server.status().state == "absent"
    assert query(server, "SELECT current_database()") == "aquamind"
    names = {path.name for path in cluster(server).parent.iterdir()}
    assert names == {"data", "run", "server.lock", "server.log"}


def test_a_failing_first_start_is_explained_and_leaves_nothing(
    server: EmbeddedServer, python: Python
) -> None:
    # A limit on the size of files makes initdb fail as a full disk does.
    limited = python(
        server,
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from aquamind.embedded import EmbeddedServerError, ensure_running\n"
        "try: ensure_running()\nexcept EmbeddedServerError as error: print(error)",
    )
    printed = limited.communicate()[0]
    assert printed.startswith(f"Cannot make a database cluster in {server.data_dir / 'postgres'}")
    assert "File too large" in printed
    assert "MB are free" in printed
    assert [path.name for path in (server.data_dir / "postgres").iterdir()] == ["server.lock"]


def test_a_failing_start_shows_the_log(server: EmbeddedServer) -> None:
    query(server, "CREATE TABLE kept AS SELECT 7 AS value")
    server.stop()
    added = cluster(server) / "postgresql.auto.conf"
    sound = added.read_text()
    added.write_text("shared_buffers = 'plenty'\n")
    result = manage(server, "embedded_postgres", "start")
    assert result.returncode == 4
    assert "Traceback" not in result.stderr
    assert 'invalid value for parameter "shared_buffers": "plenty"' in result.stderr
    migrate = manage(server, "migrate")
    assert migrate.returncode == 4
    assert migrate.stderr.startswith("EmbeddedDatabaseError: PostgreSQL did not start in ")
    added.write_text(sound)
    assert query(server, "SELECT value FROM kept") == "7"


def test_a_start_beyond_the_limit_goes_on(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.ensure_running()
    server.stop()
    monkeypatch.setenv("AQUAMIND_POSTGRES_START_SECONDS", "0")
    with pytest.raises(EmbeddedServerError, match=r"not ready after 0 s[^$]*server\.log"):
        server.ensure_running()
    monkeypatch.setenv("AQUAMIND_POSTGRES_START_SECONDS", "60")
    assert query(server, "SELECT 1") == "1"


def test_nothing_of_the_environment_reaches_the_server(
    server: EmbeddedServer, python: Python
) -> None:
    odd = {
        "LC_ALL": "xx_XX.nonsense",
        "PGDATA": "/nonexistent",
        "PGPORT": "1",
        "PGOPTIONS": "-c nonsense=1",
        "TZ": "Pacific/Auckland",
    }
    code = "import os; del os.environ['HOME']; os.environ.pop('LANG', None); os.umask(0)\n" + START
    starter = python(server, code, odd)
    assert starter.communicate()[0] == "started\n"
    assert query(server, "SHOW timezone") == "UTC"
    assert mode(cluster(server).parent) == 0o700
    assert mode(cluster(server).parent / "server.log") == 0o600


def test_a_large_log_is_put_aside(server: EmbeddedServer) -> None:
    server.ensure_running()
    log = cluster(server).parent / "server.log"
    with log.open("ab") as file:
        file.truncate(9 * 1024**2)
    server.ensure_running()
    assert log.stat().st_size == 0
    server.stop()
    with log.open("ab") as file:
        file.truncate(9 * 1024**2)
    server.ensure_running()
    assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").stat().st_size > 9_000_000


def test_the_command(server: EmbeddedServer) -> None:
    absent = manage(server, "embedded_postgres", "status", "--json")
    assert absent.returncode == 3
    assert json.loads(absent.stdout)["state"] == "absent"
    assert not server.data_dir.exists()

    started = manage(server, "embedded_postgres", "start")
    assert started.returncode == 0, started.stderr
    shown = json.loads(manage(server, "embedded_postgres", "status", "--json").stdout)
    assert shown["running"] is True
    assert shown["pid"] == running_pid(server)
    assert shown["database_bytes"] > 1_000_000
    assert shown["psql"] in started.stdout
    printed = subprocess.check_output(f"{shown['psql']} -XAtc 'SELECT 6 * 7'", shell=True)
    assert printed == b"42\n"

    assert manage(server, "embedded_postgres", "stop").returncode == 0
    refused = manage(server, "embedded_postgres", "destroy")
    assert refused.returncode == 2
    assert "destroy --yes" in refused.stderr
    assert cluster(server).exists()
    assert manage(server, "embedded_postgres", "destroy", "--yes").returncode == 0
    assert not server.data_dir.exists()


def test_django_starts_the_server_on_its_first_connection(
    server: EmbeddedServer, python: Python
) -> None:
    assert manage(server, "check").returncode == 0
    assert not (server.data_dir / "postgres").exists()
    code = (
        "import django, os, signal; django.setup()\n"
        "from django.db import connection\n"
        "from aquamind.embedded import status\n"
        "def ask():\n"
        "    with connection.cursor() as cursor:\n"
        "        cursor.execute('SELECT current_database()')\n"
        "        return cursor.fetchone()[0]\n"
        "print(ask())\n"
        "os.kill(status().pid, signal.SIGKILL); connection.close()\n"
        "print(ask())\n"
    )
    # Without DATABASE_URL, which is what makes this the embedded server.
    process = python(server, "import os; os.environ.pop('DATABASE_URL', None)\n" + code)
    # On a busy machine there are notes that it waits.
    answers = [x for x in process.communicate()[0].splitlines() if not x.startswith("Waiting")]
    assert answers == ["aquamind", "aquamind"]
    shell = manage(server, "dbshell", "--", "-XAtc", "SELECT 6 * 7")
    assert (shell.stdout, shell.returncode) == ("42\n", 0), shell.stderr

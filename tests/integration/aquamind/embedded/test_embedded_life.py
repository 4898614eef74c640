"""Who may tell that a server lives: other containers, other machines, earlier versions."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from aquamind.embedded import EmbeddedServerError, accounts, life
from aquamind.embedded.server import EmbeddedServer
from tests.integration.aquamind.embedded.support import (
    ROOT,
    cluster,
    query,
    running_pid,
    wait_until,
)

CONTAINER = ["unshare", "--pid", "--ipc", "--mount-proc", "--fork", "--kill-child"]
ELSEWHERE = life.Place("another kernel", "pid:[1]", "farm2")
LOOK = """
import json, os, pathlib, psycopg
from aquamind.embedded import EmbeddedServerError, ensure_running, get_server
server, seen = get_server(), {}
with psycopg.connect(ensure_running().as_url()) as connection:
    seen["began"] = str(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0])
status = server.status()
seen["state"], seen["pid"] = status.state, status.pid
def refused(name, work):
    try: seen[name] = work()
    except EmbeddedServerError as error: seen[name] = error.message
refused("stop", server.stop)
refused("destroy", server.destroy)
run = pathlib.Path(status.socket_dir)
run.rename(run.with_name("hidden"))
refused("out of reach", ensure_running)
run.with_name("hidden").rename(run)
pathlib.Path(status.log_file).with_name("server.lock").unlink()
refused("of an earlier version", lambda: server._start(None))
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def _containers() -> None:
    try:
        subprocess.run([*CONTAINER, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("namespaces of processes are not permitted here")


def in_container(server: EmbeddedServer, code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*CONTAINER, sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "AQUAMIND_DATA_DIR": str(server.data_dir)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.usefixtures("_containers")
def test_another_container_joins_a_live_server_and_never_starts_a_second(
    server: EmbeddedServer,
) -> None:
    began = query(server, "SELECT pg_postmaster_start_time()")
    pid, pid_file = running_pid(server), (cluster(server) / "postmaster.pid").read_text()
    printed, _ = in_container(server, LOOK).communicate(timeout=60)
    seen = json.loads(printed)
    where = f"runs in another container (host name {socket.gethostname()}) and"
    assert (seen["began"], seen["state"], seen["pid"]) == (began, "ready", None)
    assert f"{where} can be ended only there." in seen["stop"]
    assert seen["destroy"] == seen["stop"]
    assert f"{where} cannot be reached from here." in seen["out of reach"]
    assert "that this program did not start answers at" in seen["of an earlier version"]
    assert (cluster(server) / "postmaster.pid").read_text() == pid_file
    # Here its process is seen, lock or no lock.
    assert query(server, "SELECT pg_postmaster_start_time()") == began
    assert running_pid(server) == pid


@pytest.mark.usefixtures("_containers")
def test_a_server_that_ended_with_its_container_is_started_anew(server: EmbeddedServer) -> None:
    made = (
        "from aquamind.embedded import connection_url; import psycopg, time\n"
        "with psycopg.connect(connection_url(), autocommit=True) as connection:\n"
        "    connection.execute('CREATE TABLE kept AS SELECT 7 AS value')\n"
        "    connection.execute('CHECKPOINT')\n"
        "print('made', flush=True); time.sleep(600)"
    )
    container = in_container(server, made)
    try:
        assert container.stdout is not None
        assert container.stdout.readline() == "made\n"
        assert query(server, "SELECT value FROM kept") == "7"
        with pytest.raises(EmbeddedServerError, match="can be ended only there"):
            server.stop()
    finally:
        container.send_signal(signal.SIGKILL)
        container.communicate()
    wait_until(lambda: not life.look(server.data_dir / "postgres" / "server.lock").lives)
    assert query(server, "SELECT value FROM kept") == "7"
    assert server.status().pid is not None


@pytest.fixture
def lock_file(server: EmbeddedServer) -> Iterator[Path]:
    """The lock of a cluster whose server was not stopped; the cluster is never opened."""
    home = server.data_dir / "postgres"
    (home / "data").mkdir(parents=True)
    for folder in (server.data_dir, home, home / "data"):
        accounts.choose(None).own(folder)
    (home / "data" / "PG_VERSION").write_text("18\n")
    (home / "data" / "postmaster.pid").write_text("4000000\n/data\n1\n5432\n/nowhere\n\n\nready\n")
    yield home / "server.lock"
    (home / "data" / "postmaster.pid").unlink(missing_ok=True)


def note(descriptor: int, place: life.Place) -> None:
    os.pwrite(descriptor, json.dumps(asdict(place)).encode().ljust(400), 0)


def test_a_server_of_another_machine_is_refused(server: EmbeddedServer, lock_file: Path) -> None:
    alive = life.take(lock_file)
    assert alive is not None
    assert life.take(lock_file) is None
    note(alive, ELSEWHERE)
    try:
        for work in (server.ensure_running, server.stop, server.destroy):
            with pytest.raises(EmbeddedServerError, match=r"on another machine \(host name farm2"):
                work()
        assert server.status().state == "unreachable"
    finally:
        os.close(alive)
    assert not life.look(lock_file).lives


@pytest.mark.parametrize("local", [False, True])
def test_a_free_lock_proves_nothing_where_machines_share_files(
    server: EmbeddedServer, lock_file: Path, monkeypatch: pytest.MonkeyPatch, local: bool
) -> None:
    monkeypatch.setattr(life, "is_proven_by_lock", lambda _: local)
    monkeypatch.setattr(EmbeddedServer, "_launch", lambda *_: "launched")
    alive = life.take(lock_file)
    assert alive is not None
    # This machine's, in another container that has ended.
    note(alive, replace(life.Place.here(), processes="pid:[1]"))
    os.close(alive)
    assert server.ensure_running() == "launched"
    with lock_file.open("w") as file:
        json.dump(asdict(ELSEWHERE), file)
    if local:  # this machine, before it was started anew
        assert server.ensure_running() == "launched"
        return
    with pytest.raises(EmbeddedServerError, match="may still run on another machine") as refused:
        server.ensure_running()
    assert "postmaster.pid" in refused.value.hint


def test_which_file_systems_belong_to_one_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert life.is_proven_by_lock(Path("/dev/shm"))
    for kind, proven in (("nfs4", False), ("9p", False), ("fuse.sshfs", False), ("xfs", True)):
        mounts = [("/", "ext4"), (str(tmp_path), kind)]
        found = [type("Mount", (), {"mountpoint": m, "fstype": t}) for m, t in mounts]
        monkeypatch.setattr("psutil.disk_partitions", lambda found=found, **_: found)
        assert life.is_proven_by_lock(tmp_path / "data") is proven
        assert life.is_proven_by_lock(Path("/elsewhere"))

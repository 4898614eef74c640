"""What the tests of the embedded server share: asking it, and other users and processes."""

import contextlib
import os
import pwd
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from aquamind.embedded.server import EmbeddedServer
from tests.shell import COMMANDS, ROOT, TIMEOUT_S

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root's server runs as another user")
Python = Callable[..., "subprocess.Popen[str]"]
START = "from aquamind.embedded import ensure_running; ensure_running(); print('started')"


def query(server: EmbeddedServer, statement: str) -> str:
    with psycopg.connect(server.ensure_running().as_url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return str(row[0]) if row else ""


def running_pid(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


def cluster(server: EmbeddedServer) -> Path:
    directory = server.status().cluster_dir
    assert directory is not None
    return Path(directory)


def manage(
    server: EmbeddedServer, *arguments: str, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env["AQUAMIND_DATA_DIR"] = str(server.data_dir)
    if not environment:
        return COMMANDS.run(arguments, env, TIMEOUT_S)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**env, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


@contextlib.contextmanager
def ordinary_user(base: Path, name: str = "nobody") -> Iterator[Callable[[str], str]]:
    """Runs code as an ordinary user, who may be unable to read this Python: import first."""
    entry = pwd.getpwnam(name)
    prelude = (
        "import os, encodings.idna\n"
        "from pathlib import Path\n"
        "import aquamind.embedded.server as module\n"
        "from aquamind.embedded.server import EmbeddedServer, EmbeddedServerError\n"
        f"os.setgroups([]); os.setgid({entry.pw_gid}); os.setuid({entry.pw_uid})\n"
        "del os.environ['HOME']\n"
    )

    def run(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", prelude + code],
            cwd=ROOT,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    yield run

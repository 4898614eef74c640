"""Servers of their own for the tests of the embedded server, removed after each."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aquamind.embedded.server import EmbeddedServer
from tests.integration.aquamind.embedded.support import ROOT, Python


@pytest.fixture
def base() -> Iterator[Path]:
    """A short directory that every user may pass through (pytest's own is closed to others)."""
    directory = Path(tempfile.mkdtemp(prefix="aq-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def make_server(base: Path) -> Iterator[Callable[..., EmbeddedServer]]:
    """Makes servers that are removed after the test."""
    made: list[EmbeddedServer] = []

    def make(data_dir: Path | None = None) -> EmbeddedServer:
        made.append(EmbeddedServer(data_dir or base / "data"))
        return made[-1]

    yield make
    for server in made:
        server.destroy()


@pytest.fixture
def server(make_server: Callable[..., EmbeddedServer]) -> EmbeddedServer:
    """A server that was not started yet."""
    return make_server()


@pytest.fixture
def python() -> Iterator[Python]:
    """Runs code in another process of the project, at the head of its own process group."""
    spawned: list[subprocess.Popen[str]] = []

    def spawn(
        server: EmbeddedServer, code: str, env: dict[str, str] | None = None
    ) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "AQUAMIND_DATA_DIR": str(server.data_dir), **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        spawned.append(process)
        return process

    yield spawn
    for process in spawned:
        if process.poll() is None:
            process.kill()
        if process.stdout is not None and not process.stdout.closed:
            process.communicate()

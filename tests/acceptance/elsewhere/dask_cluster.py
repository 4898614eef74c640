"""A Dask scheduler and its workers as processes of their own, as a user starts them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client

from tests.shell import ROOT

PATIENCE_S = 120


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until(condition: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.05)


def of_the_checkout() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass
class Cluster:
    """Logs all it can into `folder`, where its processes start; `environment` is theirs."""

    folder: Path
    python: Path | str = sys.executable
    environment: Mapping[str, str] = field(default_factory=of_the_checkout)
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, kind: str, *words: str, program: bool = True) -> subprocess.Popen:
        """Start a part; `program` whether it can import this project."""
        environment = {**self.environment, "DASK_LOGGING__DISTRIBUTED": "debug"}
        if not program:
            # Found first, also where the project is linked into the environment.
            (self.folder / "without").mkdir(exist_ok=True)
            missing = "raise ModuleNotFoundError(\"No module named 'data_generation'\")\n"
            (self.folder / "without" / "data_generation.py").write_text(missing)
            environment["PYTHONPATH"] = str(self.folder / "without")
        log = (self.folder / f"dask{len(self.processes)}.log").open("w")
        with log:
            process = subprocess.Popen(
                [self.python, "-m", f"distributed.cli.dask_{kind}", *words, "--no-dashboard"],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def scheduler(self) -> subprocess.Popen:
        """Start the scheduler, which need not know this project."""
        words = ("--host", "127.0.0.1", "--port", str(self.port))
        return self.start("scheduler", *words, program=False)

    def worker(self, *, program: bool = True) -> subprocess.Popen:
        words = ("--nthreads", "1", "--nworkers", "1", "--no-nanny")
        return self.start("worker", self.address, *words, program=program)

    def client(self) -> Client:
        return Client(self.address, timeout=60, set_as_default=False)

    def living(self) -> list[subprocess.Popen]:
        return [process for process in self.processes if process.poll() is None]

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("dask*.log"))

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(timeout=20)

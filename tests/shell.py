"""The command line as a user runs it, on a database and with folders of its own."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.command_server import ROOT as ROOT
from tests.command_server import CommandServer

TIMEOUT_S = 150
COMMANDS = CommandServer()

_READ_AT_START = ("PYTHON", "LC_", "LANG", "AQUAMIND_EXTRA_APPS")
"""Variables that begin so are read once, by the interpreter or Django: it must be a new one."""


@dataclass
class Shell:
    """Runs `manage.py` on one database, with folders of its own."""

    url: str
    folder: Path
    started: list[subprocess.Popen] = field(default_factory=list)

    @property
    def database(self) -> str:
        """Name of the database."""
        return str(conninfo_to_dict(self.url)["dbname"])

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "AQUAMIND_CHECKPOINT_DIR": str(self.checkpoints),
            "AQUAMIND_LOG_DIR": str(self.folder / "logs"),
            "AQUAMIND_REPORT_DIR": str(self.folder / "reports"),
            **more,
        }

    def manage(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        """Run a command in a process of its own."""
        if not any(name.startswith(_READ_AT_START) for name in environment):
            return COMMANDS.run(words, self.environment(**environment), TIMEOUT_S)
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )

    def must(self, *words: str) -> str:
        """Run a command that has to succeed and give what it said."""
        done = self.manage(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def generate(self, *flags: str, **environment: str) -> subprocess.CompletedProcess:
        return self.manage("runscript", "data_generation", *flags, **environment)

    def start(self, *flags: str) -> subprocess.Popen:
        """Start a run over years in the background."""
        return self.start_script("data_generation", *flags)

    def start_script(self, *words: str) -> subprocess.Popen:
        """Start in the background; what is still alive at the test's end is killed."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", "runscript", *words],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def units(self) -> int:
        """Number of units that are done, 0 without a run."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT to_regclass('data_generation.unit')").fetchone()
            if row == (None,):
                return 0
            done = "SELECT count(*) FROM data_generation.unit WHERE state = 'done'"
            return connection.execute(done).fetchone()[0]

    def wait_for_units(self, process: subprocess.Popen, more_than: int) -> bool:
        """Wait until more units are done; False if the process ended before."""
        until = time.monotonic() + TIMEOUT_S
        while time.monotonic() < until:
            if self.units() > more_than:
                return True
            if process.poll() is not None:
                return False
            time.sleep(0.02)
        raise AssertionError("no unit was committed")

    def end_all(self) -> None:
        for process in self.started:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            process.communicate(timeout=30)

    def written(self) -> list[str]:
        """Files below the folders, and whether the generator's schema exists."""
        files = [str(path) for path in self.folder.rglob("*") if path.is_file()]
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT to_regnamespace('data_generation')").fetchone()
        return files if found == (None,) else [*files, "schema data_generation"]


def copy_database(server_url: str, template: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

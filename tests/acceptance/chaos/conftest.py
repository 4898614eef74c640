"""A server that may be killed, and databases on it."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.acceptance.chaos.support import Farm, contents, kill, run
from tests.shell import COMMANDS, ROOT, TIMEOUT_S

COMMAND = ("manage.py", "runscript", "data_generation", "--no-progress")


@pytest.fixture(scope="session")
def farm():
    """A server that may be killed: nothing else uses it."""
    base = Path(tempfile.mkdtemp(prefix="aq-chaos-"))
    base.chmod(0o755)
    farm = Farm(base)
    try:
        COMMANDS.run(("migrate", "-v0"), farm.environment(), TIMEOUT_S).check_returncode()
        # Processes are killed here, not the machine: what is written is there, on disk or not.
        farm.admin("ALTER SYSTEM SET fsync = off")
        farm.admin("SELECT pg_reload_conf()")
        farm.copy("aquamind", "migrated")
        yield farm
    finally:
        # Nothing of it is needed any more, so nothing is written to disk first.
        farm.server.stop(limit=0.0)
        farm.server.destroy()
        shutil.rmtree(base)


@pytest.fixture
def url(farm):
    return farm.database()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "work"


@pytest.fixture(scope="session")
def expected(farm, tmp_path_factory):
    """What an uninterrupted short run stores."""
    url = farm.database()
    run(url, tmp_path_factory.mktemp("whole"))
    return contents(url)


@pytest.fixture
def command(farm, tmp_path):
    """Starts the command on the server's own database; what still runs in the end is killed."""
    farm.renew()
    started = []

    def start(*flags, **environment):
        folders = {
            f"AQUAMIND_{name}_DIR": str(tmp_path / name.lower())
            for name in ("CHECKPOINT", "LOG", "REPORT")
        }
        started.append(
            subprocess.Popen(
                [sys.executable, *COMMAND, *flags],
                cwd=ROOT,
                env=farm.environment(**folders, **environment),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        kill(process.pid)
        process.communicate(timeout=30)

"""What is made once for all processes of pytest-xdist: databases to copy, with their folders."""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.shell import Shell, copy_database

_VARIABLE = "AQUAMIND_TESTS_FOLDER"
IS_FIRST = _VARIABLE not in os.environ
"""Whether this process was started by a user, and not by pytest-xdist on behalf of one."""


def _folder() -> Path:
    if IS_FIRST:
        made = Path(tempfile.mkdtemp(prefix="aquamind-tests-"))
        # Root's server runs as another user, who must be able to pass through.
        made.chmod(0o755)
        os.environ[_VARIABLE] = str(made)
    return Path(os.environ[_VARIABLE])


FOLDER = _folder()
"""Belongs to all processes; the first removes it in the end."""


@contextmanager
def turn(name: str) -> Iterator[Path]:
    """Let one process after the other in; gives a file that is there when it was made before."""
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield FOLDER / f"{name}.made"


def template(
    server_url: str, name: str, make: Callable[[Shell], None], copied: str = "template0"
) -> Shell:
    """A shell on a database that is made on first demand, from a copy of another; to be copied.

    Nobody may connect to it: it could not be copied meanwhile.
    """
    database = f"{FOLDER.name}-{name}"
    shell = Shell(make_conninfo(server_url, dbname=database), FOLDER / name)
    with turn(name) as made:
        if not made.exists():
            shell.folder.mkdir(exist_ok=True)
            copy_database(server_url, copied, database)
            make(shell)
            made.touch()
    return shell


def copy_of(server_url: str, shell: Shell, folder: Path) -> Shell:
    """A shell on a copy of such a database, and of its folders, to connect to."""
    database = f"{shell.database}-{uuid.uuid4().hex[:8]}"
    copy_database(server_url, shell.database, database)
    shutil.copytree(shell.folder, folder, dirs_exist_ok=True)
    return Shell(make_conninfo(server_url, dbname=database), folder)


def drop_databases(server_url: str) -> None:
    """Drop what was made here on a server that outlives the tests."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{FOLDER.name}-"]
        ).fetchall()
        for (name,) in names:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)

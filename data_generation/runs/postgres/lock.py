"""Who may write: advisory locks that end with their connection.

A run over years, and whoever clears, holds the database alone. Batches of the event engine share
it, and each holds its own run. The database alone decides whether a lock is held; process and host
of its holder are for a person to read, and for how long to wait.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psutil
import psycopg

from data_generation.errors import Refused
from data_generation.runs.postgres.connecting import APPLICATION, Connection
from data_generation.runs.postgres.queries import query

_KEY = {"space": 0x5A1, "number": 0x0A0A}
_BATCH_SPACE = 0x5A2
_TURN = {"space": 0x5A3, "number": 0x0A0A}
_NAME_LIMIT = 63
_PATIENCE_S = 10.0
_PAUSE_S = 0.1


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: process id and host as far as known, and since when."""

    pid: int | None
    host: str | None
    since: datetime | None

    def __str__(self) -> str:
        who = f"process {self.pid} on {self.host}" if self.pid else "another connection"
        return f"{who}, since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else who

    def seems_gone(self) -> bool:
        """Say whether the lock is worth waiting for: its holder cannot be seen on this machine.

        Whoever finds its own id there meets the connection that it lost. No proof of anything: in
        another container of that name the holder may live unseen.
        """
        if self.pid is None or not self.is_here():
            return False
        return self.pid == os.getpid() or not psutil.pid_exists(self.pid)

    def is_here(self) -> bool:
        """Say whether the holder is a process of this machine, so that it can be looked at."""
        return self.pid is not None and self.host == host_name()


def holder_name() -> str:
    """Return the application name by which others see this process hold the lock."""
    return f"{APPLICATION} pid={os.getpid()} host={host_name()}"[:_NAME_LIMIT]


def acquire(connection: Connection, patience: float = _PATIENCE_S, *, shared: bool = False) -> None:
    """Take the lock for as long as `connection` lives; `shared`, others may share it.

    A killed run's server process may need a moment to notice; a lock whose holder cannot be seen is
    waited for, at most `patience` seconds. Raises Refused naming the holder.
    """
    deadline = time.monotonic() + patience
    while not _try(connection, shared):
        holder = find_holder(connection)
        if holder is not None and not holder.seems_gone():
            raise Refused(
                f"Another run is using this database: {holder}.",
                "Wait for it to end or stop it, then try again "
                "(python manage.py runscript data_generation --status).",
            )
        if time.monotonic() > deadline:
            raise Refused(
                f"This database is still held: {holder or 'by an unknown connection'}.",
                "If that run was killed, its server process is rolling back; try again in a "
                "minute. It may also be at work in another container.",
            )
        time.sleep(_PAUSE_S)


@contextmanager
def held(connection: Connection, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock inside the block, alone or beside others who share it."""
    acquire(connection, shared=shared)
    try:
        yield
    finally:
        # A connection that broke has lost the lock already.
        with suppress(psycopg.Error):
            connection.execute(query("lock", "release_shared" if shared else "release"), _KEY)


def find_holder(connection: Connection) -> Holder | None:
    """Return who holds the lock now, None if nobody does."""
    return _holder(connection, _KEY)


def _holder(connection: Connection, key: Mapping[str, int]) -> Holder | None:
    row = connection.execute(query("lock", "holder"), key).fetchone()
    if row is None:
        return None
    _, name, since = row
    fields = dict(part.split("=", 1) for part in str(name or "").split() if "=" in part)
    pid = fields.get("pid", "")
    return Holder(int(pid) if pid.isdigit() else None, fields.get("host"), since)


@contextmanager
def turn(connection: Connection, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Inside the block nobody else plans a batch or fills silos; `on_wait` hears of waiting.

    Others go on with what they have planned. A turn takes seconds, and ends with its connection.
    """
    waited = False
    while not _taken(connection, query("lock", "try"), _TURN):
        if not waited:
            on_wait()
        waited = True
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        with suppress(psycopg.Error):
            connection.execute(query("lock", "release"), _TURN)


def acquire_batch(connection: Connection, run: int) -> bool:
    """Take the lock of one batch's run for as long as `connection` lives; False if it is taken.

    May be asked again by who has it.
    """
    while True:
        if _taken(connection, query("lock", "try"), _batch_key(run)):
            return True
        if not batch_is_left(connection, run):
            return False


def batch_is_held(connection: Connection, run: int) -> bool:
    """Say whether a connection that lives holds a batch's run."""
    return _holder(connection, _batch_key(run)) is not None


def batch_is_left(connection: Connection, run: int, patience: float = _PATIENCE_S) -> bool:
    """Say whether nobody holds a batch's run.

    That of a holder who cannot be seen is waited for, at most `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while (holder := _holder(connection, _batch_key(run))) is not None:
        if not holder.seems_gone() or time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_S)
    return True


def _batch_key(run: int) -> dict[str, int]:
    return {"space": _BATCH_SPACE, "number": run}


def _try(connection: Connection, shared: bool) -> bool:
    return _taken(connection, query("lock", "try_shared" if shared else "try"), _KEY)


def _taken(connection: Connection, statement: LiteralString, key: Mapping[str, int]) -> bool:
    row = connection.execute(statement, key).fetchone()
    return row is not None and bool(row[0])


def host_name() -> str:
    """Return this machine's name as the lock tells it."""
    # Blanks would end the field, and the server cuts the whole name at 63 bytes.
    return socket.gethostname().replace(" ", "-")[:32]

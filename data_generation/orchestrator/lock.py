"""Who may write: advisory locks that end with their connection.

A run over years, and whoever clears, holds the database alone. Batches of the event engine share
it, and each holds its own run.
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
from data_generation.orchestrator.database import APPLICATION, Connection
from data_generation.orchestrator.queries import query

_KEY = {"space": 0x5A1, "number": 0x0A0A}
_BATCH_SPACE = 0x5A2
_TURN = {"space": 0x5A3, "number": 0x0A0A}
_NAME_LIMIT = 63
_PATIENCE_S = 10.0
_PAUSE_S = 0.1
_CLOCK_S = 2.0
"""What the server's clock and the start of a process, known to the second, may differ by."""


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: process id and host as far as known, and since when."""

    pid: int | None
    host: str | None
    since: datetime | None

    def __str__(self) -> str:
        who = f"process {self.pid} on {self.host}" if self.pid else "another connection"
        return f"{who}, since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else who

    def is_gone(self) -> bool:
        """Say whether the holder was a process of this machine that no longer lives.

        Whoever finds its own id there meets the connection that it lost, or that of a process that
        had the id before. A process that began after the lock was taken has such an id too.
        """
        if self.pid is None or not self.is_here():
            return False
        if self.pid == os.getpid():
            return True
        try:
            began = psutil.Process(self.pid).create_time()
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return False
        return self.since is not None and began > self.since.timestamp() + _CLOCK_S

    def is_here(self) -> bool:
        """Say whether the holder is a process of this machine, so that it can be looked at."""
        return self.pid is not None and self.host == host_name()


def holder_name() -> str:
    """Return the application name by which others see this process hold the lock."""
    return f"{APPLICATION} pid={os.getpid()} host={host_name()}"[:_NAME_LIMIT]


def acquire(connection: Connection, patience: float = _PATIENCE_S, *, shared: bool = False) -> None:
    """Take the lock for as long as `connection` lives; `shared`, others may share it.

    A killed run's server process may need a moment to notice; as long as its client is gone the
    lock is waited for, at most `patience` seconds. Raises Refused naming a holder that lives.
    """
    deadline = time.monotonic() + patience
    while not _try(connection, shared):
        holder = find_holder(connection)
        if holder is not None and not holder.is_gone():
            raise Refused(
                f"Another run is using this database: {holder}.",
                "Wait for it to end or stop it, then try again "
                "(python manage.py runscript data_generation --status).",
            )
        if time.monotonic() > deadline:
            raise Refused(
                f"A killed run still holds this database: {holder or 'unknown'}.",
                "Its server process is rolling back; try again in a minute.",
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


def acquire_batch(connection: Connection, run: int, patience: float = _PATIENCE_S) -> bool:
    """Take the lock of one batch's run for as long as `connection` lives; False if it is taken.

    A killed process's is waited for, at most `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        if _taken(connection, query("lock", "try"), _batch_key(run)):
            return True
        if batch_is_held(connection, run) or time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_S)


def batch_is_held(connection: Connection, run: int) -> bool:
    """Say whether a process that lives is at work on a batch's run."""
    holder = _holder(connection, _batch_key(run))
    return holder is not None and not holder.is_gone()


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

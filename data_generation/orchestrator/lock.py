"""One run at a time on a database: an advisory lock that ends with its connection."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import psutil
import psycopg

from data_generation.errors import Refused
from data_generation.orchestrator.database import APPLICATION, Connection
from data_generation.orchestrator.queries import query

_KEY = {"space": 0x5A1, "number": 0x0A0A}
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
        if self.pid is None or self.host != _host():
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


def holder_name() -> str:
    """Return the application name by which others see this process hold the lock."""
    return f"{APPLICATION} pid={os.getpid()} host={_host()}"[:_NAME_LIMIT]


def acquire(connection: Connection, patience: float = _PATIENCE_S) -> None:
    """Take the lock for as long as `connection` lives.

    A killed run's server process may need a moment to notice; as long as its client is gone the
    lock is waited for, at most `patience` seconds. Raises Refused naming a holder that lives.
    """
    deadline = time.monotonic() + patience
    while not _try(connection):
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
def held(connection: Connection) -> Iterator[None]:
    """Hold the lock inside the block."""
    acquire(connection)
    try:
        yield
    finally:
        # A connection that broke has lost the lock already.
        with suppress(psycopg.Error):
            connection.execute(query("lock", "release"), _KEY)


def find_holder(connection: Connection) -> Holder | None:
    """Return who holds the lock now, None if nobody does."""
    row = connection.execute(query("lock", "holder"), _KEY).fetchone()
    if row is None:
        return None
    _, name, since = row
    fields = dict(part.split("=", 1) for part in str(name or "").split() if "=" in part)
    pid = fields.get("pid", "")
    return Holder(int(pid) if pid.isdigit() else None, fields.get("host"), since)


def _try(connection: Connection) -> bool:
    row = connection.execute(query("lock", "try"), _KEY).fetchone()
    return row is not None and bool(row[0])


def _host() -> str:
    # Blanks would end the field, and the server cuts the whole name at 63 bytes.
    return socket.gethostname().replace(" ", "-")[:32]

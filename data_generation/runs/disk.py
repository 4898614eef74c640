"""Whether a run fits on the disks that it would fill; looked at before anything is written.

What is known of a disk is what the operating system of this machine says of a folder. A server's
folders are looked at only where they are proved to be on this machine; no SQL tells how much room a
server's disk has.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg import errors

from data_generation.errors import Refused
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.runs.postgres.sizes import (
    BYTES_PER_MONTH,
    PARQUET_BYTES_PER_MONTH,
    bytes_of,
    parquet_bytes_of,
)
from data_generation.words import counted, megabytes

_START_LINE: Final = 2
"""Line of postmaster.pid with the server's start, in seconds since 1970."""
_FULL_BYTES: Final = 16 * 2**20
"""A file of PostgreSQL's log of commits; with less it cannot go on."""
_LOG_SHARE: Final = 20
_LOG_BYTES: Final = (256 * 2**20, 4 * 2**30)
"""The embedded server's log of commits may take that part of the free disk, within these bytes."""
_START_S: Final = 60.0
"""Seconds by which the server may give its start later than the file does."""


@dataclass(frozen=True)
class Need:
    """Rows that are still to be stored, by table, and in how many months."""

    rows: Mapping[str, int]
    months: int

    @property
    def in_database(self) -> int:
        """Bytes with indexes."""
        tables = sum(bytes_of(table, rows) for table, rows in self.rows.items())
        return tables + self.months * BYTES_PER_MONTH

    @property
    def in_parquet(self) -> int:
        """Bytes of Parquet files."""
        files = sum(parquet_bytes_of(table, rows) for table, rows in self.rows.items())
        return files + self.months * PARQUET_BYTES_PER_MONTH


@dataclass(frozen=True)
class Room:
    """A folder, the bytes that are free on its disk and those that are needed there."""

    folder: Path
    free: int
    need: int

    @property
    def fits(self) -> bool:
        """Whether there is room enough."""
        return self.need <= self.free


def require_room(need: Need, rooms: Sequence[Room], elsewhere: str) -> None:
    """Refuse what does not fit; `elsewhere` is the flag that names another disk."""
    for room in rooms:
        if not room.fits:
            raise Refused(
                f"The run needs about {megabytes(room.need)} "
                f"({counted(sum(need.rows.values()), 'row')}), and the disk of {room.folder} has "
                f"{megabytes(room.free)} free.",
                f"Make room, choose another disk with {elsewhere}, or try all the same with --yes.",
            )


def full_disks(rooms: Sequence[Room]) -> list[str]:
    """Say which disks have no room left now: a full one does not always say so itself."""
    left = {room.folder: _free(room.folder) for room in rooms}
    return [
        f"The disk of {folder} is full, {megabytes(free)} free."
        for folder, free in left.items()
        if free is not None and free < _FULL_BYTES
    ]


def folder_rooms(folder: Path, need: int) -> list[Room]:
    """The disk of a folder, which need not exist yet."""
    free = _free(folder)
    return [] if free is None else [Room(folder, free, need)]


def embedded_rooms(folder: Path, need: int) -> list[Room]:
    """The disk of the embedded server's folder, with its log of commits; it need not run."""
    free = _free(folder)
    if free is None:
        return []
    log = min(need, max(_LOG_BYTES[0], min(free // _LOG_SHARE, _LOG_BYTES[1])))
    return [Room(folder, free, need + log)]


def server_rooms(connection: Connection, need: int) -> list[Room]:
    """The disks of a server's data and of its log of commits, if they are this machine's.

    Empty where the server's folders cannot be looked at. The log is recycled once it has the size
    that is set, and what it has already is not needed anew.
    """
    try:
        row = connection.execute(query("disk", "places")).fetchone()
    except errors.InsufficientPrivilege:
        return []
    assert row is not None
    data, tablespace, log_most, log_now, started = row
    home = Path(data)
    if not _is_of_this_machine(home, float(started)):
        return []
    log = min(need, max(0, log_most - log_now))
    needs = {Path(tablespace) if tablespace else home: need}
    log_folder = (home / "pg_wal").resolve()
    together = next((folder for folder in needs if _same_disk(folder, log_folder)), log_folder)
    needs[together] = needs.get(together, 0) + log
    return [room for folder, bytes_ in needs.items() for room in folder_rooms(folder, bytes_)]


def _is_of_this_machine(home: Path, started: float) -> bool:
    """Whether the server that was started at that moment keeps its data in this very folder."""
    with suppress(OSError, ValueError, IndexError):
        lines = (home / "postmaster.pid").read_text("utf-8").splitlines()
        return abs(float(lines[_START_LINE]) - started) < _START_S
    return False


def _same_disk(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False


def _free(folder: Path) -> int | None:
    """Bytes free for an ordinary user on the disk that a folder is or will be on."""
    for existing in (folder, *folder.parents):
        with suppress(FileNotFoundError):
            try:
                found = os.statvfs(existing)
            except PermissionError:
                return None
            return found.f_bavail * found.f_frsize
    return None

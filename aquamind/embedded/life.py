"""Proof that a server lives: a file lock that its processes inherit.

The number of a process means something only to those who see the same processes, and another
container on the same directory sees others. The kernel keeps this lock for as long as one process
of the server lives, whoever looks and from wherever, and lets go of it when the last has ended.
"""

import fcntl
import json
import os
import re
import socket
import subprocess
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

from aquamind.embedded import lock

_LOCAL = re.compile(
    r"apfs|aufs|bcachefs|btrfs|ecryptfs|exfat|ext[234]|f2fs|fuse\.overlayfs|fuseblk|hfs|jfs|ntfs3"
    r"|overlay|ramfs|tmpfs|ufs|vfat|xfs|zfs"
)
"""File systems that one machine mounts alone, so that its kernel knows every lock in them."""


@dataclass(frozen=True)
class Place:
    """Where the number of a process means the same."""

    kernel: str
    """Differs between machines, and between two starts of one."""
    processes: str
    """The namespace of processes; a container has its own."""
    host: str

    @classmethod
    def here(cls) -> "Place":
        """Where this process is."""
        host = socket.gethostname()
        try:
            kernel = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return cls(kernel, str(Path("/proc/self/ns/pid").readlink()), host)
        except OSError:
            # macOS has neither, and no containers of its own.
            return cls(_boot_session(), "", host)

    def is_on_this_machine(self) -> bool:
        """Whether sockets and file locks reach from here to there."""
        return self.kernel == Place.here().kernel

    def __str__(self) -> str:
        kind = "in another container" if self.is_on_this_machine() else "on another machine"
        return f"{kind} (host name {self.host})"


_UNKNOWN = Place("", "", "unknown")


@dataclass(frozen=True)
class Life:
    """Whether a server lives, and where the last one was started; None if that was never noted."""

    lives: bool
    place: Place | None

    def is_elsewhere(self) -> bool:
        """Whether a server lives whose processes cannot be told by their numbers here."""
        if not self.lives or self.place is None:
            return False
        here = Place.here()
        return (self.place.kernel, self.place.processes) != (here.kernel, here.processes)

    def is_on_this_machine(self) -> bool:
        """Whether the server is or was where sockets and file locks reach from here."""
        return self.place is not None and self.place.is_on_this_machine()


@cache
def _boot_session() -> str:
    command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except OSError:
        return ""


def look(path: Path) -> Life:
    """Look at the lock file of a server, which need not exist."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return Life(lives=False, place=None)
    try:
        place = _noted(descriptor)
        # If it is free we hold it for a moment; whoever fails to take it then tries again.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Life(lives=True, place=place or _UNKNOWN)
    finally:
        os.close(descriptor)
    return Life(lives=False, place=place)


def take(path: Path) -> int | None:
    """Lock the file and note in it where we are; None if a server lives.

    The descriptor is for the server to inherit; if nobody has, closing it gives the lock back.
    """
    descriptor = lock.open_file(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(Place.here())).encode(), 0)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            return None
        raise
    return descriptor


def is_proven_by_lock(directory: Path) -> bool:
    """Whether a lock that is free here is free everywhere: the file system is this machine's own.

    Others (NFS, SMB, 9p) may share locks between machines or not; that cannot be asked.
    """
    types = {mount.mountpoint: mount.fstype for mount in psutil.disk_partitions(all=True)}
    paths = (directory, *directory.parents)
    mount = next((str(path) for path in paths if str(path) in types), "")
    return _LOCAL.fullmatch(types.get(mount, "")) is not None


def _noted(descriptor: int) -> Place | None:
    try:
        return Place(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return None

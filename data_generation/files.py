"""Files written whole or not at all, read only if small; locks that end with their process."""

import errno
import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

MOST_BYTES: Final = 50_000_000
"""Larger than whatever this program writes and reads back as one text."""


def read_small(path: Path, most: int = MOST_BYTES) -> str:
    """Read a regular file of at most `most` bytes as UTF-8 text, whatever the path names.

    Raises OSError for a device, a pipe, a folder, or a larger file, without waiting for any.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is a device or pipe, not a file", str(path))
        # Its size is not asked for: some files tell 0, others grow while they are read.
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes", str(path))
    return content.decode("utf-8")


def _without_waiting(path: str, flags: int) -> int:
    # Opening a pipe would wait for somebody to write into it.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


_LOCAL: Final = re.compile(
    r"apfs|aufs|bcachefs|btrfs|ecryptfs|exfat|ext[234]|f2fs|fuse\.overlayfs|fuseblk|hfs|jfs|ntfs3"
    r"|overlay|ramfs|tmpfs|ufs|vfat|xfs|zfs"
)
"""File systems that one machine mounts alone, so that its kernel knows every lock in them."""
_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Lock the file `path`, made if absent, for the block; the kernel unlocks it if we are killed.

    Gives whether that proves that nobody else is inside, in whatever container. A file system that
    several machines mount need not share its locks among them, and some have none. Raises
    BlockingIOError if somebody is.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            proven = _is_local(path)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            proven = False
        yield proven
    finally:
        os.close(descriptor)


def _is_local(path: Path) -> bool:
    types = {mount.mountpoint: mount.fstype for mount in psutil.disk_partitions(all=True)}
    mount = next((str(folder) for folder in path.resolve().parents if str(folder) in types), "")
    return _LOCAL.fullmatch(types.get(mount, "")) is not None


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data` so that a reader or a crash finds the old or the new, whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

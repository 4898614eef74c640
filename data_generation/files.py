"""Files that are written whole or not at all, and read only if they are files and small."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

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

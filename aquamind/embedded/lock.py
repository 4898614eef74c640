"""One process at a time starts, stops or removes the server of a data directory."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aquamind.embedded.errors import EmbeddedServerError

_POLL_SECONDS = 0.02


@contextmanager
def exclusive(path: Path, limit: float, waiting: Callable[[float], None]) -> Iterator[None]:
    """Hold the lock file `path`; the kernel lets go of it if we are killed.

    `waiting` is called with the seconds waited so far, at every attempt. Raises
    EmbeddedServerError after `limit` seconds.
    """
    started = time.monotonic()
    while True:
        descriptor = open_file(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            waited = time.monotonic() - started
            if waited > limit:
                raise EmbeddedServerError(
                    f"Another process has been starting or stopping the server for {waited:.0f} s "
                    f"(lock {path}).",
                    "Wait for it, or look at: python manage.py embedded_postgres status",
                ) from None
            waiting(waited)
            time.sleep(_POLL_SECONDS)
            continue
        if _is_current(descriptor, path):
            break
        # Removed with the whole data directory between our open and our lock: start over.
        os.close(descriptor)
    try:
        yield
    finally:
        os.close(descriptor)


def open_file(path: Path) -> int:
    """Open a lock file, made if absent, as the owner of its directory could."""
    # The directory may belong to the server's user: do not let a link lead root elsewhere.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    owner = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid != owner.st_uid:
        # So that the directory's owner can use it after root was here.
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def _is_current(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False

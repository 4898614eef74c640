"""Standard output and standard error: they never fail, and they know whether to use colours.

A stream may be closed (`>&-`), its disk full, its reader gone (`| head`), its terminal hung up.
What is shown never decides what is done, so nothing that is written there raises an error; what
was lost can be asked afterwards, by those whose result was only to be shown.
"""

import errno
import io
import os
import select
import sys
import time
from typing import IO, TextIO

_SEEN_ENOUGH = (errno.EPIPE, errno.ECONNRESET)
"""A reader that goes away, such as `head`, has what it wanted."""


class _Unfailing(io.FileIO):
    """The file of a standard stream: drops what cannot be written and keeps the first reason."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.lost: OSError | None = None
        self.written_at = 0.0

    def write(self, data: object) -> int:
        """Write as much as goes in one go; all of it counts as written if it cannot be."""
        self.written_at = time.monotonic()
        while True:
            try:
                # Nothing is written, and no error raised, if somebody set the other end not to
                # block; it is full, then, and will be read.
                written = super().write(data)  # type: ignore[arg-type]
            except OSError as error:
                self.lost = self.lost or error
                return memoryview(data).nbytes  # type: ignore[arg-type]
            if written is not None:
                return written
            select.select([], [self], [])


def secure() -> None:
    """Make the standard streams of this process unfailing; to be called first of all.

    Replaces `sys.stdout` and `sys.stderr`, so it is for command lines and not for libraries.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # The next file or socket would take its place, and be written to. Nothing can be
            # written to this one, which is how a closed stream is told from /dev/null.
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = _unfailing(1, sys.stdout)
    sys.stderr = _unfailing(2, sys.stderr)
    if not _colours_allowed():
        os.environ.setdefault("DJANGO_COLORS", "nocolor")


def _unfailing(descriptor: int, before: TextIO | None) -> TextIO:
    if _file(before) is not None:
        return before  # type: ignore[return-value]
    return io.TextIOWrapper(
        io.BufferedWriter(_Unfailing(descriptor)),
        encoding=getattr(before, "encoding", None) or "utf-8",
        # A name that the terminal's encoding lacks, or that is no text at all, is no reason to end,
        # nor to write what its reader cannot decode.
        errors="backslashreplace",
        line_buffering=descriptor == 2 or os.isatty(descriptor),
    )


def _file(stream: TextIO | None) -> _Unfailing | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, _Unfailing) else None


def lost(stream: TextIO) -> str | None:
    """Why a standard stream did not take all that was written; None if it did.

    A reader that has seen enough has lost nothing.
    """
    stream.flush()
    file = _file(stream)
    if file is None or file.lost is None or file.lost.errno in _SEEN_ENOUGH:
        return None
    return file.lost.strerror or str(file.lost)


def quiet_seconds(stream: TextIO, since: float) -> float:
    """Seconds since anything was written to a standard stream, at most since `since` (monotonic).

    What standard output shows is seen as well where it goes to the same place.
    """
    files = [_file(stream)]
    if stream is sys.stderr and _same_place():
        files.append(_file(sys.stdout))
    written = max((file.written_at for file in files if file is not None), default=0.0)
    return time.monotonic() - max(written, since)


def _same_place() -> bool:
    try:
        return os.path.sameopenfile(1, 2)
    except OSError:
        return False


def wants_colours(stream: IO[str]) -> bool:
    """Say whether to use colours: see https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and _colours_allowed())


def wants_bars(stream: IO[str]) -> bool:
    """Say whether a bar that is drawn over itself can be shown."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _colours_allowed() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def take_colour_flags(flags: list[str]) -> None:
    """Let Django's flags say the same as the environment variables."""
    if "--no-color" in flags:
        os.environ["NO_COLOR"] = "1"
    elif "--force-color" in flags:
        os.environ["FORCE_COLOR"] = "1"
        os.environ.pop("NO_COLOR", None)

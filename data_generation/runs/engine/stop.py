"""Asking a run to stop: signals, the memory guard, and a deadline that is kept."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from data_generation.errors import AquaError, ExitCode, Interrupted, MemoryLimitReached
from data_generation.runs.decide import DATABASE

GRACE_S = 2.0
"""Time that units in flight get to commit after a stop was asked for."""
CANCEL_AFTER_S = 2.5
"""Then a statement that still runs in the coordinator is cancelled; its transaction rolls back."""
EXIT_AFTER_S = 4.5
"""Then the process ends as it is. Nothing uncommitted survives, so the state is still whole."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Set once, by a signal or by the memory guard; asked by everything that takes time.

    Holds no lock: a signal handler may run while its own thread is inside any of these methods.
    """

    def __init__(self, resume: str = DATABASE.resume) -> None:
        """`resume` is the command that goes on."""
        self.hint = f"Go on with: {resume}"
        self._error: AquaError | None = None
        self.asked_at = 0.0

    def requested(self) -> bool:
        """Say whether to stop."""
        return self._error is not None

    def wait(self, seconds: float) -> None:
        """Sleep up to `seconds`, less if a stop is asked for."""
        until = time.monotonic() + seconds
        while not self.requested() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))

    def ask(self, error: AquaError) -> None:
        """Ask to stop; `error` is what the user will read. Later calls change nothing."""
        if self._error is None:
            self.asked_at = time.monotonic()
            self._error = error

    def ask_for_memory(self, used_mb: float, limit_mb: float) -> None:
        """Ask to stop because the tree of processes uses more than it may."""
        self.ask(
            MemoryLimitReached(
                f"Stopped at a committed state: {used_mb:,.0f} MB in use, the limit is "
                f"{limit_mb:,.0f} MB.",
                f"{self.hint} (more room: --max-memory, less need: --workers 0)",
            )
        )

    def raise_if_asked(self) -> None:
        """Raise the error given to `ask`, if any."""
        if self._error is not None:
            raise self._error

    def seconds_left(self) -> float:
        """Return how much of the grace time is left after a stop was asked for."""
        return max(0.0, self.asked_at + GRACE_S - time.monotonic())


@contextmanager
def stop_on_signals(request: StopRequest, cancel: Callable[[], None]) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into a stop request inside the block.

    `cancel` is called from another thread if the coordinator still sits in a statement after
    `CANCEL_AFTER_S`. A second signal ends the process at once.
    """

    def handle(number: int, _frame: FrameType | None) -> None:
        if request.requested():
            os._exit(ExitCode.INTERRUPTED)
        name = signal.Signals(number).name
        request.ask(Interrupted(f"Stopped by {name} at a committed state.", request.hint))

    over = threading.Event()
    thread = threading.Thread(target=_keep_deadline, args=(request, cancel, over), daemon=True)
    # What is ignored stays ignored: `nohup` asks for that, and a shell for its background jobs.
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heard}
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def _keep_deadline(request: StopRequest, cancel: Callable[[], None], over: threading.Event) -> None:
    while not over.wait(0.1):
        if request.requested():
            break
    if _waited(over, request.asked_at + CANCEL_AFTER_S):
        return
    cancel()
    if _waited(over, request.asked_at + EXIT_AFTER_S):
        return
    try:
        request.raise_if_asked()
    except AquaError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(error.exit_code)


def _waited(over: threading.Event, moment: float) -> bool:
    return over.wait(max(0.0, moment - time.monotonic()))

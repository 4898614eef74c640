"""Says what is being done when a command has shown nothing for two seconds.

One for a process, as standard error is. A step that is announced is repeated every ten seconds, so
that a log does not fill up; a bar that is on the screen is drawn anew each second instead.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from data_generation import streams

QUIET_VARIABLE: Final = "AQUAMIND_QUIET_SECONDS"
"""Environment variable with another number of seconds than two."""
QUIET_S: Final = 1.8
"""A fifth of a second less, for that is how often it is looked."""
AGAIN_S: Final = 10.0
_BAR_S: Final = 1.0
_LOOK_S: Final = 0.2


Doing = str | Callable[[], str]
"""What is being done; a function if the words change as it goes on."""


class Ticker:
    """Watches standard error from a thread while it runs; see the module."""

    def __init__(self) -> None:
        """Not running: `doing` is noted, and nothing is said."""
        self._step: Doing = ""
        self._since = 0.0
        self._said = 0.0
        self._paused = False
        self._quiet = QUIET_S
        self._redraw: Callable[[], None] | None = None
        self._over: threading.Event | None = None
        self._one = threading.RLock()

    def doing(self, step: Doing) -> None:
        """Note what begins now: how a sentence begins, such as `Hashing 113 tables`."""
        with self._one:
            if step != self._step:
                self._step, self._since, self._said = step, time.monotonic(), 0.0

    def show_bar(self, redraw: Callable[[], None] | None) -> None:
        """While a bar is on the screen it is drawn anew instead; None: there is none any more."""
        with self._one:
            self._redraw = redraw

    @contextmanager
    def running(self, step: Doing) -> Iterator[None]:
        """Watch while the block runs; inside another such block only the step is noted."""
        self.doing(step)
        if self._over is not None:
            yield
            return
        with suppress(KeyError, ValueError):
            self._quiet = float(os.environ[QUIET_VARIABLE])
        self._over = threading.Event()
        thread = threading.Thread(
            target=self._watch, args=(self._over,), name="ticker", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._over = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Say nothing inside the block, which waits for a person."""
        self._paused = True
        try:
            yield
        finally:
            self._paused, self._since = False, time.monotonic()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_LOOK_S):
            self.look()

    def look(self) -> None:
        """Say what is being done if it is time to."""
        with self._one:
            quiet = streams.quiet_seconds(sys.stderr, max(self._since, self._said))
            if self._paused or quiet < (_BAR_S if self._redraw else self._quiet):
                return
            if self._redraw is not None:
                self._redraw()
            elif not self._said or quiet >= AGAIN_S:
                step = self._step if isinstance(self._step, str) else self._step()
                seconds = time.monotonic() - self._since
                sys.stderr.write(f"{step}, {seconds:.0f} s so far.\n")
                sys.stderr.flush()
            else:
                return
            self._said = time.monotonic()


TICKER: Final = Ticker()
"""The process's own."""

"""The bar on a terminal: months done, rows a second, time left; or checks done."""

import sys
import time
from types import TracebackType
from typing import IO, Never

from tqdm import tqdm

_LINE_SECONDS = 10.0


class Screen:
    """Standard error: a progress bar if a person watches, and lines that do not break it."""

    def __init__(self, bar: bool, stream: IO[str] | None = None) -> None:
        """`bar` allows a bar; it appears only if `stream` (standard error) is a terminal."""
        self._stream = stream if stream is not None else sys.stderr
        self._allowed = bar and self.is_terminal()
        self._bar: tqdm[Never] | None = None
        self._rows = 0
        self._started = 0.0

    def is_terminal(self) -> bool:
        """Say whether a person watches."""
        return self._stream.isatty()

    @property
    def has_bar(self) -> bool:
        """Say whether a bar is on the screen."""
        return self._bar is not None

    def start(self, total_months: int, done_months: int, label: str) -> None:
        """Show the bar for that many months, some of them already done."""
        self._started = time.monotonic()
        if self._allowed:
            tqdm.monitor_interval = 0
            self._bar = tqdm(
                total=total_months,
                initial=done_months,
                desc=label,
                unit="month",
                file=self._stream,
                dynamic_ncols=True,
                leave=True,
            )

    def advance(self, months: int, rows: int) -> None:
        """Count months that are done and rows that are stored."""
        self._rows += rows
        if self._bar is not None:
            rate = self._rows / max(time.monotonic() - self._started, 1e-6)
            self._bar.set_postfix_str(f"{rate:,.0f} rows/s", refresh=False)
            self._bar.update(months)

    def check(self, done: int, total: int, name: str) -> None:
        """Say which check is made now; without a bar, in a line every ten seconds."""
        now = time.monotonic()
        if self._allowed and self._bar is None:
            tqdm.monitor_interval = 0
            self._bar = tqdm(total=total, unit="check", file=self._stream, dynamic_ncols=True)
        if self._bar is not None:
            self._bar.set_description_str(name, refresh=False)
            self._bar.update(done - self._bar.n)
        elif not done:
            self._started = now
        elif now - self._started >= _LINE_SECONDS:
            self._started = now
            self.write_line(f"check {done + 1} of {total}: {name}")

    def write_line(self, text: str) -> None:
        """Write one line, above the bar if there is one."""
        if self._bar is not None:
            tqdm.write(text, file=self._stream)
        else:
            self._stream.write(text + "\n")
            self._stream.flush()

    def stop(self) -> None:
        """Take the bar off the list of things to redraw."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> "Screen":
        """Use as a context: the bar is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the bar."""
        self.stop()

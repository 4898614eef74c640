"""The bar on a terminal: months done, rows a second, time left; or checks done."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Never

from tqdm import tqdm

from data_generation import streams
from data_generation.ticker import TICKER
from data_generation.words import counted, duration


class Screen:
    """Standard error: a progress bar if a person watches, and lines that do not break it."""

    def __init__(self, bar: bool, stream: IO[str] | None = None) -> None:
        """`bar` allows a bar; it appears only if `stream` (standard error) can show one."""
        self._stream = stream if stream is not None else sys.stderr
        self._allowed = bar and streams.wants_bars(self._stream)
        self._bar: tqdm[Never] | None = None
        self._total = 0
        self._before = 0
        self._months = 0
        self._rows = 0
        self._started = 0.0

    def is_terminal(self) -> bool:
        """Say whether a person watches."""
        return self._stream.isatty()

    def has_colours(self) -> bool:
        """Say whether lines may be coloured."""
        return streams.wants_colours(self._stream)

    @property
    def has_bar(self) -> bool:
        """Say whether a bar is on the screen."""
        return self._bar is not None

    def start(self, total_months: int, done_months: int, label: str) -> None:
        """Show the bar for that many months, some of them already done."""
        self._started = time.monotonic()
        self._total, self._before = total_months, done_months
        if self._allowed:
            self._show_bar(total_months, "month", done_months)
        self.doing(label)
        TICKER.doing(lambda: f"{label} {self._in_words()}")

    def advance(self, months: int, rows: int) -> None:
        """Count months that are done and rows that are stored."""
        self._rows += rows
        self._months += months
        if self._bar is not None:
            self._bar.set_postfix_str(f"{self._rate():,.0f} rows/s", refresh=False)
            self._bar.update(months)

    def pace(self) -> dict[str, str | int]:
        """How far it is, for a line in a log: percent of the months, rows a second, time left."""
        done = self._before + self._months
        pace: dict[str, str | int] = {"percent": 100 * done // max(self._total, 1)}
        if self._months:
            each = (time.monotonic() - self._started) / self._months
            pace["rows_per_second"] = round(self._rate())
            pace["left"] = duration(each * (self._total - done))
        return pace

    def _in_words(self) -> str:
        pace = self.pace()
        left = f", {pace['left']} left" if "left" in pace else ""
        return f"{counted(self._total, 'month')}: {pace['percent']} %{left}"

    def _rate(self) -> float:
        return self._rows / max(time.monotonic() - self._started, 1e-6)

    def doing(self, step: str) -> None:
        """Say what begins now: before the bar, or in a line if it takes long."""
        TICKER.doing(step)
        if self._bar is not None:
            self._bar.set_description_str(step, refresh=False)

    def watch(self, unit: str) -> Callable[[int, int, str], None]:
        """Return what is to be told which of so many things is next: a bar, or lines if slow."""

        def tell(done: int, total: int, name: str) -> None:
            if self._allowed and self._bar is None:
                self._show_bar(total, unit)
            if self._bar is None:
                self.doing(f"{unit.capitalize()} {done + 1} of {total}, {name}")
            else:
                self.doing(name)
                self._bar.update(done - self._bar.n)

        return tell

    def check(self, done: int, total: int, name: str) -> None:
        """Say which of so many checks is made now."""
        self.watch("check")(done, total, name)

    def _show_bar(self, total: int, unit: str, done: int = 0) -> None:
        tqdm.monitor_interval = 0
        self._bar = tqdm(
            total=total, initial=done, unit=unit, file=self._stream, dynamic_ncols=True
        )
        TICKER.show_bar(self._bar.refresh)

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
            TICKER.show_bar(None)
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

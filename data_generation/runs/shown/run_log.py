"""Structured log: a human's lines on the console, JSON lines in one file a run."""

import json
import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

import structlog
from structlog.typing import FilteringBoundLogger

Event = MutableMapping[str, Any]


class Console(Protocol):
    """Where the human's lines go."""

    def write_line(self, text: str) -> None:
        """Write one line."""

    def is_terminal(self) -> bool:
        """Say whether a person watches."""

    def has_colours(self) -> bool:
        """Say whether lines may be coloured."""


class _ConsoleLogger:
    """The end of the chain: hands finished lines to the console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def msg(self, message: str) -> None:
        self._console.write_line(message)

    debug = info = warning = error = msg


class RunLog:
    """One invocation's log. Outside `to_file` only the console gets lines."""

    def __init__(self, console: Console) -> None:
        """Lines of level `debug` go to the file only."""
        self.path: Path | None = None
        self._console = console
        self._file: IO[str] | None = None
        colours = console.has_colours()
        renderer: Any = (
            structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0)
            if console.is_terminal() or colours
            else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
        )
        self.log: FilteringBoundLogger = structlog.wrap_logger(
            _ConsoleLogger(console),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                self._write,
                _only_important,
                renderer,
            ],
            wrapper_class=structlog.make_filtering_bound_logger("debug"),
        )

    @contextmanager
    def to_file(self, folder: Path, run: int) -> Iterator[None]:
        """Write a JSON file inside the block, and bind the run's id to all further lines."""
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
        self.path = folder / f"run{run}-{stamp}-{os.getpid()}.jsonl"
        self._file = self.path.open("a", encoding="utf-8")
        self.log = self.log.bind(run=run)
        try:
            yield
        finally:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, _logger: Any, _method: str, event: Event) -> Event:
        if self._file is not None:
            try:
                self._file.write(json.dumps(dict(event), default=str) + "\n")
                self._file.flush()
            except OSError as error:
                self._give_up(self._file, error)
        return event

    def _give_up(self, file: IO[str], error: OSError) -> None:
        """Go on without the file: a full disk must not end a run whose data it does not hold."""
        self._file = None
        with suppress(OSError):
            file.close()
        self._console.write_line(
            f"The log {self.path} ends here: {error.strerror or error}. The run goes on."
        )


def _only_important(_logger: Any, _method: str, event: Event) -> Event:
    if event.get("level") == "debug":
        raise structlog.DropEvent
    return {key: value for key, value in event.items() if not isinstance(value, dict)}

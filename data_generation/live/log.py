"""The last lines of the newest log, for a person."""

import json
from pathlib import Path
from typing import Final

_LINES: Final = 16
_BYTES: Final = 65_536
_HEAD: Final = frozenset({"timestamp", "level", "event", "run"})


def tail(folder: Path, run: int | None) -> str:
    """The last lines above level debug of the newest log of `run`, or of any run for None."""
    try:
        pattern = "run*-*.jsonl" if run is None else f"run{run}-*.jsonl"
        logs = (path for path in folder.glob(pattern) if path.is_file())
        newest = max(logs, key=lambda path: path.stat().st_mtime, default=None)
        if newest is None:
            return f"No log in {folder}."
        with newest.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError as error:
        return f"The log cannot be read: {error.strerror or error}."
    lines = text.splitlines()[1 if size > _BYTES else 0 :]
    shown = [line for line in map(_line, lines) if line is not None]
    return "\n".join(shown[-_LINES:])


def _line(text: str) -> str | None:
    try:
        event = json.loads(text)
    except ValueError:
        return None  # a line that is just being written
    if not isinstance(event, dict) or event.get("level") == "debug":
        return None
    rest = " ".join(
        f"{key}={value}"
        for key, value in event.items()
        if key not in _HEAD and not isinstance(value, dict)
    )
    time = str(event.get("timestamp", ""))[11:19]
    return f"{time} {event.get('level', ''):7} {event.get('event', '')}  {rest}".rstrip()

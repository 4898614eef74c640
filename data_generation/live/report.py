"""The report that was written last, for the page that links it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAMES = ("run-*.html", "batches.html")


@dataclass(frozen=True)
class Written:
    """A report's page, when it was written, and how many rows it tells of."""

    path: Path
    at: datetime
    rows: int | None

    def __str__(self) -> str:
        return f"{self.path.name}, written {self.at:%Y-%m-%d %H:%M} UTC"


def newest(folder: Path) -> Written | None:
    """The newest report in the folder; None if there is none that can be read."""
    try:
        found = [(path.stat().st_mtime, path) for name in _NAMES for path in folder.glob(name)]
    except OSError:
        return None
    if not found:
        return None
    modified, path = max(found)
    return Written(path, datetime.fromtimestamp(modified, UTC), _rows(path.with_suffix(".json")))


def _rows(figures: Path) -> int | None:
    try:
        return sum(map(int, json.loads(figures.read_text("utf-8"))["tables"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None

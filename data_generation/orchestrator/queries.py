"""Named SQL statements from the `.sql` files beside this module."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"
_MARK = "-- name: "


@cache
def query(file: str, name: str) -> bytes:
    """Return the statement that follows `-- name: <name>` in `sql/<file>.sql`.

    Raises KeyError if the file has no statement of that name.
    """
    text = (_FOLDER / f"{file}.sql").read_text(encoding="utf-8")
    for block in text.split(_MARK)[1:]:
        title, _, body = block.partition("\n")
        if title.strip() == name:
            return body.strip().encode()
    raise KeyError(f"{file}.sql has no statement named {name}")

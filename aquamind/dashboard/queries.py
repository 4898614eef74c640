"""The dashboard's SQL by name, from `sql/*.sql`, and rows as named tuples.

A statement starts with the line `-- name: its_name`, then comment lines that say what it does; it
ends where the next begins.
"""

import re
from collections import namedtuple
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(file: str, name: str) -> str:
    """The statement `name` of `sql/<file>.sql`. Raises `KeyError` for an unknown name."""
    _, *parts = _HEADER.split((_FOLDER / f"{file}.sql").read_text("utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))[name].strip()


def rows(file: str, name: str, **parameters: Any) -> list[Any]:
    """Run the statement on Django's connection; each row has its columns as attributes."""
    with connection.cursor() as cursor:
        cursor.execute(statement(file, name), parameters)
        row = namedtuple("Row", [column.name for column in cursor.description])
        return [row._make(values) for values in cursor.fetchall()]


def first_row(file: str, name: str, **parameters: Any) -> Any:
    """The first row, None if there is none."""
    found = rows(file, name, **parameters)
    return found[0] if found else None

"""The package's SQL: named, described statements in `sql/*.sql`."""

import re
from functools import cache
from importlib import resources
from typing import LiteralString

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def _read(file: str) -> dict[str, LiteralString]:
    text = resources.files(__package__).joinpath("sql", f"{file}.sql").read_text("utf-8")
    starts = list(_HEADER.finditer(text))
    ends = [m.start() for m in starts[1:]] + [len(text)]
    return {m[1]: _body(text[m.start() : end]) for m, end in zip(starts, ends, strict=True)}


def _body(block: str) -> str:
    lines = [line for line in block.splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip().removesuffix(";")


def statement(file: str, name: str) -> LiteralString:
    """Give the statement `name` of `sql/<file>.sql`, without its comment and semicolon.

    A statement starts with the lines `-- name: its_name` and `-- What it does`.
    Raises `KeyError` for an unknown name.
    """
    return _read(file)[name]

"""SQL statements by name, from `sql/*.sql` files beside the package that uses them.

A statement starts with the line `-- name: its_name`, then comment lines that say what it does; it
ends where the next begins.
"""

import re
from functools import cache
from importlib import resources
from typing import LiteralString

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def _blocks(package: str, file: str) -> dict[str, LiteralString]:
    text = resources.files(package).joinpath("sql", f"{file}.sql").read_text("utf-8")
    starts = list(_HEADER.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {
        start[1]: text[start.end() : end].strip() for start, end in zip(starts, ends, strict=True)
    }


@cache
def statement(package: str, file: str, name: str) -> LiteralString:
    """The statement `name` of `sql/<file>.sql` in `package`, without comments and semicolon.

    Raises `KeyError` for an unknown name.
    """
    lines = _blocks(package, file)[name].splitlines()
    body = "\n".join(line for line in lines if not line.startswith("--"))
    return body.strip().removesuffix(";")


def description(package: str, file: str, name: str) -> str:
    """What the comment below the name says, on one line."""
    lines = _blocks(package, file)[name].splitlines()
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))

"""Scripts started in this process, on a database of their own: no interpreter starts for each."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import connections

from aquamind import installation
from data_generation.cli import registry
from data_generation.runs.postgres import store
from tests.shell import Shell


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


def run(shell: Shell, script: str, *flags: str) -> Done:
    """Start a script with the database and the folders of `shell`."""
    out, err = io.StringIO(), io.StringIO()
    with _connected(shell), redirect_stdout(out), redirect_stderr(err):
        code = registry.start(script, flags)
    return Done(int(code), out.getvalue(), err.getvalue())


@contextmanager
def stopped_at(unit: int) -> Iterator[None]:
    """Stop a command as Ctrl-C would when it notes its n-th unit: what that stores is undone."""
    left, add = unit, store.add_unit

    def add_unit(*values: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise KeyboardInterrupt
        add(*values)

    with mock.patch.object(store, "add_unit", add_unit):
        yield


@contextmanager
def _connected(shell: Shell) -> Iterator[None]:
    """Point Django's default connection and the environment at the shell's database."""
    known, before = connections.settings, connections["default"]
    database = {**known["default"], **installation.database(shell.url)}
    with (
        mock.patch.dict(known, {"default": database}),
        mock.patch.dict(os.environ, shell.environment()),
    ):
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before

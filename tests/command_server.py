"""Starts `manage.py` by forking a process that has its modules loaded already.

A command is a process of its own, with its own environment, output and exit code, but does not
spend most of a second on importing Django, numpy and pyarrow. Run as a program, this is the process
that is forked; `CommandServer` is what the tests hold.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import IO, NoReturn

ROOT = Path(__file__).parents[1]
_MANAGE = ROOT / "manage.py"


class CommandServer:
    """Processes to fork, as many as there are commands at one time."""

    def __init__(self) -> None:
        self._idle: list[subprocess.Popen[str]] = []

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` to its end, as `subprocess.run` would."""
        server = self._idle.pop() if self._idle else _started()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            # Opened by the child by these names, while this process has them open.
            paths = [f"/proc/{os.getpid()}/fd/{output.fileno()}" for output in (out, err)]
            code, late = _forked(server, json.dumps([words, dict(environment), *paths]), timeout)
            self._idle.append(server)
            if late:
                raise subprocess.TimeoutExpired(words, timeout, _text(out), _text(err))
            return subprocess.CompletedProcess(words, code, _text(out), _text(err))

    def close(self) -> None:
        """End the processes."""
        while self._idle:
            self._idle.pop().communicate()


def _forked(server: "subprocess.Popen[str]", request: str, timeout: float) -> tuple[int, bool]:
    """Exit code of a command, and whether it had to be killed since its time was over."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(f"{request}\n")
    server.stdin.flush()
    pid = int(server.stdout.readline())
    late = threading.Event()

    def end() -> None:
        late.set()
        os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(timeout, end)
    timer.start()
    code = int(server.stdout.readline())
    timer.cancel()
    return code, late.is_set()


def _started() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.command_server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _serve() -> None:
    """Fork for each line of standard input; only children return."""
    # Ctrl-C ends the command and pytest; this process ends when nobody asks any more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load()
    # Objects that nobody frees need not be looked at, nor copied, by every child.
    gc.freeze()
    for line in sys.stdin:
        words, environment, out, err = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(words, environment, out, err)
        _answer(pid)
        _, status = os.waitpid(pid, 0)
        _answer(os.waitstatus_to_exitcode(status))


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _load() -> None:
    # Modules may ask how the program was called.
    sys.argv = ["manage.py"]
    import django

    import data_generation
    from tests import parsed_once

    django.setup()
    for name in ("migrations.executor", "backends.postgresql.base"):
        importlib.import_module(f"django.db.{name}")
    for module in pkgutil.walk_packages(data_generation.__path__, "data_generation."):
        # The dashboard's pages ask at once whether they are served.
        if not module.name.startswith("data_generation.live"):
            importlib.import_module(module.name)
    parsed_once.install()
    for file in sorted((ROOT / "config").rglob("*.yaml")):
        parsed_once.read(file)


def _forget_settings() -> None:
    """Let Django read its settings again, from the environment of now."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    del sys.modules["aquamind.settings"]
    settings._wrapped = empty
    for connection in connections.all(initialized_only=True):
        # Made while the apps were loaded; nobody has connected with it.
        del connections[connection.alias]
    del connections.settings
    connections._settings = None


def _become(words: list[str], environment: dict[str, str], out: str, err: str) -> NoReturn:
    """Be `python manage.py WORDS`, as if this process had been started so."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    _forget_settings()
    for number, path in enumerate((os.devnull, out, err)):
        opened = os.open(path, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.__stderr__ = os.fdopen(
        2, "w", buffering=1, errors="backslashreplace", closefd=False
    )
    sys.argv = sys.orig_argv = ["manage.py", *words]
    # The workers of a command look there for the program that they belong to.
    main = ModuleType("__main__")
    main.__file__ = str(_MANAGE)
    sys.modules["__main__"] = main
    exec(compile(_MANAGE.read_text(), _MANAGE, "exec"), main.__dict__)
    sys.exit(0)


if __name__ == "__main__":
    _serve()

"""What a worker process does: expand one month's readings and commit them, exactly once.

Imports stay few: every worker loads them.
"""

import importlib
import multiprocessing
import multiprocessing.connection
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa

from data_generation.errors import AquaError, ExitCode, Interrupted
from data_generation.orchestrator import store
from data_generation.orchestrator.arrays import unpack
from data_generation.orchestrator.database import (
    APPLICATION,
    Connection,
    as_storage_error,
    connect,
    is_transient,
)
from data_generation.storage.keys import Keys
from data_generation.storage.loader import Loader

READINGS_TABLE = "environmental_environmentalreading"
_MB = 1024 * 1024

Expand = Callable[[Mapping[str, np.ndarray], int], Iterator[pa.Table]]


@dataclass(frozen=True)
class Setup:
    """What all orders of a run share; small, and all that a worker anywhere needs."""

    conninfo: Mapping[str, Any]
    run: int
    expand: str


@dataclass(frozen=True)
class Order:
    """One readings unit to write; `attempt` counts from 1."""

    session: int
    month: date
    batch_rows: int
    attempt: int = 1


@dataclass(frozen=True)
class Failure:
    """Why a unit was not written, as plain values that travel between processes."""

    message: str
    hint: str
    code: ExitCode
    transient: bool
    trace: str


@dataclass(frozen=True)
class Outcome:
    """What became of an order; `rows` is 0 if somebody else had written them already."""

    rows: int
    seconds: float
    memory_mb: float
    skipped: bool = False
    failure: Failure | None = None


def never() -> bool:
    """Never ask to stop."""
    return False


class Writer:
    """Writes readings units through one connection of its own."""

    def __init__(self, setup: Setup) -> None:
        """Connects on the first order, and again after the connection broke."""
        module, _, function = setup.expand.partition(":")
        self.setup = setup
        self._expand: Expand = getattr(importlib.import_module(module), function)
        self._connection: Connection | None = None
        self._loader: Loader | None = None

    def write(self, order: Order, stop: Callable[[], bool] = never) -> Outcome:
        """Write the unit and commit, or roll back and say why in the outcome's failure."""
        started = time.perf_counter()
        try:
            rows = self._write(order, started, stop)
        except Exception as error:
            self.close()
            return Outcome(
                0, time.perf_counter() - started, peak_memory_mb(), failure=_failure(error)
            )
        seconds = time.perf_counter() - started
        return Outcome(rows or 0, seconds, peak_memory_mb(), skipped=rows is None)

    def close(self) -> None:
        """Close the connection; a transaction that is open rolls back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._loader = None

    def _write(self, order: Order, started: float, stop: Callable[[], bool]) -> int | None:
        connection = self._opened()
        run = self.setup.run
        with connection.transaction():
            claimed = store.claim_readings(connection, run, order.month)
            if claimed is None:
                return None
            payload, keys = claimed
            tables = self._expand(unpack(payload), order.batch_rows)
            rows = self._loader_with(connection, keys).write_readings(
                order.month, _until(stop, tables)
            )
            store.finish_readings(
                connection,
                run,
                order.month,
                {READINGS_TABLE: rows},
                time.perf_counter() - started,
                peak_memory_mb(),
            )
        return rows

    def _opened(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self.setup.conninfo, f"{APPLICATION} worker")
            self._loader = None
        return self._connection

    def _loader_with(self, connection: Connection, keys: Keys) -> Loader:
        """Keep what the loader knows of the tables."""
        if self._loader is None:
            self._loader = Loader(connection, keys)
        return self._loader.with_keys(keys)


_writers: list[Writer] = []
"""The process's only writer; a list so that it can be replaced for another run."""


def run_order(setup: Setup, order: Order, stop: Callable[[], bool] = never) -> Outcome:
    """Write one unit with this process's writer. Submitted to any `concurrent.futures` executor."""
    if not _writers or _writers[0].setup != setup:
        release()
        _writers.append(Writer(setup))
    return _writers[0].write(order, stop)


def release() -> None:
    """Close this process's writer."""
    while _writers:
        _writers.pop().close()


def initialize() -> None:
    """Prepare a worker process: leave Ctrl-C to the coordinator and die with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, name="parent-watch", daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(ExitCode.INTERRUPTED)


def _until(stop: Callable[[], bool], tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    for table in tables:
        if stop():
            raise Interrupted("Stopped while writing readings.")
        yield table


def peak_memory_mb() -> float:
    """Return the most resident memory in MB that this process has had.

    Linux hands a new process the maximum of the one that spawned it, and `getrusage` tells that;
    the figure in /proc is the process's own.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MB


def _failure(error: Exception) -> Failure:
    trace = traceback.format_exc()
    if isinstance(error, psycopg.Error):
        shown = as_storage_error(error)
        return Failure(shown.message, shown.hint, shown.exit_code, is_transient(error), trace)
    if isinstance(error, AquaError):
        cause = error.__cause__
        transient = isinstance(cause, psycopg.Error) and is_transient(cause)
        return Failure(error.message, error.hint, error.exit_code, transient, trace)
    message = f"{type(error).__name__}: {error}".splitlines()[0]
    return Failure(message, "--traceback shows where.", ExitCode.STORAGE_FAILED, False, trace)

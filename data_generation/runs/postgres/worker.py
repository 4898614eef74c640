"""What a worker process does: expand one unit's readings and commit them, exactly once.

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import psycopg
import pyarrow as pa

from data_generation.errors import AquaError, ExitCode, Interrupted
from data_generation.runs.arrays import unpack
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import (
    APPLICATION,
    Connection,
    as_storage_error,
    connect,
)
from data_generation.runs.sessions import Days
from data_generation.storage.keys.shifts import Keys
from data_generation.storage.postgres.failures import is_transient
from data_generation.storage.postgres.fit import EVERYTHING, Fit
from data_generation.storage.postgres.loading.loader import Loader

READINGS_TABLE = "environmental_environmentalreading"
_MB = 1024 * 1024

Expand = Callable[[Mapping[str, np.ndarray], int], Iterator[pa.Table]]


class UnitWriter(Protocol):
    """Writes units of one run, one after the other."""

    def write(self, order: "UnitOrder", stop: Callable[[], bool]) -> "UnitOutcome":
        """Write the unit and commit, or undo it and say why in the outcome's failure."""

    def close(self) -> None:
        """Let go of what was opened."""


class UnitSetup(Protocol):
    """What all orders of a run share; small, and all that a worker anywhere needs."""

    def writer(self) -> UnitWriter:
        """Make what writes them."""


@dataclass(frozen=True)
class Setup:
    """Readings that go into a database; `conninfo` may hold a password, and is never shown."""

    conninfo: Mapping[str, Any] = field(repr=False)
    run: int
    expand: str
    fit: Fit = EVERYTHING
    """What of the readings' columns the database takes."""

    def writer(self) -> "Writer":
        """Make a writer with a connection of its own."""
        return Writer(self)


@dataclass(frozen=True)
class UnitOrder:
    """One readings unit to write; `attempt` counts from 1."""

    session: int
    days: Days
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
class UnitOutcome:
    """What became of an order; `rows` is 0 if somebody else had written them already."""

    rows: int
    seconds: float
    memory_mb: float
    skipped: bool = False
    failure: Failure | None = None


def never() -> bool:
    """The default of `stop`: go on."""
    return False


def load_expand(name: str) -> Expand:
    """Import what expands readings, named `module:function`."""
    module, _, function = name.partition(":")
    expand: Expand = getattr(importlib.import_module(module), function)
    return expand


class Writer:
    """Writes readings units through one connection of its own."""

    def __init__(self, setup: Setup) -> None:
        """Connects on the first order, and again after the connection broke."""
        self.setup = setup
        self._expand = load_expand(setup.expand)
        self._connection: Connection | None = None
        self._loader: Loader | None = None

    def write(self, order: UnitOrder, stop: Callable[[], bool] = never) -> UnitOutcome:
        """Write the unit and commit, or roll back and say why in the outcome's failure."""
        started = time.perf_counter()
        try:
            rows = self._write(order, started, stop)
        except Exception as error:
            self.close()
            return UnitOutcome(
                0, time.perf_counter() - started, peak_memory_mb(), failure=failure_of(error)
            )
        seconds = time.perf_counter() - started
        return UnitOutcome(rows or 0, seconds, peak_memory_mb(), skipped=rows is None)

    def close(self) -> None:
        """Close the connection; a transaction that is open rolls back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._loader = None

    def _write(self, order: UnitOrder, started: float, stop: Callable[[], bool]) -> int | None:
        connection = self._opened()
        run = self.setup.run
        with connection.transaction():
            claimed = store.claim_readings(connection, run, order.days)
            if claimed is None:
                return None
            payload, keys = claimed
            tables = self._expand(unpack(payload), order.batch_rows)
            rows = self._loader_with(connection, keys).write_readings(
                order.days.month, until_stopped(stop, tables)
            )
            store.finish_readings(
                connection,
                run,
                order.days,
                {READINGS_TABLE: rows},
                time.perf_counter() - started,
                peak_memory_mb(),
            )
        return rows

    def _opened(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self.setup.conninfo, f"{APPLICATION} worker")
            # Units are what runs side by side. An index built by two processes takes 1.6 times the
            # work of one, and the second core has work of its own.
            self._connection.execute("SET max_parallel_maintenance_workers = 0")
            self._loader = None
        return self._connection

    def _loader_with(self, connection: Connection, keys: Keys) -> Loader:
        """Keep what the loader knows of the tables."""
        if self._loader is None:
            self._loader = Loader(connection, keys, self.setup.fit)
        return self._loader.with_keys(keys)


class _Writers(threading.local):
    """The thread's only writer; a list so that it can be replaced for another run.

    A worker of a cluster may have several threads.
    """

    def __init__(self) -> None:
        self.open: list[tuple[UnitSetup, UnitWriter]] = []


_writers = _Writers()


def run_order(setup: UnitSetup, order: UnitOrder, stop: Callable[[], bool] = never) -> UnitOutcome:
    """Write one unit with this thread's writer. Submitted to any `concurrent.futures` executor."""
    if not _writers.open or _writers.open[0][0] != setup:
        release()
        _writers.open.append((setup, setup.writer()))
    return _writers.open[0][1].write(order, stop)


def release() -> None:
    """Close this thread's writer."""
    while _writers.open:
        _writers.open.pop()[1].close()


def initialize() -> None:
    """Prepare a worker process: leave Ctrl-C to the coordinator and die with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, name="parent-watch", daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(ExitCode.INTERRUPTED)


def until_stopped(stop: Callable[[], bool], tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Pass tables on until a stop is asked for; raises Interrupted then."""
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


def failure_of(error: Exception) -> Failure:
    """Say what went wrong in words that travel between processes."""
    trace = traceback.format_exc()
    if isinstance(error, psycopg.Error):
        shown = as_storage_error(error)
        return Failure(shown.message, shown.hint, shown.exit_code, is_transient(error), trace)
    if isinstance(error, AquaError):
        return Failure(error.message, error.hint, error.exit_code, is_transient(error), trace)
    message = f"{type(error).__name__}: {error}".splitlines()[0]
    return Failure(message, "--traceback shows where.", ExitCode.STORAGE_FAILED, False, trace)

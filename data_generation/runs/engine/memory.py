"""Watches the memory of the whole process tree and says when to slow down or stop."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import psutil

from aquamind.memory_limit import memory_limit
from data_generation.config.run import RuntimeConfig

MB = 1024 * 1024
COORDINATOR_MB = 220
WORKER_MB = 130
"""Measured resident memory of a coordinator and of a worker at work, rounded up."""

_DEFAULT_SHARE = 0.75


class Pressure(IntEnum):
    """How full the allowed memory is."""

    NONE = 0
    SOFT = 1
    HARD = 2


@dataclass(frozen=True)
class Allowance:
    """How much work may be in memory at once."""

    units_in_flight: int
    batch_rows: int


@dataclass(frozen=True)
class MemoryLimits:
    """The guard's limits in MB and the bounds between which it moves the allowance."""

    hard_mb: float
    soft_mb: float
    most: Allowance
    least: Allowance

    def pressure(self, used_mb: float) -> Pressure:
        """Say which limit `used_mb` reaches."""
        if used_mb >= self.hard_mb:
            return Pressure.HARD
        return Pressure.SOFT if used_mb >= self.soft_mb else Pressure.NONE

    def next_allowance(self, now: Allowance, pressure: Pressure) -> Allowance:
        """Halve the allowance under pressure; without pressure let it grow back one step."""
        if pressure is Pressure.NONE:
            return Allowance(
                min(self.most.units_in_flight, now.units_in_flight + 1),
                min(self.most.batch_rows, now.batch_rows * 2),
            )
        return Allowance(
            max(self.least.units_in_flight, now.units_in_flight // 2),
            max(self.least.batch_rows, now.batch_rows // 2),
        )


def machine_limit_mb() -> int:
    """Return three quarters of the machine's memory, or of what its control groups leave."""
    return int(memory_limit() * _DEFAULT_SHARE / MB)


def workers_that_fit(wanted: int | None, cores: int, limit_mb: float) -> int:
    """Return how many worker processes to start.

    An explicit number is taken as it is. Otherwise one a core, as many as fit into `limit_mb`; if
    not even one fits, 0: everything happens in one process.
    """
    if wanted is not None:
        return wanted
    room = int((limit_mb - COORDINATOR_MB) // WORKER_MB)
    return max(0, min(cores, room))


@dataclass(frozen=True)
class Resources:
    """Processes and memory (MB) that a run may use; `workers` of a cluster if it has one."""

    workers: int
    memory_mb: int
    scheduler: str | None = None


def resources_for(runtime: RuntimeConfig) -> Resources:
    """Return what the configuration asks for, or what this machine has."""
    memory = runtime.max_memory_mb or machine_limit_mb()
    return Resources(workers_that_fit(runtime.workers, _cores(), memory), memory)


def limits_for(runtime: RuntimeConfig, resources: Resources) -> MemoryLimits:
    """Return the guard's limits and the most and least work in flight."""
    most = runtime.max_units_in_flight or max(1, 2 * resources.workers)
    return MemoryLimits(
        hard_mb=resources.memory_mb,
        soft_mb=resources.memory_mb * runtime.soft_memory_fraction,
        most=Allowance(most, runtime.batch_rows),
        least=Allowance(1, min(runtime.min_batch_rows, runtime.batch_rows)),
    )


def _cores() -> int:
    # The affinity mask is what a container or `taskset` leaves us; not every system has one.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def tree_memory_mb(process: psutil.Process | None = None) -> float:
    """Return the resident memory in MB of a process (this one) and all its descendants.

    Servers of a database are not counted: their memory is mostly shared buffers, with a limit of
    their own.
    """
    root = process or psutil.Process()
    total = 0
    for member in (root, *root.children(recursive=True)):
        try:
            if not member.name().startswith("postgres"):
                total += member.memory_info().rss
        except psutil.Error:
            continue
    return total / MB


class MemoryGuard:
    """Samples memory in a thread; the coordinator asks it for pressure and allowance."""

    def __init__(
        self,
        limits: MemoryLimits,
        on_hard: Callable[[float], None],
        sample: Callable[[], float] = tree_memory_mb,
        interval: float = 0.25,
    ) -> None:
        """`on_hard` is called once, from the sampling thread, with the MB in use."""
        self._limits = limits
        self._on_hard = on_hard
        self._sample = sample
        self._interval = interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-guard", daemon=True)
        self._tripped = False
        self.used_mb = 0.0
        self.peak_mb = 0.0
        self.allowance = limits.most
        self.pressure = Pressure.NONE

    def __enter__(self) -> "MemoryGuard":
        """Take a first sample and start watching."""
        self.check()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join()

    def check(self) -> Pressure:
        """Take one sample and act on it."""
        self.used_mb = self._sample()
        self.peak_mb = max(self.peak_mb, self.used_mb)
        self.pressure = self._limits.pressure(self.used_mb)
        self.allowance = self._limits.next_allowance(self.allowance, self.pressure)
        if self.pressure is Pressure.HARD and not self._tripped:
            self._tripped = True
            self._on_hard(self.used_mb)
        return self.pressure

    def _watch(self) -> None:
        while not self._stop.wait(self._interval):
            self.check()

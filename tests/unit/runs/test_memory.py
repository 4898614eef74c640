"""The memory guard's decisions."""

import multiprocessing
import threading

import pytest

from data_generation.runs.engine.memory import (
    COORDINATOR_MB,
    MB,
    WORKER_MB,
    Allowance,
    MemoryGuard,
    MemoryLimits,
    Pressure,
    tree_memory_mb,
    workers_that_fit,
)
from data_generation.runs.postgres.worker import peak_memory_mb

LIMITS = MemoryLimits(1000, 800, most=Allowance(8, 40_000), least=Allowance(1, 5_000))


class Samples:
    """Gives the listed MB one after the other."""

    def __init__(self, *used: float) -> None:
        self.used = list(used)

    def __call__(self) -> float:
        return self.used.pop(0)


@pytest.mark.parametrize(
    ("used", "pressure"),
    [(799, Pressure.NONE), (800, Pressure.SOFT), (999, Pressure.SOFT), (1000, Pressure.HARD)],
)
def test_pressure_begins_at_the_limits(used, pressure):
    assert LIMITS.pressure(used) is pressure


def test_soft_pressure_halves_the_work_down_to_the_least():
    guard = MemoryGuard(LIMITS, pytest.fail, Samples(*[850] * 6))
    seen = []
    for _ in range(6):
        guard.check()
        seen.append((guard.allowance.units_in_flight, guard.allowance.batch_rows))

    assert seen == [(4, 20_000), (2, 10_000), (1, 5_000), (1, 5_000), (1, 5_000), (1, 5_000)]


def test_relief_lets_the_work_grow_back_to_the_most():
    guard = MemoryGuard(LIMITS, pytest.fail, Samples(850, 850, *[100] * 9))
    for _ in range(11):
        guard.check()

    assert guard.allowance == LIMITS.most
    assert guard.peak_mb == 850


def test_the_hard_limit_asks_to_stop_once():
    asked = []
    guard = MemoryGuard(LIMITS, asked.append, Samples(1200, 1300, 500))
    for _ in range(3):
        guard.check()

    assert asked == [1200]


def test_the_guard_watches_in_its_own_thread():
    tripped = threading.Event()
    samples = iter([100.0, 100.0])
    with MemoryGuard(LIMITS, lambda _: tripped.set(), lambda: next(samples, 2000.0), 0.001):
        assert tripped.wait(5)


@pytest.mark.parametrize(
    ("wanted", "cores", "limit", "expected"),
    [
        (None, 4, 10_000, 4),
        (None, 4, COORDINATOR_MB + 2 * WORKER_MB, 2),
        (None, 4, COORDINATOR_MB + WORKER_MB - 1, 0),
        (None, 4, 10, 0),
        (3, 1, 10, 3),
        (0, 4, 10_000, 0),
    ],
)
def test_workers_are_as_many_as_memory_allows_unless_said(wanted, cores, limit, expected):
    assert workers_that_fit(wanted, cores, limit) == expected


def test_this_process_uses_memory():
    assert 10 < tree_memory_mb() < 10_000


def test_a_workers_figure_is_its_own_peak_not_what_its_parent_had():
    ballast = bytearray(b"x") * (300 * MB)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before = pool.apply(peak_memory_mb)
        after = pool.apply(_peak_after_use, (100 * MB,))
    assert len(ballast) == 300 * MB
    assert before < 300
    assert after > before + 90


def _peak_after_use(size):
    """Hold so many bytes, let them go, and tell the peak."""
    used = bytearray(b"x") * size
    del used
    return peak_memory_mb()

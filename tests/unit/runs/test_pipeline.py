"""Leaving a pipeline: what has begun may end, and the workers are ended whatever goes wrong."""

from concurrent.futures import Executor, Future
from datetime import date

import pytest

from data_generation.runs.engine.memory import Allowance, MemoryGuard, MemoryLimits
from data_generation.runs.engine.pipeline import Pipeline
from data_generation.runs.engine.retries import Patience
from data_generation.runs.engine.stop import StopRequest
from data_generation.runs.postgres.worker import Setup, UnitOutcome

SETUP = Setup({}, 1, "unused:unused")


class Held(Executor):
    """Hands out futures that the test completes."""

    def __init__(self):
        self.futures = []
        self.ended = False

    def submit(self, *_args, **_kwargs):
        self.futures.append(Future())
        return self.futures[-1]

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.ended = True


def started(on_done, units):
    executor = Held()
    limits = MemoryLimits(1000, 900, Allowance(units, 10), Allowance(1, 10))
    pipeline = Pipeline(
        SETUP,
        lambda: executor,
        MemoryGuard(limits, lambda _: None, lambda: 1.0),
        StopRequest(),
        Patience(1, 0.01),
        on_done,
        lambda *_: None,
    )
    for month in range(1, units + 1):
        pipeline.add(1, date(2015, month, 1))
    pipeline.pump()
    assert len(executor.futures) == units
    return pipeline, executor


def test_workers_are_ended_although_the_last_word_about_a_unit_fails():
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    pipeline, executor = started(full_disk, 2)
    for future in executor.futures:
        future.set_running_or_notify_cancel()
    executor.futures[0].set_result(UnitOutcome(7, 0.1, 1.0))

    with pytest.raises(OSError, match="No space"):
        pipeline.abandon(5.0)

    assert executor.ended
    assert pipeline.pending == 0

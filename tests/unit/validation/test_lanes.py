"""Work is shared among lanes: each job once, and nothing goes on after an error."""

import signal
import threading

import pytest

from data_generation.validation.lanes import share


def unexpected(lane):
    raise AssertionError(lane)


def test_one_lane_works_in_order_in_the_calling_thread():
    done = []

    share(range(5), ["a"], lambda lane, job: done.append((lane, job, threading.get_ident())), None)

    assert done == [("a", job, threading.get_ident()) for job in range(5)]


def test_each_job_is_done_once_and_lanes_work_beside_each_other():
    both = threading.Barrier(2, timeout=10)
    done = []

    def work(lane, job):
        if job < 2:
            both.wait()
        done.append((lane, job))

    share(range(50), ["a", "b"], work, unexpected)

    assert sorted(job for _, job in done) == list(range(50))
    assert {lane for lane, job in done if job < 2} == {"a", "b"}


def test_an_error_ends_what_runs_beside_it_and_begins_nothing():
    begun, running, cancelled = [], threading.Event(), threading.Event()

    def work(lane, job):
        begun.append(job)
        if job == 0:
            running.set()
            assert cancelled.wait(10)
            raise RuntimeError("cancelled")
        assert running.wait(10)
        raise ValueError("the first error")

    def cancel(lane):
        cancelled.set()
        if lane == "b":
            raise OSError("does not answer")

    with pytest.raises(ValueError, match="the first error"):
        share(range(10), ["a", "b"], work, cancel)

    assert sorted(begun) == [0, 1]


def test_an_interrupted_caller_ends_what_runs_and_begins_nothing():
    begun, cancelled = [], threading.Event()

    def work(lane, job):
        begun.append(job)
        if job == 0:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        assert cancelled.wait(10)

    with pytest.raises(KeyboardInterrupt):
        share(range(10), ["a", "b"], work, lambda lane: cancelled.set())

    assert set(begun) <= {0, 1}


def test_a_lane_that_was_not_hit_is_cancelled_again():
    running, cancels = threading.Event(), []

    def work(lane, job):
        if job == 0:
            running.set()
            while len(cancels) < 3:
                threading.Event().wait(0.01)
        else:
            assert running.wait(10)
            raise ValueError("the only error")

    with pytest.raises(ValueError, match="the only error"):
        share(range(2), ["a", "b"], work, cancels.append)

    assert len(cancels) >= 3

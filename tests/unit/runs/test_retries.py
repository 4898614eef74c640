"""Trying again: what may pass is tried up to a bound, and a stop comes before another try."""

import pytest
import structlog

from data_generation.errors import Interrupted
from data_generation.runs.engine.retries import Patience, Retries
from data_generation.runs.engine.stop import StopRequest

STOPPED = Interrupted("Stopped.", "Go on.")


class StoppedInPause(StopRequest):
    """A stop that is asked for while a run waits for another try."""

    def wait(self, seconds):
        self.ask(STOPPED)


def may_pass(error):
    return isinstance(error, ConnectionError)


def attempted(failures, unprepared=(), attempts=3, stop=None, asking=None):
    """What comes of work that fails as told before it succeeds; what was done; what was logged.

    `unprepared` is how the preparations of further tries fail. At the moment named `asking`, `stop`
    is asked for.
    """
    stop = stop or StopRequest()
    done, left = [], {"work": list(failures), "prepare": list(unprepared)}

    def do(what):
        done.append(what)
        if what == asking:
            stop.ask(STOPPED)
        if left[what] and (error := left[what].pop(0)):
            raise error
        return "stored"

    retries = Retries(stop, Patience(attempts, 0.0), structlog.get_logger())
    with structlog.testing.capture_logs() as logged:
        try:
            result = retries.run("a unit", lambda: do("work"), may_pass, lambda: do("prepare"))
        except (OSError, Interrupted) as error:
            result = error
    return result, done, [(line["unit"], line["attempt"], line["reason"]) for line in logged]


def test_what_may_pass_is_tried_again_after_preparation():
    result, done, logged = attempted([ConnectionError("cut\nhere"), ConnectionError()])

    assert result == "stored"
    assert done == ["work", "prepare", "work", "prepare", "work"]
    assert logged == [("a unit", 1, "cut"), ("a unit", 2, "ConnectionError")]


@pytest.mark.parametrize(
    ("failures", "tries"),
    [([OSError("disk full")], 1), ([ConnectionError(str(n)) for n in range(5)], 3)],
)
def test_the_error_leaves_if_it_cannot_pass_or_comes_with_the_last_try(failures, tries):
    result, done, _ = attempted(failures)

    assert result is failures[tries - 1]
    assert done.count("work") == tries


@pytest.mark.parametrize(("stop", "asking"), [(StopRequest, "work"), (StoppedInPause, None)])
def test_a_stop_comes_before_another_try_and_its_preparation(stop, asking):
    assert attempted([ConnectionError()], stop=stop(), asking=asking)[:2] == (STOPPED, ["work"])


def test_a_stop_during_the_preparation_comes_before_the_try():
    done = ["work", "prepare"]
    assert attempted([ConnectionError()], asking="prepare")[:2] == (STOPPED, done)


def test_nothing_is_tried_after_a_stop():
    stop = StopRequest()
    stop.ask(STOPPED)

    assert attempted([], stop=stop)[:2] == (STOPPED, [])


def test_a_preparation_that_fails_is_a_failed_try():
    result, done, logged = attempted([ConnectionError("cut")], [ConnectionError("still down")])

    assert result == "stored"
    assert done == ["work", "prepare", "prepare", "work"]
    assert logged == [("a unit", 1, "cut"), ("a unit", 2, "still down")]


@pytest.mark.parametrize(
    ("unprepared", "tries"),
    [([OSError("disk full")], 1), ([ConnectionError(str(n)) for n in range(5)], 2)],
)
def test_the_preparation_s_error_leaves_like_the_work_s(unprepared, tries):
    result, done, _ = attempted([ConnectionError()], unprepared)

    assert result is unprepared[tries - 1]
    assert done == ["work"] + ["prepare"] * tries

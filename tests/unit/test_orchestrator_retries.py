"""Trying again: what may pass is tried up to a bound, and a stop comes before another try."""

import pytest
import structlog

from data_generation.errors import Interrupted
from data_generation.orchestrator.retries import Patience, Retries
from data_generation.orchestrator.stop import StopRequest


def may_pass(error):
    return isinstance(error, ConnectionError)


def attempted(failures, attempts=3, stop=None):
    """What comes of work that fails as told before it succeeds; what was done; what was logged."""
    done, left = [], list(failures)

    def work():
        done.append("work")
        if left:
            raise left.pop(0)
        return "stored"

    retries = Retries(stop or StopRequest(), Patience(attempts, 0.0), structlog.get_logger())
    with structlog.testing.capture_logs() as logged:
        try:
            result = retries.run("a unit", work, may_pass, lambda: done.append("prepare"))
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


def test_a_stop_comes_before_another_try():
    stop = StopRequest()
    error = Interrupted("Stopped.", "Go on.")
    stop.ask(error)

    assert attempted([ConnectionError()], stop=stop)[:2] == (error, [])

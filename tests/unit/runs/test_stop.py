"""A stop request is heard, kept to its deadline, and told once."""

import os
import signal
import threading

import pytest

from data_generation.errors import Interrupted, MemoryLimitReached
from data_generation.runs.engine import stop
from data_generation.runs.engine.stop import StopRequest, stop_on_signals


def test_the_first_reason_is_the_one_that_is_told():
    request = StopRequest()
    request.raise_if_asked()
    request.ask_for_memory(900, 800)
    request.ask(Interrupted("late"))

    assert request.requested()
    with pytest.raises(MemoryLimitReached, match="900 MB in use, the limit is 800 MB"):
        request.raise_if_asked()


@pytest.fixture
def heard(number):
    """The signal is not ignored, as it would be under nohup."""
    before = signal.signal(number, signal.default_int_handler)
    yield
    signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("heard")
def test_a_signal_becomes_a_request_and_the_handler_goes_back(number):
    before = signal.getsignal(number)
    request = StopRequest()
    with stop_on_signals(request, lambda: None):
        os.kill(os.getpid(), number)
        request.wait(5)

    assert signal.getsignal(number) is before
    with pytest.raises(Interrupted, match=f"{number.name} at a committed state"):
        request.raise_if_asked()


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        request = StopRequest()
        with stop_on_signals(request, lambda: None):
            os.kill(os.getpid(), signal.SIGHUP)
        assert not request.requested()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_statement_that_goes_on_is_cancelled(monkeypatch):
    monkeypatch.setattr(stop, "CANCEL_AFTER_S", 0.05)
    cancelled = threading.Event()
    request = StopRequest()
    with stop_on_signals(request, cancelled.set):
        request.ask(Interrupted("now"))
        assert cancelled.wait(5)


def test_nothing_is_cancelled_without_a_request(monkeypatch):
    monkeypatch.setattr(stop, "CANCEL_AFTER_S", 0.0)
    with stop_on_signals(StopRequest(), lambda: pytest.fail("cancelled")):
        pass


def test_waiting_ends_with_the_request():
    request = StopRequest()
    threading.Timer(0.05, request.ask, [Interrupted("now")]).start()

    request.wait(30)

    assert request.requested()
    assert 0 < request.seconds_left() <= stop.GRACE_S

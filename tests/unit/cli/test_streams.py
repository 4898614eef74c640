"""What is shown never decides what is done, and nothing is silent for long."""

import io
import os
import subprocess
import sys
import time

import pytest

from data_generation import streams, ticker
from data_generation.ticker import Ticker
from tests.shell import ROOT

PROGRAM = """
import sys
from data_generation import streams
streams.secure()
for n in range(20000):
    print("what a command shows", n)
    print("what it says on the way", n, file=sys.stderr)
assert sys.stdin.isatty() in (True, False)
sys.exit(7 if streams.lost(sys.stdout) else 0)
"""


@pytest.mark.parametrize(
    ("redirection", "status"),
    [
        (">/dev/null 2>&1", 0),
        (">/dev/null 2>&-", 0),
        (">/dev/null 2>/dev/full", 0),
        (">&- 2>/dev/null", 7),
        (">/dev/full 2>/dev/null", 7),
        (">&- 2>&- <&-", 7),
        (">/dev/full 2>&1", 7),
        ("2>/dev/null | head -1", 0),
        ("2>&1 | head -1", 0),
    ],
)
def test_no_stream_ends_a_program(redirection, status):
    """7: the program itself has found out that what was asked of it did not arrive."""
    command = f"'{sys.executable}' -c '{PROGRAM}' {redirection}"
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == status
    assert b"Traceback" not in done.stderr


def test_a_name_that_the_encoding_lacks_is_shown_all_the_same():
    done = subprocess.run(
        [sys.executable, "-c", "from data_generation import streams; streams.secure(); print('ø')"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, b"\\xf8\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "colours", "bars"),
    [
        ({"TERM": "xterm"}, True, True, True),
        ({"TERM": "xterm"}, False, False, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True, True),
        ({"TERM": "dumb"}, True, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, False, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, True),
    ],
)
def test_colours(environment, terminal, colours, bars, monkeypatch):
    for name in ("TERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = Terminal() if terminal else io.StringIO()

    assert streams.wants_colours(stream) is colours
    assert streams.wants_bars(stream) is bars


@pytest.fixture
def watched(monkeypatch, capsys):
    """A ticker whose clock is moved by hand, and what it says."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def after(ticker_: Ticker, seconds: float) -> str:
        now[0] += seconds
        ticker_.look()
        return capsys.readouterr().err

    return after


def test_silence_is_broken_after_two_seconds_and_then_now_and_then(watched):
    one = Ticker()
    one.doing("Hashing")

    assert watched(one, 1.0) == ""
    assert watched(one, 0.9) == "Hashing, 2 s so far.\n"
    assert watched(one, 5.0) == ""
    assert watched(one, 5.1) == "Hashing, 12 s so far.\n"
    one.doing("Drawing")
    assert watched(one, 1.0) == ""
    assert watched(one, 1.0) == "Drawing, 2 s so far.\n"


def test_a_question_is_not_talked_into(watched):
    one = Ticker()
    one.doing("Deleting")

    with one.paused():
        assert watched(one, 30.0) == ""
    assert watched(one, 1.0) == ""
    assert watched(one, 1.0) != ""


def test_a_bar_is_drawn_anew_instead_of_lines(watched):
    one, drawn = Ticker(), []
    one.doing("Generating")
    one.show_bar(lambda: drawn.append(1))

    assert watched(one, 1.1) == ""
    assert len(drawn) == 1
    one.show_bar(None)
    assert watched(one, ticker.AGAIN_S) != ""


def test_a_slow_command_says_so():
    program = "import time; from data_generation.ticker import TICKER\n"
    program += "with TICKER.running('Waiting'): time.sleep(0.8)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "AQUAMIND_QUIET_SECONDS": "0.1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stderr.startswith("Waiting, ")
    assert done.stderr.count("\n") == 1

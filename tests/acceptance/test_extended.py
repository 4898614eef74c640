"""A history made in steps, with kills in between, is the one that was made at once."""

import random
import signal
import time
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from tests.acceptance.test_cli_runs import digest

TINY = ("--profile", "tiny", "--workers", "0", "--no-progress")
FIRST, LAST = date(2015, 1, 1), date(2017, 12, 30)


def extended(shell, until, rng):
    """Extend to a day, killed once on the way or not at all."""
    flags = ("--resume", "--until", str(until), "--workers", "0", "--no-progress")
    if rng.random() < 0.5:
        process = shell.start(*flags)
        time.sleep(rng.uniform(1.0, 6.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = shell.generate(*flags)
    assert done.returncode == 0, done.stderr


def reaches(shell):
    with psycopg.connect(shell.url) as connection:
        if connection.execute("SELECT to_regclass('data_generation.unit')").fetchone() == (None,):
            return None
        return connection.execute("SELECT max(last_day) FROM data_generation.unit").fetchone()[0]


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 31))]
)
@pytest.mark.timeout(900)
def test_any_steps_to_any_day(make_shell, seed):
    rng = random.Random(seed)
    span = (LAST - FIRST).days if seed > 1 else 300
    until = FIRST + timedelta(days=rng.randrange(60, span))
    steps = sorted({FIRST + timedelta(days=rng.randrange(span)) for _ in range(rng.randrange(10))})
    at_once, in_steps = make_shell(), make_shell()
    assert at_once.generate("--mode=sequential", *TINY, "--until", str(until)).returncode == 0

    begin, *rest = [*(day for day in steps if day < until), until]
    done = in_steps.generate("--mode=sequential", *TINY, "--until", str(begin))
    assert done.returncode == 0, done.stderr
    for day in rest:
        extended(in_steps, day, rng)

    assert digest(in_steps) == digest(at_once)
    again = in_steps.generate("--resume", "--until", str(until))
    assert again.returncode == 0
    assert "nothing to do" in again.stdout.lower() or "Nothing to resume" in again.stdout


@pytest.mark.parametrize("days", [4, pytest.param(60, marks=pytest.mark.long)])
@pytest.mark.timeout(900)
def test_following_is_extending_day_by_day(make_shell, days):
    begin = date(2015, 3, 28)
    until = begin + timedelta(days=days)
    at_once, followed = make_shell(), make_shell()
    assert at_once.generate("--mode=sequential", *TINY, "--until", str(until)).returncode == 0
    assert followed.generate("--mode=sequential", *TINY, "--until", str(begin)).returncode == 0
    flags = ("--follow", "--every", "0.1s", "--until", str(until))

    for kill in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
        process = followed.start(*flags)
        before, ready = reaches(followed), time.monotonic() + 60
        while reaches(followed) == before and process.poll() is None:
            assert time.monotonic() < ready
            time.sleep(0.05)
        process.send_signal(kill)
        assert process.wait() in (130, -signal.SIGKILL, 0)
    done = followed.generate(*flags)

    assert done.returncode == 0, done.stderr
    assert digest(followed) == digest(at_once)
    assert followed.generate(*flags).returncode == 0


def test_until_today_ends_with_the_day_that_has_passed(make_shell):
    shell = make_shell()
    first = datetime.now(UTC).date().replace(day=1) - timedelta(days=70)
    start = ("--start-date", str(first.replace(day=1)))

    done = shell.generate("--mode=sequential", *TINY, *start, "--until", "today")

    assert done.returncode == 0, done.stderr
    assert reaches(shell) == datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.parametrize("flags", [("--follow", "--dry-run"), ("--every", "1s", "--resume")])
def test_flags_that_do_not_go_together_are_refused(make_shell, flags):
    done = make_shell().generate(*flags)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) <= 2


def test_there_is_nothing_to_follow_in_an_empty_database(make_shell):
    done = make_shell().generate("--follow")

    assert done.returncode == 3
    assert "--mode=sequential" in done.stderr

"""Processes are killed, connections cut: the data of an uninterrupted run, or a refusal."""

import os
import random
import signal
import socket
import time
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from data_generation.errors import StorageError
from data_generation.runs.decide import Mode
from data_generation.runs.engine.execution import Execution
from data_generation.runs.postgres import coordinator
from data_generation.runs.postgres.connecting import connect
from tests.acceptance.chaos.support import (
    DENSE,
    VICTIMS,
    Cutter,
    attempt,
    before_storing,
    contents,
    ended,
    execute,
    kill,
    make_records,
    next_mode,
    resume,
    run,
    short_flags,
    wait_for_units,
)

NINE_MONTHS = ("generation.sessions_months=[9]", DENSE)
CLOCK = Path(__file__).parent / "clock"


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("kills", "workers"), [(5, "1"), pytest.param(100, "2", marks=pytest.mark.long)]
)
def test_anything_is_killed_at_random_moments(kills, workers, farm, command, tmp_path_factory):
    """Each victim in turn, in random order, until so many are dead; each dataset is completed."""
    whole = farm.database()
    run(whole, tmp_path_factory.mktemp("nine"), Mode.SEQUENTIAL, *NINE_MONTHS, short=False)
    expected = contents(whole)
    dice = random.Random(20150101)
    victims: list[str] = []
    killed = []
    hasty = ("--set", "runtime.retry_seconds=0.05", "--workers", workers)
    sets = (flag for override in NINE_MONTHS for flag in ("--set", override))
    start = ("--mode=sequential", "--profile", "tiny", *sets)
    while len(killed) < kills:
        farm.renew()
        process = command(*start, *hasty)
        complete = False
        while not complete:
            if len(killed) < kills:
                wait_for_units(farm, process, farm.done())
                time.sleep(dice.uniform(0, 0.3))
                victims = victims or dice.sample(sorted(VICTIMS), len(VICTIMS))
                if process.poll() is None and VICTIMS[victims[-1]](farm, process, dice):
                    killed.append(victims.pop())
            if len(killed) < kills and process.poll() is None:
                continue
            code, errors = ended(process)
            assert code in (0, 4, -signal.SIGKILL), errors
            assert code != 4 or "--resume" in errors, errors
            complete = code == 0
            if not complete:
                farm.recover()
                # Before its first month is stored, a killed run counts as none.
                process = command(*(("--resume",) if farm.done() else start), *hasty)
        assert contents(farm.url) == expected, killed
    assert set(killed) == set(VICTIMS)


def test_a_server_that_crashes_keeps_what_it_confirmed(farm, url, folder, expected, monkeypatch):
    """The server may confirm commits before they are on its disk; ours must be."""
    store_days = coordinator.Coordinator.store_days
    crashed = []

    def crash(self, done):
        rows = store_days(self, done)
        if len(crashed) < 2:
            crashed.append(self.connection.info.backend_pid)
            kill(crashed[-1])
        return rows

    monkeypatch.setattr(coordinator.Coordinator, "store_days", crash)
    if attempt(url, folder, Mode.SEQUENTIAL, "runtime.max_attempts=12"):
        farm.recover()
        resume(url, folder)

    assert len(crashed) == 2
    assert contents(url) == expected


def test_a_run_whose_months_the_server_lost_is_not_complete(url, folder, monkeypatch):
    readings_done = Execution._readings_done

    def forget(self, order, outcome):
        if order.days.month.month == 2:
            execute(url, "DELETE FROM data_generation.unit WHERE first_day = '2015-02-01'")
        readings_done(self, order, outcome)

    monkeypatch.setattr(Execution, "_readings_done", forget)

    with pytest.raises(StorageError, match=r"up to 2015-01-31(.|\n)*--resume"):
        run(url, folder)

    finished = execute(url, "SELECT finished_at FROM data_generation.run")
    assert finished == [(None,)]


@pytest.mark.parametrize(
    ("seed", "cuts"), [(1, 12), *(pytest.param(n, 30, marks=pytest.mark.long) for n in range(9))]
)
def test_connections_are_cut_anywhere_in_the_conversation(seed, cuts, url, folder, expected):
    make_records(url)
    with Cutter(url, cuts, seed) as cutter:
        while attempt(cutter.url, folder, next_mode(url), "runtime.max_attempts=4"):
            pass
        assert cutter.left == 0
    assert contents(url) == expected


def test_a_server_that_is_gone_is_told_after_the_last_try(farm, url, folder, expected, monkeypatch):
    before_storing(monkeypatch, 3, farm.server.stop)
    with pytest.raises(StorageError, match=r"2015-03(.|\n)*--resume"):
        run(url, folder, Mode.SEQUENTIAL, "runtime.max_attempts=3")

    monkeypatch.undo()
    farm.recover()
    resume(url, folder)
    assert contents(url) == expected


def test_a_peer_that_falls_silent_is_noticed_within_minutes(url):
    with Cutter(url, 0, 0) as cutter, connect(conninfo_to_dict(cutter.url)) as connection:
        with socket.socket(fileno=os.dup(connection.fileno())) as wire:
            unacknowledged = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            idle = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
            kept_alive = wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        durable = connection.execute("SHOW synchronous_commit").fetchone()

    assert (kept_alive, idle, unacknowledged) == (1, 30, 60_000)
    assert durable == ("on",)


def test_two_runners_start_at_once_and_one_goes_on(farm, command, expected):
    first = [command("--mode=sequential", *short_flags("--workers", "0")) for _ in range(2)]

    results = sorted(ended(process) for process in first)

    assert [code for code, _ in results] == [0, 3], results
    assert "Another run is using this database: process" in results[1][1]
    assert contents(farm.url) == expected


def test_the_clock_is_set_back_while_a_run_is_at_work(farm, command, expected, tmp_path):
    back = tmp_path / "back"
    clock = {"PYTHONPATH": str(CLOCK), "CHAOS_CLOCK": str(back)}
    process = command("--mode=sequential", *short_flags("--workers", "1"), **clock)
    wait_for_units(farm, process, 0)
    back.touch()

    code, errors = ended(process)

    assert code == 0, errors
    assert contents(farm.url) == expected
    (log,) = (tmp_path / "log").glob("*.jsonl")
    years = {line.split('"timestamp": "')[1][:4] for line in log.read_text().splitlines()}
    assert len(years) > 1, "the clock was not set back"

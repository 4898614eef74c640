"""Killed in every window, resumed: the same rows, once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest

from data_generation.errors import Interrupted, MemoryLimitReached, StorageError
from data_generation.months import month_end
from data_generation.runs.decide import Action, Mode
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import connect
from data_generation.runs.sessions import Days
from tests.integration.runs import fake_farm
from tests.integration.runs.fake_farm import KILLED, READINGS_A_MONTH, contents, run
from tests.shell import ROOT

RUNS = "data_generation.runs"
JANUARY = Days(date(2015, 1, 1), date(2015, 1, 31))
WINDOWS = [
    f"{RUNS}.postgres.store:create_run:after:1",
    f"{RUNS}.postgres.store:add_unit:after:1",
    f"{RUNS}.postgres.coordinator:put_snapshot:after:1",
    f"{RUNS}.postgres.coordinator:put_snapshot:after:3",
    f"{RUNS}.engine.pipeline:Pipeline.add:before:2",
    f"{RUNS}.postgres.store:claim_readings:after:2",
    f"{RUNS}.postgres.store:finish_readings:after:1",
    f"{RUNS}.engine.execution:Execution._readings_done:before:3",
    f"{RUNS}.checkpoint:write_atomically:before:2",
    "data_generation.storage.keys.sequences:SequenceKeeper.follow:after:2",
    f"{RUNS}.postgres.coordinator:Coordinator.finish:before:1",
]


@pytest.fixture
def farm(empty_database):
    with psycopg.connect(empty_database) as connection:
        connection.execute(fake_farm.DDL)
    return empty_database


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "work"


@pytest.fixture(scope="module")
def expected():
    """What an uninterrupted run stores, worked out from the fake farm alone."""
    ledger = fake_farm.FakeLedger(
        fake_farm.job("dbname=unused", ROOT).config,
    )
    months = [date(2015, number, 1) for number in range(1, 7)]
    tanks, readings = {}, []
    for month in months:
        output = ledger.advance(month, month_end(month), lambda: False)
        for tables in (output.inserts, output.updates):
            for row in tables.get(fake_farm.TANKS, fake_farm.pa.table({})).to_pylist():
                tanks[row["id"]] = tuple(row.values())
        if output.readings_rows:
            for table in fake_farm.expand(output.readings, 10):
                readings += [tuple(row.values()) for row in table.to_pylist()]
    return {fake_farm.TANKS: [tanks[i] for i in sorted(tanks)], fake_farm.READINGS: readings}


def killed_at(failpoint, conninfo, folder, mode="SEQUENTIAL"):
    spec = {"failpoint": failpoint, "conninfo": conninfo, "folder": str(folder), "mode": mode}
    process = subprocess.run(
        [sys.executable, "-m", "tests.integration.runs.fake_farm", json.dumps(spec)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == KILLED, process.stderr


def finish(conninfo, folder):
    """Resume; where the run died before its first month, begin."""
    result = run(conninfo, folder, Mode.RESUME)
    if result.action is Action.NOTHING:
        result = run(conninfo, folder)
    return result


def test_uninterrupted_run_stores_what_the_farm_says(farm, folder, expected):
    result = run(farm, folder)

    assert contents(farm) == expected
    assert result.totals.rows == 6 + 5 * READINGS_A_MONTH
    assert result.totals.months == 6


@pytest.mark.parametrize("window", WINDOWS)
def test_killed_in_a_window_then_resumed(window, farm, folder, expected):
    killed_at(window, farm, folder)

    finish(farm, folder)

    assert contents(farm) == expected


def test_killed_again_and_again(farm, folder, expected):
    killed_at(WINDOWS[3], farm, folder)
    for window in (WINDOWS[6], WINDOWS[2], WINDOWS[5]):
        killed_at(window, farm, folder, mode="RESUME")

    finish(farm, folder)

    assert contents(farm) == expected


def test_a_worker_that_dies_once_is_replaced(farm, folder, expected, monkeypatch, tmp_path):
    monkeypatch.setenv("FAKE_FARM_DIE_IN", "2015-03")
    monkeypatch.setenv("FAKE_FARM_DIE_ONCE", str(tmp_path / "died"))

    run(farm, folder, Mode.SEQUENTIAL, "runtime.workers=1")

    assert (tmp_path / "died").exists()
    assert contents(farm) == expected


def test_a_unit_that_always_kills_its_worker_is_given_up(farm, folder, expected, monkeypatch):
    monkeypatch.setenv("FAKE_FARM_DIE_IN", "2015-03")
    flags = ("runtime.workers=1", "runtime.max_attempts=2")

    with pytest.raises(StorageError, match=r"Readings of 2015-03 \(session 1\): given up after 2"):
        run(farm, folder, Mode.SEQUENTIAL, *flags)

    monkeypatch.delenv("FAKE_FARM_DIE_IN")
    finish(farm, folder)
    assert contents(farm) == expected


def cut_all_connections(conninfo):
    with psycopg.connect(conninfo, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_connection_lost_before_the_ledger_commits_is_replaced(
    farm, folder, expected, monkeypatch
):
    def cut(month):
        if month == date(2015, 3, 1):
            cut_all_connections(farm)

    monkeypatch.setattr(fake_farm, "on_month", cut)

    run(farm, folder)

    assert contents(farm) == expected


def test_connections_lost_between_readings_and_checkpoint_file_are_replaced(
    farm, folder, expected, monkeypatch
):
    done = fake_farm.runner.Execution._readings_done
    cuts = []

    def cut(self, order, outcome):
        if order.days.month == date(2015, 3, 1) and not cuts:
            cuts.append(order)
            cut_all_connections(farm)
        done(self, order, outcome)

    monkeypatch.setattr(fake_farm.runner.Execution, "_readings_done", cut)

    run(farm, folder, Mode.SEQUENTIAL, "runtime.checkpoint_seconds=0")

    assert cuts
    assert contents(farm) == expected


def test_a_commit_whose_answer_is_lost_is_not_repeated(farm, folder, expected, monkeypatch):
    transaction = psycopg.Connection.transaction
    lost = []

    @contextmanager
    def losing(self, *args, **kwargs):
        with transaction(self, *args, **kwargs):
            yield
        if len(lost) < 3:
            lost.append(1)
            raise psycopg.OperationalError("the connection was lost")

    store_unit = fake_farm.runner.Execution._unit

    def month(self, *args):
        monkeypatch.setattr(psycopg.Connection, "transaction", losing)
        return store_unit(self, *args)

    monkeypatch.setattr(fake_farm.runner.Execution, "_unit", month)

    run(farm, folder)

    assert len(lost) == 3
    assert contents(farm) == expected


def test_a_unit_finished_by_an_orphan_is_skipped(farm, folder, expected):
    """A killed run's worker still holds the unit; the new run waits and leaves its rows alone."""
    killed_at(f"{RUNS}.engine.pipeline:Pipeline.add:before:1", farm, folder)
    orphan = connect(psycopg.conninfo.conninfo_to_dict(farm))
    claimed, rows = threading.Event(), 0
    run_id = store.find_run(orphan).id

    def finish_late():
        nonlocal rows
        with orphan.transaction():
            payload, keys = store.claim_readings(orphan, run_id, JANUARY)
            claimed.set()
            writer = fake_farm.importlib.import_module(f"{RUNS}.postgres.worker")
            tables = fake_farm.expand(writer.unpack(payload), 10)
            rows = writer.Loader(orphan, keys).write_readings(date(2015, 1, 1), tables)
            time.sleep(0.5)
            store.finish_readings(orphan, run_id, JANUARY, {fake_farm.READINGS: rows}, 0.1, 1)

    thread = threading.Thread(target=finish_late)
    thread.start()
    assert claimed.wait(10)

    result = finish(farm, folder)

    thread.join()
    orphan.close()
    assert rows == READINGS_A_MONTH
    assert result.totals.rows_by_table[fake_farm.READINGS] == 4 * READINGS_A_MONTH
    assert contents(farm) == expected


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_at_a_committed_state(number, farm, folder, expected, monkeypatch):
    def interrupt(month):
        if month == date(2015, 4, 1):
            os.kill(os.getpid(), number)

    monkeypatch.setattr(fake_farm, "on_month", interrupt)

    with pytest.raises(Interrupted, match="--resume"):
        run(farm, folder)
    assert len(contents(farm)[fake_farm.TANKS]) in (3, 4)

    monkeypatch.undo()
    finish(farm, folder)
    assert contents(farm) == expected


def test_the_memory_guard_stops_at_a_committed_state(farm, folder, expected):
    with pytest.raises(MemoryLimitReached, match="limit is 16 MB"):
        run(farm, folder, Mode.SEQUENTIAL, "runtime.max_memory_mb=16")

    finish(farm, folder)
    assert contents(farm) == expected


@pytest.mark.parametrize(
    "flags",
    [
        ("runtime.chunk_months=3",),
        ("runtime.workers=2",),
        ("runtime.workers=2", "runtime.max_pending_months=1", "runtime.batch_rows=1000"),
    ],
)
def test_how_a_run_is_executed_does_not_change_its_data(flags, farm, folder, expected):
    run(farm, folder, Mode.SEQUENTIAL, *flags)

    assert contents(farm) == expected

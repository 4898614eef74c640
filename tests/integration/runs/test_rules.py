"""Sessions, lock, fingerprint and checkpoint file on a real database."""

import copy
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from data_generation.errors import Refused
from data_generation.runs import checkpoint
from data_generation.runs import run as runner
from data_generation.runs.decide import Action, Mode
from data_generation.runs.postgres import coordinator, lock, store
from data_generation.runs.postgres.connecting import connect
from data_generation.runs.sessions import Days
from data_generation.runs.shown import status
from data_generation.runs.shown.progress import Screen
from data_generation.runs.units import LEDGER, READINGS
from data_generation.storage.postgres.clear import clear_tables
from data_generation.storage.postgres.loading.publishing import publish
from tests.integration.runs import fake_farm
from tests.integration.runs.fake_farm import contents, job, run

JANUARY = Days(date(2015, 1, 1), date(2015, 1, 31))


@pytest.fixture
def farm(empty_database):
    with psycopg.connect(empty_database) as connection:
        connection.execute(fake_farm.DDL)
    return empty_database


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "work"


def checkpoint_of(farm, folder):
    name = psycopg.conninfo.conninfo_to_dict(farm)["dbname"]
    return checkpoint.file_for(folder / "checkpoints", name)


def opened(farm, application="test"):
    return connect(psycopg.conninfo.conninfo_to_dict(farm), application)


def test_sessions_one_by_one_give_the_same_as_all_at_once(farm, folder):
    for number in (1, 2, 3):
        assert run(farm, folder, Mode.SESSION, session=number).action is not Action.NOTHING
        assert run(farm, folder, Mode.SESSION, session=number).action is Action.NOTHING

    assert [len(rows) for rows in contents(farm).values()] == [6, 200]
    assert run(farm, folder).message == "All 3 sessions are complete; nothing to do."


def test_a_later_session_first_is_refused_and_writes_nothing(farm, folder):
    with pytest.raises(Refused, match="--session=1"):
        run(farm, folder, Mode.SESSION, session=3)

    with opened(farm) as connection:
        assert not store.exists(connection)
    assert not checkpoint_of(farm, folder).exists()
    assert list((folder / "logs").iterdir()) == []


def test_another_fingerprint_is_refused_naming_the_keys(farm, folder):
    run(farm, folder, Mode.SESSION, session=1)
    before, file_before = contents(farm), checkpoint_of(farm, folder).read_bytes()

    with pytest.raises(Refused) as refusal:
        run(farm, folder, Mode.SESSION, "generation.seed=5", session=2)

    assert "generation.seed is 20150101 there, 5 here" in refusal.value.message
    assert "clear_data --yes" in refusal.value.hint
    assert contents(farm) == before
    assert checkpoint_of(farm, folder).read_bytes() == file_before


def test_other_ways_of_execution_are_the_same_fingerprint(farm, folder):
    run(farm, folder, Mode.SESSION, session=1)

    run(farm, folder, Mode.SESSION, "runtime.chunk_months=2", "runtime.batch_rows=7000", session=2)

    assert len(contents(farm)[fake_farm.TANKS]) == 5


def test_ids_start_past_what_is_there(farm, folder):
    with psycopg.connect(farm) as connection:
        connection.execute("INSERT INTO farm_tank VALUES (40, 'old', '2001-01-01', 0)")

    run(farm, folder, Mode.SESSION, session=1)

    tanks, readings = contents(farm).values()
    assert [row[0] for row in tanks] == [40, 41, 42, 43]
    assert {row[1] for row in readings} == {41, 43}


def test_a_sequence_gives_the_next_free_id_after_a_run(farm, folder):
    run(farm, folder)

    with psycopg.connect(farm) as connection:
        row = connection.execute(
            "INSERT INTO farm_tank (name, opened, visits) VALUES ('x', '2020-01-01', 0) "
            "RETURNING id"
        ).fetchone()
    assert row == (7,)


@pytest.fixture
def neighbour():
    """Another process of this machine that lives."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.communicate(b"\n")


def name_of(process):
    return f"data_generation pid={process.pid} host={socket.gethostname()[:32]}"


def test_a_second_runner_is_told_who_holds_the_lock(farm, folder, neighbour):
    with opened(farm, name_of(neighbour)) as first, lock.held(first):
        with pytest.raises(
            Refused, match=f"process {neighbour.pid} on {socket.gethostname()[:32]}"
        ):
            run(farm, folder)
        with opened(farm) as second:
            shown = status.read_status(second, lambda _: None, 1, folder)
            assert shown.holder.pid == neighbour.pid

    assert run(farm, folder).action is Action.START


def test_the_own_lost_connection_is_waited_for(farm):
    old = opened(farm, lock.holder_name())
    lock.acquire(old)
    threading.Timer(0.5, old.close).start()

    with opened(farm, lock.holder_name()) as new:
        lock.acquire(new)


@pytest.mark.parametrize("hours", [-1, 1])
def test_which_holders_are_worth_waiting_for(neighbour, hours):
    """The clock of the server, which says since when, may be any."""
    host, since = socket.gethostname()[:32], datetime.now(UTC) + timedelta(hours=hours)

    assert not lock.Holder(neighbour.pid, host, since).seems_gone()
    assert lock.Holder(os.getpid(), host, since).seems_gone()
    assert not lock.Holder(os.getpid(), "elsewhere", since).seems_gone()
    assert not lock.Holder(None, host, since).seems_gone()


def test_only_the_database_tells_that_a_batch_is_left(farm):
    """Its process cannot be seen: it was killed, or lives in another container."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    holder, number = opened(farm, name_of(dead)), 7
    assert lock.acquire_batch(holder, number)
    assert lock.acquire_batch(holder, number)
    with opened(farm) as other:
        assert lock.batch_is_held(other, number)
        assert not lock.batch_is_left(other, number, patience=0.2)
        threading.Timer(0.3, holder.close).start()
        assert lock.acquire_batch(other, number)
        assert lock.batch_is_held(other, number)


def test_a_dead_holder_is_waited_for(farm, folder):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    name = f"data_generation pid={dead.pid} host={socket.gethostname()[:32]}"
    orphan = opened(farm, name)
    lock.acquire(orphan)
    threading.Timer(0.5, orphan.close).start()

    assert run(farm, folder).action is Action.START


def test_a_dead_holder_that_stays_is_refused(farm):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with opened(farm, f"x pid={dead.pid} host={socket.gethostname()[:32]}") as orphan:
        lock.acquire(orphan)
        with opened(farm) as second, pytest.raises(Refused, match="is still held: process"):
            lock.acquire(second, patience=0.2)


def damage(content, how):
    if how == "behind":
        content["units"]["readings"]["done"].pop()
    elif how == "ahead":
        content["units"]["ledger"]["done"].append("2015-06")
    elif how == "other run":
        content["run"] += 1
    return json.dumps(content)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("behind", "1 unit behind the database; rebuilt"),
        ("ahead", "1 unit ahead of the database; the database wins"),
        ("other run", "belongs to another run; the database wins"),
        ("corrupt", "is damaged; rebuilt"),
        ("list", "is damaged; rebuilt"),
        ("missing", "is missing; rebuilt"),
    ],
)
def test_the_database_wins_over_the_checkpoint_file(how, words, farm, folder, capsys):
    run(farm, folder, Mode.SESSION, session=1)
    file = checkpoint_of(farm, folder)
    content = json.loads(file.read_text())
    if how == "missing":
        file.unlink()
    elif how in ("corrupt", "list"):
        file.write_text({"corrupt": file.read_text()[:100], "list": "[]"}[how])
    else:
        file.write_text(damage(copy.deepcopy(content), how))
    capsys.readouterr()

    run(farm, folder, Mode.RESUME)

    rebuilt = json.loads(file.read_text())
    assert {**rebuilt, "updated_at": ""} == {**content, "updated_at": ""}
    assert words in capsys.readouterr().err


def test_a_checkpoint_file_without_a_run_is_only_mentioned(farm, folder, capsys):
    run(farm, folder, Mode.SESSION, session=1)
    with psycopg.connect(farm) as connection:
        connection.execute("DROP SCHEMA data_generation CASCADE")

    result = run(farm, folder, Mode.RESUME)

    assert result.message.startswith("Nothing to resume")
    assert "the database wins" in capsys.readouterr().err


def test_the_checkpoint_file_holds_no_password(farm, folder):
    with_password = psycopg.conninfo.make_conninfo(farm, password="s3cret-word")

    run(with_password, folder)

    written = [f for f in folder.rglob("*") if f.is_file()]
    assert len(written) == 2
    assert not any("s3cret-word" in file.read_text() for file in written)


def test_the_checkpoint_folder_that_cannot_be_made_is_refused_first(farm, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(Refused, match="--checkpoint-dir"):
        run(farm, blocked)

    with opened(farm) as connection:
        assert not store.exists(connection)


def test_the_log_tells_run_session_chunk_domain_rows_seconds_and_memory(farm, folder):
    result = run(farm, folder, Mode.SEQUENTIAL, "runtime.chunk_months=2")

    lines = [json.loads(line) for line in Path(result.log).read_text().splitlines()]
    readings = [line for line in lines if line["event"] == "readings stored"]
    assert [(r["session"], r["chunk"], r["days"]) for r in readings] == [
        (1, 1, "2015-01"),
        (1, 2, "2015-03"),
        (2, 1, "2015-04"),
        (2, 1, "2015-05"),
        (3, 1, "2015-06"),
    ]
    for line in lines:
        if "domain" in line:
            assert {"run", "rows", "seconds", "memory_mb"} <= line.keys()
    assert sum(line["rows"] for line in lines if "domain" in line) == result.totals.rows


def test_status_counts_what_is_done_and_what_is_pending(farm, folder):
    run(farm, folder, Mode.SESSION, session=1)
    plan = job(farm, folder).plan

    with opened(farm) as connection:
        connection.execute(
            "UPDATE data_generation.unit SET state = 'pending', payload = '', rows = '{}' "
            "WHERE kind = 'readings' AND first_day = '2015-03-01'"
        )
        shown = status.read_status(connection, lambda _: plan, 2, folder / "checkpoints")

    first = shown.as_dict()["sessions"][0]
    assert first["state"] == "started"
    assert (first["readings_months_done"], first["ledger_months_done"]) == (2, 3)
    assert (first["chunks"], first["chunks_done"]) == (2, 1)
    assert [unit["days"] for unit in shown.as_dict()["pending_units"]] == ["2015-03"]
    assert shown.as_dict()["rows_by_table"] == {fake_farm.TANKS: 3, fake_farm.READINGS: 40}
    assert "Nothing is running." in shown.as_text()


def test_the_first_open_day_is_the_first_that_an_unfinished_run_has_still_to_store(farm, folder):
    with opened(farm) as connection:
        assert store.first_open_day(connection) is None
    run(farm, folder, Mode.SESSION, session=1)
    with opened(farm) as connection:
        assert store.first_open_day(connection) is None
        connection.execute("UPDATE data_generation.run SET finished_at = NULL")
        assert store.first_open_day(connection) == date(2015, 4, 1)
        connection.execute(
            "UPDATE data_generation.unit SET state = 'pending', payload = '' "
            "WHERE kind = 'readings' AND first_day = '2015-02-01'"
        )
        assert store.first_open_day(connection) == date(2015, 2, 1)


def test_a_run_killed_after_its_last_unit_is_finished_by_resume(farm, folder, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(coordinator.SequenceKeeper, "follow", lambda *_: None)
        patched.setattr(coordinator.Coordinator, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            run(farm, folder)

    assert run(farm, folder, Mode.RESUME).action is Action.NOTHING

    with psycopg.connect(farm) as connection:
        assert store.find_run(connection).finished_at is not None
        assert connection.execute("SELECT nextval('farm_tank_id_seq')").fetchone() == (7,)


def test_sequences_move_with_each_month(farm, folder, monkeypatch):
    """Also before the month's readings are stored, and never backwards."""
    with psycopg.connect(farm) as connection:
        connection.execute("INSERT INTO farm_tank VALUES (40, 'old', '2001-01-01', 0)")
    seen = []

    def look(month):
        with psycopg.connect(farm) as connection:
            seen.append(
                connection.execute(
                    "SELECT pg_sequence_last_value('farm_tank_id_seq'), "
                    "pg_sequence_last_value('environmental_environmentalreading_id_seq')"
                ).fetchone()
            )
            if month == date(2015, 3, 1):
                connection.execute("SELECT setval('farm_tank_id_seq', 90)")

    with monkeypatch.context() as patched:
        patched.setattr(fake_farm, "on_month", look)
        patched.setattr(runner.Execution, "_readings_done", lambda *_: None)
        run(farm, folder, Mode.SESSION, session=1)
        run(farm, folder, Mode.SESSION, session=2)

    # February has no readings.
    assert seen == [(None, None), (41, 40), (42, 40), (90, 120), (90, 160)]


def test_offsets_are_those_of_the_moment_after_the_confirmation(farm, folder):
    """Rows that come while a person thinks are not run into."""

    def somebody_adds(_question):
        with psycopg.connect(farm) as connection:
            connection.execute("INSERT INTO farm_tank VALUES (70, 'new', '2001-01-01', 0)")

    with psycopg.connect(farm) as connection:
        connection.execute("CREATE TABLE batch_batch (id bigint PRIMARY KEY, batch_number text)")
        connection.execute("INSERT INTO batch_batch VALUES (5)")
    asked = job(farm, folder)
    engine = replace(asked.engine, tables=(*asked.engine.tables, "batch_batch"))

    runner.execute(replace(asked, engine=engine), Mode.SESSION, 1, Screen(bar=False), somebody_adds)

    assert [row[0] for row in contents(farm)[fake_farm.TANKS]] == [70, 71, 72, 73]


def test_clearing_waits_for_a_killed_runs_worker(farm, folder):
    """That worker holds its unit's row and then wants the publishing lock: no ring."""
    run(farm, folder, Mode.SESSION, session=1)
    orphan, cleared = opened(farm), []

    def clear():
        with opened(farm, lock.holder_name()) as connection, lock.held(connection):
            clear_tables(
                connection, fake_farm.TABLES, first=lambda: store.delete_all_runs(connection)
            )
            cleared.append(True)

    with orphan.transaction():
        store.claim_readings(orphan, store.find_run(orphan).id, JANUARY)
        thread = threading.Thread(target=clear)
        thread.start()
        time.sleep(0.4)
        orphan.execute("SELECT set_config('lock_timeout', '500ms', true)")
        publish(orphan)
        assert not cleared
    orphan.close()
    thread.join()

    assert cleared
    assert [len(rows) for rows in contents(farm).values()] == [0, 0]
    with opened(farm) as connection:
        assert store.find_run(connection) is None


def test_what_fails_on_the_way_out_does_not_hide_the_error(farm, folder, monkeypatch):
    def full_disk(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    def fail(month):
        if month == date(2015, 3, 1):
            monkeypatch.setattr(checkpoint.Mirror, "write", full_disk)
            raise ZeroDivisionError("first")

    monkeypatch.setattr(fake_farm, "on_month", fail)

    with pytest.raises(ZeroDivisionError, match="first"):
        run(farm, folder, Mode.SEQUENTIAL, "runtime.workers=1")


def test_units_tell_the_peak_of_the_processes_that_made_them(farm, folder):
    run(farm, folder, Mode.SESSION, "runtime.workers=1", session=1)

    with opened(farm) as connection:
        units = store.units(connection, store.find_run(connection).id)
    ledger = [unit.peak_memory_mb for unit in units if unit.kind == LEDGER]
    worker = [unit.peak_memory_mb for unit in units if unit.rows and unit.kind == READINGS]
    assert ledger == sorted(ledger)
    assert worker == sorted(worker)
    assert min(ledger + worker) > 10

"""Whole runs of the `tiny` profile: same data whatever happens on the way."""

import json
import os
import random
import re
import signal
import time

import psycopg
import pytest

from tests import golden

TINY = ("--profile", "tiny")
SHORT = (*TINY, "--set", "generation.sessions_months=[3,2,1,1]")
"""Four sessions that are over soon, where it does not matter what happens in them."""
KILLS = 10


def digest(shell):
    done = shell.generate("--digest", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def uninterrupted(tiny_farm):
    """Digest of `tiny`, run in one piece by one process."""
    return digest(tiny_farm)


def test_the_way_of_execution_does_not_change_the_digest(shell, uninterrupted):
    """Another worker and longer chunks; two workers are those of the runs that are killed."""
    done = shell.generate("--mode=sequential", *TINY, "--workers", "1", "--chunk-months", "3")

    assert done.returncode == 0, done.stderr
    assert digest(shell) == uninterrupted


def test_a_database_holds_what_the_kept_digest_of_tiny_says(uninterrupted):
    kept = golden.kept()["digests"]["tiny"]

    assert uninterrupted["dataset"]["hash"] == kept["dataset"]
    found = {n: f"{t['rows']} {t['hash']}" for n, t in uninterrupted["tables"].items() if t["rows"]}
    assert found == kept["tables"]


def test_another_seed_gives_another_digest(make_shell):
    digests = []
    for seed in ("99", "100"):
        shell = make_shell()
        short = ("--set", "generation.sessions_months=[1]", "--workers", "0")
        done = shell.generate("--mode=sequential", *TINY, *short, "--seed", seed)
        assert done.returncode == 0, done.stderr
        digests.append(digest(shell))

    assert digests[0] != digests[1]


def test_killed_ten_times_and_resumed(shell, uninterrupted):
    moments = random.Random(20150101)
    kills = 0
    flags = ("--mode=sequential", *TINY)
    for _ in range(KILLS):
        process = shell.start(*flags)
        if not shell.wait_for_units(process, shell.units()):
            break
        time.sleep(moments.uniform(0, 0.35))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate(timeout=30)
        flags = ("--resume",)

    done = shell.generate("--resume")

    assert done.returncode == 0, done.stderr
    assert kills == KILLS
    assert digest(shell) == uninterrupted


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGTERM, marks=pytest.mark.long), signal.SIGINT]
)
def test_a_signal_stops_within_five_seconds_at_a_committed_state(number, shell, uninterrupted):
    process = shell.start("--mode=sequential", *TINY)
    assert shell.wait_for_units(process, 4)
    asked = time.monotonic()
    # As a terminal does, to the whole group.
    os.killpg(process.pid, number)
    _, errors = process.communicate(timeout=20)

    assert time.monotonic() - asked < 5
    assert process.returncode == 130, errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    (file,) = shell.checkpoints.glob("*.json")
    mirrored = json.loads(file.read_text())["units"]
    assert sum(len(kind["done"]) for kind in mirrored.values()) == shell.units()
    done = shell.generate("--resume")
    assert done.returncode == 0, done.stderr
    assert digest(shell) == uninterrupted


def test_the_memory_guard_stops_with_its_own_code_and_resume_goes_on(shell):
    done = shell.generate("--session=1", *SHORT, "--max-memory", "40")
    assert done.returncode == 75
    assert "the limit is 40 MB" in done.stderr
    assert "--resume" in done.stderr

    again = shell.generate("--resume")
    if "Nothing to resume" in again.stdout:
        again = shell.generate("--session=1", *SHORT)

    assert again.returncode == 0, again.stderr
    assert "Session 1 of 4 is complete" in again.stdout


def test_sessions_in_order_and_what_is_said_about_them(shell):
    early = shell.generate("--session=3", *SHORT)
    assert early.returncode == 3
    assert "--session=1" in early.stderr
    assert shell.written() == []

    nothing = shell.generate("--resume", *SHORT)
    assert (nothing.returncode, nothing.stdout[:17]) == (0, "Nothing to resume")

    first = shell.generate("--session=1", *SHORT)
    assert first.returncode == 0, first.stderr
    before = digest(shell)

    again = shell.generate("--session=1", *SHORT)
    assert (again.returncode, again.stdout.strip()) == (
        0,
        "Session 1 is complete; nothing to do.",
    )
    third = shell.generate("--session=3", *SHORT)
    assert third.returncode == 3
    assert "--session=2" in third.stderr
    resumed = shell.generate("--resume")
    assert resumed.returncode == 0
    assert "--session=2" in resumed.stdout
    other = shell.generate("--mode=sequential", *SHORT, "--seed", "2")
    assert other.returncode == 3
    assert "generation.seed is 20150101 there, 2 here" in other.stderr
    assert "clear_data --yes" in other.stderr
    assert digest(shell) == before

    status = json.loads(shell.generate("--status", "--json").stdout)
    assert [s["state"] for s in status["sessions"]] == ["complete", *["not started"] * 3]
    assert status["pending_units"] == []
    assert status["rows"] > 1_000

    cleared = shell.manage("runscript", "clear_data", "--yes")
    assert cleared.returncode == 0, cleared.stderr
    assert list(shell.checkpoints.glob("*.json")) == []
    assert "holds no run" in shell.generate("--status").stdout
    after = shell.generate("--session=1", *SHORT)
    assert after.returncode == 0, after.stderr
    assert digest(shell) == before

    second = shell.generate("--session=2", *SHORT)
    assert second.returncode == 0, second.stderr
    (mirror,) = shell.checkpoints.glob("*.json")
    assert json.loads(mirror.read_text("utf-8"))["goal_session"] == 2


def test_a_second_runner_is_told_who_is_at_work(shell):
    process = shell.start("--mode=sequential", *TINY)
    assert shell.wait_for_units(process, 0)

    second = shell.generate("--mode=sequential", *TINY)
    clearing = shell.manage("runscript", "clear_data", "--yes")
    status = shell.generate("--status")

    assert process.poll() is None, "the first run ended too early for this test"
    for refused in (second, clearing):
        assert refused.returncode == 3
        assert f"process {process.pid} on" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) <= 2
    assert f"process {process.pid} on" in status.stdout


def test_workers_die_with_a_killed_coordinator(shell):
    process = shell.start("--mode=sequential", *TINY, "--workers", "2")
    assert shell.wait_for_units(process, 12)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)

    until = time.monotonic() + 10
    while time.monotonic() < until:
        with psycopg.connect(shell.url) as connection:
            left = connection.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name LIKE 'data_generation%'"
            ).fetchone()
        if left == (0,):
            return
        time.sleep(0.1)
    pytest.fail("connections of the killed run's workers are still there")


def test_json_output_is_all_that_is_on_standard_output(shell):
    done = shell.generate("--session=1", *SHORT, "--json", "--workers", "0")

    result = json.loads(done.stdout)
    assert result["months"] == 3
    assert result["rows"] == sum(result["rows_by_table"].values())
    assert result["peak_memory_mb"] < 500
    assert re.search(r"event=\"?session complete", done.stderr)


def test_folders_can_be_moved_by_flags(shell, tmp_path):
    """Also to names that are no text, in an environment that knows ASCII only."""
    checkpoints, logs = tmp_path / os.fsdecode(b"c\xff"), tmp_path / os.fsdecode(b"l\xff %s'\"")
    folders = ["--checkpoint-dir", str(checkpoints), "--log-dir", str(logs)]
    done = shell.generate("--session=1", *SHORT, *folders, LC_ALL="POSIX", PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert len(list(checkpoints.glob("*.json"))) == 1
    assert len(list(logs.glob("*.jsonl"))) == 1
    assert "/l\\udcff %s'\"/run1-" in done.stdout
    assert not shell.checkpoints.exists()

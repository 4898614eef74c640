"""`--sink parquet:URI`: the same dataset as Parquet files, whatever happens on the way."""

import importlib.util
import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

if importlib.util.find_spec("fsspec") is None:
    pytest.skip("the extra [lake] is not installed", allow_module_level=True)

import fsspec
import pyarrow.dataset

from data_generation.cli.commands import data_generation
from data_generation.storage.parquet.lake import Lake, live_files

FARM = ("--profile", "tiny", "--set", "generation.sessions_months=[6]")
TINY = (*FARM, "--session=1")
KILLS = 2
READINGS = "environmental_environmentalreading"
NO_DATABASE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}


@pytest.fixture(scope="module")
def known():
    return {}


@pytest.fixture
def reference(known, make_shell):
    """Digest of the same session in a database."""
    if not known:
        shell = make_shell()
        done = shell.generate(*TINY, "--workers", "0")
        assert done.returncode == 0, done.stderr
        known.update(json.loads(shell.generate("--digest", "--json").stdout))
    return dict(known)


@pytest.fixture
def sink(shell):
    """A folder as the flag names it; the shell's database must not be needed."""
    shell.url = NO_DATABASE["DATABASE_URL"]
    return f"parquet:{shell.folder / 'lake'}"


def digest(shell, sink):
    done = shell.generate("--digest", "--json", "--sink", sink)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def files_in(sink: str) -> set[str]:
    folder = Path(sink.removeprefix("parquet:"))
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def manifests_in(sink: str) -> int:
    return sum(name.startswith("_aquamind/units/2") for name in files_in(sink))


def test_parquet_files_hold_what_a_database_holds(shell, sink, reference):
    done = shell.generate(*TINY, "--sink", sink)

    assert done.returncode == 0, done.stderr
    assert digest(shell, sink) == reference
    # Any reader of partitioned Parquet sees the same, without the manifests.
    folder = sink.removeprefix("parquet:")
    table = pyarrow.dataset.dataset(f"{folder}/{READINGS}", partitioning="hive").to_table()
    assert table.num_rows == reference["tables"][READINGS]["rows"]
    months = table["reading_time"].to_pylist()
    assert {(m.year, m.month) for m in months} == set(
        zip(table["year"].to_pylist(), table["month"].to_pylist(), strict=True)
    )
    again = shell.generate(*TINY, "--sink", sink)
    assert again.returncode == 0
    assert "nothing to do" in again.stdout


def test_a_store_that_is_no_file_system_takes_the_same(folders, capsys, reference):
    flags = ["--sink", "parquet:memory://farm/lake", "--json"]

    assert data_generation.main([*TINY, *flags, "--no-progress"]) == 0
    capsys.readouterr()
    assert data_generation.main(["--digest", *flags]) == 0
    assert json.loads(capsys.readouterr().out) == reference
    assert fsspec.filesystem("memory").exists("/farm/lake/_aquamind/run.json")


def test_killed_and_resumed_it_holds_the_same_and_nothing_else(shell, sink, reference):
    moments = random.Random(20150101)
    flags, kills = TINY, 0
    for _ in range(KILLS):
        before = manifests_in(sink)
        process = shell.start(*flags, "--sink", sink)
        until = time.monotonic() + 60
        while manifests_in(sink) <= before and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.2))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate(timeout=30)
        flags = ("--resume",)

    # What a kill within a unit leaves: a file that no manifest names.
    folder = Path(sink.removeprefix("parquet:"))
    orphan = folder / READINGS / "year=2015" / "month=01" / f"2015-01.readings-{'0' * 32}.parquet"
    # What somebody else keeps beside it.
    stranger = folder / "weather" / "year=2015" / "month=01" / "part-0.parquet"
    for file in (orphan, stranger):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half of a f")
    done = shell.generate("--resume", "--sink", sink)

    assert done.returncode == 0, done.stderr
    assert kills == KILLS
    assert digest(shell, sink) == reference
    live = live_files(Lake(str(folder)).manifests().values())
    kept = {*live, str(stranger.relative_to(folder))}
    assert {name for name in files_in(sink) if name.endswith(".parquet")} == kept
    assert "_aquamind/lock.json" not in files_in(sink)


def test_refusals_leave_the_files_alone(shell, sink):
    process = shell.start(*TINY, "--sink", sink)
    while manifests_in(sink) < 2:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    # Held fast, so that it cannot end while the second looks.
    process.send_signal(signal.SIGSTOP)
    second = shell.generate("--resume", "--sink", sink)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert f"--resume --sink {sink}" in errors
    assert second.returncode == 3
    assert f"process {process.pid}" in second.stderr

    before = files_in(sink)
    anew = shell.generate("--mode=sequential", *FARM, "--sink", sink)
    assert anew.returncode == 3
    assert f"--resume --sink {sink}, or begin anew after: removing it" in anew.stderr
    other = shell.generate("--resume", "--sink", sink, *FARM, "--seed", "7")
    assert other.returncode == 3
    assert "generation.seed is 20150101 there, 7 here" in other.stderr
    assert files_in(sink) == before

    assert "Traceback" not in second.stderr + other.stderr


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Folders of their own for a command that runs in this process."""
    for name in ("CHECKPOINT", "LOG", "REPORT"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(f"AQUAMIND_{name}_DIR", str(tmp_path / name))
    return tmp_path


def test_foreign_and_damaged_files_are_refused_and_left_alone(folders, capsys):
    strangers = folders / "strangers"
    strangers.mkdir()
    (strangers / "letter.txt").write_text("not yours")
    assert data_generation.main([*TINY, "--sink", f"parquet:{strangers}"]) == 3
    assert [path.name for path in strangers.iterdir()] == ["letter.txt"]
    assert "letter.txt" in capsys.readouterr().err

    lake, sink = folders / "lake", f"parquet:{folders / 'lake'}"
    short = ("--set", "generation.until=2015-01-31", "--workers", "0", "--no-progress")
    assert data_generation.main([*TINY, *short, "--sink", sink]) == 0
    manifest = lake / "_aquamind" / "units" / "2015-01.ledger.json"
    whole = manifest.read_text()
    for broken in ("{]", "[]", '{"unit": 1}'):
        manifest.write_text(broken)
        assert data_generation.main(["--resume", "--sink", sink]) == 4
        assert manifest.name in capsys.readouterr().err
    manifest.write_text(whole)
    next(lake.glob("batch_batch/*/*/*.parquet")).unlink()
    assert data_generation.main(["--resume", "--sink", sink]) == 4
    assert "lacks 1 of its files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (("--sink", "lake"), 2, "parquet:URI"),
        (("--sink", "parquet:s3://key:geheim@bucket/lake"), 2, "not taken"),
        (("--sink", "parquet:nosuch://lake"), 3, "nosuch"),
        (("--sink", "parquet:/proc/lake"), 4, "cannot be written"),
    ],
)
def test_wrong_sinks_are_told_in_two_lines(flags, code, said, folders, capsys):
    assert data_generation.main([*TINY, *flags]) == code
    errors = capsys.readouterr().err
    assert said in errors
    assert "geheim" not in errors
    assert len(errors.strip().splitlines()) <= 2

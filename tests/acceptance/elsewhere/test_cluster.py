"""`--scheduler`: readings written by a real Dask cluster, one scheduler and two workers."""

import importlib.util
import json
import os
import signal

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

if not all(map(importlib.util.find_spec, ("distributed", "fsspec"))):
    pytest.skip("the extras [cluster] and [lake] are not installed", allow_module_level=True)

from data_generation.cli.commands import data_generation
from tests.acceptance.elsewhere.dask_cluster import PATIENCE_S, Cluster, wait_until

PASSWORD = "ein-geheimnis"
TINY = ("--profile", "tiny", "--session=1")


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A scheduler, which need not know this project."""
    found = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        found.scheduler()
        yield found
    finally:
        found.end()


@pytest.fixture
def cluster(started):
    """The scheduler with two workers that know this project."""
    while len(started.living()) < 3:
        started.worker()
    with started.client() as client:
        wait_until(lambda: len(client.ncores()) == 2, "the start of two workers")
    return started


@pytest.fixture(scope="module")
def known():
    return {}


@pytest.fixture
def reference(known, tmp_path, monkeypatch, capsys):
    """Digest of the same session, written by this process alone."""
    if not known:
        for name in ("CHECKPOINT", "LOG", "REPORT"):
            monkeypatch.setenv(f"AQUAMIND_{name}_DIR", str(tmp_path))
        sink = ("--sink", "parquet:memory://cluster/reference")
        assert data_generation.main([*TINY, *sink, "--no-progress"]) == 0
        capsys.readouterr()
        assert data_generation.main(["--digest", "--json", *sink]) == 0
        known.update(json.loads(capsys.readouterr().out))
    return dict(known)


def digest(shell):
    done = shell.generate("--digest", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def writing(shell) -> int:
    """Connections of workers on the run's database."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'data_generation worker'"
    )
    with psycopg.connect(shell.url) as connection:
        return connection.execute(query).fetchone()[0]


def test_a_worker_killed_within_a_unit_costs_a_retry_and_nothing_else(cluster, shell, reference):
    shell.url = make_conninfo(shell.url, password=PASSWORD)
    process = shell.start(*TINY, "--scheduler", cluster.address)
    with psycopg.connect(shell.url) as holder:
        # Whoever is handed this unit has begun its transaction, and waits in the middle of it.
        pick = (
            "SELECT first_day FROM data_generation.unit WHERE state = 'pending' "
            "ORDER BY first_day DESC LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        found = []

        def held():
            if holder.execute("SELECT to_regclass('data_generation.unit')").fetchone() != (None,):
                found.extend(holder.execute(pick).fetchall())
            if not found:
                holder.rollback()
            return found

        wait_until(held, "a pending unit")
        wait_until(lambda: shell.units() == 17, "every other unit")
        with cluster.client() as client:
            busy = client.run(lambda dask_worker: (os.getpid(), dask_worker.state.executing_count))
        (pid,) = [pid for pid, count in busy.values() if count]
        os.kill(pid, signal.SIGKILL)
        holder.rollback()
    output, errors = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0, errors
    assert "Session 1 of 4 is complete" in output
    assert "Traceback" not in errors
    assert digest(shell) == reference
    assert writing(shell) == 0
    own = "".join(path.read_text() for path in shell.folder.rglob("*") if path.is_file())
    assert PASSWORD not in cluster.logs() + own + output + errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.long
def test_a_run_that_ends_leaves_nothing_at_work_on_the_cluster(number, cluster, shell, reference):
    process = shell.start(*TINY, "--scheduler", cluster.address)
    assert shell.wait_for_units(process, 3)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == (130 if number == signal.SIGTERM else -number), errors
    wait_until(lambda: writing(shell) == 0, "the end of the workers' transactions")
    with cluster.client() as client:

        def idle():
            left = client.run(lambda dask_worker: len(dask_worker.state.tasks))
            return set(left.values()) == {0}

        wait_until(idle, "the end of the tasks")
    done = shell.generate("--resume", "--scheduler", cluster.address)
    assert done.returncode == 0, done.stderr
    assert digest(shell) == reference


@pytest.mark.long
def test_a_cluster_writes_parquet_files_too(cluster, shell, reference):
    sink = ("--sink", f"parquet:{shell.folder / 'lake'}")
    shell.url = "postgresql://nobody@127.0.0.1:9/none"
    done = shell.generate(*TINY, *sink, "--scheduler", cluster.address)

    assert done.returncode == 0, done.stderr
    assert json.loads(shell.generate("--digest", "--json", *sink).stdout) == reference


def test_a_worker_without_this_program_is_refused_before_anything_is_written(cluster, shell):
    stranger = cluster.worker(program=False)
    with cluster.client() as client:
        client.wait_for_workers(3, timeout=60)
    done = shell.generate(*TINY, "--scheduler", cluster.address)
    stranger.kill()
    stranger.wait(timeout=20)

    assert done.returncode == 3
    assert "cannot run this program" in done.stderr
    assert "Install the same version" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [name for name in shell.written() if "schema" in name]


def test_without_the_extra_the_flag_is_refused_with_the_command_that_installs_it(shell, tmp_path):
    (tmp_path / "distributed.py").write_text("raise ImportError('no Dask here')\n")
    done = shell.generate(*TINY, "--scheduler", "tcp://127.0.0.1:8786", PYTHONPATH=str(tmp_path))

    assert done.returncode == 3
    assert "[cluster]" in done.stderr
    assert "Traceback" not in done.stderr

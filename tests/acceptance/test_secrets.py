"""A password goes to the database and nowhere else; keys are private; debug pages are off."""

import contextlib
import os
import runpy
import stat
import time

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from aquamind import installation
from tests.acceptance.conftest import ROOT
from tests.acceptance.test_cli_refusals import UNREACHABLE

SECRET = "s3cret-word"
RUN = ("--profile", "tiny", "--set", "generation.sessions_months=[3]", "--no-progress")


def command_lines(process) -> set[str]:
    """What `ps` shows of a process and all that it started."""
    lines = set()
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(process.pid)
        for member in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                lines.add(f"{member.name()} {' '.join(member.cmdline())}")
    return lines


def stored_text(url: str) -> str:
    """Every row of the records of runs, and what the server shows of its clients."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT format('data_generation.%I', tablename) FROM pg_tables "
            "WHERE schemaname = 'data_generation'"
        ).fetchall()
        assert tables
        rows = [
            connection.execute(f"SELECT t::text FROM {name} t").fetchall() for (name,) in tables
        ]
    return repr(rows)


def test_a_password_reaches_no_log_report_checkpoint_table_or_process_list(shell):
    shell.url = make_conninfo(shell.url, password=SECRET)
    seen: set[str] = set()
    process = shell.start("--mode=sequential", *RUN, "--workers", "2")
    names = set()
    while process.poll() is None:
        seen |= command_lines(process)
        with psycopg.connect(shell.url) as connection:
            names |= {
                row[0]
                for row in connection.execute("SELECT application_name FROM pg_stat_activity")
            }
        time.sleep(0.05)
    told = list(process.communicate(timeout=30))
    assert process.returncode == 0, told
    for flags in (
        ("--status", "--json"),
        ("--generate-report",),
        ("--mode=sequential", *RUN, "--seed", "2", "--traceback"),
    ):
        done = shell.generate(*flags)
        told += [done.stdout, done.stderr]
    written = {path: path.read_text("utf-8") for path in shell.folder.rglob("*") if path.is_file()}

    assert any("spawn_main" in line for line in seen)
    assert any("worker" in name for name in names)
    assert {path.parent.name for path in written} == {"checkpoints", "logs", "reports"}
    assert "Traceback" in told[-1]
    for text in (*seen, *names, *told, *written.values(), stored_text(shell.url)):
        assert SECRET not in text


@pytest.mark.parametrize("script", ["data_generation", "event_engine"])
def test_an_error_with_its_traceback_holds_no_password(script, shell):
    done = shell.manage("runscript", script, "--status", "--traceback", DATABASE_URL=UNREACHABLE)

    assert done.returncode == 4
    assert "Traceback" in done.stderr
    assert SECRET in UNREACHABLE
    assert SECRET not in done.stderr + done.stdout


def test_each_installation_has_its_own_key_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv("DJANGO_SECRET_KEY", raising=False)
    installation.secret_key.cache_clear()
    before = os.umask(0)
    try:
        keys = {installation.secret_key(tmp_path / name) for name in ("one", "two")}
    finally:
        os.umask(before)
        installation.secret_key.cache_clear()

    assert len(keys) == 2
    for name in ("one", "two"):
        assert stat.S_IMODE((tmp_path / name / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, False), ("", False), ("0", False), ("false", False), ("yes", False), ("1", True)],
)
def test_debug_pages_are_off_unless_asked_for(value, expected, monkeypatch):
    if value is None:
        monkeypatch.delenv("AQUAMIND_DEBUG", raising=False)
    else:
        monkeypatch.setenv("AQUAMIND_DEBUG", value)

    settings = runpy.run_path(str(ROOT / "aquamind" / "settings.py"))

    assert settings["DEBUG"] is expected
    assert "*" not in settings["ALLOWED_HOSTS"]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"AQUAMIND_DATA_DIR": "~nobody-of-that-name/x"}, "AQUAMIND_DATA_DIR is '~nobody"),
        ({"AQUAMIND_LOG_DIR": "~nobody-of-that-name/x"}, "AQUAMIND_LOG_DIR: found '~nobody"),
        ({"AQUAMIND_CHECKPOINT_DIR": "x" * 5000}, "File name too long"),
        ({"DATABASE_URL": f"postgresql://u:{SECRET}@[::1/x"}, "DATABASE_URL is not"),
        ({"AQUAMIND_EXTRA_APPS": "no_such_app"}, "no_such_app"),
        ({"DJANGO_SETTINGS_MODULE": "no.such.settings"}, "No module named 'no'"),
    ],
)
def test_wrong_environment_variables_are_told_shortly(environment, told, shell):
    done = shell.generate("--resume", "--profile", "tiny", **environment)

    assert done.returncode in (2, 3), done.stderr
    assert told in done.stderr
    assert SECRET not in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert shell.written() == []


def test_a_flag_of_bytes_that_are_no_text_is_told_shortly(shell):
    done = shell.generate("--resume", "--config", os.fsdecode(b"/no\xff\nwhere"))

    assert done.returncode == 2
    assert "cannot be read: No such file or directory" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert shell.written() == []

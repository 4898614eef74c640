"""`manage.py` says what is wrong with the installation in one line."""

import os
import subprocess
import sys

import pytest

from tests.shell import ROOT


def manage(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**os.environ, "DATABASE_URL": url},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("nonsense-hunter2", 2, "Configuration error: DATABASE_URL is not a PostgreSQL URL"),
        ("postgresql://a:hunter2@127.0.0.1:1/x", 4, "Database error: connection failed"),
    ],
)
def test_a_wrong_database_is_one_line(url: str, status: int, said: str) -> None:
    done = manage(url, "showmigrations")

    assert done.returncode == status
    assert done.stdout == ""
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


def test_traceback_on_request() -> None:
    done = manage("postgresql://a@127.0.0.1:1/x", "showmigrations", "--traceback")

    assert "Traceback" in done.stderr

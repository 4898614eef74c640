"""PostgreSQL of other versions and builds than the embedded one, where they are installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.chaos.support import contents, execute, run
from tests.acceptance.chaos.test_environments import manage

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
LEAST = 14


@pytest.fixture(params=INSTALLED or [None], ids=lambda path: path.parts[-3] if path else "none")
def other_server(request, farm):
    """URL of a server of each installed version; skips where there is none."""
    if request.param is None:
        pytest.skip("no other PostgreSQL is installed in /usr/lib/postgresql")
    programs, version = request.param.parent, request.param.parts[-3]
    folder = farm.base / f"version-{version}"
    folder.mkdir(mode=0o755)
    owner = farm.owner()
    shutil.chown(folder, owner)
    as_owner = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []

    def control(program, *words):
        command = [*as_owner, programs / program, "-D", folder / "data", *words]
        # The server keeps what it is given open; a pipe would never end.
        with (folder / "output").open("a") as log:
            subprocess.run(command, stdout=log, stderr=log, check=True, timeout=120)

    control("initdb", "-U", "aquamind", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8")
    control("pg_ctl", "-w", "start", "-o", f"-k {folder} -h '' -c fsync=off")
    try:
        yield make_conninfo(host=str(folder), user="aquamind", dbname="postgres")
    finally:
        control("pg_ctl", "-m", "immediate", "stop")


@pytest.mark.long
def test_an_installed_version_gives_the_same_data_in_a_turkish_database(
    other_server, expected, folder
):
    version = int(execute(other_server, "SHOW server_version_num")[0][0]) // 10_000
    turkish = "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'" if version >= LEAST + 1 else ""
    execute(other_server, f"CREATE DATABASE farm TEMPLATE template0 {turkish}")
    url = make_conninfo(other_server, dbname="farm")

    status, told = manage(url, "migrate", "-v0")

    if version < LEAST:
        assert status == 3
        assert "14 or later" in told
        return
    assert (status, told) == (0, "")
    run(url, folder)
    assert contents(url) == expected
    assert manage(url, "runscript", "data_generation", "--validate-only", "--workers", "1")[0] == 0

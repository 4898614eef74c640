"""Where the embedded server's data may lie, and whose they are."""

import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from aquamind.embedded import EmbeddedServerError
from aquamind.embedded.places import bundled_programs
from aquamind.embedded.server import EmbeddedServer
from tests.integration.aquamind.embedded.support import (
    IS_ROOT,
    START,
    Python,
    cluster,
    manage,
    mode,
    needs_root,
    ordinary_user,
    query,
    running_pid,
)


def test_a_path_too_long_for_a_socket(
    make_server: Callable[..., EmbeddedServer], base: Path
) -> None:
    server = make_server(base / "d" / ("long" * 40))
    socket_dir = Path(server.ensure_running().host)
    assert mode(socket_dir) == 0o700
    assert socket_dir.stat().st_uid == cluster(server).stat().st_uid
    assert query(server, "SELECT 1") == "1"
    server.stop()
    assert not socket_dir.exists()
    # Somebody else made a directory of that name first.
    socket_dir.mkdir(mode=0o777)
    try:
        socket_dir.chmod(0o777)
        if IS_ROOT:
            other = pwd.getpwnam("daemon")
            os.chown(socket_dir, other.pw_uid, other.pw_gid)
        with pytest.raises(EmbeddedServerError, match="is not a private directory of user"):
            server.ensure_running()
    finally:
        socket_dir.rmdir()


@pytest.mark.parametrize(
    "name", ["a,b", "with 'quotes\" and %41 \N{BLACK STAR} å", os.fsdecode(b"no \xff text ")]
)
def test_odd_characters_in_the_path(
    make_server: Callable[..., EmbeddedServer], base: Path, name: str
) -> None:
    server = make_server(base / name)
    assert query(server, "SELECT 1") == "1"
    # In a terminal of few letters as well.
    shown = manage(server, "embedded_postgres", "status", environment={"LC_ALL": "POSIX"})
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "State:            ready" in shown.stdout
    assert server.stop() is True


def test_a_line_break_in_the_path_is_refused(base: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="has a line break in its name"):
        EmbeddedServer(base / "two\nlines")


def test_a_lost_socket_is_explained(server: EmbeddedServer) -> None:
    shutil.rmtree(server.ensure_running().host)
    assert server.status().state == "unreachable"
    with pytest.raises(EmbeddedServerError, match=r"its socket in .* is gone"):
        server.ensure_running()
    server.stop()
    assert query(server, "SELECT 1") == "1"


def test_a_data_directory_removed_under_a_running_server(
    make_server: Callable[..., EmbeddedServer], base: Path
) -> None:
    # The long path's socket is outside the directory: the orphan server still holds it.
    server = make_server(base / ("long" * 40))
    server.ensure_running()
    orphan = psutil.Process(running_pid(server))
    while server.data_dir.exists():  # the server may be making a file in it
        shutil.rmtree(server.data_dir, ignore_errors=True)
    assert query(server, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


def test_a_data_directory_that_cannot_be_made(base: Path) -> None:
    (base / "file").touch()
    with pytest.raises(EmbeddedServerError, match="Not a directory") as failure:
        EmbeddedServer(base / "file" / "data").ensure_running()
    assert "AQUAMIND_DATA_DIR" in failure.value.hint


@needs_root
def test_root_gives_up_its_rights(server: EmbeddedServer, base: Path) -> None:
    params = server.ensure_running()
    process = psutil.Process(running_pid(server))
    names = [entry.pw_name for entry in pwd.getpwall()]
    expected = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    assert set(process.uids()) == {expected.pw_uid}
    assert set(process.gids()) == {expected.pw_gid}
    status = Path(f"/proc/{process.pid}/status").read_text()
    groups = next(line for line in status.splitlines() if line.startswith("Groups:"))
    assert groups.split()[1:] == []
    # Even with every door open, the server asks the system who is calling.
    for path in (server.data_dir, Path(params.host).parent, Path(params.host)):
        path.chmod(0o755)
    Path(params.host, ".s.PGSQL.5432").chmod(0o777)
    connect = f"print(module.psycopg.connect({params.as_url()!r}).info.dbname)\n"
    with ordinary_user(base, "daemon") as run:
        assert "Peer authentication failed" in run(connect)
    with ordinary_user(base, expected.pw_name) as run:
        assert run(connect) == "aquamind\n"


@needs_root
def test_an_ordinary_user_after_root_and_root_after_an_ordinary_user(
    make_server: Callable[..., EmbeddedServer], base: Path
) -> None:
    rooted = make_server(base / "root")
    rooted.ensure_running()
    with ordinary_user(base, "daemon") as run:
        printed = run(
            f"try: EmbeddedServer(Path({str(rooted.data_dir)!r})).ensure_running()\n"
            "except EmbeddedServerError as error: print(error)"
        )
        assert printed.startswith("Cannot start the server: ")
        assert "Permission denied" in printed
        assert "It belongs to user " in printed

        home = base / "daemon"
        home.mkdir()
        entry = pwd.getpwnam("daemon")
        os.chown(home, entry.pw_uid, entry.pw_gid)
        theirs = f"s = EmbeddedServer(Path({str(home / 'data')!r})); s.ensure_running()\n"
        assert run(theirs + "print(s.status().state)") == "ready\n"
        server = make_server(home / "data")
        assert query(server, "SELECT 1") == "1"
        server.stop()
        # Root starts it as its owner, who finds everything usable afterwards.
        assert query(server, "SELECT 1") == "1"
        assert psutil.Process(running_pid(server)).username() == "daemon"
        assert run(theirs + "print(s.stop())") == "True\n"

        home.chmod(0o555)
        refused = run(
            f"try: EmbeddedServer(Path({str(home / 'other')!r})).ensure_running()\n"
            "except EmbeddedServerError as error: print(error)"
        )
        assert refused.splitlines()[0] == (
            f"Cannot start the server: {home / 'other'}: Permission denied."
        )


@needs_root
def test_a_checkout_that_only_root_may_enter(
    make_server: Callable[..., EmbeddedServer],
    base: Path,
    python: Python,
) -> None:
    secret = base / "secret"
    secret.mkdir(mode=0o700)
    package = bundled_programs().parents[1]
    shutil.copytree(package, secret / "site" / package.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, secret / "site" / libraries.name)
    server = make_server(secret / "checkout" / ".aquamind")
    starter = python(server, START, {"PYTHONPATH": str(secret / "site")})
    assert starter.communicate()[0] == "started\n"
    assert mode(secret) == 0o700
    directory = cluster(server)
    assert not directory.is_relative_to(base)
    assert mode(directory.parent) == 0o700
    assert psutil.Process(running_pid(server)).uids().real == directory.stat().st_uid != 0
    assert Path(psutil.Process(running_pid(server)).exe()).is_relative_to(directory.parent)
    query(server, "CREATE TABLE kept AS SELECT 7 AS value")

    # A copy of the checkout must not share its database; a moved one must keep it.
    shutil.copytree(server.data_dir, secret / "copy")
    with pytest.raises(EmbeddedServerError, match="points to the database of"):
        EmbeddedServer(secret / "copy").ensure_running()
    server.stop()
    moved = make_server(secret / "moved")
    server.data_dir.rename(moved.data_dir)
    assert query(moved, "SELECT value FROM kept") == "7"
    assert moved.destroy() is True
    assert not directory.parent.exists()
    assert not moved.data_dir.exists()

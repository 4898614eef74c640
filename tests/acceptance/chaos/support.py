"""Ways to hurt a run, and runs small enough to be hurt often."""

import contextlib
import functools
import os
import random
import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aquamind.embedded.server import EmbeddedServer
from data_generation.cli.engine import engine
from data_generation.config.loading.fingerprint import identity_of
from data_generation.config.loading.loader import CONFIG_DIR, load_config, overlay_of
from data_generation.errors import StorageError
from data_generation.runs import run as runner
from data_generation.runs.decide import Mode
from data_generation.runs.folders import Folders
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import connect
from data_generation.runs.postgres.coordinator import Coordinator
from data_generation.runs.sessions import build_plan
from data_generation.runs.shown.progress import Screen
from data_generation.runs.storage_port import LedgerDays
from tests.stored import digest_of

DENSE = "generation.readings_per_day=12"
"""Some 10,000 readings a month, so that months are reserved, staged and attached."""
SHORT = ("generation.sessions_months=[2, 1]", DENSE)
"""Three months of `tiny`: eggs, fry, readings; every table's way in."""
LEFT_OVER = r"""
    SELECT relname FROM pg_class
    WHERE relname ~ 'm\d\d_s\d'
       OR (relnamespace = 'data_generation'::regnamespace AND relname ~ '_y\d{4}m\d{2}')
"""
PATIENCE_S = 240
MB = 1024 * 1024

HASTY = ("runtime.workers=0", "runtime.retry_seconds=0.01")


@functools.cache
def _config(overrides: tuple[str, ...]) -> Any:
    return load_config(CONFIG_DIR, "tiny", overrides)


def run(
    url: str,
    folder: Path,
    mode: Mode = Mode.SEQUENTIAL,
    *overrides: str,
    short: bool = True,
    room_or_not: bool = True,
) -> runner.Result:
    """A run of `tiny` in this process, short unless said otherwise, however small the disk is."""
    data = SHORT if short else ()
    sets = (*data, *HASTY, *overrides)
    config = _config(sets)
    generation = config.generation
    job = runner.Job(
        config,
        identity_of(config),
        "tiny",
        overlay_of(sets, None),
        build_plan(generation.start_date, generation.sessions_months, generation.until),
        conninfo_to_dict(url),
        Folders(folder / "checkpoints", folder / "logs", folder / "reports"),
        engine(),
        room_or_not=room_or_not,
    )
    return runner.execute(job, mode, None, Screen(bar=False))


def attempt(url: str, folder: Path, mode: Mode, *overrides: str) -> str:
    """A run that may fail; what was told then, which must say how to go on. Empty if it did not."""
    try:
        run(url, folder, mode, *overrides)
    except StorageError as error:
        told = str(error)
    else:
        return ""
    assert "--resume" in told
    return told


def resume(url: str, folder: Path) -> runner.Result:
    return run(url, folder, Mode.RESUME)


def before_storing(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], object]) -> None:
    """Act right before the ledger's month with that number in its year is stored."""
    store_days = Coordinator.store_days

    def acted(self: Coordinator, done: LedgerDays) -> dict[str, int]:
        if done.days.month.month == number:
            act()
        return store_days(self, done)

    monkeypatch.setattr(Coordinator, "store_days", acted)


def contents(url: str) -> dict[str, Any]:
    """Digest of every table; nothing may stand beside them."""
    assert execute(url, LEFT_OVER) == []
    with psycopg.connect(url) as connection:
        return digest_of(connection).as_dict()


def make_records(url: str) -> None:
    """Make the tables for runs and units before any run does, to plant something on them."""
    with connect(conninfo_to_dict(url)) as connection:
        store.ensure(connection)


def execute(url: str, statement: str | sql.Composed) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


class Farm:
    """A server of the tests' own, and databases on it that have every migration."""

    def __init__(self, base: Path) -> None:
        """`base` is a folder that every user may pass through."""
        self.base = base
        self.server = EmbeddedServer(base / "data")
        self._made = 0

    @property
    def url(self) -> str:
        """The database of the embedded server, which is started if need be."""
        return self.server.ensure_running().as_url()

    def environment(self, **more: str) -> dict[str, str]:
        """For commands on that database."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return {**kept, "AQUAMIND_DATA_DIR": str(self.server.data_dir), **more}

    def database(self, **options: str) -> str:
        """URL of a fresh copy of the migrated database; options such as tablespace="small"."""
        self._made += 1
        name = f"chaos_{self._made}"
        self.copy("migrated", name, **options)
        return make_conninfo(self.url, dbname=name)

    def renew(self) -> None:
        """Empty the embedded database, with all that commands left there."""
        self.admin(sql.SQL("DROP DATABASE IF EXISTS aquamind WITH (FORCE)"))
        self.copy("migrated", "aquamind")

    def copy(self, template: str, name: str, **options: str) -> None:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        for option, value in options.items():
            create += sql.SQL(f" {option} ") + sql.Identifier(value)
        self.admin(create)

    def admin(self, statement: str | sql.Composed) -> list[tuple]:
        return execute(make_conninfo(self.url, dbname="postgres"), statement)

    def recover(self) -> None:
        """Start the server if it ended, and wait until it takes connections."""
        until = time.monotonic() + 60
        while True:
            try:
                self.admin("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def owner(self) -> str:
        """Name of the system user that the server runs as."""
        return psutil.Process(self.server.status().pid).username()

    def backends(self) -> list[int]:
        """Server processes of a run's connections; none if the server does not answer."""
        found = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'data_generation%'"
        with contextlib.suppress(psycopg.OperationalError):
            params = self.server.status()
            if params.url:
                return [row[0] for row in execute(params.url, found)]
        return []

    def done(self) -> int:
        """Units that are done in the embedded database; 0 without a run or an answer."""
        try:
            url = self.server.status().url
            if url and execute(url, "SELECT to_regclass('data_generation.unit')") != [(None,)]:
                count = "SELECT count(*) FROM data_generation.unit WHERE state = 'done'"
                return execute(url, count)[0][0]
        except psycopg.Error:
            pass
        return 0


def kill(pid: int, number: int = signal.SIGKILL) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


def _coordinator(_farm: Farm, process: subprocess.Popen, _dice: random.Random) -> bool:
    return kill(process.pid)


def _worker(_farm: Farm, process: subprocess.Popen, dice: random.Random) -> bool:
    with contextlib.suppress(psutil.Error):
        for child in dice.sample(found := psutil.Process(process.pid).children(), len(found)):
            if "spawn_main" in " ".join(child.cmdline()):
                return kill(child.pid)
    return False


def _connection(farm: Farm, _process: subprocess.Popen, dice: random.Random) -> bool:
    pids = farm.backends()
    return bool(pids) and kill(dice.choice(pids), signal.SIGTERM)


def _backend(farm: Farm, _process: subprocess.Popen, dice: random.Random) -> bool:
    pids = farm.backends()
    return bool(pids) and kill(dice.choice(pids))


def _postmaster(farm: Farm, _process: subprocess.Popen, _dice: random.Random) -> bool:
    pid = farm.server.status().pid
    return pid is not None and kill(pid)


VICTIMS = {
    "coordinator": _coordinator,
    "worker": _worker,
    "connection": _connection,
    "backend": _backend,
    "postmaster": _postmaster,
}
"""Each kills one process of a run and says whether it found one. SIGTERM of a server process is
what pg_terminate_backend does."""


def plant(url: str, kind: str, month: str, state: str, times: int, at_commit: bool = False) -> None:
    """Let a unit's completion fail so many times with an SQLSTATE, at once or at its commit."""
    make_records(url)
    when = "DEFERRABLE INITIALLY DEFERRED" if at_commit else "NOT DEFERRABLE"
    execute(url, "CREATE SEQUENCE planted")
    execute(
        url,
        "CREATE FUNCTION planted_fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF nextval('planted') <= {times} THEN "
        f"RAISE EXCEPTION 'a planted fault' USING ERRCODE = '{state}'; "
        "END IF; RETURN NULL; END $$",
    )
    execute(
        url,
        "CREATE CONSTRAINT TRIGGER planted AFTER INSERT OR UPDATE ON data_generation.unit "
        f"{when} FOR EACH ROW WHEN (NEW.kind = '{kind}' AND NEW.first_day = '{month}' "
        "AND NEW.state = 'done') EXECUTE FUNCTION planted_fault()",
    )


def tries(url: str) -> int:
    """How often the unit with the planted fault was about to be done."""
    return execute(url, "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM planted")[0][0]


def heal(url: str) -> None:
    execute(url, "DROP TRIGGER planted ON data_generation.unit")


@contextlib.contextmanager
def small_disk(folder: Path, size_bytes: int, owner: str = "root") -> Iterator["Disk"]:
    """A file system in memory of that size; skips the test where none can be mounted."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0700", "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"cannot mount a small disk: {done.stderr.strip() or 'no root'}")
    try:
        shutil.chown(folder, owner)
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


class Disk:
    """A small disk that can be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, but_for: int = 0) -> None:
        """Fill it up, except for that many bytes."""
        size = shutil.disk_usage(self.folder).free - but_for
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)

    def make_room(self) -> None:
        self._ballast.unlink()

    def grow(self, size_bytes: int) -> None:
        """Make it larger, and empty it of what filled it."""
        self.make_room()
        remount = ["mount", "-o", f"remount,size={size_bytes}", str(self.folder)]
        subprocess.run(remount, check=True, timeout=30)


class Cutter:
    """A TCP port before the server's socket; cuts all connections after so many bytes, again and
    again, at seeded random places of the conversation.
    """

    def __init__(self, url: str, cuts: int, seed: int, most_bytes: int = 200_000) -> None:
        """`cuts` times, each after up to `most_bytes` from the cut before."""
        parts = conninfo_to_dict(url)
        self._target = f"{parts['host']}/.s.PGSQL.{parts['port']}"
        self._dice = random.Random(seed)
        self._most = most_bytes
        self.left = cuts
        self._budget = self._dice.randint(1, most_bytes)
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = make_conninfo(
            url, host="127.0.0.1", port=str(self._listener.getsockname()[1]), sslmode="disable"
        )

    def __enter__(self) -> "Cutter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._cut_all()
        self._selector.close()
        self._listener.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(timeout=0.05):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._pairs:
                    self._forward(key.fileobj)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        for one, other in ((client, server), (server, client)):
            self._pairs[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _forward(self, source: socket.socket) -> None:
        try:
            data = source.recv(65_536)
            if self.left and len(data) >= self._budget:
                self._pairs[source].sendall(data[: self._budget])
                self.left -= 1
                self._budget = self._dice.randint(1, self._most)
                self._cut_all()
                return
            self._budget -= len(data)
            if data:
                self._pairs[source].sendall(data)
                return
        except OSError:
            pass
        self._close(source)

    def _cut_all(self) -> None:
        for one in list(self._pairs):
            if one in self._pairs:
                self._close(one)

    def _close(self, one: socket.socket) -> None:
        for end in (one, self._pairs[one]):
            del self._pairs[end]
            self._selector.unregister(end)
            end.close()


def ended(process):
    """Exit code and what was told, which is never a traceback."""
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in errors, errors
    assert "Unexpected" not in errors, errors
    return process.returncode, errors


def short_flags(*flags):
    """Flags of the short run for the command."""
    sets = [word for value in SHORT for word in ("--set", value)]
    return "--profile", "tiny", *sets, *flags


def wait_for_units(farm, process, more_than):
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and farm.done() <= more_than:
        assert time.monotonic() < until, "no unit was committed"
        time.sleep(0.02)


def next_mode(url):
    """Resume, or begin if not one month is stored: nothing is there to go on with."""
    stored = execute(url, "SELECT count(*) FROM data_generation.unit")[0][0]
    return Mode.RESUME if stored else Mode.SEQUENTIAL

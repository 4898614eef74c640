"""The server's life cycle: start, stop, status, removal."""

import errno
import logging
import os
import shlex
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from aquamind.embedded import accounts, cluster, environment, life, lock, places, processes, tcp
from aquamind.embedded.accounts import Account
from aquamind.embedded.errors import EmbeddedServerError
from aquamind.embedded.places import Home
from aquamind.embedded.state import PORT, ConnectionParams, PidFile, ServerStatus

START_LIMIT_VARIABLE = "AQUAMIND_POSTGRES_START_SECONDS"
_START_LIMIT = 600.0
_STOP_LIMIT = 60.0
_PATIENCE = 1.0
_QUIET_SECONDS = 3.0
_POLL_SECONDS = 0.005
_MAX_LOG_BYTES = 8 * 1024**2
# $0 is the log. The server becomes nobody's child: it outlives us, and is no zombie when it dies.
_LAUNCH = '"$@" </dev/null >>"$0" 2>&1 & echo $!'

_logger = logging.getLogger(__name__)


class EmbeddedServer:
    """The PostgreSQL server of one data directory.

    It has no state of its own: every call looks at the file system and the processes, so any number
    of these may exist in any number of processes. Every method raises EmbeddedServerError.
    """

    def __init__(
        self, data_dir: Path | None = None, report: Callable[[str], None] | None = None
    ) -> None:
        """`report` gets a line when something takes long; without it the line is logged."""
        self.data_dir = (data_dir or places.default_data_dir()).absolute().resolve()
        self.report = report or _logger.warning
        if "\n" in str(self.data_dir):
            # PostgreSQL keeps it as a line of a file.
            raise EmbeddedServerError(
                f"The data directory {str(self.data_dir)!r} has a line break in its name.",
                "Set AQUAMIND_DATA_DIR to another.",
            )

    def ensure_running(self, tcp_port: int | None = None) -> ConnectionParams:
        """Start the server unless it runs, and say how to connect.

        Makes the cluster on first use. Waits for crash recovery, up to
        `AQUAMIND_POSTGRES_START_SECONDS` (600). A server that is started now listens on `tcp_port`
        too, one that runs goes on as it is. From here on libpq's environment variables are gone
        from this process: they would lead its connections elsewhere.
        """
        environment.forget()
        with self._explained("start the server"):
            params = self._reachable()
            if params is None:
                with self._locked():
                    params = self._reachable() or self._start(tcp_port)
            return params

    def open_tcp(self, port: int) -> str | None:
        """Start the server with a TCP port; returns the password if it was made just now.

        Raises EmbeddedServerError if it runs already without that port.
        """
        params = self.ensure_running(port)
        home = places.locate(self.data_dir)
        pid_file = PidFile.read(home.cluster)
        if pid_file is None or not pid_file.listens or params.port != port:
            how = f"on port {params.port}" if pid_file and pid_file.listens else "without TCP"
            raise EmbeddedServerError(
                f"The server runs already, {how}.",
                f"Stop it first: python manage.py embedded_postgres stop, then start --tcp {port}",
            )
        with self._explained("set the password"), self._locked():
            return tcp.set_password(home, accounts.choose(home.cluster), params)

    def stop(self, limit: float = _STOP_LIMIT) -> bool:
        """Stop the server and disconnect its clients; False if nothing ran.

        After `limit` seconds it is stopped without a checkpoint; nothing committed is lost, the
        next start just has to recover.
        """
        with self._explained("stop the server"):
            home = places.locate(self.data_dir)
            if not home.directory.exists():
                return False
            with self._locked():
                return self._stop(home, limit)

    def destroy(self) -> bool:
        """Stop the server and remove the cluster wherever it lives; False if there was none."""
        with self._explained("remove the server's data"):
            home = places.locate(self.data_dir)
            existed = home.directory.exists()
            if not existed and not self.data_dir.exists():
                return False
            with self._locked():
                self._stop(home, limit=10.0)
                places.remove(home)
                (self.data_dir / places.LOCK_NAME).unlink(missing_ok=True)
            places.remove_if_empty(self.data_dir)
            return existed

    def status(self, with_size: bool = False) -> ServerStatus:
        """What runs and where. Starts and changes nothing. `with_size` asks the server."""
        with self._explained("look at the server"):
            return self._status(with_size)

    def _status(self, with_size: bool) -> ServerStatus:
        home = places.locate(self.data_dir)
        exists = home.cluster.exists()
        params = self._reachable()
        pid_file = PidFile.read(home.cluster)
        elsewhere = life.look(home.life).is_elsewhere()
        if not elsewhere and pid_file and not processes.is_postmaster(pid_file.pid, home.cluster):
            pid_file = None
        state = pid_file.state if pid_file else "stopped" if exists else "absent"
        if state == "ready" and params is None:
            state = "unreachable"
        url = params.as_url() if params else None
        return ServerStatus(
            running=params is not None,
            state=state,
            pid=pid_file.pid if pid_file and not elsewhere else None,
            version=(home.cluster / "PG_VERSION").read_text().strip() if exists else None,
            data_dir=str(self.data_dir),
            cluster_dir=str(home.cluster) if exists else None,
            log_file=str(home.log) if home.log.exists() else None,
            socket_dir=params.host if params else None,
            port=params.port if params else None,
            url=url,
            psql=shlex.join([str(places.bundled_programs() / "psql"), url]) if url else None,
            tcp=tcp.url(home, params.port) if params and pid_file and pid_file.listens else None,
            passfile=str(home.passfile) if home.passfile.exists() else None,
            database_bytes=_database_bytes(params) if params and with_size else None,
        )

    def _reachable(self) -> ConnectionParams | None:
        """How to connect if the server is ready. No lock, no connection: a few system calls."""
        home = places.locate(self.data_dir)
        pid_file = PidFile.read(home.cluster)
        if pid_file is None or pid_file.state != "ready" or pid_file.socket is None:
            return None
        found = life.look(home.life)
        if not found.is_elsewhere():
            lives = processes.is_postmaster(pid_file.pid, home.cluster)
            if not lives or not pid_file.socket.exists():
                return None
        elif not processes.answers(pid_file.socket):
            return None
        _bound_running_log(home.log)
        return ConnectionParams(host=str(pid_file.socket.parent), port=int(pid_file.port or PORT))

    def _start(self, tcp_port: int | None) -> ConnectionParams:
        account = accounts.choose(places.locate(self.data_dir).cluster)
        home = places.prepare(self.data_dir, account)
        _require_proof(home)
        wait = _Wait(self.report, home, "PostgreSQL")
        while (alive := life.take(home.life)) is None or _find_postmaster(home.cluster):
            if alive is not None:
                # A server that an older version started, or somebody by hand, has no lock.
                os.close(alive)
            params = self._await_other(home)
            if params is not None:
                return params
            wait.pause()
        try:
            return self._launch(home, account, tcp_port, alive)
        finally:
            os.close(alive)

    def _launch(
        self, home: Home, account: Account, tcp_port: int | None, alive: int
    ) -> ConnectionParams:
        """Start the server, which inherits `alive`, the lock; nothing of the last one lives."""
        self._end_leftovers(home)
        if tcp_port is not None:
            tcp.require_free(tcp_port)
        programs = places.programs_for(account, home)
        if not home.cluster.exists():
            cluster.initialise(home, account, programs)
        socket_dir = places.socket_dir(home, account)
        cluster.write_settings(home, account, socket_dir, tcp_port)
        # PostgreSQL would take the number in these for a live server if another program has it.
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)
        places.remove_sockets(socket_dir)
        log_start = _rotate_log(home.log)
        pid = _launch(account, home, programs, alive)
        params = self._await_ready(home, pid)
        if params is None:
            raise EmbeddedServerError(
                f"PostgreSQL did not start in {home.cluster}.",
                f"The whole log is {home.log}. To begin with an empty database: "
                "python manage.py embedded_postgres destroy --yes",
                _log_since(home.log, log_start),
            )
        return params

    def _await_other(self, home: Home) -> ConnectionParams | None:
        """Wait for a server that somebody else is starting or stopping; None once it ended."""
        found = life.look(home.life)
        if found.is_elsewhere():
            return self._await_elsewhere(home)
        pid = _find_postmaster(home.cluster)
        if pid is not None:
            return self._await_running(home, pid)
        if found.lives:
            self._end_leftovers(home)
        return None

    def _await_elsewhere(self, home: Home) -> ConnectionParams | None:
        """Wait for a server whose processes cannot be seen from here; None once it ended."""
        wait = _Wait(self.report, home, "PostgreSQL")
        while (found := life.look(home.life)).is_elsewhere():
            params = self._reachable()
            if params is not None:
                return params
            pid_file = PidFile.read(home.cluster)
            silent = pid_file is not None and pid_file.state == "ready" and wait.seconds > _PATIENCE
            if silent or not found.is_on_this_machine():
                raise _elsewhere(home, found, "cannot be reached from here")
            wait.pause()
        return None

    def _end_leftovers(self, home: Home) -> None:
        survivors = processes.end_leftovers(home.cluster, _PATIENCE)
        if survivors:
            raise EmbeddedServerError(
                f"Processes of a killed server do not end: {', '.join(map(str, survivors))}.",
                "They may be waiting for a disk. End them, then run the command again.",
            )

    def _await_running(self, home: Home, pid: int) -> ConnectionParams | None:
        """Wait for a server that somebody else is starting or stopping; None once it ended."""
        pid_file = PidFile.read(home.cluster)
        params = self._reachable()
        if pid_file and pid_file.pid == pid and pid_file.state == "ready" and params is None:
            raise EmbeddedServerError(
                f"The server runs (pid {pid}), but its socket in {pid_file.socket_dir} is gone.",
                "Restart it: python manage.py embedded_postgres stop, then start",
            )
        return params or self._await_ready(home, pid)

    def _await_ready(self, home: Home, pid: int) -> ConnectionParams | None:
        """Wait until the server takes connections; None if it ended instead."""
        wait = _Wait(self.report, home, f"PostgreSQL (pid {pid})")
        process = processes.handles(pid)
        while processes.wait_gone(process, 0.0):
            params = self._reachable()
            if params is not None:
                return params
            wait.pause()
        return None

    def _stop(self, home: Home, limit: float) -> bool:
        accounts.choose(home.cluster)
        found_life = life.look(home.life)
        if found_life.is_elsewhere():
            raise _elsewhere(home, found_life, "can be ended only there")
        pid_file = PidFile.read(home.cluster)
        running = processes.handles(_find_postmaster(home.cluster))
        found = bool(running)
        for number, patience in (
            (signal.SIGINT, limit),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 5.0),
        ):
            for process in running:
                processes.send(process.pid, number)
            running = processes.wait_gone(running, patience)
        found = found or bool(processes.of_cluster(home.cluster))
        survivors = processes.end_leftovers(home.cluster, _PATIENCE)
        if survivors or running:
            raise EmbeddedServerError(
                f"The server in {home.cluster} does not stop.",
                f"Its processes may be waiting for a disk: {survivors}",
            )
        if pid_file is not None and pid_file.socket_dir:
            places.remove_socket_dir(home, Path(pid_file.socket_dir))
        return found

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        notice = _Notice(self.report, "Waiting for another process that starts or stops the server")
        with lock.exclusive(self.data_dir / places.LOCK_NAME, _start_limit(), notice):
            yield

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        """Turn errors of the file system into something that a user can act on."""
        try:
            yield
        except OSError as error:
            where = error.filename or self.data_dir
            reason = os.strerror(error.errno) if error.errno else str(error)
            hint = "Set AQUAMIND_DATA_DIR to a directory that you may write to, or DATABASE_URL."
            owner = _owner(self.data_dir)
            if error.errno == errno.EACCES and owner not in (None, os.geteuid()):
                name = accounts.describe(owner)
                hint = f"It belongs to user {name}. Run as {name} or root. {hint}"
            elif error.errno in (errno.ENOSPC, errno.EDQUOT):
                hint = "Make room there, or set AQUAMIND_DATA_DIR to a directory on another disk."
            elif error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
                hint = "Files cannot be locked there. Set AQUAMIND_DATA_DIR to a local disk."
            raise EmbeddedServerError(f"Cannot {action}: {where}: {reason}.", hint) from error


class _Notice:
    """Reports a wait once it is long, and then every ten seconds."""

    def __init__(self, report: Callable[[str], None], text: str) -> None:
        self._report = report
        self._text = text
        self._next = _QUIET_SECONDS

    def __call__(self, waited: float) -> None:
        if waited >= self._next:
            self._report(f"{self._text}, {waited:.0f} s so far.")
            self._next = waited + 10.0


class _Wait:
    """The wait for a server to be ready, in small steps and not for ever."""

    def __init__(self, report: Callable[[str], None], home: Home, server: str) -> None:
        self._notice = _Notice(report, "Waiting for PostgreSQL (it may be recovering)")
        self._home = home
        self._server = server
        self._limit = _start_limit()
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Waited so far."""
        return time.monotonic() - self._started

    def pause(self) -> None:
        """Wait a step. Raises EmbeddedServerError at the limit."""
        waited = self.seconds
        if waited > self._limit:
            raise EmbeddedServerError(
                f"{self._server} is not ready after {waited:.0f} s.",
                f"It goes on starting; its log is {self._home.log}. Run the command again later, "
                f"or set {START_LIMIT_VARIABLE} to a higher number of seconds.",
            )
        self._notice(waited)
        time.sleep(_POLL_SECONDS)


def _elsewhere(home: Home, found: life.Life, so: str) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"The server in {home.directory} runs {found.place} and {so}.",
        "There: python manage.py embedded_postgres stop",
    )


def _require_proof(home: Home) -> None:
    """Raise EmbeddedServerError if a server may live that holds no lock and is not seen here."""
    pid_file = PidFile.read(home.cluster)
    found = life.look(home.life)
    if found.lives or pid_file is None or processes.is_postmaster(pid_file.pid, home.cluster):
        return
    if pid_file.socket is not None and processes.answers(pid_file.socket):
        raise EmbeddedServerError(
            f"A server that this program did not start answers at {pid_file.socket}.",
            "Stop it where it was started, then run the command again.",
        )
    if not found.is_on_this_machine() and not life.is_proven_by_lock(home.directory):
        raise EmbeddedServerError(
            f"The server in {home.directory} was not stopped and may still run on another machine: "
            "this file system need not share locks.",
            f"If it runs nowhere, remove {home.cluster / 'postmaster.pid'} and try again.",
        )


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None


def _start_limit() -> float:
    value = os.environ.get(START_LIMIT_VARIABLE) or str(_START_LIMIT)
    with suppress(ValueError):
        limit = float(value)
        # Not a number is no less than 0 either, and would be waited for without end.
        if limit >= 0:
            return limit
    raise EmbeddedServerError(f"{START_LIMIT_VARIABLE} is {value!r}.", "Give a number of seconds.")


def _find_postmaster(cluster: Path) -> int | None:
    """The live server of this cluster: by its pid file, else one that has not written it yet."""
    pid_file = PidFile.read(cluster)
    if pid_file is not None and processes.is_postmaster(pid_file.pid, cluster):
        return pid_file.pid
    return processes.being_launched(cluster)


def _launch(account: Account, home: Home, programs: Path, alive: int) -> int:
    command: list[str | Path] = [
        "/bin/sh",
        "-c",
        _LAUNCH,
        home.log,
        programs / "postgres",
        "-D",
        home.cluster,
    ]
    with tempfile.TemporaryFile() as output:
        status = account.run(command, output, inherited=[alive])
        output.seek(0)
        printed = output.read().decode(errors="replace").strip()
    if status != 0 or not printed.isdigit():
        raise EmbeddedServerError(f"Cannot run {programs / 'postgres'}.", log=printed)
    return int(printed)


def _rotate_log(log: Path) -> int:
    """Put a log that has grown aside; returns its size now."""
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        return 0
    if size <= _MAX_LOG_BYTES:
        return size
    log.replace(log.with_name(f"{log.name}.1"))
    return 0


def _bound_running_log(log: Path) -> None:
    """Empty the log of a running server when it is too large; the server appends to it."""
    try:
        if log.lstat().st_size <= _MAX_LOG_BYTES:
            return
        descriptor = os.open(log, os.O_WRONLY | os.O_NOFOLLOW)
    except OSError:
        return
    os.truncate(descriptor, 0)
    os.close(descriptor)


def _log_since(log: Path, start: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(start)
            return "\n".join(file.read().decode(errors="replace").splitlines()[-8:])
    except FileNotFoundError:
        return ""


def _database_bytes(params: ConnectionParams) -> int | None:
    try:
        with psycopg.connect(params.as_url(), connect_timeout=5) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    except psycopg.Error:
        return None
    return int(row[0]) if row else None

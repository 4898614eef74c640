"""What the server says about itself: how to connect, its status, its pid file."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

USER = "aquamind"
DATABASE = "aquamind"
PORT = 5432


@dataclass(frozen=True)
class ConnectionParams:
    """How a client on this machine reaches the server: `host` is the socket's directory."""

    host: str
    port: int = PORT
    user: str = USER
    dbname: str = DATABASE

    def as_keywords(self, dbname: str | None = None) -> dict[str, str]:
        """Keywords for `psycopg.connect(**...)`; all that say where, or libpq's variables would."""
        return {
            "host": self.host,
            "hostaddr": "",
            "port": str(self.port),
            "user": self.user,
            "dbname": dbname or self.dbname,
        }

    def as_url(self, dbname: str | None = None) -> str:
        """A libpq URL; the socket's directory is percent-encoded."""
        name = quote(dbname or self.dbname, safe="")
        host = quote(self.host)
        return f"postgresql://{self.user}@/{name}?host={host}&hostaddr=&port={self.port}"


@dataclass(frozen=True)
class ServerStatus:
    """A moment's view of the server. Paths and pid are None where there is nothing yet."""

    running: bool
    state: str
    """`ready`, `starting`, `stopping`, `stopped`, `absent` when no cluster was made yet, or
    `unreachable` when the server runs but its socket is gone."""
    pid: int | None
    version: str | None
    """The cluster's major version, e.g. `18`."""
    data_dir: str
    cluster_dir: str | None
    log_file: str | None
    socket_dir: str | None
    port: int | None
    url: str | None
    psql: str | None
    """A complete shell command that opens psql."""
    tcp: str | None
    """A libpq URL for clients that know TCP only; None while the server does not listen."""
    passfile: str | None
    """The file with the password for TCP, once there is one."""
    database_bytes: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class PidFile:
    """PostgreSQL's `postmaster.pid`: fields it has not written yet are None."""

    pid: int
    port: int | None
    socket_dir: str | None
    state: str
    listens: bool = False
    """Whether on TCP too."""

    @property
    def socket(self) -> Path | None:
        """Where clients connect; None as long as that is not written."""
        if self.socket_dir is None or self.port is None:
            return None
        return Path(self.socket_dir, f".s.PGSQL.{self.port}")

    @classmethod
    def read(cls, cluster: Path) -> "PidFile | None":
        """The file of `cluster`, or None if there is none or its first line is no pid."""
        try:
            lines = os.fsdecode((cluster / "postmaster.pid").read_bytes()).split("\n")
            pid = int(lines[0])
        except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
            return None
        if pid <= 1:
            # A negative first line marks a stand-alone backend, which takes no connections.
            return None
        lines += [""] * (8 - len(lines))
        return cls(
            pid=pid,
            port=int(lines[3]) if lines[3].strip().isdigit() else None,
            socket_dir=lines[4] or None,
            state=lines[7].strip() or "starting",
            listens=bool(lines[5].strip()),
        )

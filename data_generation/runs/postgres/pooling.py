"""Whether a connection keeps its server process: locks, settings and temporary tables hang on it.

A pooler such as PgBouncer may give a server process to another client after every transaction. The
advisory lock of a run then stays behind on a process that the next run is given too, and both
believe that they hold the database alone.
"""

import select
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from psycopg.pq import ExecStatus

from data_generation.errors import Refused
from data_generation.runs.postgres.connecting import CONNECT_TIMEOUT_S, Conninfo
from data_generation.runs.postgres.queries import query

_SESSION_MODE: Final = "Connect through a pooler's session mode (pool_mode=session of PgBouncer)"
_LOOKS: Final = 12
_PATIENCE_S: Final = 10.0


@dataclass(frozen=True)
class _Place:
    """The server process that answers, and the number of the transaction in that process."""

    process: int
    transaction: int

    def follows(self, before: "_Place") -> bool:
        """Say whether no transaction came between, nor another process."""
        return self == replace(before, transaction=before.transaction + 1)


def require_own_session(connection: psycopg.Connection[Any], conninfo: Conninfo) -> None:
    """Refuse a pooler that does not keep a server process for each client while it is connected.

    Without a pooler the process that answers is the one that greeted: one question and no more.
    A pooler greets with a number of its own. Then a second connection opens a transaction, which
    needs a process: it must be another one, and this connection must find its own process again,
    and that nobody used it meanwhile. A pooler that other clients keep busy could happen to pass
    once.

    `conninfo` is what `connection` was made with. Raises psycopg.OperationalError.
    """
    mine = _place(connection)
    if mine is not None and mine.process == connection.info.backend_pid:
        return
    parameters = {"connect_timeout": CONNECT_TIMEOUT_S, **conninfo}
    for _ in range(_LOOKS):
        with closing(psycopg.connect(**parameters, autocommit=True)) as other:
            mine = _still_own(connection, mine, _place(other, begin=True))
            # Left open, the pooler would throw its server connection away.
            other.execute("ROLLBACK")


def _still_own(
    connection: psycopg.Connection[Any], before: _Place | None, theirs: _Place | None
) -> _Place:
    """Return where `connection` is now; Refused unless the process is its own.

    `theirs` is where another connection's transaction runs now.
    """
    if before is not None and theirs is not None and theirs.process != before.process:
        now = _place(connection)
        if now is not None and now.follows(before):
            return now
    raise Refused(
        "The pooler before the database gives a client's server process to others between two "
        "transactions, so the lock of a run would protect nothing.",
        f"{_SESSION_MODE}, or to the server itself.",
    )


def _place(connection: psycopg.Connection[Any], *, begin: bool = False) -> _Place | None:
    """Ask where a transaction runs; with `begin` it is left open.

    None if that is not allowed, as in PgBouncer's statement mode. Raises Refused if the pooler
    leaves the question waiting.
    """
    question = query("session", "place").encode()
    link = connection.pgconn
    link.send_query(b"BEGIN; " + question if begin else question)
    if not select.select([link.socket], [], [], _PATIENCE_S)[0]:
        raise Refused(
            "The pooler before the database has no second server connection to give.",
            f"{_SESSION_MODE}, with room for the workers and three more (default_pool_size).",
        )
    place = None
    while (result := link.get_result()) is not None:
        if result.status == ExecStatus.TUPLES_OK:
            place = _Place(int(result.get_value(0, 0) or 0), int(result.get_value(0, 1) or 0))
    return place

"""What a server must have and a role must be before tables are filled or emptied."""

from collections.abc import Collection

from data_generation.errors import Refused
from data_generation.storage.postgres.session import Connection, rows, value
from data_generation.storage.postgres.statements import statement


def lock_budget(conn: Connection, tables: Collection[str]) -> int:
    """Say how many locks a transaction may take that empties the tables too, and leave half."""
    room, _ = _room(conn)
    return room // 2 - _locks_of(conn, tables, months=0)


def require_lock_room(conn: Connection, tables: Collection[str], months: int) -> None:
    """Refuse a run over so many months if the server could not lock all their partitions at once.

    It does so when the run ends, to look for the highest key of each table.
    """
    room, setting = _room(conn)
    needed = _locks_of(conn, tables, months)
    if needed > room:
        enough = -(-needed * setting // room)
        raise Refused(
            f"{months} months take {needed:,} locks in one transaction, and the server has room "
            f"for {room:,}.",
            f"Raise its max_locks_per_transaction from {setting} to {enough}, and restart it.",
        )


def require_owner(conn: Connection, tables: Collection[str]) -> None:
    """Refuse a role that cannot add a partition to each of the tables that have months."""
    found = rows(conn, statement("maintenance", "owned_by_others"), {"names": list(tables)})
    for table, owner, grant in found:
        raise Refused(
            f"Role {conn.info.user} cannot add months to {table}: its owner is {owner}.",
            f"Connect as {owner}, who can also allow it: {grant};",
        )


def _locks_of(conn: Connection, tables: Collection[str], months: int) -> int:
    values = {"names": list(tables), "months": months}
    return int(value(conn, statement("maintenance", "locks_of_months"), values))


def _room(conn: Connection) -> tuple[int, int]:
    ((room, setting),) = rows(conn, statement("maintenance", "lock_room"))
    return int(room), int(setting)

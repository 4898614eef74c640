"""The ledger's snapshot of each run, as it is stored."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from data_generation.errors import StorageError
from data_generation.runs.arrays import pack, unpack
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query
from data_generation.runs.sessions import Days


def put_snapshot(
    connection: Connection, run: int, days: Days, arrays: Mapping[str, np.ndarray]
) -> None:
    """Replace the ledger's snapshot by that after `days`, which must follow the stored one."""
    values = {"first_day": days.first, "last_day": days.last, "arrays": pack(arrays)}
    cursor = connection.execute(query("store", "put_snapshot"), {"run": run, **values})
    if cursor.rowcount != 1:
        raise StorageError(
            f"The stored ledger does not end right before {days.first}: another run wrote to it, "
            "or the server lost what it had committed.",
            "Go on from what is stored: python manage.py runscript data_generation --resume",
        )


def load_snapshot(connection: Connection, run: int) -> tuple[date, dict[str, np.ndarray]] | None:
    """Return the last day and the arrays of the stored snapshot, None before the first unit."""
    row = connection.execute(query("store", "snapshot"), {"run": run}).fetchone()
    return None if row is None else (row[0], unpack(bytes(row[1])))

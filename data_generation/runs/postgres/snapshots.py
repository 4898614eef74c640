"""The ledger's snapshot of each run, as it is stored."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from data_generation.errors import StorageError
from data_generation.runs.arrays import pack, unpack
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.queries import query


def put_snapshot(
    connection: Connection, run: int, month: date, arrays: Mapping[str, np.ndarray]
) -> None:
    """Replace the ledger's snapshot by that of `month`, which must follow the stored one."""
    cursor = connection.execute(
        query("store", "put_snapshot"), {"run": run, "month": month, "arrays": pack(arrays)}
    )
    if cursor.rowcount != 1:
        raise StorageError(
            f"The stored ledger does not end right before {month:%Y-%m}: another run wrote to it, "
            "or the server lost what it had committed.",
            "Go on from what is stored: python manage.py runscript data_generation --resume",
        )


def load_snapshot(connection: Connection, run: int) -> tuple[date, dict[str, np.ndarray]] | None:
    """Return the month and arrays of the last stored snapshot, None before the first month."""
    row = connection.execute(query("store", "snapshot"), {"run": run}).fetchone()
    return None if row is None else (row[0], unpack(bytes(row[1])))

"""What a worker does for a Parquet dataset: one unit's readings into one file, then its manifest.

Imports stay few: every worker loads them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from data_generation.errors import Interrupted, StorageError
from data_generation.runs.arrays import unpack
from data_generation.runs.postgres.worker import (
    READINGS_TABLE,
    Failure,
    UnitOrder,
    UnitOutcome,
    failure_of,
    load_expand,
    peak_memory_mb,
    until_stopped,
)
from data_generation.runs.sessions import Days
from data_generation.runs.units import LEDGER, READINGS
from data_generation.storage.parquet.lake import LOCK, Lake, Manifest

_PASSING = (ConnectionError, TimeoutError)


@dataclass(frozen=True)
class LakeSetup:
    """Readings that go into Parquet files; `token` is that of the run that may write them."""

    uri: str
    token: str
    expand: str
    schema: pa.Schema

    def writer(self) -> "LakeWriter":
        """Make a writer."""
        return LakeWriter(self)


class LakeWriter:
    """Writes readings units into a lake."""

    def __init__(self, setup: LakeSetup) -> None:
        """Opens the lake with the first order."""
        self._setup = setup
        self._expand = load_expand(setup.expand)

    def write(self, order: UnitOrder, stop: Callable[[], bool]) -> UnitOutcome:
        """Write the unit's file and commit it, or leave nothing and say why."""
        started = time.perf_counter()
        try:
            rows = self._write(order, started, stop)
        except Exception as error:
            seconds = time.perf_counter() - started
            return UnitOutcome(0, seconds, peak_memory_mb(), failure=lake_failure(error))
        seconds = time.perf_counter() - started
        return UnitOutcome(rows or 0, seconds, peak_memory_mb(), skipped=rows is None)

    def close(self) -> None:
        """Does nothing: each file is closed when it is written."""

    def _write(self, order: UnitOrder, started: float, stop: Callable[[], bool]) -> int | None:
        lake, unit = Lake(self._setup.uri), unit_name(order.days, READINGS)
        if lake.manifest(unit) is not None:
            return None
        ledger = lake.manifest(unit_name(order.days, LEDGER))
        payload = None if ledger is None else lake.read(ledger.about["payload"])
        if payload is None:
            raise StorageError(
                f"The order for the readings of {order.days} has vanished from {lake.uri}.",
                "Was the dataset removed meanwhile? Begin anew.",
            )
        tables = until_stopped(stop, self._expand(unpacked(lake, payload), order.batch_rows))
        file = lake.write_rows(unit, order.days.month, READINGS_TABLE, self._setup.schema, tables)
        rows = 0 if file is None else file.rows
        require_lock(lake, self._setup.token)
        if stop():
            raise Interrupted("Stopped while writing readings.")
        about = {
            "session": order.session,
            "first_day": order.days.first.isoformat(),
            "last_day": order.days.last.isoformat(),
            "rows": {READINGS_TABLE: rows},
            "seconds": round(time.perf_counter() - started, 3),
            "peak_memory_mb": round(peak_memory_mb(), 1),
        }
        lake.commit(Manifest(unit, () if file is None else (file,), about=about))
        assert ledger is not None
        try:
            # Whoever took over before the manifest was written may have removed the file.
            require_lock(lake, self._setup.token)
        except StorageError:
            lake.withdraw(unit)
            raise
        lake.remove([ledger.about["payload"]])
        return rows


def unit_name(days: Days, kind: str) -> str:
    """Return the name of a unit's manifest, such as `2015-03.ledger`."""
    return f"{days}.{kind}"


def require_lock(lake: Lake, token: str) -> None:
    """Raise StorageError unless the run with that token still holds the dataset."""
    held = lake.read_json(LOCK)
    if held is None or held.get("token") != token:
        raise StorageError(
            f"Another run has taken over {lake.uri}.", "Wait for it, then go on with --resume."
        )


def lake_failure(error: Exception) -> Failure:
    """Say what went wrong; what the network did is worth another try."""
    if not isinstance(error, OSError):
        return failure_of(error)
    failure = failure_of(as_storage_error(error))
    return replace(failure, transient=isinstance(error, _PASSING))


def as_storage_error(error: OSError) -> StorageError:
    """Return an error for the user."""
    text = str(error.strerror or error).splitlines()[0] or type(error).__name__
    return StorageError(
        f"The Parquet files cannot be written: {text}.",
        "What was committed is safe; go on with --resume and the same --sink.",
    )


def unpacked(lake: Lake, data: bytes) -> dict[str, np.ndarray]:
    """Unpack what the run stored of itself; StorageError if it was changed."""
    try:
        return unpack(data)
    except StorageError as error:
        raise StorageError(
            f"{lake.uri}: {error.message}", "Restore it, or remove the dataset and begin anew."
        ) from error


def is_passing(error: BaseException) -> bool:
    """Say whether another try may succeed."""
    return isinstance(error, _PASSING)

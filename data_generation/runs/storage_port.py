"""What a run needs of the place where its dataset is kept, a database or Parquet files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from data_generation.runs.engine.retries import Retries
from data_generation.runs.ports import DaysOutput
from data_generation.runs.postgres.worker import UnitSetup
from data_generation.runs.sessions import Days
from data_generation.runs.units import UnitRecord


@dataclass(frozen=True)
class LedgerDays:
    """Days whose end the ledger has reached, with everything that is stored of them."""

    session: int
    days: Days
    output: DaysOutput
    snapshot: Mapping[str, np.ndarray]
    """The ledger's whole state at their end."""
    last_reading: int
    """The highest run-local id that readings of these days can have; 0 if there are none."""
    started: float
    """When the work on it began, by `perf_counter` (s)."""
    memory_mb: float
    """Peak of the process tree."""


class Storage(Protocol):
    """Keeps units: all of a unit or nothing of it, and the record of it with it."""

    def units(self) -> list[UnitRecord]:
        """All units, by their days; the ledger's before the readings' of the same days."""

    def snapshot(self) -> Mapping[str, np.ndarray] | None:
        """The ledger's state after the last stored day, None before the first."""

    def setup(self, expand: str) -> UnitSetup:
        """What workers need to write readings there; `expand` is `module:function`."""

    def store_days(self, done: LedgerDays) -> dict[str, int]:
        """Commit the days' rows, the snapshot and both units together; give rows by table."""

    def finish(self, tables: Sequence[str], until: date) -> None:
        """Note that the goal is reached: all days up to `until` are done."""

    def mirror(self, *, force: bool = False) -> None:
        """Bring the readable checkpoint up to date, if there is one apart from the record."""

    def cancel(self) -> None:
        """End a statement that runs now, from another thread."""

    def close(self) -> None:
        """Let go of what was opened."""


OpenStorage = Callable[[Retries], Storage]

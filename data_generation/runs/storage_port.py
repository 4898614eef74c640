"""What a run needs of the place where its dataset is kept, a database or Parquet files."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from data_generation.runs.engine.retries import Retries
from data_generation.runs.ports import MonthOutput
from data_generation.runs.postgres.store import UnitRecord
from data_generation.runs.postgres.worker import UnitSetup


@dataclass(frozen=True)
class LedgerMonth:
    """A month whose end the ledger has reached, with everything that is stored of it."""

    session: int
    output: MonthOutput
    snapshot: Mapping[str, np.ndarray]
    """The ledger's whole state at the end of the month."""
    last_reading: int
    """The highest run-local id that the month's readings can have; 0 if there are none."""
    started: float
    """When the work on it began, by `perf_counter` (s)."""
    memory_mb: float
    """Peak of the process tree."""


class Storage(Protocol):
    """Keeps units: all of a unit or nothing of it, and the record of it with it."""

    def units(self) -> list[UnitRecord]:
        """All units, by month; the ledger's before the readings' of a month."""

    def snapshot(self) -> Mapping[str, np.ndarray] | None:
        """The ledger's state after the last stored month, None before the first."""

    def setup(self, expand: str) -> UnitSetup:
        """What workers need to write readings there; `expand` is `module:function`."""

    def store_month(self, done: LedgerMonth) -> dict[str, int]:
        """Commit the month's rows, the snapshot and both units together; give rows by table."""

    def finish(self, tables: Sequence[str], months: Collection[date]) -> None:
        """Note that the goal is reached: all `months` are done."""

    def mirror(self, *, force: bool = False) -> None:
        """Bring the readable checkpoint up to date, if there is one apart from the record."""

    def cancel(self) -> None:
        """End a statement that runs now, from another thread."""

    def close(self) -> None:
        """Let go of what was opened."""


OpenStorage = Callable[[Retries], Storage]

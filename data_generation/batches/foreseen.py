"""A batch's whole life, lived in memory before its first month is stored.

How many keys a batch takes must be known when it begins, and nothing but its life says so. The
months are kept, so nothing is computed twice: a life of two years is some megabytes without its
readings.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from data_generation.runs.ports import DaysOutput, Ledger
from data_generation.runs.sessions import Days


class Foreseen:
    """A ledger that has lived through all its months, and hands them out one by one."""

    def __init__(self, ledger: Ledger, life: Sequence[Days]) -> None:
        """Live through `life`, which begins with the ledger's first day."""
        self._ledger = ledger
        self._lived: dict[Days, tuple[DaysOutput, Mapping[str, np.ndarray]]] = {}
        self._now: Mapping[str, np.ndarray] = {}
        for days in life:
            output = ledger.advance(days.first, days.last, lambda: False)
            self._now = ledger.snapshot()
            self._lived[days] = output, self._now

    @property
    def end(self) -> Mapping[str, np.ndarray]:
        """The snapshot of the last day."""
        return self._ledger.snapshot()

    def rows(self, table: str) -> Iterator[pa.Table]:
        """New and changed rows of a table, in the order of the days; of those not handed out."""
        for output, _ in self._lived.values():
            for found in (output.inserts, output.updates):
                if table in found:
                    yield found[table]

    def advance(self, first: date, last: date, _stop: Callable[[], bool]) -> DaysOutput:
        """Hand out days that were lived."""
        output, self._now = self._lived.pop(Days(first, last))
        return output

    def snapshot(self) -> Mapping[str, np.ndarray]:
        """The state at the end of the days that were handed out last."""
        return self._now

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Whoever goes on from a snapshot lives again from there."""
        self._lived.clear()
        self._ledger.restore(arrays)

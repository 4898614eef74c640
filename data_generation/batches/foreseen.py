"""A batch's whole life, lived in memory before its first month is stored.

How many keys a batch takes must be known when it begins, and nothing but its life says so. The
months are kept, so nothing is computed twice: a life of two years is some megabytes without its
readings.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np

from data_generation.runs.ports import Ledger, MonthOutput


class Foreseen:
    """A ledger that has lived through all its months, and hands them out one by one."""

    def __init__(self, ledger: Ledger, months: Sequence[date]) -> None:
        """Live through `months`, the first of which is the ledger's first."""
        self._ledger = ledger
        self._lived: dict[date, tuple[MonthOutput, Mapping[str, np.ndarray]]] = {}
        self._now: Mapping[str, np.ndarray] = {}
        for month in months:
            output = ledger.advance_month(month, lambda: False)
            self._now = ledger.snapshot()
            self._lived[month] = output, self._now

    @property
    def end(self) -> Mapping[str, np.ndarray]:
        """The snapshot of the last day."""
        return self._ledger.snapshot()

    def advance_month(self, month: date, _stop: Callable[[], bool]) -> MonthOutput:
        """The month as it was lived when the batch began; months come in order."""
        output, self._now = self._lived.pop(month)
        return output

    def snapshot(self) -> Mapping[str, np.ndarray]:
        """The state at the end of the month that was handed out last."""
        return self._now

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Whoever goes on from a snapshot lives again from there."""
        self._lived.clear()
        self._ledger.restore(arrays)

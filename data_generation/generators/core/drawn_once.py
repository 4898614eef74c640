"""What is drawn once for an assignment and used every day while it lasts."""

from collections.abc import Callable

import numpy as np

from data_generation.generators.core.fish import Assignments
from data_generation.generators.core.world import Floats, Ints


class DrawnOnce:
    """Values of the live assignments, reckoned only for those that are new.

    Nothing depends on what is kept: the values are a pure function of the keys.
    """

    def __init__(self, reckon: Callable[[Ints], Floats]) -> None:
        """`reckon` gives the values of assignments by their keys, a row for each."""
        self._reckon = reckon
        self.forget()

    def forget(self) -> None:
        """Reckon anew from here on."""
        self._ids: Ints = np.zeros(0, np.int64)
        self._values: Floats | None = None

    def of(self, fish: Assignments) -> Floats:
        """The values of all that are live, in their order."""
        if self._values is None:
            self._ids, self._values = fish.id.copy(), self._reckon(fish.key)
        elif not np.array_equal(self._ids, fish.id):
            # Keys of assignments rise, so those that are gone leave a sorted rest.
            still = np.isin(self._ids, fish.id, assume_unique=True)
            new = np.flatnonzero(fish.id > (self._ids[-1] if len(self._ids) else -1))
            kept = self._values[still]
            if len(new):
                kept = np.concatenate([kept, self._reckon(fish.key[new])])
            self._ids, self._values = fish.id.copy(), kept
        return self._values

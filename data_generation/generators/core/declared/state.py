"""What the ledger keeps from day to day: whole numbers in named columns, declared by the domains.

A domain's `state.py` declares `Records`: one row for each live assignment (`PerAssignment`), place
(`PerPlace`) and so on, or as many as there are open orders or unpaid sales. `State` makes them all;
growing and shrinking with the fish, snapshot and restore follow from the declaration. Whole numbers
keep the state the same to the bit on every machine: a last-digit difference of a mathematical
function between processors disappears when a weight is rounded to a microgram.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.layout import Layout

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

Mixed = Literal["own", "worst", "mean", "both"]
"""What becomes of a value where fish come to others: theirs counts, the higher one, the mean by
numbers of fish, or the bits that both have."""


class Column:
    """A column of `Records`: the value of a new row, and what mixing fish does to it."""

    def __init__(self, initial: int = 0, *, mixed: Mixed = "own") -> None:
        """Declare it in the body of a class derived from `Records`."""
        self.initial = initial
        self.mixed = mixed
        self.position = -1

    @overload
    def __get__(self, records: None, owner: type) -> Self: ...

    @overload
    def __get__(self, records: "Records", owner: type) -> Ints: ...

    def __get__(self, records: "Records | None", owner: type) -> Self | Ints:
        """The column's values, not a copy of them."""
        if records is None:
            return self
        values: Ints = records.values[self.position]
        return values

    def __set__(self, records: "Records", values: Ints | int) -> None:
        """Write all values of the column."""
        records.values[self.position] = values


class Records:
    """Rows of whole numbers; `values` has the shape (columns, rows)."""

    columns: ClassVar[Mapping[str, Column]] = {}
    daily: ClassVar[bool] = False
    """Whether it tells of one day only: it is begun anew every morning and in no snapshot."""
    _initial: ClassVar[Ints] = np.zeros((0, 1), np.int64)

    def __init_subclass__(cls) -> None:
        """Number the columns as they are declared."""
        own = {n: c for n, c in vars(cls).items() if isinstance(c, Column)}
        for position, column in enumerate(own.values(), start=len(cls.columns)):
            column.position = position
        cls.columns = {**cls.columns, **own}
        cls._initial = np.array([[c.initial] for c in cls.columns.values()], np.int64)

    def __init__(self, rows: int = 0) -> None:
        """So many rows of initial values."""
        self.values: Ints = self.blank(rows)

    @classmethod
    def begin(cls, layout: Layout) -> Self:  # noqa: ARG003 - others have a row for each place
        """The rows that there are on the eve of the first day: none."""
        return cls()

    @classmethod
    def of(cls, rows: int, **columns: Ints | int) -> Self:
        """So many rows, every column given; raises `KeyError` for one too few or too many."""
        if columns.keys() != cls.columns.keys():
            raise KeyError(f"{cls.__name__}: {sorted(columns.keys() ^ cls.columns.keys())}")
        made = cls(rows)
        for name, values in columns.items():
            made.values[cls.columns[name].position] = values
        return made

    @classmethod
    def found_in(cls, snapshot: Mapping[str, Any]) -> Self:
        """The records as a snapshot has them."""
        made = cls()
        made.values = np.array(snapshot[cls.__name__], dtype=np.int64)
        return made

    def blank(self, rows: int) -> Ints:
        """So many rows of initial values, as an array."""
        return np.repeat(self._initial, rows, axis=1)

    def __len__(self) -> int:
        """How many rows."""
        return int(self.values.shape[1])

    def add(self, more: Self) -> None:
        """Add rows at the end."""
        self.values = np.concatenate([self.values, more.values], axis=1)

    def keep(self, mask: Mask) -> None:
        """Drop the rows where `mask` is false."""
        self.values = self.values[:, mask]

    def take(self, rows: Ints | Mask) -> Self:
        """A copy of some rows, in that order."""
        taken = type(self)()
        taken.values = self.values[:, rows]
        return taken

    def put(self, rows: Ints | Mask, taken: Self) -> None:
        """Write rows back that were taken."""
        self.values[:, rows] = taken.values

    def reorder(self, order: Ints) -> None:
        """Put the rows into another order."""
        self.values = self.values[:, order]

    def mix(self, position: int, count: int, source: int, came: int) -> None:
        """`came` fish of row `source` join the `count` fish of row `position`."""
        mine, theirs = self.values[:, position], self.values[:, source]
        for column in self.columns.values():
            p = column.position
            a, b = int(mine[p]), int(theirs[p])
            if column.mixed == "mean":
                mine[p] = (a * count + b * came) // max(count + came, 1)
            elif column.mixed == "both" and count and came:
                mine[p] = a & b
            elif column.mixed != "own":
                mine[p] = max(a, b)


class PerAssignment(Records):
    """One row for each live assignment, in the order of their keys."""

    carried: ClassVar[bool] = False
    """Whether fish take it along when they move to another container."""


class PerPlace(Records):
    """One row for each hall and berth."""

    @classmethod
    def begin(cls, layout: Layout) -> Self:
        return cls(len(layout.places))


class PerCountry(Records):
    """One row for each country."""

    @classmethod
    def begin(cls, layout: Layout) -> Self:
        return cls(len(layout.countries))


class PerArea(Records):
    """One row for each sea area."""

    @classmethod
    def begin(cls, layout: Layout) -> Self:
        return cls(len(layout.areas))


class PerHall(Records):
    """One row for each hall."""

    @classmethod
    def begin(cls, layout: Layout) -> Self:
        return cls(layout.hall_count)


class ByQuantity(Records):
    """A column for each quantity of the water, by its number, in ten-thousandths of its unit."""

    def __init__(self, rows: int = 0, quantities: int = 0) -> None:
        """So many rows of zeros."""
        self.values = np.zeros((quantities, rows), np.int64)

    @classmethod
    def begin(cls, layout: Layout) -> Self:
        """A column for each quantity of the farm."""
        made = super().begin(layout)
        made.values = np.zeros((len(layout.quantities), len(made)), np.int64)
        return made

    def blank(self, rows: int) -> Ints:
        """So many rows of zeros, as an array."""
        return np.zeros((len(self.values), rows), np.int64)

    def __getitem__(self, quantity: int) -> Ints:
        """The values of a quantity, not a copy of them."""
        values: Ints = self.values[quantity]
        return values

    def __setitem__(self, quantity: int, values: Ints) -> None:
        """Write all values of a quantity."""
        self.values[quantity] = values


class PerRun(Records):
    """A single row."""

    @classmethod
    def begin(cls, layout: Layout) -> Self:  # noqa: ARG003 - as for the others
        return cls(1)


Kind = TypeVar("Kind", bound=Records)


class State:
    """All records that the domains declare."""

    def __init__(self, kinds: Iterable[type[Records]], layout: Layout) -> None:
        """As they are on the eve of the first day. Raises `ValueError` for a name given twice."""
        self._records: dict[type[Records], Records] = {k: k.begin(layout) for k in kinds}
        self._of_fish = [r for r in self._records.values() if isinstance(r, PerAssignment)]
        self._daily = [r for r in self._records.values() if r.daily]
        self._kept = {k.__name__: r for k, r in self._records.items() if not k.daily}
        if len(self._kept) + len(self._daily) != len(self._records):
            raise ValueError("two kinds of records have one name")

    def of(self, kind: type[Kind]) -> Kind:
        """The records of a kind."""
        found: Kind = self._records[kind]  # type: ignore[assignment]
        return found

    def begin_day(self) -> None:
        """Forget what was only yesterday's."""
        for records in self._daily:
            records.values = records.blank(len(records))

    def add_assignment(self, source: int | None, given: Records) -> int:
        """Give every kind a row for a new assignment, and return its position.

        `given` holds the row of its own kind; the fish come from the assignment at position
        `source`, if from any.
        """
        for records in self._of_fish:
            if type(records) is type(given):
                row = given.values
            elif source is not None and records.carried:
                row = records.values[:, [source]]
            else:
                row = records.blank(1)
            records.values = np.concatenate([records.values, row], axis=1)
        return len(self.of(type(given))) - 1

    def mix(self, position: int, count: int, source: int, came: int) -> None:
        """Fish join those of another assignment; see `Records.mix`."""
        for records in self._of_fish:
            records.mix(position, count, source, came)

    def keep_assignments(self, mask: Mask) -> None:
        """Drop the assignments where `mask` is false."""
        for records in self._of_fish:
            records.keep(mask)

    def snapshot(self) -> dict[str, Ints]:
        """Everything that is kept from day to day, by the name of its kind."""
        return {name: records.values.copy() for name, records in self._kept.items()}

    def restore(self, arrays: Mapping[str, Any]) -> None:
        """Take back what `snapshot` gave; what is of one day begins anew."""
        for name, records in self._kept.items():
            records.values = np.array(arrays[name], dtype=np.int64)
        fish = len(self._of_fish[0])
        for records in self._daily:
            rows = fish if isinstance(records, PerAssignment) else len(records)
            records.values = records.blank(rows)

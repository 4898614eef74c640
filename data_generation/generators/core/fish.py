"""The live fish: assignments as arrays, batches as records. All state is whole numbers.

Whole numbers keep the state the same to the bit on every machine: a last-digit difference of a
mathematical function between processors disappears when a weight is rounded to a microgram.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.layout import PARAMETERS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HEALTH_FIELDS = (
    "withheld_until",
    "vaccinated",
    "lice_attached",
    "lice_mobile",
    "lice_female",
    "lice_treated_day",
    "disease",
    "disease_day",
    "disease_level",
    "immune",
    "disease_curbed",
    "injury",
    "vaccination_due",
    "protected_from",
)
"""Columns of `Assignments.health`.

Last day on which fish may not be slaughtered; vaccines given, a bit for each; lice a fish by stage
in ten-thousandths, and the day of the last treatment against them; the disease that is active (its
number from 1, 0 for none), since when (a day to come while it incubates), how severe in
ten-thousandths; diseases overcome, a bit for each; how much treatment has lowered the disease, in
ten-thousandths; share of the stock that dies of injuries in a day, in millionths; the day of
vaccination, 0 until it is planned; the day from which the vaccine protects.
"""
HEALTH = {name: column for column, name in enumerate(HEALTH_FIELDS)}
_AVERAGED = (
    "lice_attached",
    "lice_mobile",
    "lice_female",
    "disease_level",
    "disease_curbed",
    "injury",
)

NEVER = 10**9
"""A day that does not come."""

MICROGRAMS = 1_000_000
LEVEL = 10_000
"""Water levels are kept in ten-thousandths of their unit."""


_WIDTHS = {"level": (len(PARAMETERS),), "health": (len(HEALTH_FIELDS),)}


@dataclass
class Assignments:
    """Live assignments, one entry each, in the order of their keys.

    `weight_ug` mean weight in micrograms; `degree_days` since the assignment began, in
    ten-thousandths; `tgc_factor` this container's growth relative to its batch, in millionths;
    `fast_from` first day without feed before a move or slaughter; `move_day` day of that move;
    `load` smoothed feed load in ten-thousandths of kg/m³/day; `noise` state of the water
    chemistry's daily variation in ten-thousandths of a standard deviation; `level` the water at the
    start of the day, shape (n, 8), by parameter, oxygen as per cent of saturation; `month_row` row
    in the month's readings order; `health` state of disease, lice and treatment, shape (n, fields),
    see `HEALTH_FIELDS`.
    """

    id: Ints
    key: Ints
    batch: Ints
    place: Ints
    next_place: Ints
    container: Ints
    stage: Ints
    country: Ints
    count: Ints
    weight_ug: Ints
    start_day: Ints
    weighed_day: Ints
    degree_days: Ints
    tgc_factor: Ints
    fast_from: Ints
    move_day: Ints
    load: Ints
    noise: Ints
    level: Ints
    month_row: Ints
    health: Ints

    @classmethod
    def empty(cls) -> Self:
        """No fish."""
        return cls(
            **{
                f.name: np.zeros((0, *_WIDTHS[f.name]) if f.name in _WIDTHS else 0, dtype=np.int64)
                for f in fields(cls)
            }
        )

    def __len__(self) -> int:
        """How many are live."""
        return len(self.id)

    def append(self, **values: Any) -> int:
        """Add one; every field must be given. Returns its position."""
        for f in fields(self):
            old = getattr(self, f.name)
            new = np.asarray(values[f.name], dtype=np.int64)[None, ...]
            setattr(self, f.name, np.concatenate([old, new]))
        return len(self) - 1

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop the entries where `mask` is false."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name)[mask])

    def biomass_g(self) -> Ints:
        """Biomass of each in grams, rounded down."""
        return self.count * self.weight_ug // MICROGRAMS

    def biomass_centikg(self) -> Ints:
        """Biomass of each in hundredths of a kilogram, rounded to the nearest."""
        return centikg(self.count, self.weight_ug)

    def snapshot(self) -> dict[str, Ints]:
        """All fields."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def restore(cls, arrays: Mapping[str, Ints]) -> Self:
        """Take the fields back."""
        return cls(**{f.name: arrays[f.name].astype(np.int64) for f in fields(cls)})


def mixed_health(first: Ints, first_count: int, second: Ints, second_count: int) -> Ints:
    """Health of two groups of fish in one container: lice and severity on average, the rest as of
    the worse off; vaccines and immunity that both have.
    """
    total = max(first_count + second_count, 1)
    result = np.maximum(first, second)
    for name in _AVERAGED:
        c = HEALTH[name]
        result[c] = (first[c] * first_count + second[c] * second_count) // total
    for name in ("vaccinated", "immune"):
        c = HEALTH[name]
        result[c] = first[c] & second[c] if first_count and second_count else result[c]
    return result


def centikg(count: Ints, weight_ug: Ints) -> Ints:
    """Biomass in hundredths of a kilogram, rounded to the nearest."""
    return (count * weight_ug + 5_000_000) // 10_000_000


def centigrams(weight_ug: Ints) -> Ints:
    """Weight in hundredths of a gram, rounded to the nearest, for numeric(10,2) columns."""
    return (weight_ug + 5_000) // 10_000


@dataclass
class Batch:
    """One live batch. Factors are in ten-thousandths; days are days since 1970-01-01."""

    id: int
    key: int
    country: int
    year: int
    sequence: int
    start_day: int
    eggs: int
    external: int
    growth_factor: int
    fcr_factor: int
    mortality_factor: int
    stage: int
    stage_start: int
    place: int
    next_place: int
    transfer_start: int
    moved: int
    """Containers that have left since the transfer began."""
    area: int
    containers_made: int
    sea_start: int
    target_weight_g: int
    harvest_start: int

    @property
    def moving(self) -> bool:
        """Whether a move is planned or under way."""
        return self.next_place >= 0


def pack_batches(batches: list[Batch]) -> Ints:
    """Batches as an array of shape (n, fields)."""
    names = [f.name for f in fields(Batch)]
    rows = [[getattr(b, n) for n in names] for b in batches]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(names))


def unpack_batches(array: Ints) -> list[Batch]:
    """The inverse of `pack_batches`."""
    return [Batch(*row) for row in array.tolist()]

"""The live fish: assignments as records, batches one by one. All state is whole numbers."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from data_generation.generators.core.declared.state import Column, PerAssignment, PerPlace

Ints = NDArray[np.int64]

NEVER = 10**9
"""A day that does not come."""

MICROGRAMS = 1_000_000


class Assignments(PerAssignment):
    """Live assignments.

    Draws are keyed by `key`, which is made of the batch's key and a number. `weight_ug` is the mean
    weight in micrograms; `degree_days` count since the assignment began, in ten-thousandths;
    `tgc_factor` is this container's growth relative to its batch, in millionths; `fast_from` the
    first day without feed before a move or slaughter, `move_day` the day of it.
    """

    id = Column()
    key = Column()
    batch = Column()
    place = Column()
    next_place = Column()
    container = Column()
    stage = Column()
    country = Column()
    count = Column()
    weight_ug = Column()
    start_day = Column()
    weighed_day = Column()
    degree_days = Column()
    tgc_factor = Column()
    fast_from = Column()
    move_day = Column()

    def biomass_g(self) -> Ints:
        """Biomass of each in grams, rounded down."""
        return self.count * self.weight_ug // MICROGRAMS

    def biomass_centikg(self) -> Ints:
        """Biomass of each in hundredths of a kilogram, rounded to the nearest."""
        return centikg(self.count, self.weight_ug)


class FishToday(PerAssignment):
    """What domains tell each other of the fish within a day.

    `appetite` is the share of their usual appetite that fish have, in ten-thousandths: whatever
    spoils it lowers it, 0 is a day without feed. `gain_ug` is the growth in micrograms a fish if
    fed in full, `grown_ug` the growth as it was; `demand_u` and `fed_u` the feed that is wanted (0
    where fasted) and given, in units of 10 g; `dead` the deaths as they were written.
    """

    daily = True
    appetite = Column(10_000)
    gain_ug = Column()
    demand_u = Column()
    fed_u = Column()
    grown_ug = Column()
    dead = Column()


class Occupancy(PerPlace):
    """Which batch has a place (0 for none), and from which day on it may be had again."""

    taken_by = Column()
    free_from = Column()


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

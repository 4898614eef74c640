"""What the domains share: the farm, the fish, the water of the day, the month's output.

A step of the day reads and writes it in the order that `ledger.py` lists.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from data_generation.config.models import Config
from data_generation.generators.core.dates import at, to_day
from data_generation.generators.core.day import Today
from data_generation.generators.core.declared.output import Ids, Output
from data_generation.generators.core.declared.state import (
    ByQuantity,
    PerPlace,
    Records,
    State,
)
from data_generation.generators.core.declared.tables import Tables
from data_generation.generators.core.draws import Draws
from data_generation.generators.core.fish import NEVER, Assignments, Batch, FishToday, Occupancy
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEVEL = 10_000
"""Water levels are kept in ten-thousandths of their unit."""

_WEATHER_SINCE = to_day(date(1971, 1, 1))


class WaterThisMorning(ByQuantity, PerPlace):
    """The water of each place at the start of the day, oxygen as per cent of saturation."""

    daily = True


class WaterTonight(ByQuantity, PerPlace):
    """The same at the end of the day."""


SHARED: tuple[type[Records], ...] = (
    Assignments,
    FishToday,
    Occupancy,
    WaterThisMorning,
    WaterTonight,
)
"""What belongs to no domain alone."""

Kind = TypeVar("Kind", bound=Records)


class World:
    """The state that domains share."""

    def __init__(
        self,
        config: Config,
        tables: Tables,
        records: Iterable[type[Records]],
        itinerary: Itinerary | None = None,
    ) -> None:
        """An empty farm on the eve of the first day; with an itinerary for that batch alone.

        `tables` and `records` are those that the domains declare.
        """
        self.config = config
        self.itinerary = itinerary
        self.layout = Layout(config)
        self.quantities = self.layout.quantities
        self.draws = Draws(config.generation.seed)
        self.ids = Ids(tables)
        self.output = Output(tables, self.ids)
        self.state = State((*SHARED, *records), self.layout)
        self.fish = self.state.of(Assignments)
        self.fish_today = self.state.of(FishToday)
        self.occupancy = self.state.of(Occupancy)
        self.water = self.state.of(WaterThisMorning)
        self.water_tonight = self.state.of(WaterTonight)
        self.batches: list[Batch] = []
        self.figures: dict[str, int] = {}
        """Totals of the run so far that domains want to be known, by name."""
        self.today = Today(0)
        self._batch_rows: Ints = np.zeros(0, np.int64)

    def of(self, kind: type[Kind]) -> Kind:
        """The records of a kind that a domain declares."""
        return self.state.of(kind)

    def begin_day(self, day: int) -> None:
        """Clear yesterday's facts."""
        self.today = Today(day)
        self.output.begin_day(day)
        self.state.begin_day()
        self._batch_rows = np.zeros(0, np.int64)

    @property
    def first_day(self) -> int:
        """The run's first day."""
        if self.itinerary is not None:
            return self.itinerary.start_day
        return to_day(self.config.generation.start_date)

    @property
    def end_day(self) -> int:
        """The first day that is not lived, far off where the months asked for decide."""
        return NEVER if self.itinerary is None else self.itinerary.end_day

    @property
    def weather_since(self) -> int:
        """The day since which the water is reckoned.

        Batches that are generated one by one must find the same water on the same day, whenever
        they begin.
        """
        return self.first_day if self.itinerary is None else _WEATHER_SINCE

    def mean_temperature_c(self) -> Floats:
        """Mean water temperature of the day in each place, °C."""
        number = self.quantities.temperature
        return (self.water[number] + self.water_tonight[number]) / 20_000.0

    def batch_rows(self) -> Ints:
        """The position in `batches` of each assignment's batch; asked for after moves and harvest.

        Batches and assignments both stand in the order of their keys.
        """
        if len(self._batch_rows) != len(self.fish):
            keys = np.array([batch.id for batch in self.batches], dtype=np.int64)
            self._batch_rows = np.searchsorted(keys, self.fish.batch)
        return self._batch_rows

    def batch_values(self, name: str) -> Ints:
        """A field of each assignment's batch, by assignment."""
        if not len(self.fish):
            return np.zeros(0, dtype=np.int64)
        values = np.array([getattr(batch, name) for batch in self.batches], dtype=np.int64)
        found: Ints = values[self.batch_rows()]
        return found


def setup_stamps(world: World) -> dict[str, int]:
    """When rows were entered that stood on the first morning of the run."""
    moment = at(world.first_day, 0)
    return {"created_at": moment, "updated_at": moment}


class Step(Protocol):
    """One step of the day. Its state is declared; draws are keyed; no clock, no files."""

    def advance(self, world: World) -> None:
        """Live through `world.today`."""

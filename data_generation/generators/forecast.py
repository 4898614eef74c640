"""How many rows a run will have, in seconds: the farm's plan is lived through without its fish.

Batches start and move by the same rules as in the ledger and are harvested when they would have
grown enough in an average year's water, so who stands where and when comes out nearly the same, and
with it how many readings there will be. What else happens is reckoned by rates (`row_rates.py`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from data_generation.config.countries import Country
from data_generation.config.models import Config
from data_generation.config.types import ADULT
from data_generation.generators.batch.closing import end_batch
from data_generation.generators.batch.growth import effective_temperature_c
from data_generation.generators.batch.moves import Batches
from data_generation.generators.batch.rows import batch_row
from data_generation.generators.core.dates import at, day_of_year, to_date, to_day
from data_generation.generators.core.declared.output import Ids, Output
from data_generation.generators.core.fish import NEVER, Batch
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import HALL_LETTERS, Place
from data_generation.generators.core.world import Floats, World
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.tables import READINGS
from data_generation.generators.environmental.weather import STEPS
from data_generation.generators.ledger import new_world, setup_rows
from data_generation.generators.row_rates import RATES

_GROWN: Final = 0.93
"""Share of their potential that fish grow by at sea: what bad days, treatments and fasts leave of
it. Measured over ten years of `demo`, `guide` and `bakkafrost`."""
_YEAR_DAYS: Final = 365.25
_BATCHES: Final = "batch_batch"


@dataclass(frozen=True)
class ForecastBatch:
    """A batch as it stands at the end of a month."""

    id: int
    number: str
    start: date
    end: date | None
    status: str


@dataclass(frozen=True)
class ForecastDays:
    """Rows of some days by table, as expected, and the batches that began, moved or ended then."""

    rows: Mapping[str, int]
    batches: tuple[ForecastBatch, ...]


class Forecast:
    """A farm's plan, some days at a time."""

    def __init__(self, config: Config, itinerary: Itinerary | None = None) -> None:
        """The farm on the eve of its first day; with an itinerary, that batch alone."""
        self._config = config
        # So many farms alike, of which one is enough to look at.
        self._farms = config.farm.scale
        one = config.farm.model_copy(update={"scale": 1})
        self._world = world = new_world(config.model_copy(update={"farm": one}), itinerary)
        world.output = self._noted = _Noted(world.ids)
        self._plan = _Plan(world)
        self._tanks = config.broodstock.tanks_per_country * len(one.countries)
        self._areas = len(world.layout.areas)
        self._left: dict[str, float] = {}

    def advance(self, first: date, last: date) -> ForecastDays:
        """Live through days, the first and the last, which follow those lived before."""
        world = self._world
        begin, end = to_day(first), to_day(last) + 1
        self._noted.batches.clear()
        stood = np.zeros(ADULT + 1)
        places = 0
        for day in range(begin, end):
            world.begin_day(day)
            self._plan.advance(world)
            for batch in world.batches:
                self._plan.count(world, batch, stood)
            places += len(world.batches)
        alone = world.itinerary is not None
        rows = self._rows(stood, places, 0 if alone else end - begin)
        if begin == world.first_day and not alone:
            rows.update({name: t.num_rows for name, t in setup_rows(self._config).items()})
        return ForecastDays(rows, tuple(self._noted.batches))

    def _rows(self, stood: Floats, places: int, days: int) -> Counter[str]:
        """Rows of so many days of containers by stage, of batches, and of the farm."""
        areas = self._areas * days
        by_what = np.array(
            [stood[0], stood[1:ADULT].sum(), stood[ADULT], places, areas, self._tanks * days]
        )
        expected = {table: float(by_what @ np.array(rates)) for table, rates in RATES.items()}
        q = self._world.quantities
        sensors = np.array([len(q.hall)] * ADULT + [len(q.sea)])
        a_day = self._config.generation.readings_per_day
        by_hand = len(q.hall_by_hand) * places / self._config.weather.manual_interval_days
        expected[READINGS] = float(stood @ sensors) * a_day + by_hand
        expected["environmental_weatherdata"] = float(areas * STEPS)
        rows: Counter[str] = Counter()
        for table, count in expected.items():
            # Less than a row is left for the next month.
            left = self._left.get(table, 0.0) + count * self._farms
            rows[table] = int(left)
            self._left[table] = left - rows[table]
        return rows


class _Plan(Batches):
    """Starts and moves of batches without fish, and harvests when they would be large enough."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        config, farm = world.config, world.config.farm
        halls = [farm.halls[letter] for letter in HALL_LETTERS]  # type: ignore[index]
        self._containers = [place.containers_per_batch for place in (*halls, farm.area)]
        self._harvest_days = (config.harvest.days_min + config.harvest.days_max) // 2
        self._cube: dict[int, float] = {}
        """Cube root of a fish's weight in g when the batch came into its stage."""
        halls_c = np.array(config.environment.hall_temperature_c)
        warm = effective_temperature_c(halls_c, config.growth)
        self._hall_gain = np.array([0.0, *config.growth.tgc]) / 1000.0 * warm
        self._sea_gain = [self._gain_at_sea(world, country) for country in world.layout.countries]

    def _gain_at_sea(self, world: World, country: Country) -> Floats:
        """What the cube root of the weight gains on each day of the year, as a running sum."""
        config = world.config
        climate = country.environmental.sea
        days = np.arange(1, 367)
        season = np.cos(2 * np.pi * (days - climate.warmest_day) / _YEAR_DAYS)
        warm = effective_temperature_c(climate.mean_c + climate.amplitude_c * season, config.growth)
        years = 1 + config.harvest.max_sea_days // 365 + 1
        gain: Floats = np.cumsum(np.tile(warm, years)) * country.batch.tgc_sea / 1000.0
        return gain * _GROWN

    def advance(self, world: World) -> None:
        """Harvest first, so that an area that empties today may be planned with."""
        for batch in list(world.batches):
            if batch.harvest_start != NEVER and world.today.day >= self._harvest_end(batch):
                end_batch(world, batch, at(world.today.day, 20), "COMPLETED")
        super().advance(world)

    def _fill_trays(self, world: World, batch: Batch, _hall: Place) -> None:
        self._cube[batch.id] = world.config.growth.first_feeding_weight_g ** (1 / 3)

    def _look_for_place(self, world: World, batch: Batch) -> None:
        found = self._planner.next_place(world, batch)
        if found is not None:
            place, batch.transfer_start = found
            batch.next_place = place.index
            if place.at_sea:
                batch.area = place.index
            world.occupancy.taken_by[place.index] = batch.id

    def _move(self, world: World, batch: Batch) -> None:
        day = world.today.day
        if day == batch.transfer_start:
            self._cube[batch.id] += (
                float(self._hall_gain[batch.stage])
                * (day - batch.stage_start)
                * batch.growth_factor
                / 10_000
            )
            place = world.layout.places[batch.next_place]
            batch.stage, batch.stage_start = place.stage, day
            if place.at_sea:
                batch.sea_start = day
                batch.harvest_start = self._harvest_day(world, batch)
            world.output.update(_BATCHES, 1, **batch_row(world, batch, at(day, 8)))
        if day + 1 >= batch.transfer_start + world.config.staggering.transfer_days:
            self._leave(world, batch)

    def _harvest_day(self, world: World, batch: Batch) -> int:
        config = world.config.harvest
        gain, first = self._sea_gain[batch.country], day_of_year(batch.sea_start) - 1
        missing = float(batch.target_weight_g) ** (1 / 3) - self._cube[batch.id]
        reached = gain[first] + missing * 10_000 / batch.growth_factor
        days = int(np.searchsorted(gain, reached)) - first
        days = min(max(days, config.min_sea_days), config.max_sea_days)
        return batch.sea_start + days + config.fast_days + 1

    def _harvest_end(self, batch: Batch) -> int:
        return batch.harvest_start + self._harvest_days

    def count(self, world: World, batch: Batch, stood: Floats) -> None:
        """Add the containers in which a batch stands today, by stage."""
        containers = self._containers[batch.stage]
        moved = world.today.day + 1 - batch.transfer_start
        if batch.moving and moved > 0:
            share = min(1.0, moved / world.config.staggering.transfer_days)
            stood[batch.stage - 1] += self._containers[batch.stage - 1] * (1.0 - share)
            stood[batch.stage] += containers * share
        elif batch.harvest_start != NEVER and world.today.day >= batch.harvest_start:
            left = self._harvest_end(batch) - world.today.day
            stood[batch.stage] += containers * left / self._harvest_days
        else:
            stood[batch.stage] += containers


class _Noted(Output):
    """Keeps the batches' rows and drops all others."""

    def __init__(self, ids: Ids) -> None:
        super().__init__(TABLES, ids)
        self.batches: list[ForecastBatch] = []

    def _add(self, table: str, chunk: Any) -> None:
        if table == _BATCHES:
            self.batches.append(_batch(chunk.columns))


def _batch(row: Mapping[str, Any]) -> ForecastBatch:
    end = row["actual_end_date"]
    return ForecastBatch(
        row["id"],
        row["batch_number"],
        to_date(row["start_date"]),
        None if end is None else to_date(end),
        row["status"],
    )

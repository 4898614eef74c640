"""The ledger: the farm's life, day by day, and what it leaves behind.

`daily_order` lists the domains of a day in order. The ledger is sequential and small; readings
are expanded from its orders elsewhere, side by side.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data_generation.config.models import Config
from data_generation.errors import Interrupted
from data_generation.generators.batch.closing import Closing
from data_generation.generators.batch.daily_states import DailyStates
from data_generation.generators.batch.domain import DOMAIN as BATCH
from data_generation.generators.batch.growth import Growth
from data_generation.generators.batch.mortality import Mortality
from data_generation.generators.batch.moves import Batches
from data_generation.generators.batch.rows import update_assignments
from data_generation.generators.broodstock.domain import DOMAIN as BROODSTOCK
from data_generation.generators.broodstock.rounds import Broodstock
from data_generation.generators.core.dates import at, days_in_month, to_date, to_day
from data_generation.generators.core.declared.output import Ids
from data_generation.generators.core.fish import Batch, pack_batches, unpack_batches
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.world import Step, World
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.containers import ContainerWaters
from data_generation.generators.environmental.domain import DOMAIN as ENVIRONMENTAL
from data_generation.generators.environmental.places import Environment
from data_generation.generators.environmental.site_calendar import SiteCalendar
from data_generation.generators.environmental.site_events import SiteEvents
from data_generation.generators.environmental.tables import READINGS
from data_generation.generators.environmental.weather import WeatherRows
from data_generation.generators.finance.books import Finance
from data_generation.generators.finance.domain import DOMAIN as FINANCE
from data_generation.generators.harvest.domain import DOMAIN as HARVEST
from data_generation.generators.harvest.slaughter import Harvest
from data_generation.generators.health.disease import Diseases
from data_generation.generators.health.domain import DOMAIN as HEALTH
from data_generation.generators.health.journal import Journal
from data_generation.generators.health.laboratory import LabSamples
from data_generation.generators.health.lice import Lice
from data_generation.generators.health.mortality_records import MortalityRecords
from data_generation.generators.health.sampling import HealthSampling
from data_generation.generators.health.treatment import Treatment
from data_generation.generators.infrastructure.calibration import Calibrations
from data_generation.generators.infrastructure.domain import DOMAIN as INFRASTRUCTURE
from data_generation.generators.inventory.domain import DOMAIN as INVENTORY
from data_generation.generators.inventory.feeding import Feeding
from data_generation.generators.inventory.stores import OPENING_NOTES, Stores
from data_generation.generators.inventory.summaries import FeedSummaries
from data_generation.generators.readings.order import RECORDS as READINGS_RECORDS
from data_generation.generators.readings.order import NextReading, ReadingsOrder
from data_generation.generators.users.domain import DOMAIN as USERS

DOMAINS = (
    USERS,
    INFRASTRUCTURE,
    ENVIRONMENTAL,
    BATCH,
    INVENTORY,
    HARVEST,
    HEALTH,
    BROODSTOCK,
    FINANCE,
)
"""The domains, in the order in which they are set up."""

_NEXT_DAY, _IDS, _BATCHES = "next_day", "ids", "batches"


def daily_order(world: World) -> tuple[Step, ...]:
    """The steps of a day in their order.

    Water first, so that the fish respond to it; moves and harvest before meals; deaths after
    growth, and what has died out is closed; at last what all that did to the water.
    """
    calendar = SiteCalendar(world)
    return (
        Environment(world, calendar),
        WeatherRows(calendar.weather),
        Batches(world),
        Harvest(),
        SiteEvents(calendar),
        Diseases(world),
        Lice(world),
        Treatment(world),
        Feeding(world),
        Growth(),
        Mortality(world),
        MortalityRecords(world),
        Journal(world),
        LabSamples(world),
        HealthSampling(world),
        FeedSummaries(world),
        Closing(),
        Calibrations(),
        ContainerWaters(world),
        DailyStates(),
        Broodstock(world),
        Finance(world),
    )


def never() -> bool:
    """The default of `stop`: go on."""
    return False


@dataclass(frozen=True)
class DaysOutput:
    """What days of a month leave: rows to store, and the order to expand their readings from."""

    first: date
    last: date
    inserts: dict[str, pa.Table]
    updates: dict[str, pa.Table]
    readings: dict[str, NDArray[np.int64]]
    readings_rows: int
    readings_keys: int
    metrics: dict[str, int]


class Ledger:
    """The farm's state and its life, some days at a time."""

    def __init__(self, config: Config, itinerary: Itinerary | None = None) -> None:
        """The farm on the eve of `config.generation.start_date`.

        With an itinerary, the life of that batch alone, on a farm whose infrastructure and master
        data are stored already: their rows are not written, their keys are those of `setup_rows`.
        """
        self._world = new_world(config, itinerary)
        self._steps = daily_order(self._world)
        self._order = ReadingsOrder(self._world)
        self._next_day = self._world.first_day

    def advance(self, first: date, last: date, stop: Callable[[], bool] = never) -> DaysOutput:
        """Live through days of one month, from `first` to `last`; they follow those lived before.

        However a life is divided into days, it leaves the same rows in the end.

        Raises `Interrupted` if `stop()` says so; the ledger must then be restored from a snapshot.
        """
        world = self._world
        begin, end, month = to_day(first), to_day(last) + 1, first.replace(day=1)
        if begin != self._next_day:
            raise ValueError(f"the ledger stands at day {self._next_day}, not at {first}")
        if last < first or last.replace(day=1) != month or end > world.end_day:
            raise ValueError(f"{first} to {last} are no days of one month of this ledger's life")
        world.output.start()
        if world.itinerary is None and begin == world.first_day:
            world.output.begin_day(begin)
            write_setup(world)
        self._order.begin(world, begin, to_day(month), days_in_month(month))
        for day in range(begin, end):
            if stop():
                raise Interrupted(f"Stopped at {to_date(day)}.", "Go on with --resume.")
            world.begin_day(day)
            for step in self._steps:
                step.advance(world)
            self._order.note_day(world)
            if len(world.fish):
                update_assignments(world, np.arange(len(world.fish)), at(day, 23, 45))
        self._next_day = end
        rows = world.output.finish()
        order, readings_rows, keys = self._order.finish(world)
        return DaysOutput(
            first, last, rows.inserts, rows.updates, order, readings_rows, keys, self._metrics()
        )

    def _metrics(self) -> dict[str, int]:
        fish = self._world.fish
        return {
            "live_batches": len(self._world.batches),
            "live_assignments": len(fish),
            "fish_alive": int(fish.count.sum()),
            "biomass_kg": int(fish.biomass_g().sum() // 1000),
            **self._world.figures,
        }

    def snapshot(self) -> dict[str, NDArray[np.int64]]:
        """The whole state between two days, as arrays by name."""
        world = self._world
        return {
            _NEXT_DAY: np.array([self._next_day], dtype=np.int64),
            _IDS: world.ids.snapshot(),
            _BATCHES: pack_batches(world.batches),
            **world.state.snapshot(),
        }

    def restore(self, arrays: Mapping[str, NDArray[np.int64]]) -> None:
        """Go back to a snapshot."""
        world = self._world
        self._next_day = int(arrays[_NEXT_DAY][0])
        world.ids.restore(arrays[_IDS])
        world.batches = unpack_batches(arrays[_BATCHES])
        world.state.restore(arrays)


def new_world(config: Config, itinerary: Itinerary | None = None) -> World:
    """The farm on the eve of its first day, with all that the domains declare."""
    records = [kind for domain in DOMAINS for kind in domain.records]
    return World(config, TABLES, (*records, *READINGS_RECORDS), itinerary)


def write_setup(world: World) -> None:
    """Infrastructure and master data as they stood on the first morning."""
    for domain in DOMAINS:
        if domain.set_up is not None:
            domain.set_up(world)


def setup_rows(config: Config) -> dict[str, pa.Table]:
    """Rows of infrastructure and master data, by table, history tables too, with keys from 1."""
    world = new_world(config)
    write_setup(world)
    return world.output.finish().inserts


def opening_rows(config: Config) -> dict[str, pa.Table]:
    """Purchases and stock of the first feed in every silo, history too, with keys from 1."""
    world = new_world(config)
    world.begin_day(world.first_day)
    stores = Stores(world)
    if config.feed.opening_stock_kg:
        for place in world.layout.places:
            stores.open_place(world, place.index, OPENING_NOTES)
    return world.output.finish().inserts


def live_batches(snapshot: Mapping[str, NDArray[np.int64]]) -> list[Batch]:
    """The batches that are alive, as a snapshot knows them."""
    return unpack_batches(snapshot[_BATCHES])


def next_keys(snapshot: Mapping[str, NDArray[np.int64]]) -> dict[str, int]:
    """The key that the next row of each table would get, as a snapshot knows it.

    Raises `KeyError` or `ValueError` if the snapshot is of other tables.
    """
    ids = Ids(TABLES)
    ids.restore(snapshot[_IDS])
    following = {table: ids.next_of(table) for table in TABLES.names}
    following[READINGS] = int(NextReading.found_in(snapshot).id[0])
    return following

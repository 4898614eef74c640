"""Feed stores: lots in silos, deliveries into them, what has gone stale."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from data_generation.generators.batch.rows import batch_number
from data_generation.generators.core.dates import MINUTE_US, at, to_date
from data_generation.generators.core.itinerary import Leftover
from data_generation.generators.core.world import Ints, World
from data_generation.generators.infrastructure.sites import silo_name
from data_generation.generators.inventory.orders import UNITS_PER_KG, Ordering, feed_type
from data_generation.generators.inventory.prices import prices_ore
from data_generation.generators.inventory.state import FeedLots, FeedOrders, Stocked

_TYPICAL_WEIGHT_UG = tuple(round(g * 1e6) for g in (0.2, 4, 50, 180, 450, 1000))
"""Weight of a fish in the middle of each stage's feeding, in micrograms."""

_STOCK = "inventory_feedcontainerstock"
_PURCHASE = "inventory_feedpurchase"

OPENING = "INIT-"
"""How numbers of purchases begin that are a silo's opening stock."""
OPENING_NOTES = "Opening stock, until the first batch comes"
"""Notes of opening stock that no batch has claimed."""


def _places_to_open(world: World) -> set[int]:
    """Places whose silos are filled, or emptied first, when their first batch comes."""
    itinerary, stocked = world.itinerary, bool(world.config.feed.opening_stock_kg)
    if itinerary is None:
        return {place.index for place in world.layout.places if stocked}
    stocks = {stay.place for stay in itinerary.stays if stay.opening and stocked}
    return stocks | {lot.place for lot in itinerary.leftovers}


@dataclass(frozen=True)
class _Delivery:
    """What an order brings into which silos, as (silo, amount); the purchase's number if known."""

    place: int
    feed: int
    parts: list[tuple[int, int]]
    number: str | None = None
    notes: str | None = None


class Stores:
    """All feed on the farm, by lot and silo; `lots` is ordered by place, feed, age."""

    def __init__(self, world: World) -> None:
        layout = world.layout
        self._config = world.config.feed
        self.lots = world.of(FeedLots)
        self._silo_capacity_u = [
            0,
            *(
                round(place.silo_capacity_kg * UNITS_PER_KG)
                for place in layout.places
                for _ in place.silos
            ),
        ]
        self._stocked = world.of(Stocked)
        self._stocked.opened[sorted(_places_to_open(world))] = 0
        self._leftovers: tuple[Leftover, ...] = ()
        if world.itinerary is not None:
            self._leftovers = world.itinerary.leftovers
            world.ids.take(_STOCK, len(self._leftovers))
            purchases = max((lot.purchase for lot in self._leftovers), default=0)
            world.ids.take(_PURCHASE, purchases)
        capacity_u = np.zeros(len(layout.places), dtype=np.int64)
        np.add.at(capacity_u, layout.silo_place()[1:], self._silo_capacity_u[1:])
        self._ordering = Ordering(world, capacity_u)

    def suitable(self, place: Ints, feed: Ints, places: int) -> Ints:
        """Positions of the lots that the fish of each place may eat, in the order of use.

        One pellet size either way of what suits the smallest fish there; the smaller size first, so
        that remainders are used up.
        """
        smallest = np.full(places, 10**6, dtype=np.int64)
        largest = np.full(places, -(10**6), dtype=np.int64)
        np.minimum.at(smallest, place, feed)
        np.maximum.at(largest, place, feed)
        lots_place, lots_feed = self.lots.place, self.lots.feed
        near = (lots_feed >= smallest[lots_place] - 1) & (lots_feed <= largest[lots_place] + 1)
        return np.flatnonzero(near & (self.lots.remaining_u > 0))

    def consume(self, world: World, lots: Ints, amount_u: Ints) -> None:
        """Take feed from lots and write their new stock."""
        np.subtract.at(self.lots.remaining_u, lots, amount_u)
        used = np.unique(lots)
        self._write_stock(world, used, at(world.today.day, 18, 5))
        self.lots.keep(self.lots.remaining_u > 0)

    def _write_stock(
        self,
        world: World,
        lots: Ints,
        moment: int,
        written_off_u: Ints | None = None,
        reason: str | None = None,
    ) -> None:
        world.output.update(
            _STOCK,
            len(lots),
            reason,
            **self._stock_columns(lots, written_off_u),
            updated_at=moment,
        )

    def _stock_columns(self, lots: Ints, written_off_u: Ints | None = None) -> dict[str, Any]:
        return {
            "id": self.lots.stock_id[lots],
            "quantity_kg": self.lots.remaining_u[lots],
            "entry_date": self.lots.entry_us[lots],
            "feed_container_id": self.lots.silo[lots],
            "feed_purchase_id": self.lots.purchase_id[lots],
            "written_off_kg": written_off_u,
            "created_at": self.lots.entry_us[lots],
        }

    def receive(self, world: World) -> None:
        """Throw away what is past its date, then unload what arrives today."""
        day = world.today.day
        stale = np.flatnonzero(self.lots.expiry_day < day)
        self._write_off(world, stale, at(day, 5, 30), "Written off: past its expiry date")
        if world.itinerary is not None:
            self._empty_silos(world)
        self._open(world)
        due = self._ordering.take_due(day)
        if len(due):
            self._unload(world, due)

    def _write_off(self, world: World, lots: Ints, moment: int, reason: str) -> None:
        if not len(lots):
            return
        lost = self.lots.remaining_u[lots].copy()
        self.lots.remaining_u[lots] = 0
        self._write_stock(world, lots, moment, lost, reason)
        self.lots.keep(self.lots.remaining_u > 0)

    def _empty_silos(self, world: World) -> None:
        """Empty the silos that the batch left today, and cancel what was ordered for them.

        Whoever comes next is another run's batch, perhaps generated already: it must find the silos
        as if it had been alone.
        """
        left = world.occupancy.taken_by == 0
        self._ordering.cancel(left)
        lots = np.flatnonzero(left[self.lots.place])
        self._write_off(world, lots, at(world.today.day, 19), "Written off: the batch has left")

    def _open(self, world: World) -> None:
        """Make the silos of places ready that their first batch was given today."""
        waiting = (self._stocked.opened == 0) & (world.occupancy.taken_by > 0)
        for index in np.flatnonzero(waiting).tolist():
            self._clear_out(world, index)
            if self._config.opening_stock_kg and self._brings_stock(world, index):
                self.open_place(world, index)
            self._stocked.opened[index] = 1

    def _brings_stock(self, world: World, index: int) -> bool:
        itinerary = world.itinerary
        return itinerary is None or any(s.opening for s in itinerary.stays if s.place == index)

    def _clear_out(self, world: World, index: int) -> None:
        """Write off what the farm's earlier batches left in the silos of a place."""
        keys = [n for n, lot in enumerate(self._leftovers, start=1) if lot.place == index]
        if not keys:
            return
        lots = [self._leftovers[key - 1] for key in keys]
        entry = np.array([lot.entry_us for lot in lots])
        world.output.update(
            _STOCK,
            len(lots),
            "Written off: left by earlier batches",
            id=np.array(keys),
            quantity_kg=0,
            entry_date=entry,
            feed_container_id=np.array([lot.silo for lot in lots]),
            feed_purchase_id=np.array([lot.purchase for lot in lots]),
            written_off_kg=np.array([lot.quantity_u for lot in lots]),
            created_at=entry,
            updated_at=at(world.today.day, 5, 15),
        )

    def open_place(self, world: World, index: int, notes: str | None = None) -> None:
        """Deliver a place's opening stock today: one purchase for each silo."""
        day, config = world.today.day, world.config.feed
        place = world.layout.places[index]
        feed = int(feed_type(np.array(_TYPICAL_WEIGHT_UG[place.stage]), config))
        quantity = round(config.opening_stock_kg * UNITS_PER_KG)
        deliveries = [
            _Delivery(index, feed, [(silo, quantity)], f"{OPENING}{silo_name(place, silo)}", notes)
            for silo in place.silos
        ]
        self._store(world, deliveries, day - config.delivery_days)

    def _unload(self, world: World, orders: FeedOrders) -> None:
        """One purchase of each order into as many silos as it needs, the emptiest first."""
        here = np.isin(self.lots.place, orders.place)
        held: defaultdict[int, int] = defaultdict(int)
        feeds: defaultdict[int, int] = defaultdict(int)
        lots = self.lots.take(here)
        for silo, kind, amount in zip(
            lots.silo.tolist(), lots.feed.tolist(), lots.remaining_u.tolist(), strict=True
        ):
            held[silo] += amount
            feeds[silo] |= 1 << kind
        deliveries = []
        for place, feed_number, left in zip(
            orders.place.tolist(), orders.feed.tolist(), orders.quantity_u.tolist(), strict=True
        ):
            feed = 1 << feed_number
            # Silos with another feed come last: pellets are not mixed while there is room.
            turn = sorted(
                (bool(feeds[silo] & ~feed), held[silo] - self._silo_capacity_u[silo], silo)
                for silo in world.layout.places[place].silos
            )
            parts = []
            for _, minus_free, silo in turn:
                part = min(left, -minus_free)
                if part > 0:
                    parts.append((silo, part))
                    held[silo] += part
                    feeds[silo] |= feed
                    left -= part
            if not parts:
                continue
            deliveries.append(_Delivery(place, feed_number, parts))
        # All that comes on a day was ordered on one.
        self._store(world, deliveries, int(orders.order_day[0]))

    def _store(self, world: World, deliveries: list[_Delivery], order_day: int) -> None:
        """Purchases that are delivered today."""
        if not deliveries:
            return
        config, day, rows = world.config.feed, world.today.day, len(deliveries)
        keys = world.ids.take(_PURCHASE, rows)
        places = np.array([delivery.place for delivery in deliveries])
        feeds = np.array([delivery.feed for delivery in deliveries])
        prices = prices_ore(config, world.draws, places, feeds, order_day)
        arrived = at(day, 6, 10) + keys % 40 * MINUTE_US
        expiry = day + config.shelf_life_days
        names = [place.name for place in world.layout.places]
        world.output.insert(
            _PURCHASE,
            rows,
            id=keys,
            purchase_date=order_day,
            quantity_kg=np.array([sum(n for _, n in d.parts) for d in deliveries]),
            cost_per_kg=np.array(prices),
            supplier=[config.types[delivery.feed].brand for delivery in deliveries],
            batch_number=[
                delivery.number or self._number(world, key, order_day)
                for key, delivery in zip(keys.tolist(), deliveries, strict=True)
            ],
            expiry_date=expiry,
            notes=[
                d.notes or f"For {names[d.place]}, delivered {to_date(day)}" for d in deliveries
            ],
            feed_id=feeds + 1,
            created_at=arrived,
            updated_at=arrived,
        )
        new = np.array(
            [
                (key, silo, d.place, d.feed, price, part, part, came, expiry)
                for key, d, price, came in zip(
                    keys.tolist(), deliveries, prices, arrived.tolist(), strict=True
                )
                for silo, part in d.parts
            ],
            dtype=np.int64,
        )
        lots = FeedLots.of(
            len(new),
            stock_id=world.ids.take(_STOCK, len(new)),
            purchase_id=new[:, 0],
            silo=new[:, 1],
            place=new[:, 2],
            feed=new[:, 3],
            price_ore=new[:, 4],
            received_u=new[:, 5],
            remaining_u=new[:, 6],
            entry_us=new[:, 7],
            expiry_day=new[:, 8],
        )
        old = len(self.lots)
        self.lots.add(lots)
        fresh = np.arange(old, old + len(new))
        world.output.insert(
            _STOCK,
            len(new),
            **self._stock_columns(fresh),
            updated_at=self.lots.entry_us[fresh],
        )
        self.lots.reorder(np.lexsort((self.lots.stock_id, self.lots.feed, self.lots.place)))

    def _number(self, world: World, key: int, order_day: int) -> str:
        if world.itinerary is not None:
            return f"AUTO-{batch_number(world, world.batches[0])}-{key:04d}"
        return f"AUTO-{to_date(order_day).year}-{key:06d}"

    def order(self, world: World, wanted_u: Ints) -> None:
        """Order for places whose feed would not last until the delivery, with days to spare."""
        self._ordering.order(world, wanted_u, self._held)

    def _held(self, suited: Ints | None) -> Ints:
        """Stock of each place: of the feed that suits each, or one size smaller; or of all."""
        held = np.zeros(len(self._stocked), dtype=np.int64)
        place, remaining_u = self.lots.place, self.lots.remaining_u
        if suited is not None:
            feed, wanted = self.lots.feed, suited[place]
            of_use = (feed >= wanted - 1) & (feed <= wanted)
            place, remaining_u = place[of_use], remaining_u[of_use]
        np.add.at(held, place, remaining_u)
        return held

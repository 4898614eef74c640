"""Feed stores: lots in silos, deliveries into them, what has gone stale."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data_generation.generators.dates import MINUTE_US, at, to_date
from data_generation.generators.feed_orders import UNITS_PER_KG, FeedOrders, Order, feed_type
from data_generation.generators.infrastructure import silo_name
from data_generation.generators.itinerary import Leftover
from data_generation.generators.prices import prices_ore
from data_generation.generators.rows import batch_number
from data_generation.generators.world import Arrays, Ints, World

LOT_FIELDS = (
    "stock_id",
    "purchase_id",
    "silo",
    "place",
    "feed",
    "price_ore",
    "received_u",
    "remaining_u",
    "entry_us",
    "expiry_day",
)
_LOT = {name: column for column, name in enumerate(LOT_FIELDS)}
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

    order: Order
    parts: list[tuple[int, int]]
    number: str | None = None
    notes: str | None = None


class Stores:
    """All feed on the farm, by lot and silo; `lots` is ordered by place, feed, age."""

    def __init__(self, world: World) -> None:
        """No feed, no orders."""
        layout = world.layout
        self._config = world.config.feed
        self._lots: Ints = np.zeros((0, len(LOT_FIELDS)), dtype=np.int64)
        self._silo_capacity_u = [
            0,
            *(
                round(place.silo_capacity_kg * UNITS_PER_KG)
                for place in layout.places
                for _ in place.silos
            ),
        ]
        # Places whose opening stock has come, or never will.
        self._opened: Ints = np.ones(len(layout.places), dtype=np.int64)
        self._opened[sorted(_places_to_open(world))] = 0
        self._leftovers: tuple[Leftover, ...] = ()
        if world.itinerary is not None:
            self._leftovers = world.itinerary.leftovers
            world.ids.take(_STOCK, len(self._leftovers))
            purchases = max((lot.purchase for lot in self._leftovers), default=0)
            world.ids.take(_PURCHASE, purchases)
        capacity_u = np.zeros(len(layout.places), dtype=np.int64)
        np.add.at(capacity_u, layout.silo_place()[1:], self._silo_capacity_u[1:])
        self._orders = FeedOrders(world, capacity_u)

    def lot(self, name: str) -> Ints:
        """One field of every lot."""
        column: Ints = self._lots[:, _LOT[name]]
        return column

    def suitable(self, place: Ints, feed: Ints, places: int) -> Ints:
        """Positions of the lots that the fish of each place may eat, in the order of use.

        One pellet size either way of what suits the smallest fish there; the smaller size first, so
        that remainders are used up.
        """
        smallest = np.full(places, 10**6, dtype=np.int64)
        largest = np.full(places, -(10**6), dtype=np.int64)
        np.minimum.at(smallest, place, feed)
        np.maximum.at(largest, place, feed)
        lots_place, lots_feed = self.lot("place"), self.lot("feed")
        near = (lots_feed >= smallest[lots_place] - 1) & (lots_feed <= largest[lots_place] + 1)
        return np.flatnonzero(near & (self.lot("remaining_u") > 0))

    def consume(self, world: World, lots: Ints, amount_u: Ints) -> None:
        """Take feed from lots and write their new stock."""
        np.subtract.at(self.lot("remaining_u"), lots, amount_u)
        used = np.unique(lots)
        self._write_stock(world, used, at(world.today.day, 18, 5))
        self._lots = self._lots[self.lot("remaining_u") > 0]

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
            "id": self.lot("stock_id")[lots],
            "quantity_kg": self.lot("remaining_u")[lots],
            "entry_date": self.lot("entry_us")[lots],
            "feed_container_id": self.lot("silo")[lots],
            "feed_purchase_id": self.lot("purchase_id")[lots],
            "written_off_kg": written_off_u,
            "created_at": self.lot("entry_us")[lots],
        }

    def receive(self, world: World) -> None:
        """Throw away what is past its date, then unload what arrives today."""
        day = world.today.day
        stale = np.flatnonzero(self.lot("expiry_day") < day)
        self._write_off(world, stale, at(day, 5, 30), "Written off: past its expiry date")
        if world.itinerary is not None:
            self._empty_silos(world)
        self._open(world)
        due = self._orders.take_due(day)
        if due:
            self._unload(world, due)

    def _write_off(self, world: World, lots: Ints, moment: int, reason: str) -> None:
        if not len(lots):
            return
        lost = self.lot("remaining_u")[lots].copy()
        self._lots[lots, _LOT["remaining_u"]] = 0
        self._write_stock(world, lots, moment, lost, reason)
        self._lots = self._lots[self.lot("remaining_u") > 0]

    def _empty_silos(self, world: World) -> None:
        """Empty the silos that the batch left today, and cancel what was ordered for them.

        Whoever comes next is another run's batch, perhaps generated already: it must find the silos
        as if it had been alone.
        """
        left = world.place_taken_by == 0
        self._orders.cancel(left)
        lots = np.flatnonzero(left[self.lot("place")])
        self._write_off(world, lots, at(world.today.day, 19), "Written off: the batch has left")

    def _open(self, world: World) -> None:
        """Make the silos of places ready that their first batch was given today."""
        for index in np.flatnonzero((self._opened == 0) & (world.place_taken_by > 0)).tolist():
            self._clear_out(world, index)
            if self._config.opening_stock_kg and self._brings_stock(world, index):
                self.open_place(world, index)
            self._opened[index] = 1

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
        order = Order(index, feed, quantity, day - config.delivery_days, day)
        deliveries = [
            _Delivery(order, [(silo, quantity)], f"{OPENING}{silo_name(place, silo)}", notes)
            for silo in place.silos
        ]
        self._store(world, deliveries)

    def _unload(self, world: World, orders: list[Order]) -> None:
        """One purchase of each order into as many silos as it needs, the emptiest first."""
        places = np.isin(self.lot("place"), [order.place for order in orders])
        held: defaultdict[int, int] = defaultdict(int)
        feeds: defaultdict[int, int] = defaultdict(int)
        columns = [_LOT[name] for name in ("silo", "feed", "remaining_u")]
        for silo, kind, amount in self._lots[places][:, columns].tolist():
            held[silo] += amount
            feeds[silo] |= 1 << kind
        deliveries = []
        for order in orders:
            left, feed = order.quantity_u, 1 << order.feed
            # Silos with another feed come last: pellets are not mixed while there is room.
            turn = sorted(
                (bool(feeds[silo] & ~feed), held[silo] - self._silo_capacity_u[silo], silo)
                for silo in world.layout.places[order.place].silos
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
            deliveries.append(_Delivery(order, parts))
        self._store(world, deliveries)

    def _store(self, world: World, deliveries: list[_Delivery]) -> None:
        """Purchases that are delivered today."""
        if not deliveries:
            return
        config, day, rows = world.config.feed, world.today.day, len(deliveries)
        keys = world.ids.take(_PURCHASE, rows)
        orders = [delivery.order for delivery in deliveries]
        places = np.array([order.place for order in orders])
        feeds = np.array([order.feed for order in orders])
        # All that comes on a day was ordered on one.
        prices = prices_ore(config, world.draws, places, feeds, orders[0].order_day)
        arrived = at(day, 6, 10) + keys % 40 * MINUTE_US
        expiry = day + config.shelf_life_days
        names = [place.name for place in world.layout.places]
        world.output.insert(
            _PURCHASE,
            rows,
            id=keys,
            purchase_date=np.array([order.order_day for order in orders]),
            quantity_kg=np.array([sum(n for _, n in d.parts) for d in deliveries]),
            cost_per_kg=np.array(prices),
            supplier=[config.types[order.feed].brand for order in orders],
            batch_number=[
                delivery.number or self._number(world, key, delivery.order.order_day)
                for key, delivery in zip(keys.tolist(), deliveries, strict=True)
            ],
            expiry_date=expiry,
            notes=[
                d.notes or f"For {names[d.order.place]}, delivered {to_date(day)}"
                for d in deliveries
            ],
            feed_id=feeds + 1,
            created_at=arrived,
            updated_at=arrived,
        )
        new = np.array(
            [
                (key, silo, d.order.place, d.order.feed, price, part, part, came, expiry)
                for key, d, price, came in zip(
                    keys.tolist(), deliveries, prices, arrived.tolist(), strict=True
                )
                for silo, part in d.parts
            ],
            dtype=np.int64,
        )
        stock_keys = world.ids.take(_STOCK, len(new))
        old = len(self._lots)
        self._lots = np.concatenate([self._lots, np.column_stack([stock_keys, new])])
        fresh = np.arange(old, old + len(new))
        world.output.insert(
            _STOCK,
            len(new),
            **self._stock_columns(fresh),
            updated_at=self.lot("entry_us")[fresh],
        )
        order_of_use = np.lexsort((self.lot("stock_id"), self.lot("feed"), self.lot("place")))
        self._lots = self._lots[order_of_use]

    def _number(self, world: World, key: int, order_day: int) -> str:
        if world.itinerary is not None:
            return f"AUTO-{batch_number(world, world.batches[0])}-{key:04d}"
        return f"AUTO-{to_date(order_day).year}-{key:06d}"

    def order(self, world: World, wanted_u: Ints) -> None:
        """Order for places whose feed would not last until the delivery, with days to spare."""
        self._orders.order(world, wanted_u, self._held)

    def _held(self, suited: Ints | None) -> Ints:
        """Stock of each place: of the feed that suits each, or one size smaller; or of all."""
        held = np.zeros(len(self._opened), dtype=np.int64)
        lots = self._lots
        if suited is not None:
            feed, wanted = self.lot("feed"), suited[self.lot("place")]
            lots = lots[(feed >= wanted - 1) & (feed <= wanted)]
        np.add.at(held, lots[:, _LOT["place"]], lots[:, _LOT["remaining_u"]])
        return held

    def snapshot(self) -> Arrays:
        """Lots, orders as rows of their five numbers, and which places were opened."""
        return {
            "lots": self._lots,
            "orders": self._orders.as_rows(),
            "opened": self._opened,
        }

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Take lots, orders and openings back."""
        self._lots = arrays["lots"].astype(np.int64)
        self._orders.restore(arrays["orders"])
        self._opened = arrays["opened"].astype(np.int64)

"""Feed stores: lots in silos, orders under way, when and what to order, what has gone stale."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data_generation.config.models import ADULT
from data_generation.config.models import Feed as FeedConfig
from data_generation.generators.dates import MINUTE_US, at, to_date
from data_generation.generators.farm import Place
from data_generation.generators.infrastructure import silo_name
from data_generation.generators.prices import prices_ore
from data_generation.generators.rng import whole
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
_UNITS_PER_KG = 100
_TYPICAL_WEIGHT_UG = tuple(round(g * 1e6) for g in (0.2, 4, 50, 180, 450, 1000))
"""Weight of a fish in the middle of each stage's feeding, in micrograms."""

OPENING = "INIT-"
"""How numbers of purchases begin that are a silo's opening stock."""
OPENING_NOTES = "Opening stock, until the first batch comes"
"""Notes of opening stock that no batch has claimed."""


def feed_type(weight_ug: Ints, config: FeedConfig) -> Ints:
    """Index of the feed whose pellets suit fish of this mean weight."""
    limits = np.array([feed.up_to_weight_g for feed in config.types[:-1]]) * 1_000_000
    result: Ints = np.searchsorted(limits, weight_ug, side="right").astype(np.int64)
    return result


def _places_to_open(world: World) -> list[int]:
    if world.itinerary is None:
        return [place.index for place in world.layout.places]
    return [stay.place for stay in world.itinerary.stays if stay.opening]


@dataclass(frozen=True)
class _Order:
    place: int
    feed: int
    quantity_u: int
    order_day: int
    due_day: int


@dataclass(frozen=True)
class _Delivery:
    """What an order brings into which silos, as (silo, amount); the purchase's number if known."""

    order: _Order
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
        self._orders: list[_Order] = []
        self._silo_capacity_u = [
            0,
            *(
                round(place.silo_capacity_kg * _UNITS_PER_KG)
                for place in layout.places
                for _ in place.silos
            ),
        ]
        self._cover = np.array([self._cover_days(place) for place in layout.places])
        # Places whose opening stock has come, or never will.
        self._opened: Ints = np.ones(len(layout.places), dtype=np.int64)
        if self._config.opening_stock_kg:
            self._opened[_places_to_open(world)] = 0
        self._capacity_u = np.zeros(len(layout.places), dtype=np.int64)
        np.add.at(self._capacity_u, layout.silo_place()[1:], self._silo_capacity_u[1:])

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
            "inventory_feedcontainerstock",
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
        due = [order for order in self._orders if order.due_day <= day]
        if due:
            self._orders = [order for order in self._orders if order.due_day > day]
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
        self._orders = [order for order in self._orders if not left[order.place]]
        lots = np.flatnonzero(left[self.lot("place")])
        self._write_off(world, lots, at(world.today.day, 19), "Written off: the batch has left")

    def _open(self, world: World) -> None:
        """Deliver the opening stock of places that their first batch was given today."""
        for index in np.flatnonzero((self._opened == 0) & (world.place_taken_by > 0)).tolist():
            self.open_place(world, index)

    def open_place(self, world: World, index: int, notes: str | None = None) -> None:
        """Deliver a place's opening stock today: one purchase for each silo."""
        self._opened[index] = 1
        day, config = world.today.day, world.config.feed
        place = world.layout.places[index]
        feed = int(feed_type(np.array(_TYPICAL_WEIGHT_UG[place.stage]), config))
        quantity = round(config.opening_stock_kg * _UNITS_PER_KG)
        order = _Order(index, feed, quantity, day - config.delivery_days, day)
        deliveries = [
            _Delivery(order, [(silo, quantity)], f"{OPENING}{silo_name(place, silo)}", notes)
            for silo in place.silos
        ]
        self._store(world, deliveries)

    def _unload(self, world: World, orders: list[_Order]) -> None:
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
        table = "inventory_feedpurchase"
        keys = world.ids.take(table, rows)
        orders = [delivery.order for delivery in deliveries]
        places = np.array([order.place for order in orders])
        feeds = np.array([order.feed for order in orders])
        # All that comes on a day was ordered on one.
        prices = prices_ore(config, world.draws, places, feeds, orders[0].order_day)
        arrived = at(day, 6, 10) + keys % 40 * MINUTE_US
        expiry = day + config.shelf_life_days
        names = [place.name for place in world.layout.places]
        world.output.insert(
            table,
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
        stock_keys = world.ids.take("inventory_feedcontainerstock", len(new))
        old = len(self._lots)
        self._lots = np.concatenate([self._lots, np.column_stack([stock_keys, new])])
        fresh = np.arange(old, old + len(new))
        world.output.insert(
            "inventory_feedcontainerstock",
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
        fish, config = world.fish, world.config.feed
        if not len(fish):
            return
        places = len(world.layout.places)
        horizon = config.delivery_days + config.safety_days
        left_days = self._days_left(world)
        going = fish.next_place >= 0
        place = np.concatenate([fish.place, fish.next_place[going]])
        want = np.concatenate([np.where(fish.stage > 0, wanted_u, 0), wanted_u[going]])
        days = np.concatenate([left_days, np.full(int(going.sum()), 90)])
        weight = np.concatenate([fish.weight_ug, fish.weight_ug[going]])
        soon = np.zeros(places, dtype=np.int64)
        np.add.at(soon, place, want * np.minimum(days, horizon))
        daily = np.zeros(places, dtype=np.int64)
        np.add.at(daily, place, np.where(days > 0, want, 0))
        later = np.zeros(places, dtype=np.int64)
        np.add.at(later, place, want * np.minimum(days, self._cover[place]))
        heaviest = np.zeros(places, dtype=np.int64)
        np.maximum.at(heaviest, place, weight)
        # Feed for the size that the fish will have when the delivery is used.
        suited = feed_type(np.maximum(heaviest, 1) * 11 // 10, config)
        usable = self._held(places, suited) + self._under_way(places)
        total = self._held(places, None) + self._under_way(places)
        low = (usable < soon) | (
            (total < config.reorder_level * self._capacity_u) & (usable < 2 * soon)
        )
        short = np.flatnonzero(low & (daily > 0))
        if len(short):
            self._place_orders(
                world,
                short,
                suited[short],
                (later - usable)[short],
                (self._capacity_u - total)[short],
            )

    def _place_orders(
        self, world: World, places: Ints, feeds: Ints, wanted_u: Ints, free_u: Ints
    ) -> None:
        """Order `wanted_u`, as far as the silos have room, in the steps that bulk comes in."""
        config, day = world.config.feed, world.today.day
        step = round(config.order_step_kg * _UNITS_PER_KG)
        z = world.draws.normal("weighbridge", places * 64 + feeds, day)
        least = round(config.min_order_kg * _UNITS_PER_KG)
        wanted = whole(np.maximum(wanted_u, least) * (1.0 + 0.01 * z))
        quantities = np.minimum(wanted, free_u) // step * step
        due = day + config.delivery_days
        self._orders += [
            _Order(place, feed, quantity, day, due)
            for place, feed, quantity in zip(
                places.tolist(), feeds.tolist(), quantities.tolist(), strict=True
            )
            if quantity > 0
        ]

    def _cover_days(self, place: Place) -> int:
        config = self._config
        cover = config.cover_days_sea if place.at_sea else config.cover_days_hall
        return config.delivery_days + cover

    def _days_left(self, world: World) -> Ints:
        """Days for which each assignment will still eat where it is."""
        fish, day = world.fish, world.today.day
        config = world.config.staggering
        planned = np.array([*config.stage_days, 0], dtype=np.int64)[fish.stage] + fish.start_day
        planned = np.maximum(planned, day + config.reserve_ahead_days)
        # A batch is harvested at its mean weight, which is close to linear in time by then.
        target = world.batch_values("target_weight_g")
        row = world.batch_rows()
        alive = np.maximum(np.bincount(row, fish.count), 1.0)
        weight = (np.bincount(row, fish.count * (fish.weight_ug / 1e6)) / alive)[row]
        gain = (np.bincount(row, fish.count * (world.today.gain_ug / 1e6)) / alive)[row]
        missing = np.maximum(target - weight, 0.0) / np.maximum(gain, 1e-9)
        to_harvest = np.ceil(missing).astype(np.int64) + day + 3
        until = np.where(fish.stage == ADULT, to_harvest, planned)
        until = np.minimum(until, fish.fast_from)
        result: Ints = np.clip(until - day, 0, 365)
        return result

    def _held(self, places: int, suited: Ints | None) -> Ints:
        held = np.zeros(places, dtype=np.int64)
        lots = self._lots
        if suited is not None:
            feed, wanted = self.lot("feed"), suited[self.lot("place")]
            lots = lots[(feed >= wanted - 1) & (feed <= wanted)]
        np.add.at(held, lots[:, _LOT["place"]], lots[:, _LOT["remaining_u"]])
        return held

    def _under_way(self, places: int) -> Ints:
        under_way = np.zeros(places, dtype=np.int64)
        for order in self._orders:
            under_way[order.place] += order.quantity_u
        return under_way

    def snapshot(self) -> Arrays:
        """Lots, orders as rows of their five numbers, and which places were opened."""
        orders = [(o.place, o.feed, o.quantity_u, o.order_day, o.due_day) for o in self._orders]
        return {
            "lots": self._lots,
            "orders": np.array(orders, dtype=np.int64).reshape(len(orders), 5),
            "opened": self._opened,
        }

    def restore(self, arrays: Mapping[str, Ints]) -> None:
        """Take lots, orders and openings back."""
        self._lots = arrays["lots"].astype(np.int64)
        self._orders = [_Order(*row) for row in arrays["orders"].tolist()]
        self._opened = arrays["opened"].astype(np.int64)

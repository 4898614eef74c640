"""Feed orders: when and what to order so that no silo runs dry, and what is under way."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from data_generation.config.inventory import Feed as FeedConfig
from data_generation.config.types import ADULT
from data_generation.generators.core.draws import whole
from data_generation.generators.core.layout import Place
from data_generation.generators.core.world import Ints, World
from data_generation.generators.inventory.state import FeedOrders

UNITS_PER_KG = 100
"""Amounts of feed (`_u`) are whole numbers of these."""


def feed_type(weight_ug: Ints, config: FeedConfig) -> Ints:
    """Index of the feed whose pellets suit fish of this mean weight."""
    limits = np.array([feed.up_to_weight_g for feed in config.types[:-1]]) * 1_000_000
    result: Ints = np.searchsorted(limits, weight_ug, side="right").astype(np.int64)
    return result


Held = Callable[[Ints | None], Ints]
"""Gives the stock of each place: of the feed that suits each, or one size smaller; or of all."""


class Ordering:
    """Orders under way; `capacity_u` is what the silos of each place hold together."""

    def __init__(self, world: World, capacity_u: Ints) -> None:
        self._config = world.config.feed
        self._capacity_u = capacity_u
        self._cover = np.array([self._cover_days(place) for place in world.layout.places])
        self._orders = world.of(FeedOrders)

    def take_due(self, day: int) -> FeedOrders:
        """Return what is delivered on a day; it is under way no more."""
        due = self._orders.due_day <= day
        taken = self._orders.take(due)
        if len(taken):
            self._orders.keep(~due)
        return taken

    def cancel(self, left: npt.NDArray[np.bool_]) -> None:
        """Forget what was ordered for the places that are `left`."""
        self._orders.keep(~left[self._orders.place])

    def order(self, world: World, wanted_u: Ints, held: Held) -> None:
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
        under_way = self._under_way(places)
        usable = held(suited) + under_way
        total = held(None) + under_way
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
        step = round(config.order_step_kg * UNITS_PER_KG)
        z = world.draws.normal("weighbridge", places * 64 + feeds, day)
        least = round(config.min_order_kg * UNITS_PER_KG)
        wanted = whole(np.maximum(wanted_u, least) * (1.0 + 0.01 * z))
        quantities = np.minimum(wanted, free_u) // step * step
        new = FeedOrders.of(
            len(places),
            place=places,
            feed=feeds,
            quantity_u=quantities,
            order_day=day,
            due_day=day + config.delivery_days,
        )
        new.keep(quantities > 0)
        self._orders.add(new)

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
        gain = (np.bincount(row, fish.count * (world.fish_today.gain_ug / 1e6)) / alive)[row]
        missing = np.maximum(target - weight, 0.0) / np.maximum(gain, 1e-9)
        to_harvest = np.ceil(missing).astype(np.int64) + day + 3
        until = np.where(fish.stage == ADULT, to_harvest, planned)
        until = np.minimum(until, fish.fast_from)
        result: Ints = np.clip(until - day, 0, 365)
        return result

    def _under_way(self, places: int) -> Ints:
        under_way = np.zeros(places, dtype=np.int64)
        np.add.at(under_way, self._orders.place, self._orders.quantity_u)
        return under_way

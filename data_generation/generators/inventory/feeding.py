"""Feeding: what fish want, what the silos hold, first in first out, at exact cost.

Feed is counted in units of 10 g, money in hundredths of a krone, so that every lot balances. A
place's lots form one line, ordered by pellet size and then by age; its meals form another. Where
the two cumulative curves meet, a meal or a lot ends, so a feeding event never mixes two lots.
"""

import numpy as np

from data_generation.config.types import ADULT
from data_generation.generators.batch.growth import potential_gain_ug
from data_generation.generators.core.dates import HOUR_US, MINUTE_US, at
from data_generation.generators.core.day import Cost
from data_generation.generators.core.draws import whole
from data_generation.generators.core.world import Floats, Ints, World
from data_generation.generators.inventory.orders import feed_type
from data_generation.generators.inventory.stores import Stores

UNIT_G = 10
_PLACE = 1 << 44
_FULL_G_PER_KG = 990
"""From this biomass on, of what a container may hold, it counts as full."""
_MORNING_US = 8 * HOUR_US
_AFTERNOON_US = 15 * HOUR_US + 30 * MINUTE_US


def split_meals(
    meal_place: Ints, meal_u: Ints, lot_place: Ints, lot_u: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Serve meals from lots, first come first served, within each place.

    Both lists must be ordered by place; a place's meals may not exceed its lots. Returns for each
    piece: the meal's index, the lot's index, the amount, and how far into the lot it begins.
    """
    meal_end = _ends(meal_place, meal_u)
    lot_end = _ends(lot_place, lot_u)
    total = np.zeros(int(max(meal_place.max(initial=0), lot_place.max(initial=0))) + 1, np.int64)
    np.add.at(total, meal_place, meal_u)
    cut = np.minimum(lot_end, lot_place * _PLACE + total[lot_place])
    # Both are sorted, which a stable sort makes use of.
    ends = np.sort(np.concatenate([meal_end, cut]), kind="stable")
    ends = ends[np.diff(ends, prepend=-1) > 0]
    starts = np.concatenate([[0], ends[:-1]])
    starts = np.maximum(starts, ends // _PLACE * _PLACE)
    real = ends > starts
    ends, starts = ends[real], starts[real]
    meal = np.searchsorted(meal_end, ends, side="left")
    lot = np.searchsorted(lot_end, ends, side="left")
    into_lot = starts - (lot_end[lot] - lot_u[lot])
    return meal, lot, ends - starts, into_lot


def _ends(place: Ints, amount: Ints) -> Ints:
    """Cumulative amount within each place, offset so that places never overlap."""
    running = np.cumsum(amount)
    first = np.concatenate([[True], place[1:] != place[:-1]])
    before = np.maximum.accumulate(np.where(first, running - amount, 0))
    result: Ints = place * _PLACE + running - before
    return result


def cost_ore(consumed_u: Ints, amount_u: Ints, price_ore_kg: Ints) -> Ints:
    """Cost in hundredths of a krone of `amount_u` after `consumed_u` of a lot was used.

    Rounded on the lot's cumulative cost, so that the events of a lot add up to its price.
    """

    def cumulative(units: Ints) -> Ints:
        return (units * price_ore_kg + 50) // 100

    return cumulative(consumed_u + amount_u) - cumulative(consumed_u)


class Feeding:
    """What each container is due today, the meals of it that the silos can give, lot by lot."""

    def __init__(self, world: World) -> None:
        self.stores = Stores(world)

    def advance(self, world: World) -> None:
        """Deliveries, then the two meals, then orders."""
        fish, today = world.fish, world.today
        # Who fills the container, awaiting a place or the end of a withdrawal, is not fed up.
        full = fish.biomass_g() >= _FULL_G_PER_KG * world.layout.max_biomass_kg[fish.container]
        of_fish = world.fish_today
        of_fish.appetite[full] = 0
        of_fish.gain_ug = potential_gain_ug(world) * of_fish.appetite // 10_000
        wanted_u = self._wanted(world)
        fasting = (today.day >= fish.fast_from) | (fish.start_day == today.day) | (fish.stage == 0)
        of_fish.demand_u = np.where(fasting, 0, wanted_u)
        self.stores.receive(world)
        self._feed(world)
        self.stores.order(world, wanted_u)

    def _wanted(self, world: World) -> Ints:
        """Feed for a full day of growth, in units of 10 g; what eggs would want is next stage's."""
        config, fish = world.config.feed, world.fish
        fcr = np.array([config.biological_fcr[0], *config.biological_fcr])[fish.stage]
        fcr = fcr * (world.batch_values("fcr_factor") / 10_000)
        gain_g = fish.count * today_gain_g(world)
        return whole(gain_g * fcr / (1.0 - config.waste_share) / UNIT_G)

    def _feed(self, world: World) -> None:
        fish, today, stores = world.fish, world.today, self.stores
        of_fish = world.fish_today
        hungry = np.flatnonzero(of_fish.demand_u > 0)
        if not len(hungry):
            return
        hungry = hungry[np.lexsort((fish.container[hungry], fish.place[hungry]))]
        place = fish.place[hungry]
        suited = feed_type(fish.weight_ug[hungry], world.config.feed)
        lots = stores.suitable(place, suited, len(world.layout.places))
        demand = of_fish.demand_u[hungry]
        demand = _ration(place, demand, stores.lots.place[lots], stores.lots.remaining_u[lots])
        share = world.config.feed.morning_share
        tilt, early_u, late_u, _ = world.draws.uniforms("meal", fish.key[hungry], today.day)
        morning = whole(demand * (share + 0.06 * (tilt - 0.5)))
        meals_u = np.concatenate([morning, demand - morning])
        meal_fish = np.concatenate([hungry, hungry])
        meal_place = np.concatenate([place, place])
        minutes = np.concatenate([early_u, late_u])
        base = np.repeat([_MORNING_US, _AFTERNOON_US], len(hungry))
        meal_time = base + (minutes * 80).astype(np.int64) * MINUTE_US
        order = np.argsort(meal_place, kind="stable")
        meal, lot, amount, into = split_meals(
            meal_place[order],
            meals_u[order],
            stores.lots.place[lots],
            stores.lots.remaining_u[lots],
        )
        meal = order[meal]
        self._write(world, meal_fish[meal], meal_time[meal], lots[lot], amount, into)
        np.add.at(of_fish.fed_u, meal_fish[meal], amount)
        stores.consume(world, lots[lot], amount)

    def _write(
        self,
        world: World,
        fish_position: Ints,
        time_us: Ints,
        lot: Ints,
        amount_u: Ints,
        into_lot: Ints,
    ) -> None:
        fish, stores, day = world.fish, self.stores, world.today.day
        consumed = stores.lots.received_u[lot] - stores.lots.remaining_u[lot] + into_lot
        biomass = fish.biomass_centikg()[fish_position]
        moments = at(day, 0) + time_us
        cost = cost_ore(consumed, amount_u, stores.lots.price_ore[lot])
        _book(world, fish_position, cost)
        table = "inventory_feedingevent"
        world.output.insert(
            table,
            len(lot),
            id=world.ids.take(table, len(lot)),
            feeding_date=day,
            feeding_time=time_us,
            amount_kg=amount_u * 100,
            batch_biomass_kg=biomass,
            feeding_percentage=whole(amount_u * 1e8 / np.maximum(biomass, 1)),
            method="AUTOMATIC",
            notes="",
            batch_id=fish.batch[fish_position],
            batch_assignment_id=fish.id[fish_position],
            container_id=fish.container[fish_position],
            feed_id=stores.lots.feed[lot] + 1,
            recorded_by_id=None,
            feed_cost=cost,
            feed_stock_id=stores.lots.stock_id[lot],
            created_at=moments,
            updated_at=moments,
        )


def _book(world: World, fish_position: Ints, cost: Ints) -> None:
    """Charge each batch for what its fish ate today, apart for fresh water and the sea."""
    at_sea = (world.fish.stage[fish_position] == ADULT).astype(np.int64)
    spent = np.zeros((len(world.batches), 2), dtype=np.int64)
    np.add.at(spent, (world.batch_rows()[fish_position], at_sea), cost)
    world.today.costs += [
        Cost(batch.id, kind, ore)
        for batch, row in zip(world.batches, spent.tolist(), strict=True)
        for kind, ore in zip(("feed_fresh", "feed_sea"), row, strict=True)
        if ore
    ]


def today_gain_g(world: World) -> Floats:
    """Growth of the day in grams a fish if fed in full; for eggs, that of fish about to feed."""
    config, fish = world.config, world.fish
    start_g = config.growth.first_feeding_weight_g
    temperature = config.environment.hall_temperature_c[1]
    first = (np.cbrt(start_g) + config.growth.tgc[0] / 1000.0 * temperature) ** 3 - start_g
    result: Floats = np.where(fish.stage == 0, first, world.fish_today.gain_ug / 1e6)
    return result


def _ration(place: Ints, demand: Ints, lot_place: Ints, lot_u: Ints) -> Ints:
    """Demand, cut in proportion where a place holds less than its fish want."""
    size = int(max(place.max(initial=0), lot_place.max(initial=0))) + 1
    wanted = np.zeros(size, np.int64)
    held = np.zeros(size, np.int64)
    np.add.at(wanted, place, demand)
    np.add.at(held, lot_place, lot_u)
    short = held < wanted
    if not short[place].any():
        return demand
    return np.where(short[place], demand * held[place] // np.maximum(wanted[place], 1), demand)

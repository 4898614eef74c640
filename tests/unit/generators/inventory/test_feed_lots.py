"""The feed's books: each kilogram is bought, kept in a silo, and eaten or thrown away."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from data_generation.config.types import STAGES
from data_generation.generators.core.dates import DAY_US
from data_generation.generators.core.layout import Layout
from tests.unit.generators.support import ASSIGNMENT, totals


def test_feed_is_conserved_for_each_lot(farm):
    stock = farm.rows("inventory_feedcontainerstock")
    history = farm.history("inventory_feedcontainerstock")
    fed = farm.rows("inventory_feedingevent")
    received = {
        key: quantity
        for key, quantity, kind in zip(
            history["id"], history["quantity_kg"], history["history_type"], strict=True
        )
        if kind == "+"
    }
    eaten = totals(fed["feed_stock_id"], fed["amount_kg"])  # in ten-thousandths of a kilogram
    assert (fed["amount_kg"] > 0).all()
    for key, left, off in zip(
        stock["id"].tolist(), stock["quantity_kg"], stock["written_off_kg"], strict=True
    ):
        assert left >= 0
        assert received[key] * 100 == (left + (off or 0)) * 100 + eaten[key], key
    bought = farm.rows("inventory_feedpurchase")
    by_purchase = totals(
        stock["feed_purchase_id"], np.array([received[key] for key in stock["id"].tolist()])
    )
    assert by_purchase == dict(zip(bought["id"].tolist(), bought["quantity_kg"], strict=True))


def test_feed_costs_what_was_paid_for_it(farm):
    stock = farm.rows("inventory_feedcontainerstock")
    fed = farm.rows("inventory_feedingevent")
    bought = farm.rows("inventory_feedpurchase")
    price = dict(zip(bought["id"], bought["cost_per_kg"], strict=True))
    feed = dict(zip(bought["id"], bought["feed_id"], strict=True))
    purchase = dict(zip(stock["id"], stock["feed_purchase_id"], strict=True))
    cost = totals(fed["feed_stock_id"], fed["feed_cost"])
    eaten = totals(fed["feed_stock_id"], fed["amount_kg"])
    for lot, ten_thousandths in eaten.items():
        exact = ten_thousandths * price[purchase[lot]]
        assert cost[lot] == (exact + 5_000) // 10_000, lot
    for lot, eaten_feed in zip(fed["feed_stock_id"], fed["feed_id"], strict=True):
        assert feed[purchase[lot]] == eaten_feed


def test_lots_are_used_in_their_order(farm):
    """Of one feed in one hall or area, a younger lot is opened when the older one is empty."""
    stock = farm.rows("inventory_feedcontainerstock")
    bought = farm.rows("inventory_feedpurchase")
    feed = dict(zip(bought["id"], bought["feed_id"], strict=True))
    place = Layout(farm.config).silo_place()
    fed = farm.rows("inventory_feedingevent")
    first, last = {}, {}
    for lot, day in zip(fed["feed_stock_id"].tolist(), fed["feeding_date"].tolist(), strict=True):
        first.setdefault(lot, day)
        last[lot] = day
    lines = defaultdict(list)
    for key, silo, purchase in zip(
        stock["id"].tolist(), stock["feed_container_id"], stock["feed_purchase_id"], strict=True
    ):
        if key in first:
            lines[place[silo], feed[purchase]].append(key)
    assert max(map(len, lines.values())) > 3
    for line in lines.values():
        for older, younger in pairwise(sorted(line)):
            assert last[older] <= first[younger]


def test_silos_never_hold_less_than_nothing_or_more_than_they_can(farm):
    silos = farm.rows("infrastructure_feedcontainer")
    capacity = dict(zip(silos["id"], silos["capacity_kg"], strict=True))
    history = farm.history("inventory_feedcontainerstock")
    lot, held, fullest = {}, defaultdict(int), 0.0
    for key, silo, quantity in zip(
        history["id"], history["feed_container_id"], history["quantity_kg"], strict=True
    ):
        held[silo] += quantity - lot.get(key, 0)
        lot[key] = quantity
        assert quantity >= 0
        assert 0 <= held[silo] <= capacity[silo]
        fullest = max(fullest, held[silo] / capacity[silo])
    assert fullest > 0.1


def test_stock_starts_with_its_delivery_three_days_after_the_order(farm):
    bought = farm.rows("inventory_feedpurchase")
    stock = farm.rows("inventory_feedcontainerstock")
    arrived = totals(stock["feed_purchase_id"], stock["entry_date"] * 0)
    for key, moment in zip(stock["feed_purchase_id"].tolist(), stock["entry_date"], strict=True):
        arrived[key] = moment // DAY_US
    wait = np.array([arrived[key] for key in bought["id"].tolist()]) - bought["purchase_date"]
    assert (wait == farm.config.feed.delivery_days).all()
    assert all(number.startswith("AUTO-") for number in bought["batch_number"])
    fed = farm.rows("inventory_feedingevent")
    entered = dict(zip(stock["id"], stock["entry_date"], strict=True))
    expires = dict(zip(bought["id"], bought["expiry_date"], strict=True))
    of_purchase = dict(zip(stock["id"], stock["feed_purchase_id"], strict=True))
    for lot, moment, day in zip(
        fed["feed_stock_id"], fed["created_at"], fed["feeding_date"], strict=True
    ):
        assert entered[lot] < moment
        assert day <= expires[of_purchase[lot]]


def test_feed_comes_from_the_silos_of_the_fishs_own_place(farm):
    layout = Layout(farm.config)
    silo_place = layout.silo_place()
    stock = farm.rows("inventory_feedcontainerstock")
    silo = dict(zip(stock["id"], stock["feed_container_id"], strict=True))
    fed = farm.rows("inventory_feedingevent")
    for lot, container in zip(fed["feed_stock_id"], fed["container_id"], strict=True):
        assert silo_place[silo[lot]] == layout.container_place[container]


def test_fish_fast_before_moves_and_slaughter(farm):
    fed = farm.rows("inventory_feedingevent")
    last_fed = {}
    for key, day in zip(
        fed["batch_assignment_id"].tolist(), fed["feeding_date"].tolist(), strict=True
    ):
        last_fed[key] = day
    moves = farm.rows("batch_batchtransfer")
    feed = farm.config.feed
    for source, day, to in zip(
        moves["source_assignment_id"].tolist(),
        moves["transfer_date"],
        moves["destination_lifecycle_stage_id"],
        strict=True,
    ):
        if source in last_fed:
            fast = feed.fast_before_sea_days if to == len(STAGES) else feed.fast_before_move_days
            assert day - last_fed[source] > fast
    events = farm.rows("harvest_harvestevent")
    for cage, moment in zip(events["assignment_id"].tolist(), events["event_date"], strict=True):
        assert moment // DAY_US - last_fed[cage] > farm.config.harvest.fast_days


def test_fish_grow_by_what_they_ate(farm):
    """Also where silos ran short; without feed there is no growth."""
    history = farm.history(ASSIGNMENT)
    stage = dict(zip(history["id"], history["lifecycle_stage_id"], strict=True))
    evening = {}
    for key, moment, count, weight in zip(
        history["id"].tolist(),
        history["history_date"].tolist(),
        history["population_count"].tolist(),
        history["avg_weight_g"].tolist(),
        strict=True,
    ):
        if count:
            evening[key, moment // DAY_US] = (count, weight)
    fed = farm.rows("inventory_feedingevent")
    eaten = totals(fed["batch_assignment_id"] * 100_000 + fed["feeding_date"], fed["amount_kg"])
    moves = farm.rows("batch_batchtransfer")
    joined = set(
        zip(
            moves["destination_assignment_id"].tolist(),
            moves["transfer_date"].tolist(),
            strict=True,
        )
    )
    hungry = 0
    feed_g, growth_g = defaultdict(float), defaultdict(float)
    for (key, day), (count, weight) in evening.items():
        if (key, day - 1) not in evening or (key, day) in joined or stage[key] == 1:
            continue
        gain = (weight - evening[key, day - 1][1]) / 100
        amount = eaten[key * 100_000 + day] / 10
        if amount:
            feed_g[stage[key]] += amount
            growth_g[stage[key]] += count * gain
        else:
            hungry += 1
            assert gain == 0, (key, day)
    assert hungry > 20
    config = farm.config.feed
    for of_stage, grams in growth_g.items():
        expected = config.biological_fcr[of_stage - 2] / (1 - config.waste_share)
        assert feed_g[of_stage] / grams == pytest.approx(expected, rel=0.08)

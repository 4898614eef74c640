"""The farm's books: fish and feed are neither made nor lost, and nothing happens out of place."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from data_generation.config.models import STAGES
from data_generation.generators.farm import Layout
from tests.unit.generators_support import hasty_farm, tiny_farm

DAY_US = 86_400_000_000
ASSIGNMENT = "batch_batchcontainerassignment"


@pytest.fixture(scope="module", params=["tiny", "hasty"])
def farm(request):
    return tiny_farm() if request.param == "tiny" else hasty_farm()


def totals(keys, values):
    found = defaultdict(int)
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        found[key] += value
    return found


def harvested(farm):
    """Fish slaughtered by (batch, day), and by assignment."""
    events = farm.rows("harvest_harvestevent")
    lots = farm.rows("harvest_harvestlot")
    of_event = totals(lots["event_id"], lots["unit_count"])
    by_day, by_assignment = defaultdict(int), defaultdict(int)
    for i, event in enumerate(events["id"].tolist()):
        by_day[events["batch_id"][i], events["event_date"][i] // DAY_US] += of_event[event]
        by_assignment[events["assignment_id"][i]] += of_event[event]
    return by_day, by_assignment


def test_the_farms_live_enough_to_try_the_books(farm):
    """What the tests below say is only worth something if all of it has happened."""
    batches = farm.rows("batch_batch")
    assert "COMPLETED" in batches["status"]
    assert "ACTIVE" in batches["status"]
    transfers = farm.rows("batch_batchtransfer")
    assert transfers["mortality_count"].sum() > 0
    if len(farm.months) == 12:
        stock = farm.rows("inventory_feedcontainerstock")
        assert any(stock["written_off_kg"] != None)  # noqa: E711
        joins = totals(transfers["destination_assignment_id"], np.ones(len(transfers["id"]), int))
        splits = totals(transfers["source_assignment_id"], np.ones(len(transfers["id"]), int))
        assert max(joins.values()) > 1
        assert max(splits.values()) > 1


def test_fish_are_conserved_for_each_batch_on_every_day(farm):
    history = farm.history(ASSIGNMENT)
    deaths = farm.rows("batch_mortalityevent")
    dead = totals(deaths["batch_id"] * 100_000 + deaths["event_date"], deaths["count"])
    slaughtered, _ = harvested(farm)
    eggs = defaultdict(int)
    last_of_day = defaultdict(dict)
    for i in range(len(history["id"])):
        batch, day = history["batch_id"][i], history["history_date"][i] // DAY_US
        count = history["population_count"][i]
        if history["history_type"][i] == "+" and history["lifecycle_stage_id"][i] == 1:
            eggs[batch] += count
        last_of_day[batch, day][history["id"][i]] = count
    batches = farm.rows("batch_batch")
    for i, batch in enumerate(batches["id"].tolist()):
        assert int(batches["notes"][i].split()[0]) == eggs[batch]
        expected = eggs[batch]
        end = batches["actual_end_date"][i]
        for day in range(batches["start_date"][i], (end or farm.last_day) + 1):
            expected -= dead[batch * 100_000 + day] + slaughtered[batch, day]
            assert sum(last_of_day[batch, day].values()) == expected, (batch, day)
        if batches["status"][i] == "COMPLETED":
            assert expected == 0
        else:
            assert expected > 0
            assert end is None


def test_each_container_accounts_for_its_own_fish(farm):
    """Into an assignment: eggs or moves. Out of it: deaths, moves, slaughter. Rest: its count."""
    assignments = farm.rows(ASSIGNMENT)
    history = farm.history(ASSIGNMENT)
    moves = farm.rows("batch_batchtransfer")
    deaths = farm.rows("batch_mortalityevent")
    _, slaughtered = harvested(farm)
    eggs = {
        key: count
        for key, count, kind, stage in zip(
            history["id"],
            history["population_count"],
            history["history_type"],
            history["lifecycle_stage_id"],
            strict=True,
        )
        if kind == "+" and stage == 1
    }
    came = totals(moves["destination_assignment_id"], moves["transferred_count"])
    went = totals(moves["source_assignment_id"], moves["transferred_count"])
    died = totals(deaths["assignment_id"], deaths["count"])
    for key, count in zip(assignments["id"].tolist(), assignments["population_count"], strict=True):
        came_in = eggs.get(key, 0) + came[key]
        assert came_in - went[key] - died[key] - slaughtered[key] == count, key


def test_the_steps_of_a_move_follow_each_other(farm):
    moves = farm.rows("batch_batchtransfer")
    assignments = farm.rows(ASSIGNMENT)
    stage = dict(zip(assignments["id"], assignments["lifecycle_stage_id"], strict=True))
    for source in np.unique(moves["source_assignment_id"]):
        rows = np.flatnonzero(moves["source_assignment_id"] == source)
        left = moves["source_count"][rows]
        gone = moves["transferred_count"][rows] + moves["mortality_count"][rows]
        assert (left[1:] == left[:-1] - gone[:-1]).all()
        assert left[-1] == gone[-1]
    for i in range(len(moves["id"])):
        assert stage[moves["source_assignment_id"][i]] == moves["source_lifecycle_stage_id"][i]
        to = moves["destination_lifecycle_stage_id"][i]
        assert stage[moves["destination_assignment_id"][i]] == to
        assert to == moves["source_lifecycle_stage_id"][i] + 1
        assert moves["transferred_count"][i] > 0


def test_deaths_of_a_move_are_mortality_events_of_that_day(farm):
    moves = farm.rows("batch_batchtransfer")
    deaths = farm.rows("batch_mortalityevent")
    handling = deaths["cause"] == "HANDLING"
    counted = {
        (a, d): c
        for a, d, c, h, moment in zip(
            deaths["assignment_id"],
            deaths["event_date"],
            deaths["count"],
            handling,
            deaths["created_at"],
            strict=True,
        )
        if h and moment % DAY_US < 9 * 3_600_000_000
    }
    for source, day, count in zip(
        moves["source_assignment_id"], moves["transfer_date"], moves["mortality_count"], strict=True
    ):
        if count:
            assert counted.pop((source, day)) == count
    assert not counted


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
    place = Layout(farm.config.farm).silo_place()
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


def spans(farm):
    """First and last day of each assignment; a live one lasts to the run's end."""
    rows = farm.rows(ASSIGNMENT)
    return {
        key: (start, farm.last_day if end is None else end)
        for key, start, end in zip(
            rows["id"], rows["assignment_date"], rows["departure_date"], strict=True
        )
    }


@pytest.mark.parametrize(
    ("table", "assignment", "day", "at_the_ends"),
    [
        ("inventory_feedingevent", "batch_assignment_id", "feeding_date", False),
        ("batch_growthsample", "assignment_id", "sample_date", False),
        ("batch_mortalityevent", "assignment_id", "event_date", True),
        ("batch_batchtransfer", "source_assignment_id", "transfer_date", True),
        ("batch_batchtransfer", "destination_assignment_id", "transfer_date", True),
        ("harvest_harvestevent", "assignment_id", "event_date", True),
    ],
)
def test_nothing_happens_outside_its_assignments_dates(farm, table, assignment, day, at_the_ends):
    rows = farm.rows(table)
    span = spans(farm)
    rows_of = farm.rows(ASSIGNMENT)
    live = {key for key, active in zip(rows_of["id"], rows_of["is_active"], strict=True) if active}
    assert len(rows["id"]) > 3
    for key, when in zip(rows[assignment], rows[day], strict=True):
        when = when // DAY_US if when > 10**6 else when
        start, end = span[key]
        assert start <= when <= end
        if not at_the_ends:
            # Fish are neither fed nor weighed on the day of a move.
            assert start < when
            assert when < end or key in live


def test_events_name_the_batch_and_the_container_of_their_assignment(farm):
    rows = farm.rows(ASSIGNMENT)
    batch = dict(zip(rows["id"], rows["batch_id"], strict=True))
    container = dict(zip(rows["id"], rows["container_id"], strict=True))
    fed = farm.rows("inventory_feedingevent")
    deaths = farm.rows("batch_mortalityevent")
    assert all(
        batch[a] == b for a, b in zip(fed["batch_assignment_id"], fed["batch_id"], strict=True)
    )
    assert all(
        container[a] == c
        for a, c in zip(fed["batch_assignment_id"], fed["container_id"], strict=True)
    )
    assert all(
        batch[a] == b for a, b in zip(deaths["assignment_id"], deaths["batch_id"], strict=True)
    )


def test_feed_comes_from_the_silos_of_the_fishs_own_place(farm):
    layout = Layout(farm.config.farm)
    silo_place = layout.silo_place()
    stock = farm.rows("inventory_feedcontainerstock")
    silo = dict(zip(stock["id"], stock["feed_container_id"], strict=True))
    fed = farm.rows("inventory_feedingevent")
    for lot, container in zip(fed["feed_stock_id"], fed["container_id"], strict=True):
        assert silo_place[silo[lot]] == layout.container_place[container]


def test_a_container_holds_one_assignment_at_a_time(farm):
    rows = farm.rows(ASSIGNMENT)
    span = spans(farm)
    by_container = defaultdict(list)
    for key, container in zip(rows["id"], rows["container_id"], strict=True):
        by_container[container].append((*span[key], key))
    assert max(map(len, by_container.values())) > 1
    for stays in by_container.values():
        for (_, before, _), (after, _, _) in pairwise(sorted(stays)):
            assert before < after


def test_places_rest_between_two_batches(farm):
    layout = Layout(farm.config.farm)
    config = farm.config.staggering
    rows = farm.rows(ASSIGNMENT)
    span = spans(farm)
    stays = defaultdict(dict)
    for key, container, batch in zip(
        rows["id"], rows["container_id"], rows["batch_id"], strict=True
    ):
        here = stays[layout.container_place[container]]
        start, end = here.get(batch, (10**9, 0))
        here[batch] = (min(start, span[key][0]), max(end, span[key][1]))
    rests = 0
    for index, here in stays.items():
        place = layout.places[index]
        country = layout.countries[place.country]
        least = config.fallow_days[country] if place.at_sea else config.hall_grace_days_min
        for (_, before), (after, _) in pairwise(sorted(here.values())):
            assert after - before >= least, place.name
            rests += 1
    assert rests


def test_batches_go_through_all_stages_in_their_order_and_time(farm):
    rows = farm.rows(ASSIGNMENT)
    batches = farm.rows("batch_batch")
    config = farm.config.staggering
    for i, batch in enumerate(batches["id"].tolist()):
        mine = rows["batch_id"] == batch
        begins = {
            stage: rows["assignment_date"][mine & (rows["lifecycle_stage_id"] == stage)]
            for stage in range(1, len(STAGES) + 1)
        }
        reached = batches["lifecycle_stage_id"][i]
        assert [stage for stage, days in begins.items() if len(days)] == list(range(1, reached + 1))
        if batches["status"][i] == "COMPLETED":
            assert reached == len(STAGES)
        assert set(begins[1]) == {batches["start_date"][i]}
        for stage in range(2, reached + 1):
            waited = begins[stage].min() - begins[stage - 1].min()
            assert waited >= config.stage_days[stage - 2]
            spread = begins[stage].max() - begins[stage].min()
            assert spread < config.transfer_days
            # A move that the run's end cuts short may have filled one container only.
            assert spread > 0 or stage == reached
    assert max(batches["lifecycle_stage_id"]) == len(STAGES)


def test_a_batch_stays_in_its_country(farm):
    layout = Layout(farm.config.farm)
    rows = farm.rows(ASSIGNMENT)
    country = {}
    for batch, container in zip(rows["batch_id"], rows["container_id"], strict=True):
        here = layout.places[layout.container_place[container]].country
        assert country.setdefault(batch, here) == here
    assert set(country.values()) == set(range(len(layout.countries)))


def test_harvest_lots_add_up_to_the_cage(farm):
    events = farm.rows("harvest_harvestevent")
    lots = farm.rows("harvest_harvestlot")
    waste = farm.rows("harvest_harvestwaste")
    counts = totals(lots["event_id"], lots["unit_count"])
    live = totals(lots["event_id"], lots["live_weight_kg"])
    gutted = totals(lots["event_id"], lots["gutted_weight_kg"])
    lost = totals(waste["event_id"], waste["weight_kg"])
    history = farm.history(ASSIGNMENT)
    before = {}
    for i in range(len(history["id"])):
        if history["population_count"][i]:
            before[history["id"][i]] = (
                history["population_count"][i],
                history["biomass_kg"][i],
                history["history_date"][i] // DAY_US,
            )
    config = farm.config.harvest
    for event, cage, moment in zip(
        events["id"].tolist(), events["assignment_id"], events["event_date"], strict=True
    ):
        count, centikg, day = before[cage]
        assert day == moment // DAY_US - 1
        assert counts[event] == count
        # Grams against hundredths of a kilogram, each rounded.
        assert abs(live[event] - centikg * 10) <= 6
        assert live[event] - gutted[event] == lost[event]
        assert 0.80 < gutted[event] / live[event] < 0.86
    grades = lots["product_grade_id"]
    superior = lots["unit_count"][grades == 1].sum() / lots["unit_count"].sum()
    assert 0.85 <= superior <= 0.95
    weight = lots["live_weight_kg"] / lots["unit_count"]
    assert weight[grades == 3].mean() < weight[grades == 2].mean() < weight[grades == 1].mean()
    batches = farm.rows("batch_batch")
    for batch in np.unique(events["batch_id"]):
        if batches["status"][batches["id"] == batch][0] == "COMPLETED":
            days = events["event_date"][events["batch_id"] == batch] // DAY_US
            assert config.days_min <= days.max() - days.min() + 1 <= config.days_max


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


def test_assignments_end_as_they_left(farm):
    rows = farm.rows(ASSIGNMENT)
    gone = ~rows["is_active"]
    assert (rows["population_count"][gone] == 0).all()
    assert (rows["biomass_kg"][gone] == 0).all()
    assert all(day is not None for day in rows["departure_date"][gone])
    assert all(day is None for day in rows["departure_date"][~gone])
    assert (rows["population_count"][~gone] > 0).all()


def test_history_lies_in_its_month_and_its_keys_never_return(farm):
    """A partition of history is loaded with its month."""
    seen = defaultdict(int)
    for month in farm.months:
        first = np.datetime64(month.month).astype("datetime64[D]").astype(int)
        after = np.datetime64(month.month).astype("datetime64[M]") + 1
        last = after.astype("datetime64[D]").astype(int)
        for name, table in month.inserts.items():
            if "_historical" not in name:
                continue
            ids = np.sort(table["history_id"].to_numpy())
            assert (np.diff(ids) == 1).all()
            assert ids[0] == seen[name] + 1
            seen[name] = ids[-1]
            days = table["history_date"].cast("int64").to_numpy() // DAY_US
            assert days.max() < last, name
            # A purchase is written with its delivery and made with its order, days before.
            if name != "inventory_historicalfeedpurchase":
                assert days.min() >= first, name


def test_the_last_history_row_is_the_row(farm):
    for table in (ASSIGNMENT, "batch_batch", "inventory_feedcontainerstock"):
        rows, history = farm.rows(table), farm.history(table)
        last = {key: i for i, key in enumerate(history["id"].tolist())}
        for i, key in enumerate(rows["id"].tolist()):
            for column in rows:
                assert rows[column][i] == history[column][last[key]], (table, key, column)
        created = np.flatnonzero(history["history_type"] == "+")
        assert sorted(history["id"][created]) == sorted(rows["id"])


def test_metrics_are_what_the_rows_say(farm):
    rows = farm.rows(ASSIGNMENT)
    metrics = farm.months[-1].metrics
    assert metrics["live_assignments"] == rows["is_active"].sum()
    assert metrics["fish_alive"] == rows["population_count"].sum()
    assert metrics["live_batches"] == (farm.rows("batch_batch")["status"] == "ACTIVE").sum()
    assert metrics["biomass_kg"] == pytest.approx(rows["biomass_kg"].sum() / 100, abs=2)


def test_no_more_batches_live_than_allowed(farm):
    most = farm.config.staggering.max_live_batches
    live = [month.metrics["live_batches"] for month in farm.months]
    assert max(live) <= most
    assert max(live) >= min(most, 6)

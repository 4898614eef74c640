"""Money: every lot is sold once, at its price, exported and posted; costs are what was paid."""

from collections import defaultdict
from datetime import date

import numpy as np

from data_generation.generators.core.dates import DAY_US, to_date, to_day
from data_generation.generators.core.draws import Draws
from data_generation.generators.finance.books import COSTS, batch_money
from data_generation.generators.finance.prices import salmon_market, salmon_of_size_ore
from data_generation.generators.finance.state import OpenSales
from data_generation.generators.ledger import Ledger, setup_rows
from tests.lived import advance_month
from tests.unit.generators.support import columns, hasty_farm, part, tiny_config, tiny_farm

ORE = 100


def money(farm):
    return batch_money(farm.snapshots[-1])


def test_every_harvest_lot_is_a_fact_of_its_company_and_area(farm):
    lots, facts = farm.rows("harvest_harvestlot"), farm.rows("finance_factharvest")
    events = farm.rows("harvest_harvestevent")
    assert sorted(facts["lot_id"]) == sorted(lots["id"])
    lot = {key: i for i, key in enumerate(lots["id"].tolist())}
    event = {key: i for i, key in enumerate(events["id"].tolist())}
    sites, companies = farm.rows("finance_dimsite"), farm.rows("finance_dimcompany")
    containers = farm.rows("infrastructure_container")
    assignments = farm.rows("batch_batchcontainerassignment")
    area = dict(zip(containers["id"], containers["area_id"], strict=True))
    cage = dict(zip(assignments["id"], assignments["container_id"], strict=True))
    for i in range(len(facts["fact_id"])):
        row, happened = lot[facts["lot_id"][i]], event[facts["event_id"][i]]
        assert facts["quantity_kg"][i] == lots["live_weight_kg"][row]
        assert facts["unit_count"][i] == lots["unit_count"][row]
        assert facts["product_grade_id"][i] == lots["product_grade_id"][row]
        assert lots["event_id"][row] == facts["event_id"][i]
        assert facts["event_date"][i] == events["event_date"][happened]
        assert facts["dim_batch_id"][i] == events["batch_id"][happened]
        site = facts["dim_site_id"][i] - 1
        assert sites["source_model"][site] == "area"
        assert sites["source_pk"][site] == area[cage[events["assignment_id"][happened]]]
        assert sites["company_id"][site] == facts["dim_company_id"][i]
        assert companies["subsidiary"][facts["dim_company_id"][i] - 1] == "FM"


def test_revenue_is_gutted_kilograms_times_price(farm):
    lots, sales = farm.rows("harvest_harvestlot"), farm.rows("finance_intercompanytransaction")
    policies = farm.rows("finance_intercompanypolicy")
    draws = Draws(farm.config.generation.seed)
    row = {
        (event, grade): i
        for i, (event, grade) in enumerate(
            zip(lots["event_id"].tolist(), lots["product_grade_id"].tolist(), strict=True)
        )
    }
    assert len(sales["tx_id"]) == len(lots["id"])
    for i, event in enumerate(sales["event_id"].tolist()):
        policy = sales["policy_id"][i] - 1
        assert policies["method"][policy] == "market"
        lot = row.pop((event, policies["product_grade_id"][policy]))
        mean_g = lots["live_weight_kg"][lot] // lots["unit_count"][lot]
        price = salmon_of_size_ore(
            farm.config.finance,
            salmon_market(farm.config.finance, draws, int(sales["posting_date"][i])),
            int(mean_g),
            int(lots["product_grade_id"][lot]) - 1,
        )
        assert sales["amount"][i] == (int(lots["gutted_weight_kg"][lot]) * price + 500) // 1000
    assert not row


def test_sales_become_pending_then_exported_then_posted(farm):
    history = farm.history("finance_intercompanytransaction")
    seen = defaultdict(list)
    for key, state, moment in zip(
        history["tx_id"], history["state"], history["history_date"], strict=True
    ):
        seen[key].append((state, moment // DAY_US))
    posted = 0
    for steps in seen.values():
        states = [state for state, _ in steps]
        assert states == ["pending", "exported", "posted"][: len(steps)]
        if len(steps) == 3:
            posted += 1
            sold, exported, done = (day for _, day in steps)
            assert to_date(exported).day == farm.config.finance.export_day
            assert 1 <= exported - sold <= 36
            assert 4 <= done - exported <= 12
    assert posted > 5


def test_an_export_holds_its_months_sales_of_its_company(farm):
    exports, lines = farm.rows("finance_navexportbatch"), farm.rows("finance_navexportline")
    sales = farm.rows("finance_intercompanytransaction")
    export = {key: i for i, key in enumerate(exports["batch_id"].tolist())}
    sale = {key: i for i, key in enumerate(sales["tx_id"].tolist())}
    assert sorted(lines["transaction_id"]) == sorted(
        key for key, i in sale.items() if sales["state"][i] != "pending"
    )
    for i, key in enumerate(lines["transaction_id"].tolist()):
        batch, sold = export[lines["batch_id"][i]], sale[key]
        assert lines["amount"][i] == sales["amount"][sold]
        assert (
            exports["date_from"][batch] <= sales["posting_date"][sold] <= exports["date_to"][batch]
        )
        assert exports["company_id"][batch] == lines["dim_company_id"][i]
    assert set(exports["state"]) == {"exported"}
    kinds = farm.history("finance_navexportbatch")
    assert kinds["state"].tolist().count("draft") == len(export)
    moments = farm.history("finance_navexportline")["history_date"]
    assert (moments > 0).all()


def test_feed_cost_of_batches_is_that_of_their_meals(farm):
    events = farm.rows("inventory_feedingevent")
    paid = defaultdict(int)
    for batch, cost in zip(events["batch_id"].tolist(), events["feed_cost"], strict=True):
        paid[batch] += int(cost)
    for batch, told in money(farm).items():
        assert told.costs["feed_fresh"] + told.costs["feed_sea"] == paid[batch]


def test_eggs_cost_what_their_source_takes(farm):
    parentage = farm.rows("broodstock_batchparentage")
    productions = farm.rows("broodstock_eggproduction")
    price = farm.config.finance.egg_price
    each = {"external": round(price.external * ORE), "internal": round(price.internal * ORE)}
    paid = defaultdict(int)
    for batch, key in zip(parentage["batch_id"], parentage["egg_production_id"], strict=True):
        paid[batch] += (
            int(productions["egg_count"][key - 1]) * each[productions["source_type"][key - 1]]
        )
    told = money(farm)
    assert sorted(told) == sorted(farm.rows("batch_batch")["id"])
    assert {batch: own.costs["eggs"] for batch, own in told.items()} == paid


def test_harvested_kilograms_and_revenue_add_up(farm):
    told = money(farm)
    lots, sales = farm.rows("harvest_harvestlot"), farm.rows("finance_intercompanytransaction")
    assert sum(m.harvested_g for m in told.values()) == lots["live_weight_kg"].sum()
    assert sum(m.gutted_g for m in told.values()) == lots["gutted_weight_kg"].sum()
    assert sum(m.revenue for m in told.values()) == sales["amount"].sum()
    metrics = farm.months[-1].metrics
    assert metrics["revenue_ore"] == sales["amount"].sum()
    for kind in COSTS:
        assert metrics[f"cost_{kind}_ore"] == sum(m.costs[kind] for m in told.values())


def test_smolt_cost_what_the_reference_says():
    """12-25 NOK; fresh water's costs and overhead plus the markup."""
    farm = tiny_farm()
    first = money(farm)[1]
    moves = farm.rows("batch_batchtransfer")
    to_sea = (moves["destination_batch_id"] == 1) & (moves["destination_lifecycle_stage_id"] == 6)
    smolt = int(moves["transferred_count"][to_sea].sum())
    assert 12 <= first.smolt / ORE / smolt <= 25
    assert money(farm)[2].smolt == 0


def test_salmon_farming_pays_but_not_beyond_belief():
    """Feed is most of what is counted here; it is about half of all costs of a kilogram."""
    farm = tiny_farm()
    first = money(farm)[1]
    cost = first.cost / ORE / (first.gutted_g / 1000)
    price = first.revenue / ORE / (first.gutted_g / 1000)
    assert 10 <= cost <= 30
    assert 40 <= price <= 75


def price(year, month, weight_g=4_500, grade=0, seed=1):
    config = tiny_config().finance
    market = salmon_market(config, Draws(seed), to_day(date(year, month, 15)))
    return salmon_of_size_ore(config, market, weight_g, grade)


def test_prices_follow_year_season_size_and_grade():
    early = np.array([price(y, m) for y in range(2014, 2021) for m in range(1, 13)]) / ORE
    assert np.mean((early >= 40) & (early <= 65)) > 0.95
    in_2022 = np.array([price(2022, m) for m in range(1, 13)]) / ORE
    assert in_2022.min() >= 65
    assert in_2022.max() <= 107
    spring = np.mean(
        [price(y, m, seed=s) for y in range(2015, 2024) for m in (3, 4, 5) for s in (1, 2)]
    )
    autumn = np.mean(
        [price(y, m, seed=s) for y in range(2015, 2024) for m in (8, 9, 10) for s in (1, 2)]
    )
    assert 1.08 < spring / autumn < 1.3
    assert price(2018, 5, 6_500) > price(2018, 5, 4_500) > price(2018, 5, 2_500)
    assert price(2018, 5, grade=0) > price(2018, 5, grade=1) > price(2018, 5, grade=2)


def test_the_price_moves_slowly():
    config, draws = tiny_config().finance, Draws(5)
    first = to_day(date(2016, 1, 1))
    prices = np.array([salmon_market(config, draws, first + d) for d in range(700)])
    assert np.abs(np.diff(np.log(prices))).max() < 0.02
    assert np.corrcoef(prices[1:], prices[:-1])[0, 1] > 0.97


def test_companies_sites_and_policies_fit_the_farm():
    config = tiny_config("farm.countries=[faroe, scotland]", "farm.areas_per_country=3")
    rows = {name: columns(table) for name, table in setup_rows(config).items()}
    companies, sites = rows["finance_dimcompany"], rows["finance_dimsite"]
    assert companies["subsidiary"].tolist() == ["BS", "FW", "FM", "LG"] * 2
    assert len(set(companies["display_name"])) == 8
    assert sites["source_model"].tolist().count("area") == 6
    for kind, table in (
        ("area", "infrastructure_area"),
        ("station", "infrastructure_freshwaterstation"),
    ):
        names = dict(zip(rows[table]["id"], rows[table]["name"], strict=True))
        places = dict(zip(rows[table]["id"], rows[table]["geography_id"], strict=True))
        for i in np.flatnonzero(sites["source_model"] == kind).tolist():
            assert sites["site_name"][i] == names[sites["source_pk"][i]]
            owner = sites["company_id"][i] - 1
            assert companies["geography_id"][owner] == places[sites["source_pk"][i]]
            assert companies["subsidiary"][owner] == ("FM" if kind == "area" else "FW")
    policies = rows["finance_intercompanypolicy"]
    ways = set(
        zip(
            policies["from_company_id"],
            policies["to_company_id"],
            policies["product_grade_id"],
            policies["method"],
            strict=True,
        )
    )
    assert len(ways) == len(policies["policy_id"]) == 12
    assert (2, 3, 1, "cost_plus") in ways
    assert (7, 8, 3, "market") in ways


def test_a_restored_ledger_keeps_the_same_books():
    farm = hasty_farm()
    end = next(i for i, a in enumerate(farm.snapshots) if len(part(a, OpenSales)))
    ledger = Ledger(farm.config)
    ledger.restore(farm.snapshots[end])
    month = advance_month(ledger, farm.months[end + 1].first)
    for name, table in month.inserts.items():
        if name.startswith(("finance", "broodstock", "inventory")):
            assert table.equals(farm.months[end + 1].inserts[name]), name
    assert batch_money(ledger.snapshot()) == batch_money(farm.snapshots[end + 1])
    assert month.metrics == farm.months[end + 1].metrics

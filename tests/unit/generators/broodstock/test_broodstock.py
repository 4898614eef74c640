"""Eggs have a source, parents a life, and the tanks of both are nobody else's."""

import json
from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pytest

from data_generation.config.loading.loader import load_config
from data_generation.generators.batch.itinerary import Wish, plan_stays
from data_generation.generators.broodstock.eggs import supplier_of
from data_generation.generators.broodstock.setup import tanks
from data_generation.generators.core.dates import DAY_US, to_day
from data_generation.generators.core.draws import Draws
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout
from data_generation.generators.domains import TABLES
from data_generation.generators.ledger import Ledger, setup_rows
from tests.lived import advance_month
from tests.unit.generators.support import (
    CONFIG,
    HASTY,
    columns,
    run,
    tiny_config,
    tiny_farm,
)


def eggs_of(farm):
    """Egg productions (positions) of each batch."""
    parentage, productions = (
        farm.rows("broodstock_batchparentage"),
        farm.rows("broodstock_eggproduction"),
    )
    position = {key: i for i, key in enumerate(productions["id"].tolist())}
    found = defaultdict(list)
    for batch, key in zip(parentage["batch_id"], parentage["egg_production_id"], strict=True):
        found[batch].append(position[key])
    return found


def test_the_eggs_of_a_batch_are_those_of_its_sources(farm):
    batches, productions = farm.rows("batch_batch"), farm.rows("broodstock_eggproduction")
    found = eggs_of(farm)
    sources = set()
    for key, notes, start in zip(
        batches["id"].tolist(), batches["notes"], batches["start_date"], strict=True
    ):
        rows = found[key]
        assert productions["egg_count"][rows].sum() == int(notes.split()[0])
        assert (productions["egg_count"][rows] > 0).all()
        kinds = Counter(productions["source_type"][rows])
        if "external" in notes:
            assert kinds == {"external": 1}
        else:
            assert kinds["internal"] >= 5
            assert kinds["external"] <= 1
        sources |= kinds.keys()
        days = productions["production_date"][rows] // DAY_US
        assert ((start - days >= 45) & (start - days <= 55)).all()
    assert sources == {"internal", "external"}


def test_what_own_parents_do_not_give_is_bought():
    short = ("broodstock.cover_days=1", "staggering.external_eggs_share=0.05")
    farm = run(tiny_config(*HASTY, *short), 4)
    productions, batches = farm.rows("broodstock_eggproduction"), farm.rows("batch_batch")
    eggs = dict(zip(batches["id"], batches["notes"], strict=True))
    mixed = 0
    for batch, rows in eggs_of(farm).items():
        assert productions["egg_count"][rows].sum() == int(eggs[batch].split()[0])
        mixed += len(set(productions["source_type"][rows])) == 2
    assert mixed >= 1
    assert len(set(productions["egg_batch_id"])) == len(productions["id"])


def test_own_eggs_have_a_pair_and_bought_eggs_a_supplier(farm):
    productions, pairs = farm.rows("broodstock_eggproduction"), farm.rows("broodstock_breedingpair")
    lots, suppliers = farm.rows("broodstock_externaleggbatch"), farm.rows("broodstock_eggsupplier")
    own = productions["source_type"] == "internal"
    assert sorted(productions["pair_id"][own]) == sorted(pairs["id"])
    assert all(pair is None for pair in productions["pair_id"][~own])
    assert sorted(lots["egg_production_id"]) == sorted(productions["id"][~own])
    assert set(lots["supplier_id"]) <= set(suppliers["id"])
    assert all("degree-days" in text for text in lots["provenance_data"])
    progeny = dict(zip(pairs["id"].tolist(), pairs["progeny_count"].tolist(), strict=True))
    for pair, count in zip(productions["pair_id"][own], productions["egg_count"][own], strict=True):
        assert progeny[pair] == count
    # A female of 7 to 13 kg gives some ten thousand eyed eggs; the last of a batch what is wanted.
    assert 7_000 < np.median(pairs["progeny_count"]) < 16_000
    assert pairs["progeny_count"].max() < 25_000


def test_pairs_are_of_two_sexes_of_one_country_and_of_the_plan_of_their_day(farm):
    pairs, fish = farm.rows("broodstock_breedingpair"), farm.rows("broodstock_broodstockfish")
    plans, container = farm.rows("broodstock_breedingplan"), farm.rows("infrastructure_container")
    sex = {
        key: json.loads(traits)["sex"]
        for key, traits in zip(fish["id"], fish["traits"], strict=True)
    }
    hall = dict(zip(container["id"], container["hall_id"], strict=True))
    home = {key: hall[tank] for key, tank in zip(fish["id"], fish["container_id"], strict=True)}
    plan = {key: i for i, key in enumerate(plans["id"].tolist())}
    ways, uses = set(), Counter(pairs["male_fish_id"])
    for i in range(len(pairs["id"])):
        female, male = pairs["female_fish_id"][i], pairs["male_fish_id"][i]
        assert (sex[female], sex[male]) == ("female", "male")
        assert home[female] == home[male]
        ways.add((pairs["plan_id"][i], male, female))
        season = plan[pairs["plan_id"][i]]
        assert plans["start_date"][season] <= pairs["pairing_date"][i] <= plans["end_date"][season]
    assert len(ways) == len(pairs["id"])
    assert len(set(pairs["female_fish_id"])) == len(pairs["id"])
    assert 2 <= max(uses.values()) <= 10


def test_stripped_parents_die_and_no_dead_fish_spawns_or_moves(farm):
    fish, pairs = farm.rows("broodstock_broodstockfish"), farm.rows("broodstock_breedingpair")
    health = dict(zip(fish["id"].tolist(), fish["health_status"], strict=True))
    parents = {*pairs["female_fish_id"], *pairs["male_fish_id"]}
    assert {health[parent] for parent in parents} == {"deceased"}
    history = farm.history("broodstock_broodstockfish")
    died = {}
    for key, status, moment in zip(
        history["id"], history["health_status"], history["history_date"], strict=True
    ):
        assert key not in died
        if status == "deceased":
            died[key] = moment
    moves = farm.rows("broodstock_fishmovement")
    for key, moment in zip(moves["fish_id"], moves["movement_date"], strict=True):
        assert moment < died.get(key, 10**18)


def test_the_history_of_fish_stripped_on_the_day_of_the_round_ends_in_their_rows():
    """Some get better on the first of March and are stripped the same day."""
    config = tiny_config(
        "staggering.external_eggs_share=0",
        "staggering.first_start_day=59",
        "broodstock.monthly_finding_share=0.4",
    )
    farm = run(config, 3)
    first = to_day(date(2015, 3, 1))
    assert farm.rows("batch_batch")["start_date"].tolist() == [first]
    written = columns(farm.inserted(TABLES["broodstock_broodstockfish"].history_name))
    rows = defaultdict(list)
    for key, moment, status, traits in zip(
        *(written[name] for name in ("id", "history_date", "health_status", "traits")), strict=True
    ):
        rows[key].append((moment, status, traits))
    for of_fish in rows.values():
        moments = [moment for moment, _, _ in of_fish]
        assert moments == sorted(moments)
    fish = farm.rows("broodstock_broodstockfish")
    for key, status, traits in zip(fish["id"], fish["health_status"], fish["traits"], strict=True):
        assert rows[key][-1][1:] == (status, traits)
    stripped = {key for key, of_fish in rows.items() if "stripped_on" in of_fish[-1][2]}
    both = {
        key for key in stripped if [moment // DAY_US for moment, _, _ in rows[key]].count(first) > 1
    }
    assert len(both) >= 2


def test_movements_say_where_a_fish_was_and_is(farm):
    moves, fish = farm.rows("broodstock_fishmovement"), farm.rows("broodstock_broodstockfish")
    place = dict(zip(fish["id"].tolist(), fish["container_id"].tolist(), strict=True))
    weight = {}
    history = farm.history("broodstock_broodstockfish")
    for key, traits in zip(history["id"].tolist(), history["traits"], strict=True):
        weight.setdefault(key, []).append(json.loads(traits)["weight_kg"])
    assert len(moves["id"]) > 20
    assert len(set(moves["fish_id"])) == len(moves["id"])
    for i, key in enumerate(moves["fish_id"].tolist()):
        assert moves["from_container_id"][i] != moves["to_container_id"][i]
        assert place[key] == moves["to_container_id"][i]
        assert weight[key][-1] > weight[key][0]


def test_traits_are_those_of_large_salmon(farm):
    fish = farm.rows("broodstock_broodstockfish")
    traits = [json.loads(text) for text in fish["traits"]]
    assert len({trait["pit_tag"] for trait in traits}) == len(traits)
    weights = np.array([trait["weight_kg"] for trait in traits])
    lengths = np.array([trait["length_cm"] for trait in traits])
    factor = 100_000 * weights / lengths**3
    assert 3 < weights.min() < weights.max() < 16
    assert 1.0 < factor.min() < factor.max() < 1.65
    for name in ("growth_index", "disease_resistance_index", "fertility_index"):
        values = np.array([trait[name] for trait in traits])
        assert 90 < values.mean() < 115
        assert 3 < values.std() < 12
    statuses = Counter(fish["health_status"])
    assert statuses["healthy"] > statuses["sick"] + statuses["monitored"]


def test_plans_weigh_their_four_aims(farm):
    plans = farm.rows("broodstock_breedingplan")
    aims = farm.rows("broodstock_breedingtraitpriority")
    weights = defaultdict(dict)
    for plan, name, weight in zip(
        aims["plan_id"].tolist(), aims["trait_name"], aims["priority_weight"], strict=True
    ):
        weights[plan][name] = weight
    assert weights.keys() == set(plans["id"])
    for found in weights.values():
        assert len(found) == 4
        assert sum(found.values()) == pytest.approx(1.0, abs=0.003)
        assert max(found, key=found.get) in ("growth_rate", "disease_resistance")
    assert len(set(plans["name"])) == len(plans["name"])


def test_tasks_are_done_after_they_were_planned(farm):
    tasks = farm.rows("broodstock_maintenancetask")
    done = np.array([moment is not None for moment in tasks["completed_date"]])
    assert done.mean() > 0.9
    late = (tasks["completed_date"][done] - tasks["scheduled_date"][done]) / DAY_US
    assert 0 <= late.min() < late.max() < 8
    kinds = Counter(tasks["task_type"])
    assert kinds["cleaning"] > kinds["inspection"] > kinds["repair"] > 0


def test_broodstock_tanks_are_behind_all_others_and_no_batch_sees_them(farm):
    layout, config = Layout(farm.config), farm.config.broodstock
    own = {key for c in range(len(layout.countries)) for key in tanks(config, layout, c)}
    assert min(own) == layout.container_count + 1
    containers = farm.rows("infrastructure_container")
    assert containers["id"].tolist() == list(range(1, max(own) + 1))
    assert not own & set(farm.rows("batch_batchcontainerassignment")["container_id"])
    assert not own & set(farm.rows("infrastructure_sensor")["container_id"])
    fish = farm.rows("broodstock_broodstockfish")
    assert set(fish["container_id"]) <= own
    tank_mass = Counter()
    for tank, traits, status in zip(
        fish["container_id"].tolist(), fish["traits"], fish["health_status"], strict=True
    ):
        if status != "deceased":
            tank_mass[tank] += json.loads(traits)["weight_kg"]
    most = dict(zip(containers["id"].tolist(), containers["max_biomass_kg"].tolist(), strict=True))
    for tank, mass in tank_mass.items():
        assert mass * 100 <= most[tank]


def test_six_in_ten_batches_are_of_bought_eggs_by_suppliers_shares():
    """As the draws of batches fall; a farm of 10 years has 200 of them."""
    config = tiny_config()
    draws = Draws(config.generation.seed)
    days = np.arange(to_day(date(2015, 1, 1)), to_day(date(2025, 1, 1)), 3)
    keys = np.concatenate([(country << 40) | (days << 8) for country in (0, 1)])
    external = draws.uniforms("eggs", keys)[0] < config.staggering.external_eggs_share
    assert external.mean() == pytest.approx(0.6, abs=0.03)

    class Stub:
        pass

    world, found = Stub(), Counter()
    world.config, world.draws = config, draws
    for key in keys.tolist():
        batch = Stub()
        batch.key = key
        found[supplier_of(world, batch)] += 1
    for i, supplier in enumerate(config.broodstock.suppliers):
        assert found[i] / len(keys) == pytest.approx(supplier.share, abs=0.03)


def test_eggs_of_own_broodstock_die_a_little_more():
    def deaths(share):
        farm = run(tiny_config(f"staggering.external_eggs_share={share}"), 2)
        rows = farm.rows("batch_mortalityevent")
        return rows["count"].sum()

    factor = tiny_config().broodstock.egg_mortality_factor
    assert deaths(0) / deaths(1) == pytest.approx(factor.internal / factor.external, abs=0.05)


def alone(external_share):
    config = load_config(CONFIG, "guide", [f"staggering.external_eggs_share={external_share}"])
    start = to_day(date(2024, 1, 3))
    stays = plan_stays(config, Layout(config), Wish(0, start, 40, 3_500_000), {})
    ledger = Ledger(config, Itinerary(0, start, 40, 3_500_000, 1, 0, stays))
    months = [advance_month(ledger, date(2024, month, 1)) for month in (1, 2)]
    found = {}
    for month in months:
        for name, table in month.inserts.items():
            found.setdefault(name, []).append(columns(table))
    return found


def test_a_batch_by_itself_has_the_lot_it_was_bought_in_and_no_parents():
    found = alone(0)
    assert found["broodstock_eggproduction"][0]["egg_count"].tolist() == [3_500_000]
    assert len(found["broodstock_externaleggbatch"][0]["id"]) == 1
    assert found["broodstock_batchparentage"][0]["batch_id"].tolist() == [1]
    for name in ("broodstockfish", "breedingpair", "breedingplan", "maintenancetask"):
        assert f"broodstock_{name}" not in found


def test_the_guides_stations_have_five_halls():
    rows = setup_rows(load_config(CONFIG, "guide"))
    assert set(rows["infrastructure_hall"]["name"].to_pylist()) == {f"Hall {c}" for c in "ABCDE"}
    assert len(rows["broodstock_eggsupplier"]) == 3


def test_a_country_breeds_the_same_beside_another():
    overrides = ("farm.countries=[faroe, scotland]", "staggering.max_live_batches=2")
    both = run(tiny_config(*overrides), 4)

    def traits(farm, months):
        found = []
        for month in farm.months[:months]:
            if "broodstock_broodstockfish" in month.inserts:
                found += month.inserts["broodstock_broodstockfish"]["traits"].to_pylist()
        return [json.loads(text)["pit_tag"] for text in found]

    assert set(traits(tiny_farm(), 4)) <= set(traits(both, 4))

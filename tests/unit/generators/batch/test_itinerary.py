"""A batch by itself: its places are found beforehand, its life is that of the farm's batches."""

from collections import defaultdict
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_generation.config.loading.loader import load_config
from data_generation.errors import Refused
from data_generation.generators.batch.itinerary import (
    FOR_GOOD,
    LONGEST_WAIT_DAYS,
    Stand,
    Wish,
    plan_stays,
    with_opening,
)
from data_generation.generators.core.dates import add_months, to_date, to_day
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout
from data_generation.generators.ledger import Ledger, opening_rows, setup_rows
from data_generation.generators.readings.expand import expand_readings
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG

SMALL = (
    "farm.stations_per_country=2",
    "farm.containers_per_hall=2",
    "farm.cages_per_area=6",
    "farm.halls.A.containers_per_batch=2",
    "farm.halls.B.containers_per_batch=2",
    "farm.halls.C.containers_per_batch=2",
    "farm.halls.D.containers_per_batch=2",
    "farm.halls.E.containers_per_batch=2",
    "farm.area.containers_per_batch=2",
    "farm.area.silos=6",
    "farm.areas_per_country=1",
    "generation.readings_per_day=1",
)
GUIDE = load_config(CONFIG, "guide", [])
FARM = Layout(GUIDE)
START = to_day(date(2024, 1, 3))
DAYS = 650


def taken(place, first, last):
    return {key: [(first, last)] for key in FARM.places[place].containers}


def wish(days=DAYS, start=START, **more):
    return Wish(0, start, days, 3_500_000, **more)


def test_a_batch_goes_through_all_halls_of_one_station_and_to_sea():
    stays = plan_stays(GUIDE, FARM, wish(), {})

    places = [FARM.places[stay.place] for stay in stays]
    assert [place.stage for place in places] == [0, 1, 2, 3, 4, 5]
    assert len({place.station for place in places[:5]}) == 1
    assert [stay.arrive - START for stay in stays] == [0, 90, 180, 270, 360, 450]


@pytest.mark.parametrize(("days", "stages"), [(1, 1), (90, 1), (91, 2), (200, 3), (451, 6)])
def test_places_are_reserved_as_far_as_the_time_goes(days, stages):
    assert len(plan_stays(GUIDE, FARM, wish(days), {})) == stages


def test_another_station_is_chosen_when_a_hall_is_taken():
    first = plan_stays(GUIDE, FARM, wish(), {})
    second = plan_stays(GUIDE, FARM, wish(), taken(first[0].place, START - 5, START + 5))

    assert FARM.places[second[0].place].station != FARM.places[first[0].place].station


def test_a_batch_waits_for_its_hall_rather_than_being_refused():
    busy = taken(0, 0, 0)
    for hall in FARM.halls(0, 1):
        busy |= taken(hall.index, START, START + 90 + 9)

    stays = plan_stays(GUIDE, FARM, wish(), busy)

    assert stays[1].arrive == START + 90 + 9 + 1 + 5
    assert stays[2].arrive == stays[1].arrive + 90


def test_a_batch_that_is_to_stand_somewhere_waits_for_no_hall():
    """A wait would bring it late; whoever needs the place as it is gets the plan without waits."""
    stand = Stand(4, 85)
    there = wish(stand.age_days(GUIDE) + 1, stand=stand)
    busy = {}
    for hall in FARM.halls(0, 2):
        busy |= taken(hall.index, START, START + 180)

    assert plan_stays(GUIDE, FARM, there, {}) == plan_stays(GUIDE, FARM, wish(there.days), {})
    assert plan_stays(GUIDE, FARM, wish(there.days), busy)[4].arrive > START + 360
    with pytest.raises(Refused, match="No Hall C is free") as told:
        plan_stays(GUIDE, FARM, there, busy)
    assert "another --until" in told.value.hint


@pytest.mark.parametrize("days", [80, 180, DAYS])
def test_a_last_place_is_kept_for_good(days):
    """Who is alive at the end stays; so nobody may have come there since."""
    stays = plan_stays(GUIDE, FARM, wish(days), {})
    later = START + 3000
    again = plan_stays(GUIDE, FARM, wish(days), taken(stays[-1].place, later, later + 50))

    assert [stay.until == FOR_GOOD for stay in stays] == [False] * (len(stays) - 1) + [True]
    assert again[-1].place != stays[-1].place


@pytest.mark.parametrize(("days", "both"), [(91, True), (99, True), (100, False)])
def test_a_batch_that_is_being_moved_at_its_end_keeps_both_places_for_good(days, both):
    """A move takes ten days; what is left in the old hall then has no departure."""
    old, _ = plan_stays(GUIDE, FARM, wish(days), {})
    later = START + 3000
    again = plan_stays(GUIDE, FARM, wish(days), taken(old.place, later, later + 50))

    assert (old.until == FOR_GOOD) is both
    assert (again[0].place != old.place) is both


def test_no_hall_is_refused_with_its_name_and_what_to_do():
    busy = {}
    for hall in FARM.halls(0, 2):
        busy |= taken(hall.index, START, START + 400)

    with pytest.raises(
        Refused, match=r"No Hall C is free in Faroe Islands .*\(stage Parr\)"
    ) as told:
        plan_stays(GUIDE, FARM, wish(), busy)
    assert "cleanup_batch_data" in told.value.hint


def test_a_named_station_and_area_are_kept_to():
    stays = plan_stays(GUIDE, FARM, wish(station="Glyvrar", area="Gøtuvík"), {})

    assert {FARM.places[stay.place].site.name for stay in stays[:5]} == {"Glyvrar"}
    assert FARM.places[stays[5].place].site.name == "Gøtuvík"


def test_an_empty_area_is_preferred_to_a_berth_beside_others():
    berths = FARM.halls(0, 5)
    stays = plan_stays(GUIDE, FARM, wish(), taken(berths[0].index, START, START + 2000))

    assert FARM.places[stays[5].place].water != berths[0].water


@st.composite
def busy_farms(draw):
    windows = defaultdict(list)
    for _ in range(draw(st.integers(0, 25))):
        place = FARM.places[draw(st.sampled_from([p.index for p in FARM.places if not p.country]))]
        first = START + draw(st.integers(-200, 900))
        last = first + draw(st.integers(0, 200))
        for key in place.containers:
            windows[key].append((first, last))
    return windows


@given(busy_farms(), st.integers(1, 800))
@settings(max_examples=80, deadline=None)
def test_a_plan_never_meets_another_batch(busy, days):
    try:
        stays = plan_stays(GUIDE, FARM, wish(days), busy)
    except Refused:
        return
    for number, stay in enumerate(stays):
        place = FARM.places[stay.place]
        assert place.stage == number
        for key in place.containers:
            assert all(stay.until < a or stay.arrive > b for a, b in busy.get(key, []))
    arrivals = [stay.arrive for stay in stays]
    for earlier, later in pairwise(arrivals):
        assert 90 <= later - earlier <= 90 + LONGEST_WAIT_DAYS
    # Nobody is given a hall before the fish of this batch have left it and it has rested.
    for stay, following in pairwise(stays):
        assert stay.until >= following.arrive + 10 + 14


def test_berths_of_an_area_share_its_water_and_nothing_else():
    berths = FARM.halls(0, 5)
    area = [berth for berth in berths if berth.water == berths[0].water]

    assert len(area) == 3
    cages = [key for berth in area for key in berth.containers]
    assert sorted(cages) == list(range(area[0].first_container, area[0].first_container + 30))
    assert len({silo for berth in area for silo in berth.silos}) == 30
    rows = setup_rows(GUIDE)
    assert rows["infrastructure_area"].num_rows == 6
    names = rows["infrastructure_container"].filter(
        np.isin(rows["infrastructure_container"]["id"].to_numpy(), cages)
    )["name"]
    assert names.to_pylist()[:2] + names.to_pylist()[-1:] == [
        "Hvannasund C01",
        "Hvannasund C02",
        "Hvannasund C30",
    ]


def test_silos_are_of_the_guides_sizes_and_opened_with_ten_tonnes_each():
    silos = setup_rows(GUIDE)["infrastructure_feedcontainer"].to_pylist()
    tonnes = {row["name"].split(" Hall ")[-1][0]: float(row["capacity_kg"]) / 1000 for row in silos}
    barges = {float(row["capacity_kg"]) for row in silos if row["container_type"] == "BARGE"}
    stock = opening_rows(GUIDE)["inventory_feedcontainerstock"]

    assert all(10 <= tonnes[hall] <= 15 for hall in "ABC")
    assert (tonnes["D"], tonnes["E"], barges) == (20, 30, {50_000.0})
    assert {float(kg) for kg in stock["quantity_kg"].to_pylist()} == {10_000.0}
    assert sorted(stock["feed_container_id"].to_pylist()) == [row["id"] for row in silos]


@cache
def lived(start=date(2024, 1, 10), days=480, ordinal=0, opening=True):
    """Months of a batch on a small farm, its readings, and its ledger."""
    config = load_config(CONFIG, "guide", list(SMALL))
    layout = Layout(config)
    found = plan_stays(config, layout, Wish(0, to_day(start), days, 400_000), {})
    stays = with_opening(found, frozenset(s.place for s in found) if opening else frozenset())
    plan = Itinerary(0, to_day(start), days, 400_000, 7, ordinal, stays)
    ledger = Ledger(config, plan)
    month, outputs = start.replace(day=1), []
    while to_day(month) < plan.end_day:
        outputs.append(advance_month(ledger, month))
        month = add_months(month, 1)
    return config, plan, outputs


def rows(outputs, table):
    return [
        row
        for output in outputs
        if table in output.inserts
        for row in output.inserts[table].to_pylist()
    ]


def final(outputs, table):
    """Each row in its last state."""
    state = {}
    for output in outputs:
        for tables in (output.inserts, output.updates):
            if table in tables:
                state |= {row["id"]: row for row in tables[table].to_pylist()}
    return list(state.values())


def test_the_batch_lives_exactly_its_days():
    _, plan, outputs = lived()
    fed = [row["feeding_date"] for row in rows(outputs, "inventory_feedingevent")]
    moments = [
        moment.as_py()
        for output in outputs
        for table in expand_readings(output.readings, 5_000)
        for moment in table["reading_time"]
    ]

    assert min(moments).date() == date(2024, 1, 10)
    assert max(moments).date() == max(fed) == to_date(plan.end_day - 1)
    assert len({moment.date() for moment in moments}) == 480


def test_number_eggs_and_stages_are_those_asked_for():
    _, _, outputs = lived()
    (batch,) = final(outputs, "batch_batch")
    eggs = [
        r
        for r in rows(outputs, "batch_historicalbatchcontainerassignment")
        if r["history_type"] == "+" and r["assignment_date"] == date(2024, 1, 10)
    ]

    assert batch["batch_number"] == "FI-2024-007"
    assert batch["lifecycle_stage_id"] == 6
    assert sum(row["population_count"] for row in eggs) == 400_000
    assert not rows(outputs, "infrastructure_container")


def test_opening_stock_comes_with_the_fish_and_silos_are_left_empty():
    config, plan, outputs = lived()
    layout = Layout(config)
    stock = final(outputs, "inventory_feedcontainerstock")
    purchases = {row["id"]: row for row in final(outputs, "inventory_feedpurchase")}
    opening = [r for r in stock if purchases[r["feed_purchase_id"]]["batch_number"][:5] == "INIT-"]
    others = [p["batch_number"] for p in purchases.values() if p["batch_number"][:5] != "INIT-"]

    assert sorted(row["feed_container_id"] for row in opening) == sorted(
        silo for stay in plan.stays for silo in layout.places[stay.place].silos
    )
    for row in opening:
        stay = next(
            s for s in plan.stays if row["feed_container_id"] in layout.places[s.place].silos
        )
        assert 0 <= stay.arrive - to_day(row["entry_date"].date()) <= 12
    left = [silo for stay in plan.stays[:-1] for silo in layout.places[stay.place].silos]
    assert all(row["quantity_kg"] == 0 for row in stock if row["feed_container_id"] in left)
    assert others
    assert all(number.startswith("AUTO-FI-2024-007-") for number in others)
    assert len(set(others)) == len(others)


def test_without_opening_stock_all_feed_is_ordered():
    _, _, outputs = lived(opening=False)

    assert not [r for r in rows(outputs, "inventory_feedpurchase") if r["batch_number"][0] == "I"]
    assert rows(outputs, "inventory_feedingevent")


def test_every_kilogram_is_fed_in_stock_or_written_off():
    _, _, outputs = lived()
    bought = sum(row["quantity_kg"] for row in rows(outputs, "inventory_feedpurchase"))
    fed = sum(row["amount_kg"] for row in rows(outputs, "inventory_feedingevent"))
    stock = final(outputs, "inventory_feedcontainerstock")
    held = sum(row["quantity_kg"] for row in stock)
    lost = sum(row["written_off_kg"] or 0 for row in stock)

    assert bought == fed + held + lost
    assert lost > 0


def test_water_of_a_place_is_the_same_whenever_a_batch_begins():
    early = Ledger(lived()[0], lived()[1])
    config, plan, _ = lived(start=date(2024, 3, 5), days=30)
    late = Ledger(config, plan)
    for month in (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)):
        advance_month(early, month)
    advance_month(late, date(2024, 3, 1))

    for kind in ("AreaAnomalies", "WaterTonight"):
        np.testing.assert_array_equal(early.snapshot()[kind], late.snapshot()[kind])


def test_two_batches_of_one_day_are_not_twins():
    _, _, first = lived(days=40)
    _, _, second = lived(days=40, ordinal=1)

    factor = [final(outputs, "batch_batch")[0]["growth_factor"] for outputs in (first, second)]
    assert factor[0] != factor[1]


def test_a_restored_ledger_goes_on_alike():
    config, plan, outputs = lived()
    ledger = Ledger(config, plan)
    for output in outputs[:5]:
        advance_month(ledger, output.first)
    second = Ledger(config, plan)
    second.restore(ledger.snapshot())

    again = advance_month(second, outputs[5].first)
    assert again.inserts.keys() == outputs[5].inserts.keys()
    assert all(again.inserts[name].equals(outputs[5].inserts[name]) for name in again.inserts)


def test_an_itinerary_survives_json():
    _, plan, _ = lived()

    assert Itinerary.parse(plan.as_json()) == plan

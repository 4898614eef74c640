"""The event engine guide's own figures, on its own farm: one batch of 650 days in memory."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from data_generation.config.loading.loader import load_config
from data_generation.generators.batch.itinerary import Wish, plan_stays, with_opening
from data_generation.generators.core.dates import add_months, to_day
from data_generation.generators.core.itinerary import Itinerary
from data_generation.generators.core.layout import Layout
from data_generation.generators.ledger import Ledger
from data_generation.generators.readings.order import HandReadings
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG, part

EGGS = 3_500_000


@cache
def batch(days, *sets, readings=6):
    """Months of a batch of the guide's size, started on the guide's day."""
    config = load_config(CONFIG, "guide", [f"generation.readings_per_day={readings}", *sets])
    layout = Layout(config)
    start = to_day(date(2024, 1, 3))
    stays = plan_stays(config, layout, Wish(0, start, days, EGGS), {})
    plan = Itinerary(
        0, start, days, EGGS, 1, 0, with_opening(stays, frozenset(s.place for s in stays))
    )
    ledger = Ledger(config, plan)
    month, outputs = date(2024, 1, 1), []
    while to_day(month) < plan.end_day:
        outputs.append(advance_month(ledger, month))
        month = add_months(month, 1)
    return layout, outputs


def column(outputs, table, name):
    return [
        value
        for output in outputs
        if table in output.inserts
        for value in output.inserts[table][name].to_pylist()
    ]


def test_events_are_about_three_hundred_thousand():
    _, outputs = batch(650)
    rows = sum(table.num_rows for output in outputs for table in output.inserts.values())
    readings = sum(output.readings_rows for output in outputs)

    assert 0.85 * 300_000 <= rows + readings <= 1.15 * 300_000


def test_the_first_month_has_420_readings_a_day():
    _, outputs = batch(650)

    by_hand = len(part(outputs[1].readings, HandReadings)) * 3
    assert outputs[1].readings_rows - by_hand == 29 * 420
    assert 0 < by_hand < 29


def test_purchases_are_dozens_where_silos_have_the_guides_sizes():
    _, outputs = batch(650)
    numbers = column(outputs, "inventory_feedpurchase", "batch_number")
    ordered = [number for number in numbers if number.startswith("AUTO-")]
    opening = [number for number in numbers if number.startswith("INIT-")]

    assert 36 <= len(ordered) <= 140
    assert len(opening) == 1 + 1 + 3 + 4 + 4 + 10


def test_small_silos_are_never_overfilled_nor_emptied_below_nothing():
    """The guide's overfilled silos: with a tenth of the room more is ordered, and no more held."""
    small = [f"farm.halls.{hall}.silo_capacity_kg=3000" for hall in "ABCDE"]
    layout, outputs = batch(
        560, *small, "farm.area.silo_capacity_kg=20000", "feed.opening_stock_kg=0", readings=1
    )
    held, fullest, lots = Counter(), Counter(), {}
    table = "inventory_historicalfeedcontainerstock"
    for output in outputs:
        for row in output.inserts[table].to_pylist() if table in output.inserts else []:
            silo = row["feed_container_id"]
            held[silo] += row["quantity_kg"] - lots.get(row["id"], 0)
            lots[row["id"]] = row["quantity_kg"]
            fullest[silo] = max(fullest[silo], held[silo])
            assert held[silo] >= 0
    capacity = {silo: place.silo_capacity_kg for place in layout.places for silo in place.silos}

    assert all(kg <= capacity[silo] for silo, kg in fullest.items())
    assert max(float(kg) / capacity[silo] for silo, kg in fullest.items()) > 0.9


def test_fish_of_ten_kilograms_overflow_no_column():
    """The guide's overflow at 6 kg: weights go on, without a cap, as far as the columns reach."""
    _, outputs = batch(
        1_000,
        "countries.faroe.harvest.target_weight_g=20000",
        "countries.scotland.harvest.target_weight_g=20000",
        "harvest.max_sea_days=1000",
        "countries.faroe.batch.tgc_sea=3.3",
        "countries.scotland.batch.tgc_sea=3.3",
        readings=1,
    )
    heaviest = max(column(outputs, "batch_growthsample", "avg_weight_g"))
    biomass = max(column(outputs, "batch_historicalbatchcontainerassignment", "biomass_kg"))

    assert heaviest > 10_000
    assert 1_000_000 < biomass < 10**8


@pytest.mark.parametrize(("days", "low", "high"), [(650, 0.70, 0.85), (200, 0.80, 0.95)])
def test_survival_is_the_guides(days, low, high):
    _, outputs = batch(days)

    assert low <= outputs[-1].metrics["fish_alive"] / EGGS <= high


def test_all_six_stages_are_passed():
    _, outputs = batch(650)

    assert sorted(set(column(outputs, "batch_historicalbatch", "lifecycle_stage_id"))) == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]

"""Treatments and vaccines: what they help, when they are given, what waits for them."""

from collections import defaultdict

import pytest

from data_generation.generators.core.dates import DAY_US
from data_generation.generators.harvest.slaughter import Harvest
from data_generation.generators.health.disease import Diseases
from data_generation.generators.health.state import FishHealth
from data_generation.generators.health.treatment import Treatment
from tests.unit.generators.health.support import SEA, sickly, stays, table, treatments, world_at_sea
from tests.unit.generators.support import part


def fallen_ill(days_ago, **health):
    """Fish at sea that caught furunculosis so long ago; `health` sets more of their fields."""
    world = world_at_sea()
    number = list(world.config.diseases.profiles).index("furunculosis")
    world.of(FishHealth).disease = number + 1
    world.of(FishHealth).disease_day = world.today.day - days_ago
    for name, value in health.items():
        setattr(world.of(FishHealth), name, value)
    return world


def share_killed(world):
    """The share of each container that the disease kills today."""
    Diseases(world).advance(world)
    assert (world.fish_today.appetite < 10_000).all()
    return world.today.excess[0].share


def test_a_treatment_lowers_the_deaths_of_a_disease():
    untreated, treated = (
        share_killed(fallen_ill(6, disease_curbed=curbed)) for curbed in (0, 7_000)
    )
    assert (untreated > 0).all()
    assert treated == pytest.approx(0.3 * untreated)


def test_a_vaccine_lowers_the_deaths_of_its_disease():
    without, protected = (
        share_killed(fallen_ill(6, vaccinated=vaccines)) for vaccines in (0, 0b111)
    )
    assert protected == pytest.approx(0.25 * without)


def test_fish_are_vaccinated_once_heavy_enough_and_weeks_before_the_sea():
    weight = defaultdict(dict)
    history = sickly().history("batch_batchcontainerassignment")
    for key, moment, grams in zip(
        history["id"].tolist(), history["history_date"], history["avg_weight_g"], strict=True
    ):
        weight[key][moment // DAY_US] = grams / 100
    fed = defaultdict(set)
    for row in table("inventory_feedingevent"):
        fed[int(row["batch_assignment_id"])].add(row["feeding_date"])
    to_sea = {
        batch: min(
            s["assignment_date"]
            for s in stays().values()
            if s["batch_id"] == batch and s["lifecycle_stage_id"] == SEA
        )
        for batch in {s["batch_id"] for s in stays().values() if s["lifecycle_stage_id"] == SEA}
    }
    given = [r for r in table("health_treatment") if r["treatment_type"] == "vaccination"]
    assert set(to_sea) <= {r["batch_id"] for r in given}
    for row in given:
        key, day = int(row["batch_assignment_id"]), row["treatment_date"] // DAY_US
        assert row["vaccination_type_id"] == 2
        assert weight[key][day - 1] >= 30
        assert not fed[key] & {day - 2, day - 1, day}
        if row["batch_id"] in to_sea:
            assert day <= to_sea[row["batch_id"]] - 45


def test_nothing_is_slaughtered_within_a_withdrawal_period():
    until = defaultdict(int)
    for row in table("health_treatment"):
        key = int(row["batch_assignment_id"])
        end = row["treatment_date"] // DAY_US + row["withholding_period_days"]
        until[key] = max(until[key], end)
    events = table("harvest_harvestevent")
    assert events
    for event in events:
        assert event["event_date"] // DAY_US > until[int(event["assignment_id"])]


def test_the_harvest_waits_for_a_withdrawal_period():
    world = world_at_sea()
    batch = next(b for b in world.batches if b.stage == 5)
    batch.target_weight_g, batch.sea_start = 1, world.today.day - 400
    until = world.today.day + 25
    world.of(FishHealth).withheld_until[0] = until
    Harvest().advance(world)
    assert batch.harvest_start == until + 1
    # And nothing with a withdrawal period is given from then on.
    number = list(world.config.diseases.profiles).index("furunculosis")
    world.of(FishHealth).disease = number + 1
    treatment, given = Treatment(world), []
    for back in range(15):
        world.of(FishHealth).disease_day = world.today.day - back
        world.begin_day(world.today.day)
        Diseases(world)._notice(world)
        treatment.advance(world)
        given += world.today.treatments
    assert given
    assert world.of(FishHealth).withheld_until.max() == until


def test_withdrawal_days_follow_degree_days():
    row = next(r for r in treatments("Florfenicol"))
    warmth = 135 / (row["withholding_period_days"] - 9)
    assert 4 < warmth < 16


def test_outcomes_are_pending_until_they_are_known():
    history = sickly().history("health_treatment")
    assert set(history["outcome"][history["history_type"] == "+"]) == {"pending"}
    changed = history["outcome"][history["history_type"] == "~"]
    assert set(changed) <= {"successful", "partial", "unsuccessful"}
    assert 0.6 < (changed == "successful").mean() < 0.98


def test_a_vaccine_protects_only_after_its_onset():
    today = world_at_sea().today.day
    before, after = (
        share_killed(fallen_ill(6, vaccinated=0b111, protected_from=today + onset))
        for onset in (1, 0)
    )
    assert after == pytest.approx(0.25 * before)
    for snapshot in sickly().snapshots:
        health = part(snapshot, FishHealth)
        given = health.vaccinated > 0
        days = (health.protected_from - health.vaccination_due)[given]
        # 500-600 degree-days in water of 11 to 14 °C.
        assert ((days >= 36) & (days <= 55)).all()

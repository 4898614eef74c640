"""Lice: counted, multiplying in warm salt water, treated in time."""

from collections import defaultdict

import numpy as np
import pytest

from data_generation.generators.core.dates import DAY_US
from data_generation.generators.core.fish import Assignments
from data_generation.generators.health.lice import Lice, development_days, stien_days
from data_generation.generators.health.state import FishHealth, LiceAtPlace
from data_generation.generators.health.treatment import Treatment
from tests.unit.generators.health.support import SEA, sickly, stays, table, treatments, world_at_sea
from tests.unit.generators.support import part, tiny_config


def test_lice_are_counted_at_sea_every_second_week_on_twenty_fish():
    days = defaultdict(list)
    for row in table("health_licecount"):
        days[row["batch_id"], row["container_id"]].append(row["count_date"] // DAY_US)
        assert row["fish_sampled"] == 20
    at_sea = {s["container_id"] for s in stays().values() if s["lifecycle_stage_id"] == SEA}
    assert {container for _, container in days} == at_sea
    for counted in days.values():
        assert set(np.diff(counted)) == {14}


def test_crossing_the_limit_brings_a_treatment_within_days():
    limit = tiny_config().countries["faroe"].health.lice_limit_female
    by_count = defaultdict(list)
    for row in table("health_licecount"):
        by_count[row["batch_id"], row["count_date"] // DAY_US].append(row["adult_female_count"])
    days = sorted({r["treatment_date"] // DAY_US for r in treatments("lice")})
    assert days
    ends = {
        s["batch_id"]: s["departure_date"]
        for s in stays().values()
        if s["lifecycle_stage_id"] == SEA
    }
    crossed = []
    for (batch, day), counts in by_count.items():
        month = (np.datetime64(0, "D") + day).astype("datetime64[M]").astype(int) % 12
        if np.mean(counts) / 20 >= limit[month]:
            crossed.append(day)
            first_stay = min(
                s["assignment_date"] for s in stays().values() if s["batch_id"] == batch
            )
            assert first_stay < day
            leaving = ends[batch] is not None and ends[batch] - day < 60
            if not leaving:
                assert any(day < d <= day + 8 for d in days)
    for day in days:
        assert any(day - 9 <= c < day for c in crossed), "a treatment without a reason"


def test_fish_are_not_fed_on_the_day_of_delousing():
    fed = defaultdict(set)
    for row in table("inventory_feedingevent"):
        fed[int(row["batch_assignment_id"])].add(row["feeding_date"])
    chosen = [r for r in treatments("delousing") if r["treatment_type"] == "physical"]
    assert chosen
    for row in chosen:
        day = row["treatment_date"] // DAY_US
        assert not fed[int(row["batch_assignment_id"])] & {day, day - 1}


@pytest.mark.parametrize("name", ["thermal", "freshwater", "deltamethrin", "emamectin"])
def test_a_treatment_removes_lice_by_its_efficacy(name):
    world = world_at_sea()
    fish, treatment, health = world.fish, Treatment(world), world.of(FishHealth)
    for stage in ("attached", "mobile", "female"):
        setattr(health, f"lice_{stage}", 20_000)
    keys = list(world.config.treatments.protocols)
    world.of(LiceAtPlace).due[fish.place] = world.today.day
    world.of(LiceAtPlace).method[fish.place] = keys.index(name)
    first = int(fish.container.argmin())
    treatment.advance(world)
    efficacy = world.config.treatments.protocols[name].lice
    for stage in ("attached", "mobile", "female"):
        removed = 1 - getattr(health, f"lice_{stage}")[first] / 20_000
        # A treatment may fail, but never helps what it cannot touch.
        assert removed <= min(getattr(efficacy, stage) * 1.45, 1.0) + 1e-9
        assert removed > 0 or getattr(efficacy, stage) == 0
    protocol = world.config.treatments.protocols[name]
    treated = health.lice_treated_day == world.today.day
    assert treated.any()
    assert (world.fish_today.appetite[treated] == round(protocol.appetite * 10_000)).all()
    assert any(cost.kind == "treatment" and cost.ore > 0 for cost in world.today.costs)


def test_lice_multiply_faster_in_warm_water_and_never_in_fresh_water():
    grown = []
    for temperature in (60_000, 120_000):
        world = world_at_sea()
        q, lice = world.quantities, Lice(world)
        for day in range(world.today.day, world.today.day + 60):
            world.begin_day(day)
            world.water[q.temperature] = world.water_tonight[q.temperature] = temperature
            world.water[q.salinity] = 350_000
            lice.advance(world)
        grown.append(world.of(FishHealth).lice_female.mean())
    assert grown[1] > 1.5 * grown[0] > 0
    config = tiny_config().lice
    assert development_days(np.array([8.0, 10.0]), config) == pytest.approx([53, 41], abs=1)
    assert stien_days(np.array(8.0), config.egg_beta1, config.egg_beta2) == pytest.approx(
        12, abs=0.6
    )
    for snapshot in sickly().snapshots:
        fresh = part(snapshot, Assignments).stage < 5
        health = part(snapshot, FishHealth)
        for lousy in (health.lice_attached, health.lice_mobile, health.lice_female):
            assert not lousy[fresh].any()

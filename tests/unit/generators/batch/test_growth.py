"""Growth by the thermal growth coefficient, and the sharing out of a move."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_generation.generators.batch.growth import effective_temperature_c, potential_gain_ug
from data_generation.generators.batch.moves import Batches, _shares
from data_generation.generators.core.fish import Assignments, Batch
from data_generation.generators.ledger import new_world
from tests.unit.generators.support import tiny_config


def world_of(config, weight_g, temperature_c, stage=5, degree_days=0):
    """A farm with one container of average fish in water of one temperature."""
    world = new_world(config)
    world.begin_day(world.first_day)
    place = world.layout.halls(0, stage)[0]
    level = round(temperature_c * 10_000)
    world.water[world.quantities.temperature] = level
    world.water_tonight[world.quantities.temperature] = level
    numbers = {field.name: 0 for field in fields(Batch)}
    factors = dict.fromkeys(("growth_factor", "fcr_factor", "mortality_factor"), 10_000)
    world.batches = [Batch(**(numbers | factors | {"id": 1, "stage": stage}))]
    columns = dict.fromkeys(Assignments.columns, 0)
    columns |= {
        "batch": 1,
        "place": place.index,
        "stage": stage,
        "count": 1_000,
        "weight_ug": round(weight_g * 1e6),
        "tgc_factor": 1_000_000,
        "degree_days": round(degree_days * 10_000),
    }
    world.state.add_assignment(None, Assignments.of(1, **columns))
    return world


def calm_config(*overrides):
    """Without appetite's ups and downs, which hide the equation."""
    return tiny_config("growth.daily_sd=0", *overrides)


def tgc_config(tgc):
    return calm_config(f"countries.faroe.batch.tgc_sea={tgc}")


def grow(config, weight_g, temperature_c, days):
    world = world_of(config, weight_g, temperature_c)
    for _ in range(days):
        world.fish.weight_ug = world.fish.weight_ug + potential_gain_ug(world)
    return world.fish.weight_ug[0] / 1e6


def test_the_coefficient_of_nilsen_brings_884_g_to_3007_g():
    assert grow(tgc_config(2.64), 884, 10.9, 168) == pytest.approx(3_007, rel=0.005)


@pytest.mark.parametrize("tgc", [1.3, 2.0, 2.64, 3.1])
@pytest.mark.parametrize("temperature", [4.0, 8.4, 13.9])
def test_weights_and_degree_days_give_the_coefficient_back(tgc, temperature):
    grown = grow(tgc_config(tgc), 500, temperature, 60)
    measured = 1_000 * (np.cbrt(grown) - np.cbrt(500)) / (60 * temperature)
    assert measured == pytest.approx(tgc, rel=1e-4)


def test_growth_rises_to_14_degrees_and_falls_when_it_is_too_warm():
    config = tiny_config().growth
    felt = effective_temperature_c(np.array([4.0, 10.0, 14.0, 15.0, 16.0, 20.0]), config)
    assert felt[:3].tolist() == [4.0, 10.0, 14.0]
    assert felt[2] > felt[3] > felt[4] > felt[5]
    assert effective_temperature_c(np.array([200.0]), config)[0] == 0


def test_warmth_beyond_the_bend_gives_less_growth():
    config = tgc_config(2.5)
    assert grow(config, 1_000, 18.0, 10) < grow(config, 1_000, 14.0, 10)


def test_alevins_live_on_their_yolk_until_it_is_used_up():
    config = tiny_config().growth
    per_day = potential_gain_ug(world_of(calm_config(), config.egg_weight_g, 9.0, 0))[0]
    days = config.first_feeding_degree_days / 9.0
    gained = config.first_feeding_weight_g - config.egg_weight_g
    assert per_day * days == pytest.approx(gained * 1e6, rel=1e-3)
    late = world_of(calm_config(), 0.2, 9.0, 0, config.first_feeding_degree_days)
    assert potential_gain_ug(late)[0] == 0


@pytest.mark.parametrize(("stage", "tgc"), [(1, 1.32), (2, 2.32), (3, 1.7), (4, 1.6)])
def test_each_stage_has_its_own_coefficient(stage, tgc):
    config = calm_config("growth.tgc=[1.32, 2.32, 1.7, 1.6]")
    world = world_of(config, 27.0, 10.0, stage)
    assert potential_gain_ug(world)[0] == pytest.approx(((3 + tgc / 100) ** 3 - 27) * 1e6, abs=1)


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_move_fills_all_containers_alike_and_loses_none(sources, destinations):
    received = np.zeros(destinations)
    for order in range(sources):
        shares = _shares(order, sources, destinations)
        whole = sum(share for _, share in shares)
        assert all(share > 0 for _, share in shares)
        assert whole == destinations
        for number, share in shares:
            received[number] += share
    assert (received == sources).all()


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_move_goes_through_the_containers_in_their_order(sources, destinations):
    seen = [
        number for order in range(sources) for number, _ in _shares(order, sources, destinations)
    ]
    assert seen == sorted(seen)
    assert set(seen) == set(range(destinations))


def test_fish_that_join_others_bring_their_weight():
    world = world_of(calm_config(), 100.0, 8.0)
    world.fish.count[0] = 1_000

    Batches(world)._join(world, 0, 500, 160_000_000, 0)

    assert world.fish.count[0] == 1_500
    assert world.fish.weight_ug[0] == 120_000_000

"""Gas physics against published values; what fish and feed do to their water."""

import numpy as np
import pytest

from data_generation.generators.environmental.gases import (
    oxygen_saturation_mg_l,
    water_density_kg_l,
)
from data_generation.generators.environmental.places import Environment
from data_generation.generators.ledger import new_world
from tests.unit.generators.support import CONFIG, load_config

TEMPERATURE, OXYGEN, _, SALINITY = range(4)


@pytest.mark.parametrize(
    ("temperature", "salinity", "mg_l"),
    [(6.0, 35.1, 9.86), (10.5, 35.1, 8.92), (13.5, 33.0, 8.49), (12.0, 0.0, 10.78)],
)
def test_oxygen_at_saturation_is_that_of_garcia_and_gordon(temperature, salinity, mg_l):
    found = oxygen_saturation_mg_l(np.array([temperature]), np.array([salinity]))
    assert found[0] == pytest.approx(mg_l, abs=0.01)


@pytest.mark.parametrize(
    ("temperature", "salinity", "kg_l"),
    [(5.0, 0.0, 0.99996675), (5.0, 35.0, 1.02767547), (25.0, 35.0, 1.02334306)],
)
def test_density_is_that_of_the_unesco_check_values(temperature, salinity, kg_l):
    found = water_density_kg_l(np.array([temperature]), np.array([salinity]))
    assert found[0] == pytest.approx(kg_l, abs=1e-7)


def test_warm_and_salt_water_hold_less_oxygen():
    temperature, salinity = np.meshgrid(np.linspace(-1, 25, 40), np.linspace(0, 40, 40))
    held = oxygen_saturation_mg_l(temperature, salinity)
    assert (np.diff(held, axis=0) < 0).all()
    assert (np.diff(held, axis=1) < 0).all()


@pytest.fixture(scope="module")
def water():
    """Water levels of six years of the demo farm, shape (day, place, parameter), and the world."""
    world = new_world(load_config(CONFIG, "demo"))
    domain = Environment(world)
    levels = []
    for day in range(world.first_day, world.first_day + 6 * 365):
        world.begin_day(day)
        domain.advance(world)
        levels.append(world.water.values.T.copy())
    return np.array(levels) / 10_000, world


def anomaly(series):
    """A daily series less its yearly and half-yearly cycle."""
    t = 2 * np.pi * np.arange(len(series)) / 365.25
    basis = np.stack([np.ones_like(t), np.cos(t), np.sin(t), np.cos(2 * t), np.sin(2 * t)], axis=1)
    return series - basis @ np.linalg.lstsq(basis, series, rcond=None)[0]


def sea(water, country):
    _, world = water
    return [p.index for p in world.layout.halls(world.config.farm.countries.index(country), 5)]


def months(water, *wanted):
    dates = np.datetime64("2015-01-01") + np.arange(len(water[0]))
    return np.isin(dates.astype("datetime64[M]").astype(int) % 12 + 1, wanted)


@pytest.mark.parametrize(
    ("country", "calendar", "low", "high"),
    [
        ("faroe", (2, 3), 5.5, 7.0),
        ("faroe", (8, 9), 9.8, 11.5),
        ("scotland", (2, 3), 6.0, 8.0),
        ("scotland", (8, 9), 12.0, 15.0),
    ],
)
def test_the_sea_is_as_warm_as_the_season_and_the_country_say(water, country, calendar, low, high):
    for place in sea(water, country):
        of_season = water[0][months(water, *calendar), place, TEMPERATURE]
        assert low <= of_season.mean() <= high


@pytest.mark.parametrize("country", ["faroe", "scotland"])
def test_sea_temperature_goes_its_way_slowly(water, country):
    for place in sea(water, country):
        series = water[0][:, place, TEMPERATURE]
        rest = anomaly(series)
        assert 0.35 < rest.std() < 0.85
        assert 0.93 <= np.corrcoef(rest[1:], rest[:-1])[0, 1] <= 0.99
        assert np.corrcoef(series[1:], series[:-1])[0, 1] > 0.99
        assert np.abs(np.diff(series)).max() < 1.2


def test_areas_of_one_country_share_their_weather_and_countries_do_not(water):
    rest = {
        c: [anomaly(water[0][:, p, TEMPERATURE]) for p in sea(water, c)]
        for c in ("faroe", "scotland")
    }
    within = [np.corrcoef(*rest[c])[0, 1] for c in rest]
    between = np.corrcoef(rest["faroe"][0], rest["scotland"][0])[0, 1]
    assert min(within) > 0.35
    assert max(within) < 0.98
    assert between < min(within) - 0.1


def test_the_sea_is_as_salt_as_its_country(water):
    levels, _ = water
    faroe = levels[:, sea(water, "faroe"), SALINITY]
    scotland = levels[:, sea(water, "scotland"), SALINITY]
    assert 34.6 < faroe.min() < faroe.max() < 35.5
    assert 25 < scotland.min() < scotland.max() < 36
    assert scotland.std() > faroe.std()


def test_the_sea_has_least_oxygen_in_autumn(water):
    levels, world = water
    at_sea = levels[:, world.layout.hall_count :, OXYGEN]
    autumn = at_sea[months(water, 8, 9, 10)].mean()
    spring = at_sea[months(water, 3, 4, 5)].mean()
    assert autumn < spring - 2
    assert at_sea.min() > 60
    assert at_sea.max() < 112


def test_halls_hold_their_set_point(water):
    levels, world = water
    for place in world.layout.places[: world.layout.hall_count]:
        series = levels[:, place.index, TEMPERATURE]
        wanted = world.config.environment.hall_temperature_c[place.stage]
        assert abs(series.mean() - wanted) < 0.6
        assert np.abs(series - wanted).max() < 2
        assert series.std() > 0.1


def test_another_start_of_the_draws_gives_the_same_water():
    """Draws are made for many days at once; where a block begins must not matter."""

    def levels(cache_from):
        world = new_world(load_config(CONFIG, "tiny"))
        domain = Environment(world)
        found = []
        for day in range(world.first_day, world.first_day + 70):
            world.begin_day(day)
            if day == cache_from:
                domain = Environment(world)
            domain.advance(world)
            found.append(world.water_tonight.values.copy())
        return np.array(found)

    config = load_config(CONFIG, "tiny").generation.start_date
    first = (np.datetime64(config) - np.datetime64("1970-01-01")).astype(int)
    assert np.array_equal(levels(None), levels(first + 13))

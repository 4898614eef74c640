"""Weather of sea areas: seasons, fronts, waves that follow the wind, daylight by latitude."""

from datetime import date

import numpy as np
import pytest

from data_generation.config.loading.loader import load_config
from data_generation.generators.core.dates import add_months, to_day
from data_generation.generators.core.draws import Draws
from data_generation.generators.core.layout import Layout
from data_generation.generators.environmental.weather import (
    AFTER_DAYS,
    BEFORE_DAYS,
    Weather,
    daylight_lux,
    half_day,
)
from data_generation.generators.ledger import Ledger
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG, tiny_config, tiny_farm
from tests.unit.generators.support import columns as values_of

YEARS = 8
FIELDS = (
    "temperature",
    "wind_speed",
    "wind_direction",
    "precipitation",
    "wave_height",
    "wave_period",
    "cloud_cover",
)


def make(seed=20150101):
    config = load_config(CONFIG, "demo")
    layout = Layout(config)
    return Weather(config.weather, layout, Draws(seed)), layout


@pytest.fixture(scope="module")
def series():
    """Each field of eight years, shape (area, observation); hundredths made whole units."""
    weather, _ = make()
    parts = {name: [] for name in FIELDS}
    for number in range(12 * YEARS):
        month = add_months(date(2015, 1, 1), number)
        first = to_day(month)
        found = weather.month_of(first)
        days = found.days(first, to_day(add_months(month, 1)) - first)
        for name in FIELDS:
            scale = 1.0 if name in ("wind_direction", "cloud_cover") else 100.0
            parts[name].append(getattr(found, name)[:, days].reshape(4, -1) / scale)
    return {name: np.concatenate(values, axis=1) for name, values in parts.items()}


def months(series, *wanted):
    days = np.datetime64("2015-01-01") + np.arange(series["temperature"].shape[1] // 4)
    return np.repeat(np.isin(days.astype("datetime64[M]").astype(int) % 12 + 1, wanted), 4)


FAROE, SCOTLAND = (0, 1), (2, 3)


@pytest.mark.parametrize(
    ("areas", "winter", "summer", "year"),
    [(FAROE, (2.5, 5.5), (9.0, 12.0), (6.0, 7.8)), (SCOTLAND, (2.5, 6.5), (12, 16), (8.0, 10.0))],
)
def test_air_is_as_warm_as_the_coast_and_the_season(series, areas, winter, summer, year):
    air = series["temperature"][list(areas)]
    assert winter[0] < air[:, months(series, 1, 2)].mean() < winter[1]
    assert summer[0] < air[:, months(series, 7, 8)].mean() < summer[1]
    assert year[0] < air.mean() < year[1]


def test_winters_are_windier_and_gales_rare(series):
    wind = series["wind_speed"]
    assert wind[:, months(series, 12, 1, 2)].mean() > 1.2 * wind[:, months(series, 6, 7)].mean()
    assert 4.0 < wind.mean() < 8.0
    assert 0.0001 < (wind > 17.2).mean() < 0.03
    assert 18 < wind.max() < 45


def test_wind_lasts_for_hours_and_areas_of_a_country_share_fronts(series):
    wind = series["wind_speed"]
    for area in wind:
        assert 0.6 < np.corrcoef(area[1:], area[:-1])[0, 1] < 0.9
    within = [np.corrcoef(wind[list(pair)])[0, 1] for pair in (FAROE, SCOTLAND)]
    between = np.corrcoef(wind[0], wind[2])[0, 1]
    assert min(within) > 0.45
    assert max(within) < 0.97
    assert between < min(within) - 0.2


def test_waves_follow_the_wind(series):
    for wind, height, period in zip(
        series["wind_speed"], series["wave_height"], series["wave_period"], strict=True
    ):
        assert np.corrcoef(wind, height)[0, 1] > 0.4
        assert height[wind > 12].mean() > 1.5 * height[wind < 5].mean()
        assert height.min() >= 0
        assert height.max() < 8
        assert period.min() > 0.5
        assert period.max() < 16
        # No wave is steeper than breaking allows: H < L/7, deep water L = gT²/2π.
        assert (height <= 9.81 * period**2 / (2 * np.pi) / 7 + 0.02).all()


def test_rain_comes_with_clouds_and_adds_up_to_the_coasts_year(series):
    rain, cloud = series["precipitation"], series["cloud_cover"]
    per_year = rain.sum(axis=1) / YEARS
    assert ((per_year > 1000) & (per_year < 2200)).all()
    assert cloud.min() >= 0
    assert cloud.max() <= 100
    assert cloud[rain > 2].mean() > cloud[rain == 0].mean() + 10
    assert ((series["wind_direction"] >= 0) & (series["wind_direction"] < 360)).all()


def test_southerly_wind_is_warm(series):
    air, direction = series["temperature"], series["wind_direction"]
    winter = months(series, 12, 1, 2)
    south = winter & (np.abs(direction - 180) < 45)
    north = winter & ((direction < 45) | (direction > 315))
    for area in range(4):
        assert air[area, south[area]].mean() > air[area, north[area]].mean() + 1


def test_a_day_has_the_same_weather_from_whichever_month_one_looks():
    weather, _ = make()
    february = weather.month_of(to_day(date(2019, 2, 10)))
    march = make()[0].month_of(to_day(date(2019, 3, 10)))
    first = to_day(date(2019, 3, 1)) - BEFORE_DAYS + 1
    shared = AFTER_DAYS + BEFORE_DAYS - 2
    for name in ("temperature", "wind_speed", "precipitation", "cloud_cover"):
        ours = getattr(february, name)[:, february.days(first, shared)]
        theirs = getattr(march, name)[:, march.days(first, shared)]
        assert np.abs(ours - theirs).max() <= 1, name


def test_another_seed_has_other_weather_of_the_same_climate():
    ours, theirs = (make(seed)[0].month_of(to_day(date(2016, 1, 1))).wind_speed for seed in (1, 2))
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] < 0.6
    assert not np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("latitude", "shortest", "longest"), [(62.0, 5.1, 19.8), (56.5, 6.8, 17.8)]
)
def test_day_length_is_that_of_the_latitude(latitude, shortest, longest):
    hours = half_day(np.array(latitude), np.arange(1.0, 366.0)) * 24 / np.pi
    assert hours.min() == pytest.approx(shortest, abs=0.1)
    assert hours.max() == pytest.approx(longest, abs=0.1)
    assert hours[[79, 265]] == pytest.approx([12.3, 12.3], abs=0.4)


def test_light_is_stronger_in_summer_and_under_a_clear_sky():
    clear = daylight_lux(np.array(62.0), np.array([355.0, 172.0]), np.array(0.0))
    dull = daylight_lux(np.array(62.0), np.array([355.0, 172.0]), np.array(1.0))
    assert clear[1] > 5 * clear[0] > 0
    assert dull == pytest.approx(clear / 4)
    assert clear.max() < 112_000


def test_polar_night_has_no_day_and_polar_day_no_night():
    hours = half_day(np.array(78.0), np.array([355.0, 172.0])) * 24 / np.pi
    assert hours == pytest.approx([0, 24])


def test_rows_are_four_a_day_and_one_of_daylight():
    farm = tiny_farm()
    days = farm.last_day - farm.first_day + 1
    weather, light = (
        farm.rows("environmental_weatherdata"),
        farm.rows("environmental_photoperioddata"),
    )
    assert len(weather["id"]) == 4 * days
    assert len(light["id"]) == days
    hours, rest = np.divmod(weather["timestamp"] % 86_400_000_000, 3_600_000_000)
    assert set(hours.tolist()) == {0, 6, 12, 18}
    assert not rest.any()
    assert (np.diff(weather["timestamp"]) == 6 * 3_600_000_000).all()
    assert (weather["created_at"] > weather["timestamp"]).all()
    assert light["date"].tolist() == list(range(farm.first_day, farm.last_day + 1))
    assert 0 < light["is_interpolated"].mean() < 0.1
    hours = light["day_length_hours"] / 100
    assert 4.9 < hours.min() < 5.5
    assert 19 < hours.max() < 20
    assert np.corrcoef(hours, light["light_intensity"].astype(float))[0, 1] > 0.6


def test_a_run_that_starts_later_has_the_same_weather():
    late = Ledger(tiny_config("generation.start_date=2015-05-01"))
    ours = values_of(advance_month(late, date(2015, 5, 1)).inserts["environmental_weatherdata"])
    theirs = values_of(tiny_farm().months[4].inserts["environmental_weatherdata"])
    for name in theirs:
        if name != "id":
            assert np.array_equal(ours[name], theirs[name]), name

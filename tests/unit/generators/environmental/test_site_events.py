"""Events at sea: when they come, what they do to water and fish, how large they get."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data_generation.config.loading.loader import load_config
from data_generation.generators.batch.rows import CAUSES
from data_generation.generators.core.dates import to_date
from data_generation.generators.core.day import SiteEvent
from data_generation.generators.core.fish import Assignments
from data_generation.generators.environmental.places import Environment
from data_generation.generators.environmental.site_calendar import KINDS, SEVERITY, SiteCalendar
from data_generation.generators.environmental.site_events import REASONS, SiteEvents, death_profile
from data_generation.generators.ledger import Ledger, new_world
from tests.lived import advance_month
from tests.unit.generators.support import CONFIG, tiny_config, tiny_farm

YEARS = 10


def bakkafrost(*overrides):
    return new_world(load_config(CONFIG, "bakkafrost", overrides))


@pytest.fixture(scope="module")
def world():
    return bakkafrost()


@pytest.fixture(scope="module")
def calendar(world):
    return SiteCalendar(world)


@pytest.fixture(scope="module")
def events(world, calendar):
    """All events of ten years, by key."""
    found = {}
    for day in range(world.first_day, world.first_day + 365 * YEARS, 2):
        found |= {event.key: event for event in calendar.on(day, 1)}
    return list(found.values())


def of_kind(events, kind):
    return [event for event in events if event.kind == kind]


def months_of(events):
    return {to_date(event.first_day).month for event in events}


def test_every_kind_comes_and_in_its_season(events):
    assert {event.kind for event in events} == set(KINDS)
    assert months_of(of_kind(events, "bloom")) <= set(range(3, 11))
    assert months_of(of_kind(events, "low_oxygen")) <= {8, 9, 10}
    assert months_of(of_kind(events, "jellyfish")) <= set(range(6, 12))
    assert not months_of(of_kind(events, "cold_spell")) & {7, 8, 9}
    storms = [to_date(e.first_day).month for e in of_kind(events, "storm")]
    assert np.isin(storms, (10, 11, 12, 1, 2, 3)).mean() > 0.7


@pytest.mark.parametrize(
    ("kind", "low", "high", "shortest", "longest"),
    [
        ("storm", 0.5, 6, 1, 6),
        ("bloom", 0.4, 2, 4, 24),
        ("heatwave", 0.1, 1, 5, 45),
        ("cold_spell", 0.1, 1, 5, 30),
        ("low_oxygen", 0.3, 4, 2, 13),
        ("jellyfish", 0.2, 1.5, 2, 12),
    ],
)
def test_they_are_as_many_and_as_long_as_they_should(
    world, events, kind, low, high, shortest, longest
):
    found = of_kind(events, kind)
    assert low < len(found) / len(world.layout.areas) / YEARS < high
    lengths = [event.last_day - event.first_day + 1 for event in found]
    assert shortest <= min(lengths)
    assert max(lengths) <= longest


def test_areas_differ(world, events):
    storms = np.bincount([e.water - world.layout.hall_count for e in of_kind(events, "storm")])
    assert storms.max() > 3 * max(storms.min(), 1)


def test_losses_have_a_heavy_tail(world, calendar, events):
    """Most events kill hardly any, the worst few more than all others together."""
    losses = np.sort([calendar.loss(e) for e in events if e.kind in ("storm", "bloom")])
    assert np.median(losses) < 0.001
    assert losses[-1] > 0.1
    assert losses[-len(losses) // 50 :].sum() > losses.sum() / 3
    per_year = sum(calendar.loss(e) for e in events) / YEARS / len(world.layout.areas)
    assert 0.002 < per_year < 0.03


def test_events_of_a_day_do_not_depend_on_where_one_begins(world, events):
    for event in events[:: len(events) // 40]:
        fresh = SiteCalendar(world)
        assert event in fresh.on(event.last_day)


def test_another_seed_has_other_events(world, events):
    other = SiteCalendar(bakkafrost("generation.seed=7"))
    found = {e.key for day in range(world.first_day, world.first_day + 365) for e in other.on(day)}
    first = {e.key for e in events if e.first_day < world.first_day + 365}
    assert len(found & first) < 0.2 * len(first)


def test_storms_are_where_the_wind_is(calendar, events):
    for event in of_kind(events, "storm")[::7]:
        month = calendar.weather.month_of(event.first_day)
        days = month.days(event.first_day, event.last_day - event.first_day + 1)
        wind = month.wind_speed[calendar.area_of(event), days]
        assert (wind >= 1720).sum() >= 2


def test_low_oxygen_comes_in_calm_and_warm_days(calendar, events):
    for event in of_kind(events, "low_oxygen")[::7]:
        month = calendar.weather.month_of(event.first_day)
        days, area = month.days(event.first_day - 2, 3), calendar.area_of(event)
        assert month.wind_speed[area, days].mean() < 100 * calendar.config.calm_wind_m_s
        assert month.air_anomaly[area, days].mean() > 0


def hobday(series, first):
    """Marine heatwaves: above the 90th percentile of the day of the year for five days or more.

    Hobday 2016: percentile within eleven days, smoothed over 31; gaps of two days do not end one.
    """
    doy = ((first + np.arange(len(series))) % 365.25).astype(int)
    apart = np.abs(doy - np.arange(366)[:, None])
    near = np.minimum(apart, 366 - apart) <= 5
    limit = np.array([np.percentile(series[row], 90) for row in near])
    limit = np.convolve(np.concatenate([limit[-15:], limit, limit[:15]]), np.ones(31) / 31, "valid")
    hot = np.flatnonzero(series > limit[doy])
    runs = np.split(hot, np.flatnonzero(np.diff(hot) > 1) + 1)
    runs = [run for run in runs if len(run) >= 5]
    joined = sum(b[0] - a[-1] <= 3 for a, b in pairwise(runs))
    return len(runs) - joined


def test_there_are_one_to_three_marine_heatwaves_a_year():
    world = new_world(load_config(CONFIG, "demo"))
    domain = Environment(world)
    levels = []
    for day in range(world.first_day, world.first_day + 365 * YEARS):
        world.begin_day(day)
        domain.advance(world)
        levels.append(world.water[world.quantities.temperature][world.layout.hall_count :].copy())
    water = np.array(levels) / 10_000
    rates = [hobday(water[:, area], world.first_day) / YEARS for area in range(water.shape[1])]
    assert 1.0 <= np.mean(rates) <= 3.0
    assert min(rates) > 0.7
    assert max(rates) < 3.5


def event_of(calendar, events, kind, severity=None):
    event = max(of_kind(events, kind), key=lambda e: e.severity)
    return event if severity is None else replace(event, severity=severity)


@pytest.mark.parametrize(
    ("kind", "quantity", "sign"),
    [
        ("heatwave", "temperature", 1),
        ("cold_spell", "temperature", -1),
        ("low_oxygen", "oxygen", -1),
        ("bloom", "oxygen", -1),
        ("bloom", "ph", 1),
    ],
)
def test_events_change_the_water_while_they_last(calendar, events, kind, quantity, sign):
    event = event_of(calendar, events, kind)
    area = calendar.area_of(event)
    middle = (event.first_day + event.last_day + 1) // 2
    others = [e for e in calendar.on(middle) if e.water == event.water and e.key != event.key]
    inside = getattr(calendar.effects(middle), quantity)[area]
    assert sign * inside > 0 or others
    limits = {"temperature": (0.4, 3.0), "oxygen": (0.5, 18.0), "ph": (0.02, 0.4)}
    assert limits[quantity][0] < abs(inside) <= limits[quantity][1]


def test_no_event_takes_too_much_oxygen(world, calendar):
    for day in range(world.first_day, world.first_day + 365 * 3, 3):
        assert calendar.effects(day).oxygen.min() >= -calendar.config.oxygen_dip_limit


@pytest.mark.parametrize("kind", ["storm", "bloom", "low_oxygen", "jellyfish"])
@pytest.mark.parametrize("severity", [100, 9_000])
def test_deaths_of_an_event_are_spread_over_its_days(kind, severity):
    profile = death_profile(SiteEvent(1, kind, 3, 100, 108, severity))
    assert profile.sum() == pytest.approx(1)
    assert (profile >= 0).all()
    if kind == "bloom" and severity == 9_000:
        assert profile.max() > 0.6


class Fixed(SiteCalendar):
    """A calendar with one event."""

    event: SiteEvent

    def on(self, day, after=0):
        return [self.event] if self.event.first_day <= day <= self.event.last_day + after else []


def stocked(kind, severity, length=6):
    """A world with fish in an area and in a hall, and that area's event; SiteEvents to run."""
    world = new_world(load_config(CONFIG, "demo"))
    calendar = Fixed(world)
    area = world.layout.areas[1]
    first = world.first_day + 220
    calendar.event = SiteEvent(9, kind, area.water, first, first + length - 1, severity)
    for number, place in enumerate([area.index, area.index, world.layout.areas[0].index, 0]):
        fish = Assignments(1)
        fish.id = fish.key = fish.batch = number + 1
        fish.place = place
        fish.stage = 5 if place >= world.layout.hall_count else 0
        fish.count, fish.weight_ug = 100_000, 2_000_000_000
        world.state.add_assignment(None, fish)
    return world, SiteEvents(calendar), first


def live(world, domain, day):
    world.begin_day(day)
    number = world.quantities.temperature
    world.water[number] = world.water_tonight[number] = 160_000
    domain.advance(world)


@pytest.mark.parametrize("kind", sorted(REASONS))
def test_an_event_strikes_its_area_alone(kind):
    world, domain, first = stocked(kind, 9_000)
    dead = np.zeros(4)
    for day in range(first - 1, first + 20):
        live(world, domain, day)
        lasting = first <= day < first + 6
        assert [e.kind for e in world.today.site_events] == [kind] * lasting
        for excess in world.today.excess:
            assert set(excess.positions.tolist()) <= {0, 1}
            assert CAUSES[excess.cause] == "ENVIRONMENTAL"
            assert excess.reason == REASONS[kind]
            dead[excess.positions] += (1 - dead[excess.positions]) * excess.share
        if lasting and kind != "storm":
            assert (
                world.fish_today.appetite[:2].max() < world.fish_today.appetite[2:].min() == 10_000
            )
    assert dead[2:].tolist() == [0, 0]
    if kind != "heatwave":
        total = domain._calendar.loss(domain._calendar.event)
        assert (dead[:2] > 0.05 * total).all()
        assert (dead[:2] < 1).all()


def test_dangerous_algae_stop_feeding_and_harmless_ones_do_not():
    for severity, stopped in ((9_000, True), (500, False)):
        world, domain, first = stocked("bloom", severity)
        live(world, domain, first + 3)
        assert (world.fish_today.appetite[0] == 0) == stopped


def test_nobody_is_fed_in_a_gale(world, calendar, events):
    domain = SiteEvents(calendar)
    for event in sorted(of_kind(events, "storm"), key=lambda e: e.first_day - e.last_day)[:3]:
        world.begin_day(event.first_day + 1)
        factor = domain._appetite(world)
        month = calendar.weather.month_of(world.today.day)
        area = calendar.area_of(event)
        strong = month.wind_speed[area, world.today.day - month.first_day, 1:] >= 1720
        assert factor[area] <= 1 - strong.mean() + 1e-9


def test_feeding_days_lost_are_few():
    """Some days a year for weather, algae and jellyfish, more in open areas."""
    world = new_world(load_config(CONFIG, "demo"))
    domain = SiteEvents(SiteCalendar(world))
    lost = np.zeros(len(world.layout.areas))
    for day in range(world.first_day, world.first_day + 365 * 5):
        world.begin_day(day)
        domain.advance(world)
        lost += 1 - domain._appetite(world)
    assert ((lost / 5 > 1) & (lost / 5 < 15)).all()


def test_what_an_event_kills_is_written_with_its_description():
    """With events of many times the usual size, the ledger's deaths show them."""
    sizes = "{pareto: 0.5, share_min: 0.02, share_max: 0.3, cage_sd: 0.5}"
    config = tiny_config(f"weather.jellyfish={sizes}", "weather.jellyfish_swarms.per_year=12")
    farm = tiny_farm()
    end = 17
    ledger = Ledger(config)
    ledger.restore(farm.snapshots[end])
    texts, alive = set(), []
    for month in farm.months[end + 1 : end + 6]:
        output = advance_month(ledger, month.first)
        rows = output.inserts["batch_mortalityevent"].to_pylist()
        texts |= {(row["cause"], row["description"]) for row in rows}
        alive.append(output.metrics["fish_alive"])
    assert ("ENVIRONMENTAL", "Gills and skin stung by jellyfish") in texts
    assert alive[-1] < farm.months[end + 5].metrics["fish_alive"]


def test_severity_is_within_its_scale(events):
    assert all(0 <= event.severity <= SEVERITY for event in events)
    assert len({event.key for event in events}) == len(events)

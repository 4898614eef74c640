"""The tiny farm's fish lie inside what the salmon reference accepts."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from data_generation.generators.batch.rows import CAUSE_TEXTS, CAUSES
from data_generation.generators.readings.order import KNOTS, Header, Stays
from tests.unit.generators.support import columns, part, rows_of, tiny_farm

DAY_US = 86_400_000_000
TEMPERATURE, OXYGEN, _, SALINITY = range(4)
FRY, PARR, SMOLT, POST_SMOLT, ADULT = 2, 3, 4, 5, 6


@pytest.fixture(scope="module")
def farm():
    return tiny_farm()


@pytest.fixture(scope="module")
def stays(farm):
    """Assignments of the first batch, which lives its whole life, by stage."""
    rows = farm.rows("batch_batchcontainerassignment")
    found = defaultdict(list)
    for key, batch, stage in zip(
        rows["id"].tolist(), rows["batch_id"], rows["lifecycle_stage_id"].tolist(), strict=True
    ):
        if batch == 1:
            found[stage].append(key)
    return found


@pytest.fixture(scope="module")
def daily(farm):
    """(count, weight in g) of each assignment at the end of each day."""
    history = farm.history("batch_batchcontainerassignment")
    found = defaultdict(dict)
    for key, moment, count, weight in zip(
        history["id"].tolist(),
        history["history_date"].tolist(),
        history["population_count"].tolist(),
        history["avg_weight_g"].tolist(),
        strict=True,
    ):
        if count:
            found[key][moment // DAY_US] = (count, weight / 100)
    return found


@pytest.fixture(scope="module")
def samples(farm):
    rows = dict(farm.rows("batch_growthsample"))
    assignments = farm.rows("batch_batchcontainerassignment")
    stage = dict(zip(assignments["id"], assignments["lifecycle_stage_id"], strict=True))
    rows["stage"] = np.array([stage[key] for key in rows["assignment_id"]])
    rows["weight"] = rows["avg_weight_g"] / 100
    return rows


@pytest.fixture(scope="module")
def water(farm):
    """Mean temperature of each assignment on each day, from the orders of readings."""
    found = defaultdict(dict)
    for month in farm.months:
        first = part(month.readings, Header).first_day[0]
        spans = rows_of(part(month.readings, Stays))
        for span, knots in zip(spans, month.readings[KNOTS], strict=True):
            for day in range(span.first_day, span.end_day):
                mean = (knots[TEMPERATURE, day] + knots[TEMPERATURE, day + 1]) / 20_000
                found[span.assignment][first + day] = mean
    return found


def mean_weight(daily, keys, day):
    here = np.array([daily[key][day] for key in keys if day in daily[key]])
    return (here[:, 0] * here[:, 1]).sum() / here[:, 0].sum()


@pytest.mark.parametrize(
    ("month_fed", "grams"), [(1, 0.8), (2, 3.1), (3, 8.0), (4, 24.0), (5, 50.0), (6, 92.0)]
)
def test_freshwater_weights_by_month_fed(daily, stays, month_fed, grams):
    first_fed = min(min(daily[key]) for key in stays[FRY])
    day = first_fed + round(30.4 * month_fed)
    weight = mean_weight(daily, stays[FRY] + stays[PARR] + stays[SMOLT], day)
    assert 0.6 * grams <= weight <= 1.4 * grams


def test_first_feeding_comes_750_to_950_degree_days_after_fertilisation(farm, daily, stays, water):
    at_delivery = farm.config.broodstock.eyed_degree_days
    for key in stays[1]:
        assert 750 <= at_delivery + sum(water[key].values()) <= 950
        last = daily[key][max(daily[key])]
        assert last[1] == pytest.approx(0.2, abs=0.02)


def test_smolt_go_to_sea_at_a_size_that_can_live_there(daily, stays):
    day = min(min(daily[key]) for key in stays[ADULT])
    first = [key for key in stays[ADULT] if day in daily[key]]
    assert 80 <= mean_weight(daily, first, day) <= 600


def test_harvest_weight_and_time_at_sea(farm, stays, daily):
    lots = farm.rows("harvest_harvestlot")
    mean_kg = lots["live_weight_kg"].sum() / 1_000 / lots["unit_count"].sum()
    assert 4.0 <= mean_kg <= 7.0
    for key in stays[ADULT]:
        months = (max(daily[key]) - min(daily[key])) / 30.4
        assert 8 <= months <= 22


def tgc(daily, water, key, begin, end):
    w1, w2 = daily[key][begin][1], daily[key][end][1]
    degree_days = sum(water[key][day] for day in range(begin + 1, end + 1))
    return 1_000 * (np.cbrt(w2) - np.cbrt(w1)) / degree_days


def test_growth_at_sea_over_the_cycle_and_in_each_month(daily, water, stays):
    for key in stays[ADULT]:
        begin, end = min(daily[key]) + 1, max(daily[key]) - 3
        assert 2.0 <= tgc(daily, water, key, begin, end) <= 3.4
        for day in range(begin, end - 30, 30):
            assert 0 <= tgc(daily, water, key, day, day + 30) <= 4.5


@pytest.mark.parametrize("stage", [FRY, PARR, SMOLT, POST_SMOLT])
def test_growth_in_fresh_water_gives_the_configured_coefficient(farm, daily, water, stays, stage):
    batch = farm.rows("batch_batch")["growth_factor"][0] / 10_000
    configured = farm.config.growth.tgc[stage - 2] * batch
    measured = [
        tgc(daily, water, key, min(daily[key]) + 1, max(daily[key]) - 3) for key in stays[stage]
    ]
    # Parr and smolt lose some days of feeding to vaccination.
    assert 0.93 * configured <= np.mean(measured) <= 1.03 * configured
    assert 0.8 <= min(measured) <= max(measured) <= 2.6


def test_condition_factor_by_stage_and_weight(samples):
    k = samples["condition_factor"] / 100
    for chosen, low, high in (
        (samples["stage"] == PARR, 1.0, 1.3),
        (samples["stage"] == SMOLT, 0.9, 1.15),
        (samples["weight"] > 1_000, 1.2, 1.6),
    ):
        assert chosen.sum() > 20
        assert ((k[chosen] >= low) & (k[chosen] <= high)).mean() > 0.95
        assert low <= k[chosen].mean() <= high


def test_a_samples_figures_agree_with_each_other(samples):
    weight, length = samples["weight"], samples["avg_length_cm"] / 100
    recomputed = 100 * weight / length**3
    assert np.abs(recomputed - samples["condition_factor"] / 100).max() <= 0.006
    low, high = samples["min_weight_g"] / 100, samples["max_weight_g"] / 100
    assert (low < weight).all()
    assert (weight < high).all()
    heavy = weight > 1  # below it, hundredths of a gram are too coarse
    cv = (samples["std_deviation_weight"] / 100 / weight)[heavy]
    assert 0.10 <= cv.min() <= cv.max() <= 0.35
    assert 0.15 <= cv.mean() <= 0.28
    reach = (high - low)[heavy] / (samples["std_deviation_weight"][heavy] / 100)
    assert 3 < reach.min() <= reach.max() < 7
    assert samples["sample_size"].min() >= 40
    assert samples["sample_size"].max() <= 80


def test_samples_scatter_about_the_true_weight(samples, daily):
    true = np.array(
        [
            daily[key][day][1]
            for key, day in zip(
                samples["assignment_id"].tolist(), samples["sample_date"].tolist(), strict=True
            )
        ]
    )
    heavy = true > 1
    off = (
        (samples["weight"][heavy] / true[heavy] - 1) * np.sqrt(samples["sample_size"][heavy]) / 0.21
    )
    assert abs(off.mean()) < 0.2
    assert 0.8 < off.std() < 1.2


def test_each_container_is_sampled_weekly(samples, daily, stays):
    for stage in (FRY, PARR, SMOLT, POST_SMOLT, ADULT):
        for key in stays[stage]:
            days = np.sort(samples["sample_date"][samples["assignment_id"] == key])
            assert (np.diff(days) == 7).all()
            assert len(days) >= (max(daily[key]) - min(daily[key])) // 7 - 1
    assert not any(key in samples["assignment_id"] for key in stays[1])


def test_survival_and_mortality_at_sea(farm, daily, stays):
    start = min(min(daily[key]) for key in stays[ADULT])
    deaths = farm.rows("batch_mortalityevent")
    at_sea = np.isin(deaths["assignment_id"], stays[ADULT])
    slaughtered = farm.rows("harvest_harvestlot")["unit_count"].sum()
    put_to_sea = slaughtered + deaths["count"][at_sea].sum()
    eggs = int(farm.rows("batch_batch")["notes"][0].split()[0])
    assert 0.70 <= slaughtered / eggs <= 0.85
    assert 0.06 <= 1 - slaughtered / put_to_sea <= 0.20
    days = deaths["event_date"][at_sea] - start
    by_month = np.bincount(days // 30, deaths["count"][at_sea])[:-1]
    alive = put_to_sea - np.concatenate([[0], np.cumsum(by_month)[:-1]])
    monthly = 100 * by_month / alive
    assert 0.4 <= np.median(monthly) <= 1.2
    assert monthly.max() < 30


def test_more_fish_die_at_sea_in_autumn(farm, daily, stays):
    """Of the usual causes: when a single batch has an outbreak or a storm is chance."""
    deaths = farm.rows("batch_mortalityevent")
    dead = defaultdict(int)
    for key, day, count, text in zip(
        deaths["assignment_id"].tolist(),
        deaths["event_date"],
        deaths["count"],
        deaths["description"],
        strict=True,
    ):
        if key in stays[ADULT] and text in CAUSE_TEXTS:
            dead[day] += count
    # A whole year, the first after the smolt have settled.
    days = np.arange(np.datetime64("2016-07-01"), np.datetime64("2017-07-01"))
    alive = {d: sum(daily[key][d][0] for key in stays[ADULT]) for d in days.astype(int)}
    rate = np.array([dead[d] / alive[d] for d in days.astype(int)])
    autumn = np.isin(days.astype("datetime64[M]").astype(int) % 12 + 1, (8, 9, 10, 11))
    assert rate[autumn].mean() > rate.mean() * 1.1


def test_causes_of_death_at_sea(farm, stays):
    """Whether one batch has an outbreak is chance; `runscript realism` looks at all of them."""
    deaths = farm.rows("batch_mortalityevent")
    at_sea = np.isin(deaths["assignment_id"], stays[ADULT])
    usual = at_sea & np.isin(deaths["description"], CAUSE_TEXTS)

    def percent(chosen):
        total = deaths["count"][chosen].sum()
        return {
            cause: 100 * deaths["count"][chosen & (deaths["cause"] == cause)].sum() / total
            for cause in CAUSES
        }

    weights = np.array(farm.config.mortality.cause_weight_sea)
    for cause, share in zip(CAUSES, 100 * weights / weights.sum(), strict=True):
        assert percent(usual)[cause] == pytest.approx(share, abs=4)
    found = percent(at_sea)
    assert 20 <= found["DISEASE"] <= 60
    assert 15 <= found["HANDLING"] + found["PREDATION"] <= 45
    assert 10 <= found["UNKNOWN"] <= 30
    assert found["ENVIRONMENTAL"] <= 15


@pytest.mark.parametrize(
    ("stage", "low", "high"),
    [
        (FRY, 0.65, 1.0),
        (PARR, 0.65, 1.05),
        (SMOLT, 0.7, 1.1),
        (POST_SMOLT, 0.85, 1.15),
        (ADULT, 1.0, 1.35),
    ],
)
def test_biological_feed_conversion_by_stage(farm, daily, stays, stage, low, high):
    """Feed over the growth of the fish alive to eat it."""
    fed = farm.rows("inventory_feedingevent")
    eaten = fed["amount_kg"][np.isin(fed["batch_assignment_id"], stays[stage])].sum() / 10_000
    gained = 0.0
    for key in stays[stage]:
        days = sorted(daily[key])
        for before, after in pairwise(days):
            gain_g = daily[key][after][1] - daily[key][before][1]
            gained += daily[key][before][0] * gain_g / 1_000
    assert low <= eaten / gained <= high


def test_economic_feed_conversion(farm):
    fed = farm.rows("inventory_feedingevent")
    eaten = fed["amount_kg"][fed["batch_id"] == 1].sum() / 10_000
    produced = farm.rows("harvest_harvestlot")["live_weight_kg"].sum() / 1_000
    assert 1.05 <= eaten / produced <= 1.5


@pytest.mark.parametrize(
    ("low_g", "high_g", "percent"),
    [(0.4, 1, 5.5), (25, 35, 2.7), (900, 1_100, 0.74), (2_700, 3_300, 0.51), (4_500, 5_500, 0.43)],
)
def test_feed_as_a_share_of_body_weight(farm, daily, water, low_g, high_g, percent):
    """Reference values are for 12 °C below and 8.5 °C above 500 g, and rise with temperature."""
    fed = farm.rows("inventory_feedingevent")
    amount = defaultdict(float)
    for key, day, kg in zip(
        fed["batch_assignment_id"].tolist(),
        fed["feeding_date"].tolist(),
        fed["amount_kg"],
        strict=True,
    ):
        amount[key, day] += kg / 10_000
    shares = []
    for (key, day), kg in amount.items():
        count, weight = daily[key][day]
        if low_g <= weight <= high_g:
            usual_c = 12.0 if weight < 500 else 8.5
            shares.append(100_000 * kg / (count * weight) * usual_c / water[key][day])
    assert len(shares) > 8
    assert 0.65 * percent <= np.mean(shares) <= 1.35 * percent


def test_feed_is_given_twice_a_day(farm):
    fed = farm.rows("inventory_feedingevent")
    meals = defaultdict(set)
    for key, day, moment in zip(
        fed["batch_assignment_id"].tolist(),
        fed["feeding_date"].tolist(),
        fed["feeding_time"],
        strict=True,
    ):
        meals[key, day].add(moment // 3_600_000_000 < 12)
    twice = np.mean([len(times) == 2 for times in meals.values()])
    assert twice > 0.99
    assert (fed["feeding_percentage"] > 0).all()
    assert fed["feeding_percentage"].max() < 8_000_000  # 8 %


def test_pellets_are_one_size_either_way_of_what_suits(farm, daily):
    types = farm.config.feed.types
    limits = np.array([feed.up_to_weight_g for feed in types[:-1]])
    fed = farm.rows("inventory_feedingevent")
    for key, day, feed in zip(
        fed["batch_assignment_id"].tolist(),
        fed["feeding_date"].tolist(),
        fed["feed_id"],
        strict=True,
    ):
        suited = np.searchsorted(limits, daily[key][day][1], side="right")
        assert abs(feed - 1 - suited) <= 1


def test_feed_prices(farm):
    bought = farm.rows("inventory_feedpurchase")
    grower = bought["feed_id"] >= 4
    assert (
        900 <= bought["cost_per_kg"][grower].min() <= bought["cost_per_kg"][grower].max() <= 2_100
    )
    assert bought["cost_per_kg"].max() < 1_800
    assert len(set(bought["supplier"])) > 1


def test_tanks_and_cages_are_not_fuller_than_they_may_be(farm):
    containers = farm.rows("infrastructure_container")
    most = dict(zip(containers["id"], containers["max_biomass_kg"], strict=True))
    history = farm.history("batch_batchcontainerassignment")
    used = [
        biomass / most[container]
        for container, biomass in zip(history["container_id"], history["biomass_kg"], strict=True)
    ]
    assert 0.5 < max(used) <= 1.0


def test_fresh_water_stays_wholesome(farm):
    inside, seen = defaultdict(int), defaultdict(int)
    ranges = {3: (6.2, 7.8), 5: (0, 15), 6: (0, 0.1), 7: (0, 100), 8: (0, 2)}
    for month in range(15):
        rows = columns(farm.readings(month))
        fresh = rows["batch_container_assignment_id"] <= 20
        for parameter, (low, high) in ranges.items():
            values = rows["value"][fresh & (rows["parameter_id"] == parameter)] / 10_000
            inside[parameter] += ((values >= low) & (values <= high)).sum()
            seen[parameter] += len(values)
    for parameter in ranges:
        assert seen[parameter] > 1_000
        assert inside[parameter] / seen[parameter] > 0.95


def test_oxygen_at_sea_lies_between_60_and_105_percent_and_salinity_is_the_sea_s(farm):
    for month in farm.months[15:30]:
        sea = part(month.readings, Stays).at_sea == 1
        knots = month.readings[KNOTS][sea] / 10_000
        assert len(knots)
        assert knots[:, OXYGEN].min() > 60
        assert knots[:, OXYGEN].max() < 106
        assert 34.5 < knots[:, SALINITY].min() <= knots[:, SALINITY].max() < 35.5

"""Readings: every sensor of every occupied container, tied to its fish, in believable water."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from data_generation.generators.core.declared.arrow_types import arrow_type
from data_generation.generators.core.quantities import Quantities
from data_generation.generators.domains import TABLES
from data_generation.generators.environmental.gases import oxygen_saturation_mg_l
from data_generation.generators.environmental.tables import READINGS
from data_generation.generators.readings.expand import expand_readings
from data_generation.generators.readings.order import KNOTS, HandReadings, Header, Stays
from tests.unit.generators.support import (
    by_sensors,
    columns,
    hasty_farm,
    part,
    rows_of,
    tiny_config,
    tiny_farm,
)

DAY_US = 86_400_000_000
QUANTITIES = Quantities.of(tiny_config().environment.quantities)
TEMPERATURE, OXYGEN, SALINITY = (
    QUANTITIES.temperature,
    QUANTITIES.oxygen,
    QUANTITIES.salinity,
)
NAMES = list(tiny_config().environment.quantities)
HALLS, MOVE_IN_SEPTEMBER, MOVE_TO_SEA, AT_SEA = 5, 8, 14, 20


def dense(farm, month, per_day=24):
    """The month's order with readings every hour: an order carries all that expansion needs."""
    order = {name: values.copy() for name, values in farm.months[month].readings.items()}
    part(order, Header).readings_per_day[0] = per_day
    return order


def expand(order, batch_rows=100_000):
    """What the sensors said."""
    return columns(by_sensors(expand_readings(order, batch_rows)))


def by_hand(order):
    rows = pa.concat_tables(expand_readings(order, 100_000))
    return columns(rows.filter(rows["is_manual"]))


def span_of(order):
    """Each assignment's row in the order."""
    return {row.assignment: row for row in rows_of(part(order, Stays))}


@pytest.fixture(scope="module")
def all_rows():
    """Every reading of the hasty farm, by month."""
    farm = hasty_farm()
    return [columns(farm.readings(i)) for i in range(len(farm.months))]


def test_a_month_has_the_columns_of_the_table():
    table = tiny_farm().readings(HALLS)
    assert table.column_names == list(TABLES[READINGS].columns)
    for name, code in TABLES[READINGS].columns.items():
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        assert column.type in (arrow_type(code), pa.int64())
    table.validate(full=True)


@pytest.mark.parametrize("month", [HALLS, MOVE_IN_SEPTEMBER, MOVE_TO_SEA, AT_SEA])
@pytest.mark.parametrize("batch_rows", [1, 1_000, 2_500])
def test_the_size_of_record_batches_changes_nothing(month, batch_rows):
    order = dense(tiny_farm(), month, 6)
    small = list(expand_readings(order, batch_rows))
    whole = pa.concat_tables(expand_readings(order, 1_000_000))
    assert pa.concat_tables(small).equals(whole)
    longest = 31 * 6 * len(QUANTITIES.hall)
    assert len(small) >= max(1, len(whole) // (batch_rows + longest))
    assert max(len(table) for table in small) <= batch_rows + longest
    by_hand = len(part(order, HandReadings)) > 0
    assert batch_rows > 1 or len(small) == len(part(order, Stays)) + by_hand


def test_a_month_without_fish_has_no_readings():
    order = {name: values.copy() for name, values in tiny_farm().months[HALLS].readings.items()}
    for kind in (Stays, HandReadings):
        order[kind.__name__] = kind().values
    order[KNOTS] = order[KNOTS][:0]
    assert list(expand_readings(order, 1_000)) == []


def test_there_are_as_many_as_announced_less_outages(all_rows):
    farm = hasty_farm()
    for month, rows in zip(farm.months, all_rows, strict=True):
        assert 0.97 * month.readings_rows < len(rows["id"]) <= month.readings_rows
    assert sum(len(rows["id"]) for rows in all_rows) < sum(m.readings_rows for m in farm.months)


def test_every_occupied_day_of_every_assignment_is_read(all_rows):
    """Days from arrival to the eve of departure, each with seven sensors in halls, four at sea."""
    farm = hasty_farm()
    assignments = farm.rows("batch_batchcontainerassignment")
    expected = {}
    for key, start, end, stage in zip(
        assignments["id"],
        assignments["assignment_date"],
        assignments["departure_date"],
        assignments["lifecycle_stage_id"],
        strict=True,
    ):
        sensors = len(QUANTITIES.measured(at_sea=stage == 6))
        days = (farm.last_day + 1 if end is None else end) - start
        expected[key] = (start, start + days, days * sensors)
    visits = sum(len(part(m.readings, HandReadings)) for m in farm.months)
    manual = visits * len(QUANTITIES.hall_by_hand)
    sensors = sum(m.readings_rows for m in farm.months) - manual
    assert sensors == sum(e[2] for e in expected.values())
    found = defaultdict(int)
    for rows in all_rows:
        day = rows["reading_time"] // DAY_US
        for key, when in zip(
            rows["batch_container_assignment_id"].tolist(), day.tolist(), strict=True
        ):
            start, end, _ = expected[key]
            assert start <= when < end
            found[key] += 1
    assert all(found[key] > 0.8 * e[2] for key, e in expected.items() if e[2] > 100)
    assert found.keys() == {key for key, e in expected.items() if e[2]}


def test_keys_are_unique_and_rise_from_month_to_month(all_rows):
    last = 0
    for month, rows in zip(hasty_farm().months, all_rows, strict=True):
        ids = np.sort(rows["id"])
        assert (np.diff(ids) > 0).all()
        assert ids[0] > last
        last += month.readings_keys
        assert ids[-1] <= last
        assert int(part(month.readings, Header).last_id[0]) == last


def test_rows_are_sorted_and_no_sensor_reads_twice_at_a_moment(all_rows):
    farm = hasty_farm()
    stage = farm.rows("batch_batchcontainerassignment")
    at_sea = dict(zip(stage["id"], stage["lifecycle_stage_id"] == 6, strict=True))
    seen = set()
    for rows in all_rows:
        sea = [at_sea[key] for key in rows["batch_container_assignment_id"]]
        keys = list(
            zip(
                sea,
                rows["batch_container_assignment_id"],
                rows["sensor_id"],
                rows["reading_time"],
                strict=True,
            )
        )
        assert keys == sorted(keys)
        moments = {key[2:] for key in keys}
        assert len(moments) == len(keys)
        assert not moments & seen
        seen |= moments


def test_halls_have_no_salinity_and_the_sea_no_tank_chemistry(all_rows):
    farm = hasty_farm()
    containers = farm.rows("infrastructure_container")
    at_sea = {c for c, area in zip(containers["id"], containers["area_id"], strict=True) if area}
    seen = {True: set(), False: set()}
    for rows in all_rows:
        for container, parameter in set(
            zip(rows["container_id"].tolist(), rows["parameter_id"].tolist(), strict=True)
        ):
            seen[container in at_sea].add(parameter - 1)
    assert seen[False] == set(QUANTITIES.hall.tolist())
    assert seen[True] == set(QUANTITIES.sea.tolist())
    assert SALINITY not in seen[False]
    assert not [name for name in NAMES if "turbid" in name]


def test_readings_are_spread_over_the_day():
    rows = expand(dense(tiny_farm(), HALLS, 6))
    hours = rows["reading_time"] % DAY_US / 3_600_000_000
    assert set(np.floor(hours)) == {2, 6, 10, 14, 18, 22}
    assert (rows["created_at"] > rows["reading_time"]).all()
    assert (rows["created_at"] - rows["reading_time"] < 60_000_000).all()
    assert not rows["is_manual"].any()


def test_another_order_of_seeds_says_something_else():
    order = {name: values.copy() for name, values in tiny_farm().months[HALLS].readings.items()}
    before = expand(order)["value"]
    part(order, Header).seed[0] += 1
    after = expand(order)["value"]
    assert len(before) != len(after) or (before != after).mean() > 0.5


def day_means(order, parameter):
    """Mean of each (assignment, day) of the readings, with what the order's knots say."""
    rows = expand(order)
    first = int(part(order, Header).first_day[0])
    row_of = {s.assignment: i for i, s in enumerate(rows_of(part(order, Stays)))}
    mine = rows["parameter_id"] == parameter + 1
    sums = defaultdict(list)
    for key, moment, value in zip(
        rows["batch_container_assignment_id"][mine],
        rows["reading_time"][mine],
        rows["value"][mine],
        strict=True,
    ):
        sums[key, moment // DAY_US - first].append(value / 10_000)
    found, expected, who = [], [], []
    for (key, day), values in sums.items():
        if len(values) == 24:
            knots = order[KNOTS][row_of[key], parameter]
            found.append(np.mean(values))
            expected.append((int(knots[day]) + int(knots[day + 1])) / 20_000)
            who.append((key, day))
    return np.array(found), np.array(expected), who


@pytest.mark.parametrize("month", [HALLS, MOVE_IN_SEPTEMBER, AT_SEA])
def test_a_days_mean_temperature_is_what_the_fish_felt(month):
    found, expected, who = day_means(dense(tiny_farm(), month), TEMPERATURE)
    assert len(found) > 100
    assert np.abs(found - expected).max() < 0.25
    assert abs((found - expected).mean()) < 0.05
    # Each sensor is off by its own constant: what remains is small.
    for key in {key for key, _ in who}:
        rest = np.array(
            [f - e for f, e, (k, _) in zip(found, expected, who, strict=True) if k == key]
        )
        assert abs(rest.mean()) < 0.12
        assert rest.std() < 0.08


def test_the_knots_that_readings_follow_are_the_water_that_growth_follows():
    """Warmth of the orders and weights of the ledger agree on the coefficient of a usual day.

    The median: on some days a storm, algae or a treatment keeps fish from feeding; disease lowers
    their appetite for weeks, so a little is missing.
    """
    farm = tiny_farm()
    assignments = farm.rows("batch_batchcontainerassignment")
    sea = (assignments["lifecycle_stage_id"] == 6).nonzero()[0]
    weights, warmth = defaultdict(dict), defaultdict(dict)
    history = farm.history("batch_batchcontainerassignment")
    for key, moment, weight in zip(
        history["id"], history["history_date"], history["avg_weight_g"], strict=True
    ):
        weights[key][moment // DAY_US] = np.cbrt(weight / 100)
    for month in farm.months[16:30]:
        first = int(part(month.readings, Header).first_day[0])
        spans = rows_of(part(month.readings, Stays))
        for span, knots in zip(spans, month.readings[KNOTS], strict=True):
            means = (knots[TEMPERATURE, :-1] + knots[TEMPERATURE, 1:]) / 20_000
            for day in range(span.first_day, span.end_day):
                warmth[span.assignment][first + day] = means[day]
    growth = farm.rows("batch_batch")["growth_factor"][0] / 10_000
    expected = farm.config.countries["faroe"].batch.tgc_sea * growth
    for key in assignments["id"][sea].tolist():
        days = [day for day in warmth[key] if {day, day - 1} <= weights[key].keys()]
        grown = np.array([1_000 * (weights[key][day] - weights[key][day - 1]) for day in days])
        degrees = np.array([warmth[key][day] for day in days])
        assert len(days) > 200
        assert 0.95 * expected < np.median(grown / degrees) < 1.02 * expected
        fed = grown > 0.8 * expected * degrees
        assert np.corrcoef(grown[fed], degrees[fed])[0, 1] > 0.8


@pytest.mark.parametrize("month", [HALLS, MOVE_TO_SEA, AT_SEA])
def test_oxygen_is_the_saturation_of_that_moments_water_times_its_level(month):
    order = dense(tiny_farm(), month)
    rows = expand(order)
    spans = span_of(order)
    row_of = {s.assignment: i for i, s in enumerate(rows_of(part(order, Stays)))}
    first = int(part(order, Header).first_day[0])
    by_moment = defaultdict(dict)
    for key, moment, parameter, value in zip(
        rows["batch_container_assignment_id"],
        rows["reading_time"],
        rows["parameter_id"],
        rows["value"],
        strict=True,
    ):
        by_moment[key, moment][parameter - 1] = value / 10_000
    temperature, salinity, oxygen, level = [], [], [], []
    for (key, moment), read in by_moment.items():
        at_sea = bool(spans[key].at_sea)
        if not {TEMPERATURE, OXYGEN} <= read.keys() or (at_sea and SALINITY not in read):
            continue
        temperature.append(read[TEMPERATURE])
        salinity.append(read[SALINITY] if at_sea else 0.0)
        oxygen.append(read[OXYGEN])
        day = moment // DAY_US - first
        knots = order[KNOTS][row_of[key], OXYGEN] / 10_000
        share = moment % DAY_US / DAY_US
        level.append(knots[day] * (1 - share) + knots[day + 1] * share)
    held = oxygen_saturation_mg_l(np.array(temperature), np.array(salinity))
    percent = 100 * np.array(oxygen) / held
    assert len(percent) > 1_000
    rest = percent - np.array(level)
    assert abs(rest.mean()) < 1.0
    assert rest.std() < 2.0
    assert np.abs(rest).max() < 6.0
    assert 60 < percent.min() < percent.max() < 110


@pytest.fixture(scope="module")
def sea_days():
    """Daily mean temperature at sea, shape (cage, day), over 15 whole months."""
    farm = tiny_farm()
    series = defaultdict(dict)
    for month in range(15, 30):
        found, _, who = day_means(dense(farm, month), TEMPERATURE)
        first = int(part(farm.months[month].readings, Header).first_day[0])
        for value, (key, day) in zip(found, who, strict=True):
            series[key][first + day] = value
    whole = sorted(set.intersection(*(set(days) for days in series.values())))
    return np.array([[days[d] for d in whole] for days in series.values()]), np.array(whole)


def test_daily_sea_temperature_follows_the_day_before(sea_days):
    cages, days = sea_days
    assert len(cages) == 4
    assert len(days) > 300
    next_to = np.diff(days) == 1
    for cage in cages:
        season = np.polyval(np.polyfit(days - days[0], cage, 5), days - days[0])
        rest = cage - season
        assert np.corrcoef(cage[1:][next_to], cage[:-1][next_to])[0, 1] > 0.98
        assert 0.85 < np.corrcoef(rest[1:][next_to], rest[:-1][next_to])[0, 1] < 0.995
        assert rest.std() > 0.15


def test_cages_of_one_area_share_their_water(sea_days):
    cages, days = sea_days
    correlation = np.corrcoef(cages)
    assert correlation.min() > 0.99
    next_to = np.diff(days) == 1
    changes = np.corrcoef(np.diff(cages, axis=1)[:, next_to])
    assert changes.min() > 0.7


def test_cages_of_one_area_share_the_hours_too():
    """What is left of an hour when the day and the hour's usual swing are taken away."""
    order = dense(tiny_farm(), AT_SEA)
    rows = expand(order)
    temperature = rows["parameter_id"] == TEMPERATURE + 1
    first = int(part(order, Header).first_day[0])
    days = int(part(order, Header).days[0])
    left = []
    spans = rows_of(part(order, Stays))
    for span, knots in zip(spans, order[KNOTS][:, TEMPERATURE] / 10_000, strict=True):
        mine = rows["batch_container_assignment_id"] == span.assignment
        moments = rows["reading_time"][mine & temperature]
        day, share = np.divmod(moments, DAY_US)[0] - first, moments % DAY_US / DAY_US
        water = knots[day] * (1 - share) + knots[day + 1] * share
        rest = np.full((days, 24), np.nan)
        rest[day, (share * 24).astype(int)] = rows["value"][mine & temperature] / 10_000 - water
        left.append((rest - np.nanmean(rest, axis=0)).ravel())
    whole = np.array(left)[:, ~np.isnan(left).any(axis=0)]
    assert whole.shape[1] > 300
    assert np.corrcoef(whole).min() > 0.5


def test_sensors_differ_by_a_constant_of_their_own(sea_days):
    cages, _ = sea_days
    offsets = cages.mean(axis=1) - cages.mean()
    assert 0.003 < offsets.std() < 0.1
    halves = np.array_split(cages, 2, axis=1)
    first, second = (half.mean(axis=1) - half.mean() for half in halves)
    assert np.abs(first - second).max() < 0.02


def test_a_sensor_that_fails_is_out_for_a_while_and_comes_back():
    """With an outage rate of one in three, gaps are runs of hours and not single misses."""
    order = dense(tiny_farm(), AT_SEA)
    part(order, Header).outage_rate[0] = 333_333
    part(order, Header).outage_mean_minutes[0] = 3_000
    rows = expand(order)
    slots = 24 * int(part(order, Header).days[0])
    gaps = []
    for sensor in np.unique(rows["sensor_id"]):
        times = rows["reading_time"][rows["sensor_id"] == sensor] // 3_600_000_000
        steps = np.diff(times)
        gaps += (steps[steps > 1] - 1).tolist()
        assert (steps > 1).sum() <= 1
        assert len(times) <= slots
    assert gaps
    assert max(gaps) > 5


def test_water_in_tanks_answers_to_feeding():
    """Carbon dioxide and ammonium rise, oxygen falls, from the first day of a tank to its last."""
    farm = tiny_farm()
    spans = [(rows_of(part(m.readings, Stays)), m.readings[KNOTS]) for m in farm.months[3:15]]
    co2, oxygen, nitrate = NAMES.index("co2"), OXYGEN, NAMES.index("nitrate")
    levels = defaultdict(list)
    for rows, knots in spans:
        for row, knot in zip(rows, knots, strict=True):
            if not row.at_sea:
                days = slice(row.first_day + 1, row.end_day + 1)
                levels[row.assignment].append(knot[:, days])
    long = [np.concatenate(parts, axis=1) for parts in levels.values()]
    long = [level / 10_000 for level in long if level.shape[1] > 80]
    assert len(long) > 8
    for level in long:
        start, end = level[:, :10].mean(axis=1), level[:, -12:-2].mean(axis=1)
        assert end[co2] > start[co2] + 0.5
        assert end[nitrate] > start[nitrate]
        assert end[oxygen] < start[oxygen]


def test_no_sensor_shows_less_than_nothing():
    order = dense(tiny_farm(), HALLS)
    order[KNOTS][:, 1:] = 0
    values = expand(order)["value"]
    assert values.min() == 0

"""How probes are kept: calibration, drift, outages; and what people read by hand."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from data_generation.generators.core.quantities import Quantities
from data_generation.generators.infrastructure.calibration import calibration_interval
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
AT_SEA = 20
QUANTITIES = Quantities.of(tiny_config().environment.quantities)
TEMPERATURE, OXYGEN, PH, SALINITY = QUANTITIES.numbers.tolist()
BY_HAND = len(QUANTITIES.hall_by_hand)


def order_of(month, per_day=6, **header):
    order = {name: v.copy() for name, v in tiny_farm().months[month].readings.items()}
    part(order, Header).readings_per_day[0] = per_day
    for name, value in header.items():
        getattr(part(order, Header), name)[0] = value
    return order


def expand(order):
    return columns(by_sensors(expand_readings(order, 1_000_000)))


@pytest.fixture(scope="module")
def calibrations():
    """Days on which each sensor's calibration was entered."""
    rows = tiny_farm().history("infrastructure_sensor")
    found = defaultdict(list)
    for key, kind, day, moment, reason in zip(
        rows["id"].tolist(),
        rows["history_type"],
        rows["last_calibration_date"].tolist(),
        rows["history_date"].tolist(),
        rows["history_change_reason"],
        strict=True,
    ):
        if kind == "~":
            assert reason == "Calibration"
            assert moment // DAY_US == day
            found[key].append(day)
    return found


def test_probes_are_calibrated_when_fish_come_and_every_two_to_four_months(calibrations):
    farm = tiny_farm()
    assignments = farm.rows("batch_batchcontainerassignment")
    sensors = farm.rows("infrastructure_sensor")
    probes = defaultdict(list)
    for key, container, active in zip(
        sensors["id"].tolist(), sensors["container_id"].tolist(), sensors["active"], strict=True
    ):
        if active:
            probes[container].append(key)
    config = farm.config.weather
    for container, start, end in zip(
        assignments["container_id"].tolist(),
        assignments["assignment_date"].tolist(),
        assignments["departure_date"].tolist(),
        strict=True,
    ):
        last = farm.last_day if end is None else end - 1
        for probe in probes[container]:
            days = [day for day in calibrations[probe] if start <= day <= last]
            assert days[0] == start
            gaps = np.diff(days)
            assert (gaps >= config.calibration_days_min).all()
            assert (np.diff([*days, last]) <= config.calibration_days_max).all()


def test_the_table_shows_the_last_calibration_and_nothing_else_changed(calibrations):
    farm = tiny_farm()
    rows, audit = farm.rows("infrastructure_sensor"), farm.history("infrastructure_sensor")
    at = {key: position for position, key in enumerate(rows["id"].tolist())}
    for key, days in calibrations.items():
        assert rows["last_calibration_date"][at[key]] == days[-1]
    same = [
        name
        for name in rows
        if name not in ("last_calibration_date", "updated_at", "id", "created_at")
    ]
    for position, key in enumerate(audit["id"].tolist()):
        for name in same:
            assert audit[name][position] == rows[name][at[key]], name
    assert len(set(audit["created_at"].tolist())) == 1


def test_the_order_knows_when_probes_were_calibrated(calibrations):
    farm = tiny_farm()
    sensors_of = farm.rows("infrastructure_sensor")
    for month in farm.months[3:20:4]:
        first = int(part(month.readings, Header).first_day[0])
        for span in rows_of(part(month.readings, Stays)):
            probe = span.first_sensor
            assert probe in sensors_of["id"]
            last = first + span.end_day - 1
            start, interval = first + span.calibrated, span.interval
            expected = start + (last - start) // interval * interval
            assert max(day for day in calibrations[probe] if day <= last) == expected


def test_intervals_are_whole_days_within_the_configured_limits():
    farm = tiny_farm()
    found = calibration_interval(farm.config.weather, _Draws(), np.arange(2000))
    assert found.min() == 60
    assert found.max() == 120


class _Draws:
    def uniform(self, purpose, entity, day=0):
        return (np.asarray(entity) + 0.5) / 2000


def values_by_day(order, parameter):
    """Daily mean of each sensor of a parameter, shape (sensor, day); no outages."""
    rows = expand(order)
    mine = rows["parameter_id"] == parameter + 1
    days = int(part(order, Header).days[0])
    return rows["value"][mine].reshape(-1, days, rows_per_day(order)).mean(axis=2) / 10_000


def rows_per_day(order):
    return int(part(order, Header).readings_per_day[0])


def calm(order, calibrated, interval):
    """The order with still water and probes calibrated then."""
    order[KNOTS][:] = order[KNOTS][:, :, :1]
    part(order, Stays).calibrated = calibrated
    part(order, Stays).interval = interval
    part(order, Header).outage_rate[0] = 0
    return order


def test_probes_drift_between_calibrations_and_are_set_right_by_them():
    """Against fresh probes in the same water, the difference grows and vanishes on the day."""
    fresh = values_by_day(calm(order_of(AT_SEA, 24), 0, 1), PH)
    old = values_by_day(calm(order_of(AT_SEA, 24), 15 - 90, 90), PH)
    apart = old - fresh
    before, after = np.abs(apart[:, 10:15]).mean(axis=1), np.abs(apart[:, 15:17]).mean(axis=1)
    assert before.mean() > 0.01
    assert after.mean() < 0.005
    # Over the month the size of a drift rises with the days since the calibration.
    drift = values_by_day(calm(order_of(AT_SEA, 24), -60, 120), PH) - fresh
    slope = np.polyfit(np.arange(drift.shape[1]), np.abs(drift).mean(axis=0), 1)[0]
    assert slope > 0
    assert len(np.unique(np.sign(drift[:, -1]))) > 1 or len(drift) < 3


def test_temperature_probes_hardly_drift():
    fresh = values_by_day(calm(order_of(AT_SEA, 24), 0, 1), TEMPERATURE)
    old = values_by_day(calm(order_of(AT_SEA, 24), -80, 120), TEMPERATURE)
    assert np.abs(old - fresh).max() < 0.06


def test_an_outage_goes_on_into_the_next_month():
    """A sensor that is silent at a month's end is mostly silent when the next begins."""
    silent = []
    for month in (AT_SEA, AT_SEA + 1):
        order = order_of(month, 24, outage_rate=600_000, outage_mean_minutes=60 * 24 * 12)
        rows = expand(order)
        first = int(part(order, Header).first_day[0])
        edge = first + int(part(order, Header).days[0]) - 1 if month == AT_SEA else first
        there = rows["reading_time"] // DAY_US == edge
        hour = rows["reading_time"] % DAY_US // 3_600_000_000
        there &= hour == (23 if month == AT_SEA else 0)
        silent.append(set(range(*sensors_at_sea(order))) - set(rows["sensor_id"][there].tolist()))
    at_end, at_start = silent
    assert len(at_end) >= 3
    assert len(at_end & at_start) >= 0.7 * len(at_end)


def sensors_at_sea(order):
    first = part(order, Stays).first_sensor
    return int(first.min()), int(first.max()) + 4


def by_hand(month):
    rows = pa.concat_tables(expand_readings(month.readings, 1_000_000))
    return columns(rows.filter(rows["is_manual"]))


@pytest.fixture(scope="module")
def manual():
    return [by_hand(month) for month in hasty_farm().months]


def test_somebody_reads_one_container_of_each_place_every_week(manual):
    farm = hasty_farm()
    layout = farm.rows("infrastructure_container")
    hall = dict(zip(layout["id"].tolist(), layout["hall_id"].tolist(), strict=True))
    area = dict(zip(layout["id"].tolist(), layout["area_id"].tolist(), strict=True))
    visits = defaultdict(list)
    for rows in manual:
        for container, moment, parameter in zip(
            rows["container_id"].tolist(),
            rows["reading_time"].tolist(),
            rows["parameter_id"].tolist(),
            strict=True,
        ):
            place = ("hall", hall[container]) if hall[container] else ("area", area[container])
            visits[place].append((moment, container, parameter - 1))
    assert {kind for kind, _ in visits} == {"hall", "area"}
    for (kind, _), found in visits.items():
        days = sorted({moment // DAY_US for moment, _, _ in found})
        assert len(found) == BY_HAND * len(days)
        assert all(gap % 7 == 0 for gap in np.diff(days))
        assert len({(moment // DAY_US, container) for moment, container, _ in found}) == len(days)
        read = {parameter for _, _, parameter in found}
        assert read == {TEMPERATURE, OXYGEN, PH if kind == "hall" else SALINITY}


def test_readings_by_hand_are_a_persons_and_no_sensors(manual):
    farm = hasty_farm()
    users, notes, hours = set(), [], []
    seen = set()
    for month, rows in zip(farm.months, manual, strict=True):
        assert set(rows["sensor_id"].tolist()) <= {None}
        users |= set(rows["recorded_by_id"].tolist())
        notes += rows["notes"].tolist()
        hours += (rows["reading_time"] % DAY_US / 3_600_000_000).tolist()
        assert (rows["created_at"] > rows["reading_time"]).all()
        assert len(rows["id"]) == BY_HAND * len(part(month.readings, HandReadings))
        assert not seen & set(rows["id"].tolist())
        seen |= set(rows["id"].tolist())
    profiles = farm.rows("users_userprofile")
    role = dict(zip(profiles["user_id"].tolist(), profiles["role"], strict=True))
    assert {role[user] for user in users} == {"OPR"}
    assert len(users) == 2
    assert 0.02 < np.mean([note != "" for note in notes]) < 0.3
    assert 8 < min(hours) < max(hours) < 16


def test_readings_by_hand_tell_the_fish_that_were_there(manual):
    farm = hasty_farm()
    rows = farm.rows("batch_batchcontainerassignment")
    stay = {
        key: (container, batch, start, end)
        for key, container, batch, start, end in zip(
            rows["id"].tolist(),
            rows["container_id"].tolist(),
            rows["batch_id"].tolist(),
            rows["assignment_date"].tolist(),
            rows["departure_date"].tolist(),
            strict=True,
        )
    }
    for month in manual:
        for key, container, batch, moment in zip(
            month["batch_container_assignment_id"].tolist(),
            month["container_id"].tolist(),
            month["batch_id"].tolist(),
            month["reading_time"].tolist(),
            strict=True,
        ):
            there, whose, start, end = stay[key]
            assert (there, whose) == (container, batch)
            assert start <= moment // DAY_US < (end or 10**9)


def test_a_hand_held_meter_agrees_with_the_probes():
    """Within what both may be off; oxygen in mg/L like theirs."""
    for month in (5, 14, AT_SEA):
        order = order_of(month, 24)
        said, hand = expand(order), columns(pa.concat_tables(expand_readings(order, 1_000_000)))
        sensor = {
            (key, parameter, moment // 3_600_000_000): value / 10_000
            for key, parameter, moment, value in zip(
                said["batch_container_assignment_id"].tolist(),
                said["parameter_id"].tolist(),
                said["reading_time"].tolist(),
                said["value"].tolist(),
                strict=True,
            )
        }
        apart = defaultdict(list)
        mine = hand["is_manual"]
        for key, parameter, moment, value in zip(
            hand["batch_container_assignment_id"][mine].tolist(),
            hand["parameter_id"][mine].tolist(),
            hand["reading_time"][mine].tolist(),
            hand["value"][mine].tolist(),
            strict=True,
        ):
            other = sensor.get((key, parameter, moment // 3_600_000_000))
            if other is not None:
                apart[parameter - 1].append(value / 10_000 - other)
        limits = {TEMPERATURE: 0.4, OXYGEN: 0.7, PH: 0.3, SALINITY: 0.5}
        assert len(apart) == BY_HAND
        for parameter, differences in apart.items():
            assert np.abs(differences).max() < limits[parameter]


def test_rows_of_the_order_point_into_it():
    for month in hasty_farm().months:
        hand = part(month.readings, HandReadings)
        rows = part(month.readings, Stays).take(hand.stay)
        assert (rows.first_day <= hand.day).all()
        assert (hand.day < rows.end_day).all()


@pytest.mark.parametrize("farm", [tiny_farm, hasty_farm])
def test_each_transfer_tells_the_water_at_its_end(farm):
    farm = farm()
    rows = farm.rows("environmental_stagetransitionenvironmental")
    transfers = farm.rows("batch_batchtransfer")
    assert sorted(rows["batch_transfer_id"].tolist()) == transfers["id"].tolist()
    at = {key: position for position, key in enumerate(transfers["id"].tolist())}
    order = [at[key] for key in rows["batch_transfer_id"].tolist()]
    to_sea = transfers["destination_lifecycle_stage_id"][order] == 6
    assert (rows["created_at"] == transfers["created_at"][order]).all()
    salinity = np.array([value is None for value in rows["salinity"]])
    assert (salinity == ~to_sea).all()
    assert all(2500 < value < 3600 for value in rows["salinity"][to_sea])
    temperature, oxygen, ph = rows["temperature"], rows["oxygen"], rows["ph"]
    assert ((temperature[to_sea] > 300) & (temperature[to_sea] < 1600)).all()
    assert ((temperature[~to_sea] > 600) & (temperature[~to_sea] < 1500)).all()
    assert ((oxygen > 650) & (oxygen < 1200)).all()
    assert ((ph > 620) & (ph < 850)).all()
    noted = np.array([note != "" for note in rows["notes"]])
    assert not noted.all()

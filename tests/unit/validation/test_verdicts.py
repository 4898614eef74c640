"""What figures mean at their edges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from data_generation.config.acceptance import BatchAcceptance
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.validation import verdicts

LIMITS = BatchAcceptance(
    silent_chance=1e-8,
    stage_wait_days=30,
    survival_day=650,
    survival=(0.70, 0.85),
    survival_end_min=0.65,
)


def configured(*sets):
    return load_config(CONFIG_DIR, "tiny", list(sets), None)


OUTAGES = verdicts.Outages.of(configured())


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100 %"),
        (0.5, "50 %"),
        (0.998, "99.8 %"),
        (0.99999, "99.999 %"),
        (1.00001, "100.001 %"),
        (2.0, "200 %"),
        (0.0, "0 %"),
    ],
)
def test_only_all_reads_as_all(share, text):
    assert verdicts.percent(share) == text


@pytest.mark.parametrize(
    ("found", "silent_days", "silent", "verdict"),
    [
        (1000, 0, 0, "passed"),
        (993, 0, 0, "passed"),
        (992, 0, 0, "unusual"),
        (999, 1, 0, "broken"),
        (999, 0, 1, "broken"),
    ],
)
def test_outages_are_a_share_and_silence_is_broken(found, silent_days, silent, verdict):
    row = {"due": 1000, "found": found, "days": 40, "silent_days": silent_days}

    assert verdicts.completeness(row, silent, OUTAGES, 3).verdict == verdict


def test_a_batch_that_was_nowhere_is_not_complete():
    assert verdicts.completeness({}, 0, OUTAGES, 3).verdict == "broken"


def test_what_sensors_leave_out_follows_from_the_outages_planned():
    # 0.04 outages of 30 hours a sensor and month of 730.5 hours: their lengths are exponential, so
    # that the squares of what a month loses have twice the squared mean.
    assert pytest.approx(0.04 * 30 / 730.5) == OUTAGES.share
    assert pytest.approx((0.04 * 2) ** 0.5 * 30 / 730.5) == OUTAGES.between
    assert OUTAGES.together == 3
    # 3,044 readings are a hundred months of a sensor that reads once a day.
    due = round(100 * 365.25 / 12)
    assert OUTAGES.least(due, 3) == pytest.approx(
        1 - OUTAGES.share - 0.3 * OUTAGES.between, rel=1e-4
    )


def test_sensors_that_fail_often_are_silent_together_more_often():
    config = configured("environment.sensor_outage_rate=0.9")

    assert verdicts.Outages.of(config).together > OUTAGES.together


@pytest.mark.parametrize(
    ("kg", "capacity", "verdict"),
    [("100", "100", "passed"), ("100.01", "100", "broken"), ("1", "0", "broken")],
)
def test_a_silo_may_be_full_and_no_fuller(kg, capacity, verdict):
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    row = {"name": "S", "moment": moment, "kg": Decimal(kg), "capacity_kg": Decimal(capacity)}

    assert verdicts.feed_containers(row).verdict == verdict


def test_silos_that_never_had_feed_say_nothing():
    assert verdicts.feed_containers(None).verdict == "nothing"


def life(days):
    return {"first_day": date(2024, 1, 1), "last_day": date.fromordinal(738886 + days - 1)}


def fish(alive=0, harvested=0, dead_early=0):
    dead = 1000 - alive - harvested
    return {
        "eggs": 1000,
        "alive": alive,
        "harvested": harvested,
        "dead": dead,
        "dead_early": dead_early,
    }


@pytest.mark.parametrize(
    ("days", "figures", "verdict"),
    [
        (649, fish(alive=900), "passed"),
        (649, fish(alive=699), "unusual"),
        (649, fish(alive=1000), "passed"),
        (649, fish(alive=1001), "broken"),
        (650, fish(alive=850, dead_early=150), "passed"),
        (650, fish(alive=851, dead_early=149), "unusual"),
        (650, fish(alive=699, dead_early=301), "unusual"),
        (900, fish(harvested=650, dead_early=300), "passed"),
        (900, fish(harvested=649, dead_early=300), "unusual"),
        # More harvested than lived on the guide's day.
        (900, fish(harvested=860, dead_early=200), "unusual"),
    ],
)
def test_survival_by_age(days, figures, verdict):
    assert verdicts.survival(life(days), figures, LIMITS).verdict == verdict


def test_nothing_of_no_eggs_has_survived():
    none = {"eggs": 0, "alive": 0, "harvested": 0, "dead": 0, "dead_early": 0}

    assert verdicts.survival(life(10), none, LIMITS).verdict == "broken"
    assert verdicts.survival(life(700), none, LIMITS).verdict == "broken"


@pytest.mark.parametrize(
    ("passed", "in_order", "agrees", "verdict"),
    [
        (3, True, True, "passed"),
        (2, True, True, "unusual"),
        (3, False, True, "broken"),
        (3, True, False, "broken"),
    ],
)
def test_stages_may_be_late_but_not_out_of_order(passed, in_order, agrees, verdict):
    row = {"passed": passed, "due": 3, "in_order": in_order, "row_agrees": agrees}

    assert verdicts.stages(row).verdict == verdict

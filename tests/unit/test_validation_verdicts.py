"""What figures mean at their edges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from data_generation.config.acceptance import BatchAcceptance
from data_generation.validation import verdicts

LIMITS = BatchAcceptance(
    readings_share_min=0.97,
    silent_sensors=3,
    stage_wait_days=30,
    survival_day=650,
    survival=(0.70, 0.85),
    survival_end_min=0.65,
)


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
    ("found", "silent_days", "silent", "passed"),
    [
        (1000, 0, 0, True),
        (970, 0, 0, True),
        (969, 0, 0, False),
        (999, 1, 0, False),
        (999, 0, 1, False),
    ],
)
def test_complete_is_a_share_and_no_silence(found, silent_days, silent, passed):
    row = {"due": 1000, "found": found, "days": 40, "silent_days": silent_days}

    assert verdicts.completeness(row, silent, LIMITS).passed is passed


def test_a_batch_that_was_nowhere_is_not_complete():
    assert not verdicts.completeness({}, 0, LIMITS).passed


@pytest.mark.parametrize(
    ("kg", "capacity", "passed"),
    [("100", "100", True), ("100.01", "100", False), ("1", "0", False)],
)
def test_a_silo_may_be_full_and_no_fuller(kg, capacity, passed):
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    row = {"name": "S", "moment": moment, "kg": Decimal(kg), "capacity_kg": Decimal(capacity)}

    assert verdicts.feed_containers(row).passed is passed


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
    ("days", "figures", "passed"),
    [
        (649, fish(alive=900), True),
        (649, fish(alive=699), False),
        (649, fish(alive=1000), True),
        (649, fish(alive=1001), False),
        (650, fish(alive=850, dead_early=150), True),
        (650, fish(alive=851, dead_early=149), False),
        (650, fish(alive=699, dead_early=301), False),
        (900, fish(harvested=650, dead_early=300), True),
        (900, fish(harvested=649, dead_early=300), False),
        # More harvested than lived on the guide's day.
        (900, fish(harvested=860, dead_early=200), False),
    ],
)
def test_survival_by_age(days, figures, passed):
    assert verdicts.survival(life(days), figures, LIMITS).passed is passed


def test_nothing_of_no_eggs_has_survived():
    none = {"eggs": 0, "alive": 0, "harvested": 0, "dead": 0, "dead_early": 0}

    assert not verdicts.survival(life(10), none, LIMITS).passed
    assert not verdicts.survival(life(700), none, LIMITS).passed

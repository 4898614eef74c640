"""A state for each assignment and day, as the ledger knows it."""

import json
from collections import defaultdict

import pytest

from tests.unit.generators.support import hasty_farm, tiny_farm

STATES = "batch_actualdailyassignmentstate"
ASSIGNMENTS = "batch_batchcontainerassignment"


@pytest.fixture(params=["tiny", "hasty"])
def farm(request):
    return tiny_farm() if request.param == "tiny" else hasty_farm()


def test_there_is_one_state_a_day_from_the_first_to_the_day_before_fish_leave(farm):
    states, assignments = farm.rows(STATES), farm.rows(ASSIGNMENTS)
    days = defaultdict(list)
    for assignment, day in zip(states["assignment_id"], states["date"], strict=True):
        days[int(assignment)].append(int(day))
    for row, key in enumerate(assignments["id"].tolist()):
        found = sorted(days.pop(key, []))
        assert found == list(range(found[0], found[-1] + 1)) if found else True
        if not found:
            continue
        assert found[0] == assignments["assignment_date"][row]
        if not assignments["is_active"][row]:
            assert found[-1] == assignments["departure_date"][row] - 1
    assert not days


def test_no_stage_starts_from_zero(farm):
    states = farm.rows(STATES)
    assert (states["population"] > 0).all()
    assert (states["avg_weight_g"] > 0).all()
    assert states["day_number"].min() == 1


def summed(rows, day, value):
    found = defaultdict(int)
    keys = "batch_assignment_id" if "batch_assignment_id" in rows else "assignment_id"
    for key, when, count in zip(rows[keys], rows[day], rows[value], strict=True):
        found[int(key), int(when)] += count
    return found


def test_deaths_and_feed_are_those_of_the_days_events(farm):
    states = farm.rows(STATES)
    deaths = summed(farm.rows("batch_mortalityevent"), "event_date", "count")
    fed = summed(farm.rows("inventory_feedingevent"), "feeding_date", "amount_kg")
    for row, (key, day) in enumerate(zip(states["assignment_id"], states["date"], strict=True)):
        assert states["mortality_count"][row] == deaths[int(key), int(day)]
        # Hundredths of a kilogram, and ten-thousandths.
        assert states["feed_kg"][row] * 100 == fed[int(key), int(day)]


def test_where_figures_come_from_is_told(farm):
    states = farm.rows(STATES)
    for row in range(0, len(states["id"]), 17):
        sources = json.loads(states["sources"][row])
        assert (sources["feed"] == "actual") == (states["feed_kg"][row] > 0)
        assert ("fcr" in sources) == (states["observed_fcr"][row] is not None)
        sampled = states["anchor_type"][row] == "growth_sample"
        assert sources["weight"] == ("measured" if sampled else "tgc_computed")
        assert set(json.loads(states["confidence_scores"][row])) == set(sources) - {"fcr"}

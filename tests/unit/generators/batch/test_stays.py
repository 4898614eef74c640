"""Where fish are: in one place at a time, through all stages in order, with rests between."""

from collections import defaultdict
from itertools import pairwise

import pytest

from data_generation.config.types import STAGES
from data_generation.generators.core.dates import DAY_US
from data_generation.generators.core.layout import Layout
from tests.unit.generators.support import ASSIGNMENT


def spans(farm):
    """First and last day of each assignment; a live one lasts to the run's end."""
    rows = farm.rows(ASSIGNMENT)
    return {
        key: (start, farm.last_day if end is None else end)
        for key, start, end in zip(
            rows["id"], rows["assignment_date"], rows["departure_date"], strict=True
        )
    }


@pytest.mark.parametrize(
    ("table", "assignment", "day", "at_the_ends"),
    [
        ("inventory_feedingevent", "batch_assignment_id", "feeding_date", False),
        ("batch_growthsample", "assignment_id", "sample_date", False),
        ("batch_mortalityevent", "assignment_id", "event_date", True),
        ("batch_batchtransfer", "source_assignment_id", "transfer_date", True),
        ("batch_batchtransfer", "destination_assignment_id", "transfer_date", True),
        ("harvest_harvestevent", "assignment_id", "event_date", True),
    ],
)
def test_nothing_happens_outside_its_assignments_dates(farm, table, assignment, day, at_the_ends):
    rows = farm.rows(table)
    span = spans(farm)
    rows_of = farm.rows(ASSIGNMENT)
    live = {key for key, active in zip(rows_of["id"], rows_of["is_active"], strict=True) if active}
    assert len(rows["id"]) > 3
    for key, when in zip(rows[assignment], rows[day], strict=True):
        when = when // DAY_US if when > 10**6 else when
        start, end = span[key]
        assert start <= when <= end
        if not at_the_ends:
            # Fish are neither fed nor weighed on the day of a move.
            assert start < when
            assert when < end or key in live


def test_events_name_the_batch_and_the_container_of_their_assignment(farm):
    rows = farm.rows(ASSIGNMENT)
    batch = dict(zip(rows["id"], rows["batch_id"], strict=True))
    container = dict(zip(rows["id"], rows["container_id"], strict=True))
    fed = farm.rows("inventory_feedingevent")
    deaths = farm.rows("batch_mortalityevent")
    assert all(
        batch[a] == b for a, b in zip(fed["batch_assignment_id"], fed["batch_id"], strict=True)
    )
    assert all(
        container[a] == c
        for a, c in zip(fed["batch_assignment_id"], fed["container_id"], strict=True)
    )
    assert all(
        batch[a] == b for a, b in zip(deaths["assignment_id"], deaths["batch_id"], strict=True)
    )


def test_a_container_holds_one_assignment_at_a_time(farm):
    rows = farm.rows(ASSIGNMENT)
    span = spans(farm)
    by_container = defaultdict(list)
    for key, container in zip(rows["id"], rows["container_id"], strict=True):
        by_container[container].append((*span[key], key))
    assert max(map(len, by_container.values())) > 1
    for stays in by_container.values():
        for (_, before, _), (after, _, _) in pairwise(sorted(stays)):
            assert before < after


def test_places_rest_between_two_batches(farm):
    layout = Layout(farm.config)
    config = farm.config.staggering
    rows = farm.rows(ASSIGNMENT)
    span = spans(farm)
    stays = defaultdict(dict)
    for key, container, batch in zip(
        rows["id"], rows["container_id"], rows["batch_id"], strict=True
    ):
        here = stays[layout.container_place[container]]
        start, end = here.get(batch, (10**9, 0))
        here[batch] = (min(start, span[key][0]), max(end, span[key][1]))
    rests = 0
    for index, here in stays.items():
        place = layout.places[index]
        country = layout.countries[place.country]
        least = country.batch.fallow_days if place.at_sea else config.hall_grace_days_min
        for (_, before), (after, _) in pairwise(sorted(here.values())):
            assert after - before >= least, place.name
            rests += 1
    assert rests


def test_batches_go_through_all_stages_in_their_order_and_time(farm):
    rows = farm.rows(ASSIGNMENT)
    batches = farm.rows("batch_batch")
    config = farm.config.staggering
    for i, batch in enumerate(batches["id"].tolist()):
        mine = rows["batch_id"] == batch
        begins = {
            stage: rows["assignment_date"][mine & (rows["lifecycle_stage_id"] == stage)]
            for stage in range(1, len(STAGES) + 1)
        }
        reached = batches["lifecycle_stage_id"][i]
        assert [stage for stage, days in begins.items() if len(days)] == list(range(1, reached + 1))
        if batches["status"][i] == "COMPLETED":
            assert reached == len(STAGES)
        assert set(begins[1]) == {batches["start_date"][i]}
        for stage in range(2, reached + 1):
            waited = begins[stage].min() - begins[stage - 1].min()
            assert waited >= config.stage_days[stage - 2]
            spread = begins[stage].max() - begins[stage].min()
            assert spread < config.transfer_days
            # A move that the run's end cuts short may have filled one container only.
            assert spread > 0 or stage == reached
    assert max(batches["lifecycle_stage_id"]) == len(STAGES)


def test_a_batch_stays_in_its_country(farm):
    layout = Layout(farm.config)
    rows = farm.rows(ASSIGNMENT)
    country = {}
    for batch, container in zip(rows["batch_id"], rows["container_id"], strict=True):
        here = layout.places[layout.container_place[container]].country
        assert country.setdefault(batch, here) == here
    assert set(country.values()) == set(range(len(layout.countries)))

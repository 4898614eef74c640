"""Feeding summaries: they add up to the meals, tile each stay by weeks, tell plausible growth."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from data_generation.generators.core.declared.output import NULL
from data_generation.generators.inventory.summaries import (
    CONFIDENCE,
    CONFIDENCE_DAYS,
    SUNDAY,
    feed_conversion,
)

CONTAINER = "inventory_containerfeedingsummary"
BATCH = "inventory_batchfeedingsummary"


def spans(rows):
    return rows["period_end"] - rows["period_start"] + 1


def by(rows, key, chosen):
    found = defaultdict(list)
    for i in np.flatnonzero(chosen).tolist():
        found[rows[key][i]].append(i)
    return found


def meals(farm, key):
    """Feed in units of 10 g and days with feed, by (owner, day)."""
    events = farm.rows("inventory_feedingevent")
    fed = defaultdict(int)
    for owner, day, amount in zip(
        events[key].tolist(), events["feeding_date"].tolist(), events["amount_kg"], strict=True
    ):
        fed[owner, day] += amount // 100
    return fed


@pytest.mark.parametrize(
    ("table", "owner", "eater"),
    [
        (CONTAINER, "container_assignment_id", "batch_assignment_id"),
        (BATCH, "batch_id", "batch_id"),
    ],
)
def test_every_row_has_exactly_the_feed_of_its_days(farm, table, owner, eater):
    rows, fed = farm.rows(table), meals(farm, eater)
    for i in range(len(rows["id"])):
        days = range(rows["period_start"][i], rows["period_end"][i] + 1)
        given = [fed[rows[owner][i], day] for day in days]
        assert rows["total_feed_kg"][i] == sum(given)
        if table == CONTAINER:
            assert rows["data_points"][i] == sum(amount > 0 for amount in given)


def test_weeks_hold_all_meals_of_an_assignment_that_has_ended(farm):
    rows, events = farm.rows(CONTAINER), farm.rows("inventory_feedingevent")
    eaten = defaultdict(int)
    for key, amount in zip(events["batch_assignment_id"], events["amount_kg"], strict=True):
        eaten[key] += amount // 100
    weeks = by(rows, "container_assignment_id", spans(rows) <= 7)
    stays = by(rows, "container_assignment_id", spans(rows) > 7)
    assignments = farm.rows("batch_batchcontainerassignment")
    ended = 0
    for key, active in zip(assignments["id"].tolist(), assignments["is_active"], strict=True):
        if active or not eaten[key]:
            continue
        ended += 1
        assert sum(rows["total_feed_kg"][i] for i in weeks[key]) == eaten[key]
        assert len(stays[key]) == 1
        assert rows["total_feed_kg"][stays[key][0]] == eaten[key]
    assert ended > 10


@pytest.mark.parametrize(
    ("table", "owner"), [(CONTAINER, "container_assignment_id"), (BATCH, "batch_id")]
)
def test_weeks_follow_each_other_and_end_on_sundays(farm, table, owner):
    rows = farm.rows(table)
    for indices in by(rows, owner, spans(rows) <= 7).values():
        for before, after in pairwise(indices):
            assert rows["period_start"][after] == rows["period_end"][before] + 1
            assert rows["period_end"][before] % 7 == SUNDAY
    keys = list(zip(rows[owner], rows["period_start"], rows["period_end"], strict=True))
    assert len(keys) == len(set(keys))


def test_stages_of_a_batch_follow_each_other(farm):
    rows = farm.rows(BATCH)
    for indices in by(rows, "batch_id", spans(rows) > 7).values():
        for before, after in pairwise(indices):
            assert rows["period_start"][after] == rows["period_end"][before] + 1


def test_growth_of_a_stay_is_that_of_the_fish(farm):
    """Against the books of fish: biomass at the end, less what came, plus what died."""
    rows = farm.rows(CONTAINER)
    moves, deaths = farm.rows("batch_batchtransfer"), farm.rows("batch_mortalityevent")
    came, died, went = defaultdict(int), defaultdict(int), defaultdict(int)
    last_day = defaultdict(int)
    for i, key in enumerate(moves["destination_assignment_id"].tolist()):
        came[key] += moves["transferred_biomass_kg"][i]
        source = moves["source_assignment_id"][i]
        if moves["transfer_date"][i] != last_day[source]:
            went[source] = moves["source_biomass_kg"][i]
        last_day[source] = moves["transfer_date"][i]
    for i, key in enumerate(deaths["assignment_id"].tolist()):
        if deaths["event_date"][i] != last_day[key]:
            died[key] += deaths["biomass_kg"][i]
    checked = 0
    for i in np.flatnonzero(spans(rows) > 7).tolist():
        key = rows["container_assignment_id"][i]
        if not went[key]:
            continue
        checked += 1
        growth = went[key] - came[key] + died[key]
        assert rows["growth_kg"][i] == pytest.approx(growth, rel=0.06, abs=100)
    assert checked > 10


def test_feed_conversion_is_feed_by_growth_and_plausible(farm):
    for table, growth, fcr in (
        (CONTAINER, "growth_kg", "fcr"),
        (BATCH, "total_growth_kg", "weighted_avg_fcr"),
        (BATCH, "total_biomass_gain_kg", "fcr"),
    ):
        rows = farm.rows(table)
        told = np.array([value is not None for value in rows[fcr]])
        values = rows[fcr][told].astype(np.int64)
        assert values.max() < 100_000
        large = told & (rows[growth] > 10_000)
        exact = 1000 * rows["total_feed_kg"][large] / rows[growth][large]
        assert np.abs(rows[fcr][large].astype(np.int64) - exact).max() <= 1.5
        assert np.mean((values >= 700) & (values <= 1500)) > 0.93
        stays = values[spans(rows)[told] > 7]
        assert np.mean((stays >= 700) & (stays <= 1500)) > 0.95
        feed, grown = rows["total_feed_kg"][~told], rows[growth][~told]
        assert ((grown <= 0) | (feed == 0) | (feed > 9.9 * grown)).all()


def test_no_figure_overflows_or_comes_from_nothing():
    feed = np.array([0, 5, 10**9, 100, 100, 100])
    growth = np.array([1000, 0, 1, -50, 1000, 101])
    assert feed_conversion(feed, growth).tolist() == [NULL, NULL, NULL, NULL, 1000, 9901]


def test_measured_is_what_a_sample_fell_into(farm):
    rows, samples = farm.rows(CONTAINER), farm.rows("batch_growthsample")
    days = defaultdict(set)
    for key, day in zip(samples["assignment_id"], samples["sample_date"], strict=True):
        days[key].add(day)
    for i in range(len(rows["id"])):
        key, start, end = (
            rows[name][i] for name in ("container_assignment_id", "period_start", "period_end")
        )
        weighed = [day for day in days[key] if day <= end]
        measured = any(day >= start - 1 for day in weighed)
        assert rows["estimation_method"][i] == ("MEASURED" if measured else "INTERPOLATED")
        if weighed:
            since = end - max(weighed)
            level = int(np.searchsorted(CONFIDENCE_DAYS, since))
            assert rows["confidence_level"][i] == CONFIDENCE[level]
        else:
            assert rows["confidence_level"][i] in ("MEDIUM", "LOW")


def test_a_batch_is_the_sum_of_its_containers(farm):
    rows, batches = farm.rows(CONTAINER), farm.rows(BATCH)
    methods = set(batches["estimation_method"])
    assert "MEASURED" in methods
    assert methods & {"MIXED", "INTERPOLATED"}
    weeks = np.flatnonzero((spans(batches) == 7) & (batches["period_end"] % 7 == SUNDAY))
    for i in weeks[::7].tolist():
        here = (
            (rows["batch_id"] == batches["batch_id"][i])
            & (rows["period_start"] >= batches["period_start"][i])
            & (rows["period_end"] <= batches["period_end"][i])
            & (spans(rows) <= 7)
        )
        assert rows["total_feed_kg"][here].sum() == batches["total_feed_kg"][i]
        assert rows["growth_kg"][here].sum() == pytest.approx(
            batches["total_growth_kg"][i], abs=2 * int(here.sum())
        )
        assert batches["container_count"][i] >= here.sum() - 1
        assert batches["total_feed_consumed_kg"][i] == batches["total_feed_kg"][i]
        assert 0 <= batches["average_feeding_percentage"][i] <= 1200
        assert batches["total_biomass_gain_kg"][i] <= batches["total_growth_kg"][i]


def test_no_eggs_are_summed_up(farm):
    assignments = farm.rows("batch_batchcontainerassignment")
    trays = set(assignments["id"][assignments["lifecycle_stage_id"] == 1])
    assert not trays & set(farm.rows(CONTAINER)["container_assignment_id"])

"""The farm's books: fish are neither made nor lost, and history says what the rows say."""

from collections import defaultdict

import numpy as np
import pytest

from data_generation.generators.core.dates import DAY_US
from tests.unit.generators.support import ASSIGNMENT, totals


def harvested(farm):
    """Fish slaughtered by (batch, day), and by assignment."""
    events = farm.rows("harvest_harvestevent")
    lots = farm.rows("harvest_harvestlot")
    of_event = totals(lots["event_id"], lots["unit_count"])
    by_day, by_assignment = defaultdict(int), defaultdict(int)
    for i, event in enumerate(events["id"].tolist()):
        by_day[events["batch_id"][i], events["event_date"][i] // DAY_US] += of_event[event]
        by_assignment[events["assignment_id"][i]] += of_event[event]
    return by_day, by_assignment


def test_the_farms_live_enough_to_try_the_books(farm):
    """What the tests below say is only worth something if all of it has happened."""
    batches = farm.rows("batch_batch")
    assert "COMPLETED" in batches["status"]
    assert "ACTIVE" in batches["status"]
    transfers = farm.rows("batch_batchtransfer")
    assert transfers["mortality_count"].sum() > 0
    if len(farm.months) == 12:
        stock = farm.rows("inventory_feedcontainerstock")
        assert any(stock["written_off_kg"] != None)  # noqa: E711
        joins = totals(transfers["destination_assignment_id"], np.ones(len(transfers["id"]), int))
        splits = totals(transfers["source_assignment_id"], np.ones(len(transfers["id"]), int))
        assert max(joins.values()) > 1
        assert max(splits.values()) > 1


def test_fish_are_conserved_for_each_batch_on_every_day(farm):
    history = farm.history(ASSIGNMENT)
    deaths = farm.rows("batch_mortalityevent")
    dead = totals(deaths["batch_id"] * 100_000 + deaths["event_date"], deaths["count"])
    slaughtered, _ = harvested(farm)
    eggs = defaultdict(int)
    last_of_day = defaultdict(dict)
    for i in range(len(history["id"])):
        batch, day = history["batch_id"][i], history["history_date"][i] // DAY_US
        count = history["population_count"][i]
        if history["history_type"][i] == "+" and history["lifecycle_stage_id"][i] == 1:
            eggs[batch] += count
        last_of_day[batch, day][history["id"][i]] = count
    batches = farm.rows("batch_batch")
    for i, batch in enumerate(batches["id"].tolist()):
        assert int(batches["notes"][i].split()[0]) == eggs[batch]
        expected = eggs[batch]
        end = batches["actual_end_date"][i]
        for day in range(batches["start_date"][i], (end or farm.last_day) + 1):
            expected -= dead[batch * 100_000 + day] + slaughtered[batch, day]
            assert sum(last_of_day[batch, day].values()) == expected, (batch, day)
        if batches["status"][i] == "COMPLETED":
            assert expected == 0
        else:
            assert expected > 0
            assert end is None


def test_each_container_accounts_for_its_own_fish(farm):
    """Into an assignment: eggs or moves. Out of it: deaths, moves, slaughter. Rest: its count."""
    assignments = farm.rows(ASSIGNMENT)
    history = farm.history(ASSIGNMENT)
    moves = farm.rows("batch_batchtransfer")
    deaths = farm.rows("batch_mortalityevent")
    _, slaughtered = harvested(farm)
    eggs = {
        key: count
        for key, count, kind, stage in zip(
            history["id"],
            history["population_count"],
            history["history_type"],
            history["lifecycle_stage_id"],
            strict=True,
        )
        if kind == "+" and stage == 1
    }
    came = totals(moves["destination_assignment_id"], moves["transferred_count"])
    went = totals(moves["source_assignment_id"], moves["transferred_count"])
    died = totals(deaths["assignment_id"], deaths["count"])
    for key, count in zip(assignments["id"].tolist(), assignments["population_count"], strict=True):
        came_in = eggs.get(key, 0) + came[key]
        assert came_in - went[key] - died[key] - slaughtered[key] == count, key


def test_the_steps_of_a_move_follow_each_other(farm):
    moves = farm.rows("batch_batchtransfer")
    assignments = farm.rows(ASSIGNMENT)
    stage = dict(zip(assignments["id"], assignments["lifecycle_stage_id"], strict=True))
    for source in np.unique(moves["source_assignment_id"]):
        rows = np.flatnonzero(moves["source_assignment_id"] == source)
        left = moves["source_count"][rows]
        gone = moves["transferred_count"][rows] + moves["mortality_count"][rows]
        assert (left[1:] == left[:-1] - gone[:-1]).all()
        assert left[-1] == gone[-1]
    for i in range(len(moves["id"])):
        assert stage[moves["source_assignment_id"][i]] == moves["source_lifecycle_stage_id"][i]
        to = moves["destination_lifecycle_stage_id"][i]
        assert stage[moves["destination_assignment_id"][i]] == to
        assert to == moves["source_lifecycle_stage_id"][i] + 1
        assert moves["transferred_count"][i] > 0


def test_deaths_of_a_move_are_mortality_events_of_that_day(farm):
    moves = farm.rows("batch_batchtransfer")
    deaths = farm.rows("batch_mortalityevent")
    handling = deaths["cause"] == "HANDLING"
    counted = {
        (a, d): c
        for a, d, c, h, moment in zip(
            deaths["assignment_id"],
            deaths["event_date"],
            deaths["count"],
            handling,
            deaths["created_at"],
            strict=True,
        )
        if h and moment % DAY_US < 9 * 3_600_000_000
    }
    for source, day, count in zip(
        moves["source_assignment_id"], moves["transfer_date"], moves["mortality_count"], strict=True
    ):
        if count:
            assert counted.pop((source, day)) == count
    assert not counted


def test_harvest_lots_add_up_to_the_cage(farm):
    events = farm.rows("harvest_harvestevent")
    lots = farm.rows("harvest_harvestlot")
    waste = farm.rows("harvest_harvestwaste")
    counts = totals(lots["event_id"], lots["unit_count"])
    live = totals(lots["event_id"], lots["live_weight_kg"])
    gutted = totals(lots["event_id"], lots["gutted_weight_kg"])
    lost = totals(waste["event_id"], waste["weight_kg"])
    history = farm.history(ASSIGNMENT)
    before = {}
    for i in range(len(history["id"])):
        if history["population_count"][i]:
            before[history["id"][i]] = (
                history["population_count"][i],
                history["biomass_kg"][i],
                history["history_date"][i] // DAY_US,
            )
    config = farm.config.harvest
    for event, cage, moment in zip(
        events["id"].tolist(), events["assignment_id"], events["event_date"], strict=True
    ):
        count, centikg, day = before[cage]
        assert day == moment // DAY_US - 1
        assert counts[event] == count
        # Grams against hundredths of a kilogram, each rounded.
        assert abs(live[event] - centikg * 10) <= 6
        assert live[event] - gutted[event] == lost[event]
        assert 0.80 < gutted[event] / live[event] < 0.86
    grades = lots["product_grade_id"]
    superior = lots["unit_count"][grades == 1].sum() / lots["unit_count"].sum()
    assert 0.85 <= superior <= 0.95
    weight = lots["live_weight_kg"] / lots["unit_count"]
    assert weight[grades == 3].mean() < weight[grades == 2].mean() < weight[grades == 1].mean()
    batches = farm.rows("batch_batch")
    for batch in np.unique(events["batch_id"]):
        if batches["status"][batches["id"] == batch][0] == "COMPLETED":
            days = events["event_date"][events["batch_id"] == batch] // DAY_US
            assert config.days_min <= days.max() - days.min() + 1 <= config.days_max


def test_assignments_end_as_they_left(farm):
    rows = farm.rows(ASSIGNMENT)
    gone = ~rows["is_active"]
    assert (rows["population_count"][gone] == 0).all()
    assert (rows["biomass_kg"][gone] == 0).all()
    assert all(day is not None for day in rows["departure_date"][gone])
    assert all(day is None for day in rows["departure_date"][~gone])
    assert (rows["population_count"][~gone] > 0).all()


def test_history_lies_in_its_month_and_its_keys_never_return(farm):
    """A partition of history is loaded with its month."""
    seen = defaultdict(int)
    for month in farm.months:
        first = np.datetime64(month.first).astype("datetime64[D]").astype(int)
        after = np.datetime64(month.first).astype("datetime64[M]") + 1
        last = after.astype("datetime64[D]").astype(int)
        for name, table in month.inserts.items():
            if "_historical" not in name:
                continue
            ids = np.sort(table["history_id"].to_numpy())
            assert (np.diff(ids) == 1).all()
            assert ids[0] == seen[name] + 1
            seen[name] = ids[-1]
            days = table["history_date"].cast("int64").to_numpy() // DAY_US
            assert days.max() < last, name
            # A purchase is written with its delivery and made with its order, days before.
            if name != "inventory_historicalfeedpurchase":
                assert days.min() >= first, name


def test_the_last_history_row_is_the_row(farm):
    for table in (ASSIGNMENT, "batch_batch", "inventory_feedcontainerstock"):
        rows, history = farm.rows(table), farm.history(table)
        last = {key: i for i, key in enumerate(history["id"].tolist())}
        for i, key in enumerate(rows["id"].tolist()):
            for column in rows:
                assert rows[column][i] == history[column][last[key]], (table, key, column)
        created = np.flatnonzero(history["history_type"] == "+")
        assert sorted(history["id"][created]) == sorted(rows["id"])


def test_metrics_are_what_the_rows_say(farm):
    rows = farm.rows(ASSIGNMENT)
    metrics = farm.months[-1].metrics
    assert metrics["live_assignments"] == rows["is_active"].sum()
    assert metrics["fish_alive"] == rows["population_count"].sum()
    assert metrics["live_batches"] == (farm.rows("batch_batch")["status"] == "ACTIVE").sum()
    assert metrics["biomass_kg"] == pytest.approx(rows["biomass_kg"].sum() / 100, abs=2)


def test_no_more_batches_live_than_allowed(farm):
    most = farm.config.staggering.max_live_batches
    live = [month.metrics["live_batches"] for month in farm.months]
    assert max(live) <= most
    assert max(live) >= min(most, 6)

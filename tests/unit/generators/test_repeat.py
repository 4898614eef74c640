"""The same seed gives the same farm: in another process, from any snapshot, after a stop."""

import json
import os
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from data_generation.errors import Interrupted
from data_generation.generators.core.dates import add_months
from data_generation.generators.core.fish import Assignments
from data_generation.generators.inventory.state import FeedOrders
from data_generation.generators.ledger import Ledger
from data_generation.generators.readings.order import KNOTS, HandReadings
from tests.lived import advance_month
from tests.shell import ROOT
from tests.unit.generators.support import (
    HASTY_MONTHS,
    digests,
    hasty_farm,
    part,
    run,
    tiny_config,
    tiny_farm,
)

START = date(2015, 1, 1)


def assert_same(found, expected):
    assert found.first == expected.first
    for kind in ("inserts", "updates"):
        ours, theirs = getattr(found, kind), getattr(expected, kind)
        assert list(ours) == list(theirs)
        for name, table in ours.items():
            assert table.equals(theirs[name]), f"{found.month} {kind} {name}"
    assert found.readings.keys() == expected.readings.keys()
    for name, values in found.readings.items():
        assert np.array_equal(values, expected.readings[name]), f"{found.month} order {name}"
    assert found.readings_rows == expected.readings_rows
    assert found.metrics == expected.metrics


def assert_same_state(found, expected):
    assert found.keys() == expected.keys()
    for name, values in found.items():
        assert values.dtype == np.int64, name
        assert np.array_equal(values, expected[name]), name


# Around moves, a move across a month's end, the way to sea, the harvest, the next batch.
TINY_ENDS = (0, 2, 5, 8, 11, 13, 14, 24, 30, 31)


@pytest.mark.parametrize("end", TINY_ENDS)
def test_a_fresh_ledger_goes_on_from_a_snapshot_as_the_old_one_did(end):
    """Same month and same state at its end: so by induction all that follows."""
    goes_on(tiny_farm(), end)


@pytest.mark.parametrize("end", range(HASTY_MONTHS - 1))
def test_a_fresh_ledger_goes_on_where_much_is_under_way(end):
    goes_on(hasty_farm(), end)


def goes_on(farm, end):
    ledger = Ledger(farm.config)
    ledger.restore(farm.snapshots[end])
    assert_same_state(ledger.snapshot(), farm.snapshots[end])
    assert_same(advance_month(ledger, farm.months[end + 1].first), farm.months[end + 1])
    assert_same_state(ledger.snapshot(), farm.snapshots[end + 1])


def test_a_ledger_runs_to_the_end_from_the_middle_of_a_move():
    farm = hasty_farm()
    middle = next(
        end
        for end, arrays in enumerate(farm.snapshots)
        if end > 4
        and (part(arrays, Assignments).next_place >= 0).any()
        and len(part(arrays, FeedOrders))
    )
    ledger = Ledger(farm.config)
    ledger.restore(farm.snapshots[middle])
    assert len(farm.months) - middle > 3
    for expected in farm.months[middle + 1 :]:
        assert_same(advance_month(ledger, expected.first), expected)


def test_a_snapshot_is_not_changed_by_what_happens_next():
    farm = hasty_farm()
    arrays = {name: values.copy() for name, values in farm.snapshots[3].items()}
    ledger = Ledger(farm.config)
    ledger.restore(arrays)
    taken = ledger.snapshot()
    advance_month(ledger, farm.months[4].first)
    assert_same_state(arrays, farm.snapshots[3])
    assert_same_state(taken, farm.snapshots[3])


def test_a_snapshot_survives_being_stored_as_bytes():
    farm = hasty_farm()
    stored = {
        name: (values.tobytes(), str(values.dtype), values.shape)
        for name, values in farm.snapshots[1].items()
    }
    fresh = Ledger(farm.config)
    # Read-only, as arrays over stored bytes are.
    fresh.restore({n: np.frombuffer(b, t).reshape(s) for n, (b, t, s) in stored.items()})
    assert_same(advance_month(fresh, date(2015, 3, 1)), farm.months[2])


def test_another_process_with_other_hashes_gives_the_same_farm():
    script = (
        "import json, sys\n"
        "from tests.unit.generators.support import HASTY, digests, run, tiny_config\n"
        "print(json.dumps([digests(m) for m in run(tiny_config(*HASTY), 4).months]))\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=120,
    )
    assert json.loads(finished.stdout) == [digests(month) for month in hasty_farm().months[:4]]


def test_another_seed_gives_another_farm_on_the_same_ground():
    ours = tiny_farm().months[0]
    theirs = run(tiny_config("generation.seed=4"), 1).months[0]
    for name in ("batch_batch", "batch_batchcontainerassignment", "batch_mortalityevent"):
        assert not ours.inserts[name].equals(theirs.inserts[name]), name
    assert not np.array_equal(ours.readings[KNOTS], theirs.readings[KNOTS])
    for name in ("infrastructure_container", "batch_lifecyclestage", "inventory_feed"):
        assert ours.inserts[name].equals(theirs.inserts[name]), name


def test_a_second_country_changes_nothing_in_the_first():
    """Draws are keyed: the Faroe fish live the same life whether or not there are Scottish ones."""
    overrides = ("farm.countries=[faroe, scotland]", "staggering.max_live_batches=2")
    both = run(tiny_config(*overrides), 6)
    alone = tiny_farm()

    def deaths(farm):
        batches = farm.rows("batch_batch")
        faroe = batches["id"][[n.startswith("FI") for n in batches["batch_number"]]][0]
        last = np.datetime64("2015-07-01").astype(int)
        rows = farm.rows("batch_mortalityevent")
        mine = (rows["batch_id"] == faroe) & (rows["event_date"] < last)
        order = np.lexsort((rows["created_at"][mine], rows["event_date"][mine]))
        return rows["event_date"][mine][order], rows["count"][mine][order]

    assert len(both.rows("batch_batch")["id"]) == 2
    for ours, theirs in zip(deaths(alone), deaths(both), strict=True):
        assert np.array_equal(ours, theirs)


def test_months_come_in_order():
    ledger = Ledger(tiny_config())
    with pytest.raises(ValueError, match="2015-02-01"):
        advance_month(ledger, date(2015, 2, 1))
    advance_month(ledger, START)
    for wrong in (START, date(2015, 3, 1)):
        with pytest.raises(ValueError, match=str(wrong)):
            advance_month(ledger, wrong)


def test_a_stop_is_heeded_within_a_day_and_a_snapshot_takes_the_month_back():
    farm = hasty_farm()
    ledger = Ledger(farm.config)
    ledger.restore(farm.snapshots[3])
    arrays = ledger.snapshot()
    asked = []

    def stop():
        asked.append(True)
        return len(asked) == 18

    with pytest.raises(Interrupted):
        advance_month(ledger, farm.months[4].first, stop)
    assert len(asked) == 18
    ledger.restore(arrays)
    assert_same(advance_month(ledger, farm.months[4].first), farm.months[4])
    assert_same(advance_month(ledger, farm.months[5].first), farm.months[5])


def test_a_run_may_start_in_any_month():
    config = tiny_config("generation.start_date=2019-12-01")
    farm = run(config, 3)
    assert [month.first for month in farm.months] == [
        add_months(date(2019, 12, 1), i) for i in range(3)
    ]
    batches = farm.rows("batch_batch")
    assert batches["batch_number"].tolist() == ["FI-2019-001"]
    days = (np.datetime64("2020-03-01") - np.datetime64(config.generation.start_date)).astype(int)
    lived = days - config.staggering.first_start_day
    assert farm.months[-1].metrics["live_batches"] == 1
    containers = config.farm.halls["A"].containers_per_batch
    by_hand = sum(len(part(m.readings, HandReadings)) for m in farm.months) * 3
    assert sum(m.readings_rows for m in farm.months) == lived * containers * 7 + by_hand

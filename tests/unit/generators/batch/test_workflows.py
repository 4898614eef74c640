"""A move is a workflow with an action for each container, and the same fish as its transfers."""

from collections import defaultdict
from datetime import date

import pytest

from data_generation.generators.ledger import Ledger
from data_generation.runs.sessions import Session
from tests.unit.generators.support import hasty_farm, tiny_config, tiny_farm

WORKFLOWS, ACTIONS, TRANSFERS = (
    "batch_batchtransferworkflow",
    "batch_transferaction",
    "batch_batchtransfer",
)


@pytest.fixture(params=["tiny", "hasty"])
def farm(request):
    return tiny_farm() if request.param == "tiny" else hasty_farm()


def listed(farm, table):
    rows = farm.rows(table)
    names = list(rows)
    return [dict(zip(names, values, strict=True)) for values in zip(*rows.values(), strict=True)]


def test_every_transfer_is_an_action_that_moved_the_same_fish(farm):
    def moves(rows, source, destination, dead):
        return sorted(
            (r[source], r[destination], r["transferred_count"], r[dead])
            for r in rows
            if r.get("status", "COMPLETED") == "COMPLETED"
        )

    transfers, actions = listed(farm, TRANSFERS), listed(farm, ACTIONS)
    assert len(transfers) > 10
    assert moves(
        transfers, "source_assignment_id", "destination_assignment_id", "mortality_count"
    ) == moves(actions, "source_assignment_id", "dest_assignment_id", "mortality_during_transfer")


def test_a_workflow_counts_its_actions(farm):
    of = defaultdict(list)
    for action in listed(farm, ACTIONS):
        of[action["workflow_id"]].append(action)
    for workflow in listed(farm, WORKFLOWS):
        actions = of[workflow["id"]]
        done = [a for a in actions if a["status"] == "COMPLETED"]
        assert sorted(a["action_number"] for a in actions) == list(range(1, len(actions) + 1))
        assert workflow["total_actions_planned"] == len(actions)
        assert workflow["actions_completed"] == len(done)
        assert workflow["total_transferred_count"] == sum(a["transferred_count"] for a in done)
        over = workflow["status"] == "COMPLETED"
        assert over == (len(done) + sum(a["status"] == "SKIPPED" for a in actions) == len(actions))


def test_workflows_are_numbered_by_batch_and_day(farm):
    numbers = [workflow["workflow_number"] for workflow in listed(farm, WORKFLOWS)]
    assert len(numbers) == len(set(numbers))
    batches = {batch["id"]: batch for batch in listed(farm, "batch_batch")}
    for workflow in listed(farm, WORKFLOWS):
        batch = batches[workflow["batch_id"]]
        day = int(workflow["workflow_number"].rpartition("-D")[2])
        assert workflow["workflow_number"] == f"TRF-{batch['batch_number']}-D{day}"
        assert int(workflow["planned_start_date"]) - int(batch["start_date"]) == day


def test_a_batch_on_the_move_has_done_some_actions_and_not_others():
    """On the second of four days of the first move."""
    ledger, rows = Ledger(tiny_config()), {}
    for days in Session(1, date(2015, 1, 1), date(2015, 4, 4)).days_after(None):
        output = ledger.advance(days.first, days.last)
        for tables in (output.inserts, output.updates):
            for row in tables[ACTIONS].to_pylist() if ACTIONS in tables else ():
                rows[ACTIONS, row["id"]] = row
            for row in tables[WORKFLOWS].to_pylist() if WORKFLOWS in tables else ():
                rows[WORKFLOWS, row["id"]] = row
    (workflow,) = (row for (table, _), row in rows.items() if table == WORKFLOWS)
    states = [row["status"] for (table, _), row in rows.items() if table == ACTIONS]
    assert workflow["status"] == "IN_PROGRESS"
    assert (workflow["actual_start_date"], workflow["actual_completion_date"]) == (
        date(2015, 4, 3),
        None,
    )
    assert sorted(states) == ["COMPLETED"] * 2 + ["PENDING"] * 2
    assert workflow["completion_percentage"] == 50

"""The event engine's scripts on the farm of a run over years."""

import json

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import in_process
from tests.acceptance.test_any_order import faults, rows

TINY = ("--profile", "tiny")
BATCH = ("event_engine", "--start-date=2016-09-20", "--geography=Faroe Islands", "--duration=380")
WRITTEN_OFF = """
    SELECT count(*), sum(s.written_off_kg) > 0
    FROM inventory_historicalfeedcontainerstock h JOIN inventory_feedcontainerstock s USING (id)
    WHERE h.history_change_reason = 'Written off: left by earlier batches' AND s.quantity_kg = 0
"""


@pytest.fixture
def tiny(tiny_farm, make_shell, django_db_blocker):
    """A shell on a database with a whole run over years."""
    with django_db_blocker.unblock():
        yield make_shell(conninfo_to_dict(tiny_farm.url)["dbname"])


@pytest.fixture
def begun(shell, django_db_blocker):
    """A shell on a database with the first of a run's two sessions."""
    with django_db_blocker.unblock():
        sessions = ("--set", "generation.sessions_months=[2,2]")
        done = in_process.run(
            shell, "data_generation", "--session=1", *TINY, *sessions, "--workers=0"
        )
        assert done.code == 0, done.err
        yield shell


@pytest.mark.parametrize("script", ["bootstrap_infrastructure", "initialize_master_data"])
def test_nothing_is_missing_on_its_farm(script, tiny):
    before = rows(tiny)
    told = json.loads(in_process.run(tiny, script, "--json").out)

    assert (told["changed"], told["silos_stocked"]) == (False, 0)
    assert rows(tiny) == before


@pytest.mark.parametrize(
    "command",
    [
        ("bootstrap_infrastructure", "--profile=guide"),
        ("initialize_master_data", "--set=farm.halls.B.silos=3"),
        (*BATCH, "--profile=demo"),
    ],
)
def test_another_farm_is_refused(command, tiny):
    before = rows(tiny)
    done = in_process.run(tiny, *command)

    assert done.code == 3
    assert "holds the farm of --profile tiny" in done.err
    assert "clear_data" in done.err
    assert len(done.err.strip().splitlines()) == 2
    assert rows(tiny) == before


def test_a_farm_grows_and_later_commands_know(tiny):
    grown = json.loads(
        in_process.run(
            tiny, "bootstrap_infrastructure", "--set=farm.areas_per_country=2", "--json"
        ).out
    )
    again = json.loads(in_process.run(tiny, "bootstrap_infrastructure", "--json").out)

    assert grown["created"]["infrastructure_area"] == 1
    assert again["changed"] is False
    assert again["present"]["infrastructure_area"] == 2
    assert faults(tiny) == []


def test_a_batch_finds_a_place_and_empties_the_silos(beginning, make_shell, django_db_blocker):
    """At the end of this run its batch is at sea, and there is feed in the halls that it left."""
    with django_db_blocker.unblock():
        farm = make_shell(beginning("a whole run"))
        done = in_process.run(farm, *BATCH)
        with psycopg.connect(farm.url) as connection:
            lots = connection.execute(WRITTEN_OFF).fetchone()

        assert done.code == 0, done.err
        assert "FI-2016-001 is complete" in done.out
        assert lots[0] > 0
        assert lots[1] is True
        assert faults(farm) == []


def test_a_batch_is_refused_while_sessions_are_left(begun):
    before = rows(begun)
    done = in_process.run(begun, *BATCH)
    planned = in_process.run(begun, *BATCH, "--dry-run")

    assert (done.code, planned.code) == (3, 3)
    assert done.err == planned.err
    assert (
        "data_generation --mode=sequential --profile tiny --set 'generation.sessions_months=[2, 2]'"
        in done.err
    )
    assert rows(begun) == before


def test_a_batch_is_refused_until_a_stopped_run_is_resumed(begun):
    flags = (*TINY, "--set", "generation.sessions_months=[2,2]")
    with in_process.stopped_at(1):
        in_process.run(begun, "data_generation", "--mode=sequential", *flags, "--workers=0")
    refused = in_process.run(begun, *BATCH)
    resumed = in_process.run(begun, "data_generation", "--resume")

    assert refused.code == 3
    assert "data_generation --resume." in refused.err
    assert resumed.code == 0


def test_the_farm_outlives_its_run(begun):
    in_process.run(begun, "cleanup_batch_data", "--yes")
    told = json.loads(in_process.run(begun, "bootstrap_infrastructure", "--json").out)
    in_process.run(begun, "clear_data", "--yes")
    anew = in_process.run(begun, "initialize_master_data")

    assert told["changed"] is False
    assert told["present"]["infrastructure_container"] > 0
    assert anew.code == 3
    assert "First run: python manage.py runscript bootstrap_infrastructure" in anew.err

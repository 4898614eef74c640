"""The dashboard's page of the run, with the generator and without."""

import json
import os
import subprocess
import sys

import psycopg
from django.template.loader import render_to_string

from data_generation.live.state import read_state
from data_generation.orchestrator.folders import folders_from
from tests.acceptance.conftest import ROOT
from tests.integration.dashboard.support import text_of


def test_the_run_page_tells_what_status_tells(client, ask):
    state = client.get("/run.json").json()
    assert state["state"] == "complete"
    values = state["values"]
    (rows,) = ask("SELECT sum(value::bigint) FROM data_generation.unit, jsonb_each_text(rows)")[0]
    assert values["rows"] == f"{rows:,}"
    assert values["share"] == 1
    months = ask("SELECT session, count(DISTINCT month) FROM data_generation.unit GROUP BY 1")
    for session, number in months:
        assert values[f"session{session}_state"] == "complete"
        assert values[f"session{session}_months"] == f"{number}/{number}"
    page = text_of(client.get("/"))
    assert "--generate-report" in page
    assert f"{rows:,}" in page


def test_an_interrupted_run_says_where_it_stopped_and_how_to_go_on(tiny_farm, tmp_path):
    with psycopg.connect(tiny_farm.url) as connection:
        open_units = connection.execute(
            "UPDATE data_generation.unit SET state = 'pending', payload = '', rows = '{}'"
            " WHERE kind = 'readings' AND month >="
            "   (SELECT max(month) - interval '1 month' FROM data_generation.unit)"
            " RETURNING session, to_char(month, 'YYYY-MM')"
        ).fetchall()
        connection.execute("UPDATE data_generation.run SET finished_at = NULL")
        state = read_state(connection, folders_from({"AQUAMIND_LOG_DIR": str(tmp_path)}))
        connection.rollback()
    assert state.state == "interrupted"
    assert state.commands == ("data_generation --resume",)
    values = state.flat()
    last = max(session for session, _ in open_units)
    assert values[f"session{last}_state"] == "started"
    assert values["pending"] == str(len(open_units)) == "2"
    months = ", ".join(sorted(month for _, month in open_units))
    assert values["now"] == f"stopped at readings of {months}"
    assert values["eta"] == values["rate"] == "-"


def test_batches_of_the_event_engine_are_listed(tiny_farm, tmp_path):
    itinerary = {
        "country": 0,
        "start_day": 17_532,  # 2018-01-01
        "days": 90,
        "eggs": 1,
        "sequence": 1,
        "ordinal": 0,
        "stays": [],
    }
    with psycopg.connect(tiny_farm.url) as connection:
        connection.execute(
            "UPDATE data_generation.run SET kind = 'batch', batch_number = 'FI-2018-009',"
            " itinerary = %s, finished_at = NULL",
            (json.dumps(itinerary),),
        )
        state = read_state(connection, folders_from({"AQUAMIND_LOG_DIR": str(tmp_path)}))
        connection.rollback()
    assert (state.state, state.commands) == ("interrupted", ("event_engine --resume",))
    assert state.flat()["batch1_name"] == "FI-2018-009"
    assert str(state.flat()["batch1_months"]).endswith("/3")
    page = render_to_string("data_generation/run.html", {"state": state})
    assert "Batches of the event engine" in page
    assert 'href="/batch/FI-2018-009/"' in page


def test_without_the_generator_the_farm_is_the_start_page(server_url):
    code = (
        "import sys, django; django.setup()\n"
        "from django.test import Client\n"
        "client = Client(SERVER_NAME='localhost')\n"
        "print(client.get('/')['Location'], client.get('/run.json').status_code)\n"
        "print(*[name for name in sys.modules if name.startswith('data_generation')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": server_url,
            "AQUAMIND_EXTRA_APPS": "",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "/farm/ 404\n\n"

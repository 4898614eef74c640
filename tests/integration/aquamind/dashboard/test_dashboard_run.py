"""The dashboard's page of the run, with the generator and without."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.template.loader import render_to_string

from data_generation.live.state import read_state
from data_generation.runs.folders import REPORT_VARIABLE, folders_from
from tests.acceptance.conftest import ROOT
from tests.integration.aquamind.dashboard.support import text_of


def test_the_run_page_tells_what_status_tells(client, ask):
    state = client.get("/run.json").json()
    assert state["state"] == "complete"
    values = state["values"]
    (rows,) = ask("SELECT sum(value::bigint) FROM data_generation.unit, jsonb_each_text(rows)")[0]
    assert values["rows"] == f"{rows:,}"
    assert values["share"] == 1
    months = ask("SELECT session, count(DISTINCT first_day) FROM data_generation.unit GROUP BY 1")
    for session, number in months:
        assert values[f"session{session}_state"] == "complete"
        assert values[f"session{session}_months"] == f"{number}/{number}"
    assert f"{rows:,}" in text_of(client.get("/"))


@pytest.fixture
def read(tiny_farm, tmp_path):
    """The page's state after a statement that is taken back, with folders of its own."""

    def state_after(statement: str = "SELECT"):
        folders = folders_from({"AQUAMIND_LOG_DIR": str(tmp_path), REPORT_VARIABLE: str(tmp_path)})
        with psycopg.connect(tiny_farm.url) as connection:
            connection.execute(statement)
            state = read_state(connection, folders)
            connection.rollback()
        return state

    return state_after


def test_next_is_what_was_not_done_yet(read, ask, tmp_path):
    steps = ("data_generation --validate-only", "data_generation --generate-report")
    assert (read().values["headline"], read().commands) == ("Complete", steps)
    run, fingerprint = ask("SELECT id, fingerprint FROM data_generation.run")[0]
    (rows,) = ask("SELECT sum(value::bigint) FROM data_generation.unit, jsonb_each_text(rows)")[0]
    done = {"run": run, "fingerprint": fingerprint, "rows": int(rows)}
    done |= {"findings": [], "broken": 0, "unusual": 0}
    (tmp_path / f"validation-run-{run}.json").write_text(json.dumps(done))
    assert read().commands == steps[1:]
    (tmp_path / f"run-{run}.html").write_text("<p>A report</p>")
    (tmp_path / f"run-{run}.json").write_text(json.dumps({"tables": {"a": int(rows) - 1}}))
    assert read().commands == steps[1:], "a report of fewer rows"
    (tmp_path / f"run-{run}.json").write_text(json.dumps({"tables": {"a": int(rows)}}))
    assert read().commands == ()
    assert str(read().report).startswith(f"run-{run}.html, written ")


def test_sessions_that_were_not_asked_for_come_next(read):
    state = read(
        "DELETE FROM data_generation.unit WHERE session > 2;"
        " UPDATE data_generation.run SET goal = 2"
    )
    values = state.flat()
    assert (state.state, values["headline"]) == ("complete", "Sessions 1 to 2 of 4 complete")
    done, months = map(int, str(values["months"]).split(" of "))
    assert 0 < done < months
    assert values["share"] == pytest.approx(done / months, abs=1e-4)
    assert "session 3" in str(values["now"])
    assert state.commands[:2] == (
        "data_generation --session=3",
        "data_generation --mode=sequential",
    )


def test_the_report_is_linked_and_shown_without_scripts(client, tmp_path, monkeypatch):
    monkeypatch.setenv(REPORT_VARIABLE, str(tmp_path))
    answer = client.get("/report/")
    assert answer.status_code == 404
    assert "--generate-report" in text_of(answer)
    (tmp_path / "run-1.html").write_text("<p>A report</p>")
    assert client.get("/report/").content == b"<p>A report</p>"
    policy = client.get("/report/")["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert client.get("/").content.decode().count('href="/report/"') == 2


def test_an_interrupted_run_says_where_it_stopped_and_how_to_go_on(tiny_farm, tmp_path):
    with psycopg.connect(tiny_farm.url) as connection:
        open_units = connection.execute(
            "UPDATE data_generation.unit SET state = 'pending', payload = '', rows = '{}'"
            " WHERE kind = 'readings' AND first_day >="
            "   (SELECT max(first_day) - interval '1 month' FROM data_generation.unit)"
            " RETURNING session, to_char(first_day, 'YYYY-MM')"
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

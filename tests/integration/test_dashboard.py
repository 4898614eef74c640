"""The dashboard's pages against plain SQL, on a generated farm, an empty one, and none at all."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from urllib.parse import quote, unquote

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from aquamind import installation
from aquamind.batch.models import Batch
from aquamind.dashboard.guard import guarded
from aquamind.dashboard.queries import statement
from data_generation.live.state import read_state
from data_generation.orchestrator.folders import folders_from
from tests import existing_schema
from tests.acceptance.conftest import ROOT

ODD = '"><script>alert(1)</script>/x'


@contextmanager
def connected_to(url: str) -> Iterator[Client]:
    """A client whose requests are answered from that database."""
    usual = connections["default"]
    settings = {**usual.settings_dict, **installation.database(url)}
    connections["default"] = wrapper = DatabaseWrapper(settings, "default")
    try:
        yield Client(SERVER_NAME="localhost")
    finally:
        wrapper.close()
        connections["default"] = usual


@pytest.fixture
def client(tiny_farm, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(tiny_farm.url) as client:
        yield client


@pytest.fixture
def ask(tiny_farm):
    with psycopg.connect(tiny_farm.url) as connection:
        yield lambda text, *values: connection.execute(text, values).fetchall()


@pytest.fixture
def number(ask) -> str:
    """The batch that has lived longest."""
    return ask(
        "SELECT b.batch_number FROM batch_batch b JOIN batch_batchcontainerassignment a"
        " ON a.batch_id = b.id GROUP BY b.id ORDER BY count(*) DESC, b.id LIMIT 1"
    )[0][0]


def text_of(answer: HttpResponse) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", answer.content.decode()))


PAGES = ("/", "/run.json", "/farm/", "/batch/", "/batch/{number}/", "/sensors/")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_with_a_strict_policy_and_nothing_inline(client, number, page):
    answer = client.get(page.format(number=number))
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    body = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", body)
    for script in re.findall(r"<script([^>]*)>", body):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", body)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_only_reads(client, number, page):
    address = page.format(number=number)
    assert client.head(address).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(address).status_code == 405


def test_a_page_that_tried_to_write_is_stopped_by_the_database(client):
    def page(_request):
        Batch.objects.update(notes="changed")
        return HttpResponse("written")

    with pytest.raises(DatabaseError, match="read-only transaction"):
        guarded(page)(RequestFactory().get("/"))
    assert not Batch.objects.filter(notes="changed").exists()


@pytest.mark.parametrize(
    "address",
    [
        "/farm/?date=nonsense&by=nothing",
        "/farm/?date=1900-01-01",
        "/farm/?date=2200-12-31",
        "/batch/{number}/?assignment=99999999999999999999999",
        "/batch/{number}/?assignment=x",
        "/sensors/?site=s999999&container=999999999999&parameter=-1&from=x&to=y",
        "/sensors/?site=%22%3E&container=1e5&from=2200-12-31&to=1900-01-01",
        "/sensors/?container=1&from=1900-01-01&to=2200-01-01",
    ],
)
def test_what_makes_no_sense_is_passed_over(client, number, address):
    answer = client.get(address.format(number=number))
    assert answer.status_code == 200
    assert b"Traceback" not in answer.content


def test_an_unknown_batch_is_told_in_a_page(client):
    answer = client.get("/batch/FI-1066-001/")
    assert answer.status_code == 404
    assert "There is no batch FI-1066-001." in text_of(answer)
    assert "Content-Security-Policy" in answer


def test_the_farm_of_a_day_is_what_the_history_says(client, ask):
    day = ask("SELECT max(assignment_date) FROM batch_batchcontainerassignment")[0][0]
    fish, biomass, places = ask(
        "SELECT sum(h.population_count), sum(h.biomass_kg), count(*)"
        " FROM batch_batchcontainerassignment a CROSS JOIN LATERAL ("
        "   SELECT * FROM batch_historicalbatchcontainerassignment h WHERE h.id = a.id"
        "   AND h.history_date < %s::date + 1 ORDER BY history_date DESC LIMIT 1) h"
        " WHERE a.assignment_date <= %s AND coalesce(a.departure_date, 'infinity') > %s",
        *(day, day, day),
    )[0]
    answer = client.get(f"/farm/?date={day}")
    farm = answer.context["farm"]
    assert (farm.fish, round(farm.biomass_kg, 2)) == (fish, float(biomass))
    assert sum(holding.fish for holding in farm.holdings) == fish
    body = answer.content.decode()
    assert body.count("<a href") > places
    assert body.count('class="tile stage-') == places
    containers = ask("SELECT count(*) FROM infrastructure_container")[0][0]
    assert body.count('class="tile empty"') == containers - places
    assert f"{fish:,}" in text_of(answer)


@pytest.mark.parametrize("measure", ["density", "temperature", "lice"])
def test_tiles_can_be_coloured_by_what_was_measured(client, ask, measure):
    day = ask("SELECT max(count_date)::date FROM health_licecount")[0][0]
    answer = client.get(f"/farm/?date={day}&by={measure}")
    body = answer.content.decode()
    assert "tile stage-" not in body
    assert re.search(r'class="tile q[0-5]', body)
    assert f"by={measure}" in body  # other days keep the measure


def test_steps_lead_from_day_to_day_and_month_to_month(client):
    steps = client.get("/farm/?date=2016-03-31").context["steps"]
    assert [day for _, day, _ in steps] == [
        date(2016, 2, 29),
        date(2016, 3, 30),
        date(2016, 4, 1),
        date(2016, 4, 30),
    ]


def test_a_day_without_fish_says_which_days_have_some(client, ask):
    first = ask("SELECT min(assignment_date) FROM batch_batchcontainerassignment")[0][0]
    assert str(first) in text_of(client.get(f"/farm/?date={first - timedelta(days=1)}"))


def test_the_life_of_a_batch_adds_up(client, ask, number):
    life = client.get(f"/batch/{number}/").context["life"]
    figures = {figure.label: figure.value for figure in life.figures}
    (fed,) = ask(
        "SELECT sum(amount_kg) FROM inventory_feedingevent e JOIN batch_batch b ON b.id = batch_id"
        " WHERE batch_number = %s",
        number,
    )[0]
    (dead,) = ask(
        "SELECT sum(count) FROM batch_mortalityevent e JOIN batch_batch b ON b.id = batch_id"
        " WHERE batch_number = %s",
        number,
    )[0]
    assert figures["Dead"] == f"{dead:,}"
    assert figures["Feed"] == f"{fed / 1000:,.0f} t"
    titles = [chart.title for chart in life.charts]
    assert titles[:3] == ["Where it was", "Weight of a fish", "Water temperature"]
    assert {"Feed", "Deaths by cause", "Health and harvest", "Salmon lice"} <= set(titles)
    stays = next(chart for chart in life.charts if chart.title == "Where it was")
    assert sum(bool(shape.href) for shape in stays.shapes) == len(life.stays)


def test_an_assignment_is_followed_back_to_the_egg(client, ask, number):
    chosen, container = ask(
        "SELECT a.id, c.name FROM batch_batchcontainerassignment a"
        " JOIN batch_batch b ON b.id = batch_id JOIN infrastructure_container c"
        " ON c.id = container_id WHERE batch_number = %s AND area_id IS NOT NULL"
        " ORDER BY a.id LIMIT 1",
        number,
    )[0]
    life = client.get(f"/batch/{number}/?assignment={chosen}").context["life"]
    steps = life.steps
    assert (steps[-1].id, life.place) == (chosen, container)
    assert [step.stage_css for step in steps] == [f"stage-{n}" for n in range(1, 7)]
    assert all(one.last == other.first for one, other in pairwise(steps))
    assert all(one.fish >= other.fish for one, other in pairwise(steps))
    assert steps[0].weight_in_g < 1 < steps[-1].weight_out_g
    fed = ask(
        "SELECT sum(amount_kg) FROM inventory_feedingevent WHERE batch_assignment_id = ANY (%s)",
        [step.id for step in steps],
    )[0][0]
    assert sum(step.feed_kg or 0 for step in steps) == pytest.approx(float(fed))
    mean = ask(
        "SELECT avg(v) FROM (SELECT avg(value) AS v FROM environmental_environmentalreading r"
        " JOIN environmental_environmentalparameter p ON p.id = parameter_id"
        " WHERE p.name = 'Temperature' AND batch_container_assignment_id = %s"
        " GROUP BY reading_time::date) days",
        chosen,
    )[0][0]
    assert steps[-1].temperature == pytest.approx(float(mean))


def test_an_odd_batch_number_does_not_break_out(client, number):
    with transaction.atomic():
        Batch.objects.filter(batch_number=number).update(batch_number=ODD, notes=ODD)
        life = client.get(f"/batch/{quote(ODD)}/")
        day = life.context["life"].stays[-1].assignment_date
        container = life.context["life"].stays[-1].container_id
        answers = [
            life,
            client.get("/batch/"),
            client.get(f"/farm/?date={day}"),
            client.get(f"/sensors/?container={container}"),
            client.get(f"/batch/{quote(ODD + ODD)}/"),
        ]
        transaction.set_rollback(True)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404]
    for answer in answers:
        body = answer.content.decode()
        assert "<script>alert" not in body
        assert not re.search(r'="[^"]*"><script', body)
        assert ODD in unescape(body)
    links = re.findall(r'href="(/batch/[^"?]+)/"', answers[1].content.decode())
    assert f"/batch/{ODD}" in [unquote(unescape(link)) for link in links]


@pytest.fixture
def measured(ask):
    """Container, parameter, first and last day of the assignment with most readings."""
    return ask(
        "SELECT r.container_id, parameter_id, min(reading_time)::date, max(reading_time)::date"
        " FROM environmental_environmentalreading r"
        " GROUP BY batch_container_assignment_id, 1, 2 ORDER BY count(*) DESC LIMIT 1"
    )[0]


@pytest.mark.parametrize(("days", "point"), [(1, "an hour"), (60, "six hours"), (200, "a day")])
def test_a_sensor_chart_shows_every_reading_of_its_days(client, ask, measured, days, point):
    container, parameter, first, _ = measured
    last = first + timedelta(days=days - 1)
    answer = client.get(
        f"/sensors/?container={container}&parameter={parameter}&from={first}&to={last}"
    )
    view = answer.context["view"]
    number, mean, low, high = ask(
        "SELECT count(*), avg(value), min(value), max(value)"
        " FROM environmental_environmentalreading WHERE container_id = %s AND parameter_id = %s"
        " AND reading_time >= %s AND reading_time < %s::date + 1",
        *(container, parameter, first, last),
    )[0]
    assert (view.point, view.readings) == (point, number)
    values = {one["label"].split()[-1]: one["values"] for one in view.charts[0].series}
    assert len(values["mean"]) == len(view.charts[0].moments) <= 1460
    assert min(values["lowest"]) == pytest.approx(float(low), rel=1e-3)
    assert max(values["highest"]) == pytest.approx(float(high), rel=1e-3)
    assert low <= mean <= high
    embedded = re.search(r'<script type="application/json">(.*?)</script>', answer.content.decode())
    assert json.loads(embedded[1])["moments"] == view.charts[0].moments


def test_a_year_of_a_sensor_is_at_most_a_thousand_points(client, measured):
    container, parameter, first, _ = measured
    view = client.get(
        f"/sensors/?container={container}&parameter={parameter}&from={first}&to=2100-01-01"
    ).context["view"]
    assert view.point == "a week"
    assert view.readings > 2 * len(view.charts[0].moments) > 0


def test_readings_of_other_months_are_not_looked_at(client, measured):
    _, parameter, first, _ = measured
    month = (first + timedelta(days=32)).replace(day=1)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "EXPLAIN " + statement("sensors", "readings"),
            {
                "assignments": [1, 2],
                "parameter": parameter,
                "first": month,
                "end": month + timedelta(days=20),
                "bin": timedelta(hours=1),
            },
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert set(re.findall(r"environmentalreading_y\d+m\d+", plan)) == {
        f"environmentalreading_y{month:%Y}m{month:%m}"
    }


def test_a_container_without_readings_says_so(client, ask):
    (empty,) = ask(
        "SELECT id FROM infrastructure_container c WHERE NOT EXISTS"
        " (SELECT FROM batch_batchcontainerassignment a WHERE a.container_id = c.id) LIMIT 1"
    )[0]
    assert "never held fish" in text_of(client.get(f"/sensors/?container={empty}"))


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


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("/", "runscript data_generation --mode=sequential"),
        ("/farm/", "This database holds no batches"),
        ("/batch/", "This database holds no batches"),
        ("/sensors/", "This database holds no batches"),
    ],
)
@pytest.mark.django_db
def test_an_empty_database_says_what_to_run(page, words):
    answer = Client(SERVER_NAME="localhost").get(page)
    assert answer.status_code == 200
    assert words in text_of(answer)


def test_a_database_without_tables_asks_to_migrate(empty_database, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(empty_database) as client:
        for page in ("/farm/", "/batch/", "/batch/FI-2015-001/", "/sensors/"):
            answer = client.get(page)
            assert answer.status_code == 503
            assert "manage.py migrate" in text_of(answer)
        assert client.get("/run.json").json()["state"] == "none"


def test_tables_that_aquamind_made_are_shown_too(empty_database, django_db_blocker):
    with psycopg.connect(empty_database) as connection:
        existing_schema.create(connection)
        existing_schema.their_rows(connection)
        number = connection.execute("SELECT batch_number FROM batch_batch LIMIT 1").fetchone()[0]
    with django_db_blocker.unblock(), connected_to(empty_database) as client:
        for page in PAGES:
            assert client.get(page.format(number=quote(number))).status_code == 200, page
        assert number in text_of(client.get("/batch/"))


def test_a_database_that_does_not_answer_is_told_without_its_password(django_db_blocker):
    url = "postgresql://someone:secret@127.0.0.1:1/nowhere"
    with django_db_blocker.unblock(), connected_to(url) as client:
        for page in ("/", "/farm/"):
            answer = client.get(page)
            assert answer.status_code == 503
            assert "does not answer" in text_of(answer)
            assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("dashboard/dashboard.css", 200),
        ("dashboard/dashboard.js", 200),
        ("admin/css/base.css", 200),
        ("dashboard/../../urls.py", 400),
        ("../../manage.py", 400),
        ("dashboard/", 404),
    ],
)
@pytest.mark.django_db
def test_static_files_are_served_without_debug_and_nothing_else(settings, path, status):
    assert settings.DEBUG is False
    answer = Client(SERVER_NAME="localhost").get(f"/static/{path}")
    answer.close()
    assert answer.status_code == status


def test_other_hosts_are_refused():
    assert Client(SERVER_NAME="farm.example").get("/farm/").status_code == 400


def test_the_admin_asks_for_a_login():
    answer = Client(SERVER_NAME="localhost").get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


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


def test_times_are_printed_for_every_page(client, capsys):
    call_command("dashboard_times", repeat=1, limit=60)
    printed = capsys.readouterr().out
    addresses = [line.split()[-1] for line in printed.splitlines()[1:]]
    assert addresses[0] == "/"
    assert [address.split("/")[1] for address in addresses[1:]] == [
        "farm",
        "batch",
        "sensors",
        "sensors",
    ]

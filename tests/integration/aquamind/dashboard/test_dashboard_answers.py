"""The dashboard answers whatever is asked, of any database, and only reads."""

import re
from html import unescape
from urllib.parse import quote, unquote

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from aquamind.batch.models import Batch
from aquamind.dashboard.guard import guarded
from tests import existing_schema
from tests.integration.aquamind.dashboard.support import PAGES, connected_to, text_of

ODD = '"><script>alert(1)</script>/x'


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
def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(client, number, page):
    body = client.get(page.format(number=number)).content.decode()
    for tag in re.findall(r'<\w+ class="(?:scroll|log)\b[^>]*>|<pre\b[^>]*>', body):
        assert 'tabindex="0"' in tag
        assert 'role="region"' in tag
        assert 'aria-label="' in tag


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
        "/sensors/?container=1&container=1&container=x&add=2&parameter=1&parameter=999",
        "/batch/?q=%00&sort=-nothing&page=99999999999999999999999&country=%22&status=x",
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

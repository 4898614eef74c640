"""Every page of the admin on a generated farm: it answers, and reads no large table whole."""

import json
import re
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from aquamind.dashboard.admin_pages import Page, answer, models, pages
from aquamind.db import tables
from tests.integration.aquamind.dashboard.support import connected_to
from tests.shell import Shell, copy_database

MOST_STATEMENTS = 45
FORMS = ("add", "choices", "change", "delete")


@pytest.fixture
def large(monkeypatch) -> set[str]:
    """Names of tables of the small farm that count as large from here on."""
    monkeypatch.setattr(tables, "LARGE", 4_000)
    return set(tables.Tables().large)


class Heard(list):
    """The statements of a page."""

    def __call__(self, execute, text, params, many, context):
        self.append((text, params))
        return execute(text, params, many, context)


def scans(plan: dict) -> Iterator[dict]:
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans(part)


def read_whole(text: str, params: object, large: set[str]) -> list[str]:
    """Partitions of large tables that a statement reads without an index's help, if several."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", params)
        plan = cursor.fetchone()[0]
    partitions = [
        scan["Relation Name"]
        for scan in scans((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
        if re.sub(r"_(y\d{4}m\d\d|default)$", "", scan["Relation Name"]) in large
        and "Index Cond" not in scan
        and "Recheck Cond" not in scan
    ]
    return partitions if len(partitions) > 1 else []


def of_interest() -> Iterator[Page]:
    """One page of each kind of large tables; forms and deletion of what they hang on."""
    known = tables.Tables()
    for label in sorted(models()):
        model = apps.get_model(label)
        if known.is_large(model):
            yield from {page.kind: page for page in pages(label)}.values()
        elif known.lead_to_large(model):
            found = {page.kind: page for page in pages(label)}
            yield from (found[kind] for kind in FORMS if kind in found)


def test_pages_of_large_tables_answer_and_read_none_of_them_whole(client, large):
    assert {"environmental_environmentalreading", "inventory_feedingevent"} <= large
    with connection.cursor() as cursor:
        # So few rows a month are best read one by one; what counts is that an index would serve.
        cursor.execute("SET enable_seqscan = off")
    for page in of_interest():
        heard = Heard()
        with connection.execute_wrapper(heard):
            assert answer(page.address).status_code == 200, page
        assert len(heard) <= MOST_STATEMENTS, page
        for text, params in heard:
            if str(text).startswith("SELECT") and any(f'FROM "{name}"' in text for name in large):
                assert not read_whole(text, params, large), (page, text)


def test_a_search_shows_the_newest_month_with_what_it_finds(client, ask, large):
    number, last = ask(
        "SELECT b.batch_number, max(r.reading_time) FROM environmental_environmentalreading r"
        " JOIN batch_batch b ON b.id = r.batch_id GROUP BY b.id ORDER BY 2 LIMIT 1"
    )[0]
    page = answer(f"/admin/environmental/environmentalreading/?q={number}").rendered_content
    assert f"shown are those of {last:%Y-%m}" in page
    assert page.count(f">{number}</td>") == 50


def test_deleting_a_batch_says_what_does_it(client, ask, large):
    (batch,) = ask("SELECT min(id) FROM batch_batch")[0]
    heard = Heard()
    with connection.execute_wrapper(heard):
        page = answer(f"/admin/batch/batch/{batch}/delete/").rendered_content
    assert "runscript cleanup_batch_data" in page
    assert "DELETE FROM batch_batch WHERE batch_number" in page
    assert "Batch container assignments" in page
    assert "Are you sure" not in page
    assert len(heard) < 30


def test_what_many_rows_refer_to_is_not_deleted_with_them(client, ask, monkeypatch):
    monkeypatch.setattr(tables, "MANY", 10)
    (parameter,) = ask("SELECT min(id) FROM health_healthparameter")[0]
    heard = Heard()
    with connection.execute_wrapper(heard):
        page = answer(f"/admin/health/healthparameter/{parameter}/delete/").rendered_content
    assert "Fish parameter scores" in page
    assert "Are you sure" not in page
    assert len(heard) < 20


def test_times_are_printed_and_what_is_slow_is_named(client, capsys):
    call_command("admin_times", "batch.species", limit=60)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["seconds", "list", "last"]
    assert lines[1].startswith("batch.species")
    with pytest.raises(CommandError, match="Longer than 0 s: /admin/batch/species/") as failed:
        call_command("admin_times", "batch.species", limit=0)
    assert failed.value.returncode == 1
    with pytest.raises(CommandError, match=r"The admin has no model batch\.nothing"):
        call_command("admin_times", "batch.nothing")


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_every_page_of_every_table_answers(client):
    call_command("admin_times", limit=60)


@pytest.fixture
def demo(server_url, migrated_database, tmp_path, django_db_blocker):
    """Ten years of the profile `demo`."""
    name = f"demo_{uuid.uuid4().hex}"
    copy_database(server_url, migrated_database, name)
    shell = Shell(make_conninfo(server_url, dbname=name), tmp_path)
    process = shell.start("--mode=sequential", "--profile", "demo")
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    with django_db_blocker.unblock(), connected_to(shell.url):
        yield
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_page_takes_less_than_a_second_on_ten_years(demo):
    call_command("admin_times", limit=1, repeat=3)

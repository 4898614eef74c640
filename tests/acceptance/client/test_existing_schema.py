"""A database that AquaMind migrated: filled as it is, and nothing of it changed."""

import json
import os
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from data_generation.generators.domains import TABLES
from data_generation.storage.postgres.catalog import tracked_table
from tests import existing_schema
from tests.acceptance.conftest import TIMEOUT_S, Shell
from tests.acceptance.shown.test_report import KEY_FIGURES, PICTURES, Page
from tests.acceptance.test_event_engine import SMALL

EXISTING = "--existing-schema"
TINY = ("--profile", "tiny")
AREA = "infrastructure_area"
OUR_HALLS = """
    SELECT DISTINCT c.hall_id
    FROM batch_batchcontainerassignment a
    JOIN batch_batch b ON b.id = a.batch_id AND b.batch_number <> 'TEST-2024-07'
    JOIN infrastructure_container c ON c.id = a.container_id
"""
RUN = ("--mode=sequential", *TINY, EXISTING)
# Eggs hatch and fry are fed.
SHORT = (*TINY, "--set", "generation.sessions_months=[5,2]", EXISTING)


@pytest.fixture(scope="module")
def role(server_url) -> Iterator[str]:
    """An ordinary role: owns AquaMind's database and is no superuser."""
    name = f"aquamind_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def database(server_url: str, role: str, template: str = "template0") -> Iterator[str]:
    name = f"existing_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                *map(sql.Identifier, (name, role, template))
            )
        )
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def migrated(server_url, role) -> Iterator[str]:
    """What the shells of this module get a copy of: a database that AquaMind migrated."""
    with database(server_url, role) as name:
        with psycopg.connect(as_role(server_url, name, role)) as connection:
            existing_schema.create(connection)
            existing_schema.their_rows(connection)
        yield name


def as_role(server_url: str, name: str, role: str) -> str:
    return make_conninfo(server_url, dbname=name, options=f"-c role={role}")


@dataclass(frozen=True)
class Filled:
    """A whole run into a copy, by the ordinary role; what was there before and after."""

    shell: Shell
    catalog: dict[str, list[str]]
    rows: existing_schema.Stored
    tops: dict[str, int]
    catalog_after: dict[str, list[str]]
    rows_after: existing_schema.Stored

    def new(self, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Columns of the rows that the run added, in the order of their keys."""
        key = key_of(table)
        with psycopg.connect(self.shell.url) as connection:
            return connection.execute(
                f"SELECT {columns} FROM {table} WHERE {key} > %s AND {where} ORDER BY {key}",
                [self.tops[table]],
            ).fetchall()


@pytest.fixture(scope="module")
def filled(server_url, role, migrated, tmp_path_factory) -> Iterator[Filled]:
    with database(server_url, role, migrated) as name:
        shell = Shell(as_role(server_url, name, role), tmp_path_factory.mktemp("existing"))
        with psycopg.connect(shell.url) as connection:
            before = existing_schema.catalog(connection), existing_schema.stored(connection)
            reached = {table: top(connection, table) for table in NAMES}
        done = shell.generate(*RUN)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(shell.url) as connection:
            after = existing_schema.catalog(connection), existing_schema.stored(connection)
        yield Filled(shell, *before, reached, *after)


NAMES = tuple(
    name
    for name in TABLES.names
    if (tracked_table(name) or name) in {"auth_user", *existing_schema.tables()}
)
"""Tables that the older version has."""


def key_of(table: str) -> str:
    return TABLES[table].key if table in TABLES else "history_id"


def top(connection: psycopg.Connection[Any], table: str) -> int:
    """The highest key of a row that is there, or was, as far as its history tells."""
    history = TABLES[table].history_name if table in TABLES else None
    sources = [f"SELECT max({key_of(table)}) FROM {table}"]
    sources += [f"SELECT max({key_of(table)}) FROM {history}"] if history else []
    found = [connection.execute(query).fetchone()[0] for query in sources]
    return max(key or 0 for key in found)


def digest(shell: Shell) -> dict[str, Any]:
    done = shell.generate("--digest", "--json", EXISTING)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_but_rows_and_a_schema_of_its_own_is_added(filled):
    assert filled.catalog_after == filled.catalog


def test_their_rows_are_not_even_rewritten(filled):
    assert filled.rows.lost(filled.rows_after) == {}
    assert filled.rows_after.count("environmental_environmentalreading") > 20_000


def test_keys_begin_after_every_key_that_is_or_was_there(filled):
    for table in NAMES:
        added = filled.rows_after.count(table) - filled.rows.count(table)
        assert len(filled.new(table, key_of(table))) == added, table


def test_sequences_stand_past_every_key(filled):
    with psycopg.connect(filled.shell.url) as connection:
        for table in NAMES:
            key = key_of(table)
            given = connection.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, key]
            ).fetchone()[0]
            highest = connection.execute(f"SELECT max({key}) FROM {table}").fetchone()[0]
            assert given > (highest or 0), table
        connection.rollback()


@pytest.mark.parametrize(
    ("table", "name", "reused"),
    [
        ("auth_user", "username", {"system": 3, "hanna.joensen": 8}),
        ("infrastructure_geography", "name", {"Faroe Islands": 9}),
        ("batch_species", "name", {"Atlantic Salmon": 7}),
        (
            "batch_lifecyclestage",
            "name",
            {name: 40 - order for order, name in enumerate(existing_schema.STAGES, start=1)},
        ),
        (
            "environmental_environmentalparameter",
            "name",
            {"Temperature": 6, "Dissolved Oxygen": 11, "pH": 12, "Salinity": 19},
        ),
        ("inventory_feed", "name", {"Grower 2.0MM": 5, "Finisher 7.0MM": 14}),
        ("harvest_productgrade", "code", {"SUPERIOR": 2}),
        ("health_mortalityreason", "name", {"Predation": 5}),
        ("health_sampletype", "name", {"Heart histology": 3}),
        ("health_healthparameter", "name", {"Eye condition": 6}),
        ("broodstock_eggsupplier", "name", {"Highland Ova Ltd": 4}),
        ("finance_dimcompany", "subsidiary", {"FW": 7}),
        ("finance_dimsite", "site_name", {"Strond": 5}),
    ],
)
def test_what_they_named_is_reused(table, name, reused, filled):
    added = [row[0] for row in filled.new(table, name)]
    assert not set(added) & set(reused)
    history = TABLES[table].history_name
    if history:
        assert [row[0] for row in filled.new(history, name)] == added


def test_rows_of_the_run_refer_to_what_is_reused(filled):
    assert set(filled.new("batch_batch", "species_id")) == {(7,)}
    stages = filled.new("batch_batchcontainerassignment", "lifecycle_stage_id")
    assert set(stages) == {(stage,) for stage in range(34, 40)}
    parameters = dict(
        filled.new(
            "environmental_environmentalreading",
            "(SELECT name FROM environmental_environmentalparameter p WHERE p.id = parameter_id),"
            " parameter_id",
        )
    )
    assert parameters["Temperature"] == 6
    assert parameters["Salinity"] == 19
    assert "Turbidity" not in parameters
    # Feeds 9 and 31 are of no use to the generator; it knows the rest by name.
    fed = {row[0] for row in filled.new("inventory_feedingevent", "feed_id")}
    assert {5, 14} <= fed
    assert not fed & {9, 31}


def test_accounts_are_kept_of_what_is_stored(filled):
    """Sites and facts name areas and batches by keys that no foreign key holds to."""
    sites = filled.new("finance_dimsite", "source_model, source_pk, site_name")
    assert sites == [("area", key, name) for key, name in filled.new(AREA, "id, name")]
    batches = set(filled.new("batch_batch", "id"))
    facts = filled.new("finance_factharvest", "dim_batch_id", "dim_site_id > 6")
    lines = filled.new("finance_navexportline", "batch_id_int")
    assert set(facts) | set(lines) <= batches
    assert len(facts) == filled.rows_after.count("finance_factharvest") > 0
    policies = filled.new("finance_intercompanypolicy", "from_company_id", "method = 'cost_plus'")
    assert set(policies) == {(7,)}


def test_ours_is_farmed_in_their_geography(filled):
    where = """
        (SELECT coalesce(a.geography_id, s.geography_id)
         FROM infrastructure_container c
         LEFT JOIN infrastructure_area a ON a.id = c.area_id
         LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
         LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
         WHERE c.id = container_id)
    """
    assert set(filled.new("batch_batchcontainerassignment", where)) == {(9,)}


def test_a_user_without_a_profile_gets_one_and_the_other_keeps_it(filled):
    users = {row[0] for row in filled.new("users_userprofile", "user_id")}
    assert 8 in users
    assert 3 not in users


def test_the_other_commands_know_the_tables(filled):
    again = filled.shell.generate(*RUN)
    assert (again.returncode, again.stdout.strip()) == (
        0,
        "All 4 sessions are complete; nothing to do.",
    )
    status = json.loads(filled.shell.generate("--status", "--json", EXISTING).stdout)
    assert [s["state"] for s in status["sessions"]] == ["complete"] * 4
    checked = filled.shell.generate("--validate-only", EXISTING)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_report_counts_their_rows_too(filled):
    pytest.importorskip("matplotlib")
    done = filled.shell.generate("--generate-report", "--json", EXISTING)
    assert done.returncode == 0, done.stderr
    page, figures = (Path(path) for path in json.loads(done.stdout)["written"])
    text, content = page.read_text("utf-8"), json.loads(figures.read_text("utf-8"))

    with psycopg.connect(filled.shell.url) as connection:
        counted = {
            key: connection.execute(query).fetchone()[0] for key, query in KEY_FIGURES.items()
        }
    # Reckoned from eggs and deaths: theirs died without being taken from their population.
    unaccounted = content["quality"].pop("fish_unaccounted")
    assert unaccounted == 12
    counted["fish_alive_at_end"] -= unaccounted
    shown = content["key_figures"]
    for key, value in counted.items():
        assert shown[key] == pytest.approx(float(value), abs=0.011), key
    # What was written off has no column there, so that feed cannot be accounted for.
    assert "feed_unaccounted_kg" not in content["quality"]
    assert set(content["quality"].values()) == {0}
    assert [batch["number"] for batch in content["batches"]][-1] == "TEST-2024-07"
    found = Page(text)
    assert set(found.figures) == PICTURES
    assert [key for key, texts in found.figures.items() if not texts] == []


@pytest.mark.long
def test_killed_and_resumed_it_is_the_same(shell, filled):
    process = shell.start(*RUN)
    for units in (3, 20):
        assert shell.wait_for_units(process, units)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        process = shell.start("--resume", EXISTING)
    _, errors = process.communicate(timeout=TIMEOUT_S)

    assert process.returncode == 0, errors
    assert digest(shell) == digest(filled.shell)


def test_rows_that_others_add_between_sessions_are_in_nobodys_way(shell):
    first = shell.generate("--session=1", *SHORT)
    assert first.returncode == 0, first.stderr
    with psycopg.connect(shell.url) as connection:
        added = existing_schema.later_rows(connection)
    second = shell.generate("--session=2", *SHORT)

    assert second.returncode == 0, second.stderr
    with psycopg.connect(shell.url) as connection:
        assert added.lost(existing_schema.stored(connection)) == {}


def test_a_batch_number_that_is_taken_is_told_before_anything_is_written(shell):
    with psycopg.connect(shell.url) as connection:
        existing_schema.Rows(connection).add(
            "batch_batch", batch_number="FI-2017-001", lifecycle_stage_id=37, species_id=7
        )
    refused = shell.generate(*RUN)
    assert refused.returncode == 3
    assert "FI-2017-001" in refused.stderr
    assert "countries.faroe.prefix" in refused.stderr
    assert shell.written() == []

    prefix = ("--set", "countries.faroe.prefix=GEN")
    done = shell.generate("--session=1", *SHORT, *prefix)
    assert done.returncode == 0, done.stderr


def test_batches_one_at_a_time(shell):
    with psycopg.connect(shell.url) as connection:
        before = existing_schema.catalog(connection), existing_schema.stored(connection)
    for script in ("bootstrap_infrastructure", "initialize_master_data"):
        made = shell.manage("runscript", script, EXISTING, *SMALL)
        assert made.returncode == 0, made.stderr
        again = shell.manage("runscript", script, EXISTING, *SMALL, "--json")
        assert json.loads(again.stdout)["changed"] is False
    batch = ("event_engine", EXISTING, *SMALL, "--start-date", "2024-03-03", "--duration", "40")
    with ThreadPoolExecutor() as threads:
        batches = list(
            threads.map(
                lambda geography: shell.manage("runscript", *batch, "--geography", geography),
                ["Faroe Islands", "Scotland", "Faroe Islands"],
            )
        )

    for done in batches:
        assert done.returncode == 0, done.stderr
    checked = shell.manage("runscript", "verify_data_integrity", EXISTING, "--batch", "FI-2024-001")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with psycopg.connect(shell.url) as connection:
        assert existing_schema.catalog(connection) == before[0]
        assert before[1].lost(existing_schema.stored(connection)) == {}
        numbers = {n for (n,) in connection.execute("SELECT batch_number FROM batch_batch")}
    assert numbers == {"TEST-2024-07", "FI-2024-001", "FI-2024-002", "SCO-2024-001"}


def test_fish_of_theirs_keep_a_batch_out_of_their_hall(shell):
    with psycopg.connect(shell.url) as connection:
        connection.execute(
            "UPDATE infrastructure_container SET hall_id = %s", [existing_schema.SHARED_HALL]
        )
    for script in ("bootstrap_infrastructure", "initialize_master_data"):
        assert shell.manage("runscript", script, EXISTING).returncode == 0
    batch = ("--start-date", "2024-03-03", "--duration", "5", "--geography", "Faroe Islands")
    done = shell.manage("runscript", "event_engine", EXISTING, *batch)

    assert done.returncode == 0, done.stderr
    with psycopg.connect(shell.url) as connection:
        halls = connection.execute(OUR_HALLS).fetchall()
    assert len(halls) == 1
    assert halls != [(existing_schema.SHARED_HALL,)]


UNFIT = {
    "no table without which nothing works": (
        "DROP TABLE batch_historicalbatch",
        "no table batch_historicalbatch",
    ),
    "a key of a table that is not there": (
        "DROP TABLE harvest_productgrade CASCADE",
        "product_grade_id must refer to a row of harvest_productgrade",
    ),
    "a column that nothing fills": (
        "ALTER TABLE batch_batchtransfer ADD COLUMN approved_by integer NOT NULL",
        "batch_batchtransfer.approved_by must be filled",
    ),
    "too few digits": (
        "ALTER TABLE inventory_feedpurchase ALTER COLUMN cost_per_kg TYPE numeric(10,1)",
        "inventory_feedpurchase.cost_per_kg (numeric(10,1)) does not take",
    ),
    "a column of another kind": (
        "ALTER TABLE infrastructure_hall ALTER COLUMN active DROP DEFAULT,"
        " ALTER COLUMN active TYPE text",
        "infrastructure_hall.active (text) does not take",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_tables_that_cannot_be_filled_are_named_before_anything_is_written(case, shell):
    change, words = UNFIT[case]
    with psycopg.connect(shell.url) as connection:
        connection.execute(change)
    done = shell.generate(*RUN)

    assert done.returncode == 3
    assert words in done.stderr
    assert "manage.py migrate" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert shell.written() == []


def test_columns_that_may_be_absent_may_be_there(shell):
    with psycopg.connect(shell.url) as connection:
        connection.execute("ALTER TABLE inventory_feedingevent ADD COLUMN feed_stock_id bigint")
        connection.execute("ALTER TABLE batch_growthsample ADD COLUMN taken_by integer")
    done = shell.generate("--session=1", *SHORT)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("data_generation", "--mode=sequential", *TINY),
        ("data_generation", "--resume"),
        ("clear_data", "--yes"),
        ("cleanup_batch_data", "--yes"),
        ("cleanup_batch_data", "--yes", EXISTING),
        ("event_engine", "--start-date", "2024-03-03", "--geography", "Scotland"),
    ],
)
def test_without_the_flag_nobody_is_told_to_migrate(words, shell):
    with psycopg.connect(shell.url) as connection:
        before = existing_schema.catalog(connection), existing_schema.stored(connection)
    done = shell.manage("runscript", *words)

    assert done.returncode == 3
    assert EXISTING in done.stderr
    assert "manage.py migrate" not in done.stderr
    assert shell.written() == []
    with psycopg.connect(shell.url) as connection:
        assert before == (existing_schema.catalog(connection), existing_schema.stored(connection))


def test_the_flag_is_for_a_database_that_is_named(shell):
    done = shell.generate(*RUN, DATABASE_URL="")

    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_clearing_takes_away_what_the_run_wrote_and_nothing_else(shell):
    with psycopg.connect(shell.url) as connection:
        before = existing_schema.catalog(connection), existing_schema.stored(connection)
    filled = shell.generate("--session=1", *SHORT)
    assert filled.returncode == 0, filled.stderr
    with psycopg.connect(shell.url) as connection:
        added = existing_schema.later_rows(connection)
    done = shell.manage("runscript", "clear_data", "--yes", EXISTING)

    assert done.returncode == 0, done.stderr
    with psycopg.connect(shell.url) as connection:
        left = existing_schema.stored(connection)
        assert existing_schema.catalog(connection) == before[0]
    assert left.rows == {name: rows | added.rows[name] for name, rows in before[1].rows.items()}
    assert "holds no run" in shell.generate("--status", EXISTING).stdout

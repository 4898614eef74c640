"""The SQL of the event engine's guide, word by word, through psql."""

import csv
import io
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.acceptance import filled
from tests.acceptance.conftest import ROOT, TIMEOUT_S, Shell
from tests.acceptance.filled import BATCH_DATA, SETUP, contents, counts, query

GUIDE = ROOT / "tests" / "data" / "guide"
WITHOUT_FISH = (
    "environmental_photoperioddata",
    "environmental_weatherdata",
    "finance_navexportbatch",
    *(n for n in BATCH_DATA if n.startswith("broodstock_") and not n.endswith("parentage")),
)
"""Tables that runs fill and whose rows belong to no batch: weather, parents and eggs, exports."""


@pytest.fixture(params=filled.KINDS)
def kind(request) -> str:
    """What filled the database."""
    return request.param


@pytest.fixture
def source(kind, filled_farm) -> Shell:
    """A shell on a database with data; not to be changed."""
    return filled_farm(kind)


@pytest.fixture
def copied(source, make_shell):
    """A shell on a copy of it."""
    return make_shell(conninfo_to_dict(source.url)["dbname"])


def psql(shell: Shell, file: str) -> list[dict[str, str]]:
    """Run one of the guide's files as the guide has it and give the rows of its result."""
    done = subprocess.run(
        [
            filled.program("psql"),
            *("-v", "ON_ERROR_STOP=1", "-X", "--csv", "-f", str(GUIDE / file)),
            shell.url,
        ],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_batch_progress(source):
    expected = query(
        source,
        """
        SELECT b.batch_number, b.lifecycle_stage_id::text, s.name,
            (SELECT count(*)::text FROM environmental_environmentalreading WHERE batch_id = b.id),
            (SELECT count(*)::text FROM inventory_feedingevent WHERE batch_id = b.id)
        FROM batch_batch b JOIN batch_lifecyclestage s ON s.id = b.lifecycle_stage_id
        """,
    )
    found = psql(source, "batch_progress.sql")

    assert [tuple(row.values()) for row in found] == sorted(expected)
    assert found[0]["batch_number"] == "FI-2024-001"
    assert all(int(row["env_readings"]) > 1_000 for row in found)
    assert int(found[0]["feeding_events"]) > 100


def test_feed_inventory(source):
    found = psql(source, "feed_inventory.sql")

    silos = query(source, "SELECT name FROM infrastructure_feedcontainer ORDER BY name LIMIT 20")
    assert [row["name"] for row in found] == [name for (name,) in silos]
    assert all(0 <= float(row["pct_full"]) <= 100 for row in found)
    for row in found:
        share = float(row["current_tonnes"]) / float(row["capacity_tonnes"])
        assert float(row["pct_full"]) == pytest.approx(100 * share, abs=0.051)
    assert any(float(row["current_tonnes"]) > 0 for row in found)


def test_orphaned_readings(source):
    assert psql(source, "orphaned_readings.sql") == [{"orphaned_readings": "0"}]


def test_audit_trail(source):
    found = {row["model"]: int(row["history_records"]) for row in psql(source, "audit_trail.sql")}

    tables = ("batch_batch", "batch_batchcontainerassignment", "batch_mortalityevent")
    stored = counts(source, tables)
    assert found["Batch"] > stored["batch_batch"]
    assert found["Mortality"] >= stored["batch_mortalityevent"] > 0
    # The count of each assignment is kept for every day.
    assert found["Assignment"] > 20 * stored["batch_batchcontainerassignment"]


def test_the_manual_clean_up(copied):
    before = contents(copied, SETUP)
    others = "SELECT p::text FROM inventory_feedpurchase p WHERE batch_number NOT LIKE 'AUTO-%'"
    kept = query(copied, others)

    psql(copied, "manual_cleanup.sql")

    left = counts(copied)
    statements = [
        line.split()
        for line in (GUIDE / "manual_cleanup.sql").read_text("utf-8").splitlines()
        if line.startswith("DELETE")
    ]
    assert len(statements) == 14
    emptied = {words[2].rstrip(";") for words in statements if "WHERE" not in words}
    # History that the guide does not name stays; all else that hung on fish is gone with them.
    remaining = {name for name in BATCH_DATA if left[name]}
    assert not remaining & emptied
    assert {name for name in remaining if "_historical" not in name} <= set(WITHOUT_FISH)
    assert counts(copied, tuple(emptied)) == dict.fromkeys(emptied, 0)
    assert contents(copied, SETUP) == before
    assert query(copied, others) == kept
    assert left["inventory_feedpurchase"] == len(kept)


def test_after_the_manual_clean_up_a_new_run_starts_cleanly(kind, source, copied):
    psql(copied, "manual_cleanup.sql")
    if kind == "years":
        refused = copied.manage("runscript", *filled.YEARS)
        assert refused.returncode == 3
        assert "clear the rest: python manage.py runscript cleanup_batch_data" in refused.stderr
        filled.run(copied, "cleanup_batch_data", "--yes")
    filled.run(copied, *filled.KINDS[kind][-1])

    new = query(copied, "SELECT batch_number FROM batch_batch ORDER BY 1")
    assert new == query(source, "SELECT batch_number FROM batch_batch ORDER BY 1")
    rows = ("environmental_environmentalreading", "batch_mortalityevent", "batch_batchtransfer")
    assert counts(copied, rows) == counts(source, rows)
    if kind == "engine":
        eggs = contents(copied, ("broodstock_eggproduction",))["broodstock_eggproduction"]
        assert len(eggs) == counts(source)["broodstock_eggproduction"] == 1
    assert psql(copied, "orphaned_readings.sql") == [{"orphaned_readings": "0"}]


def test_a_batch_is_deleted_by_its_number(copied):
    """As the troubleshooting entry on duplicate numbers wants, where Django refuses."""
    query(copied, "DELETE FROM batch_batch WHERE batch_number = 'FI-2024-001'")

    with psycopg.connect(copied.url) as connection:
        for table in ("batch_batchcontainerassignment", "inventory_feedingevent"):
            assert connection.execute(
                sql.SQL(
                    "SELECT count(*) FROM {} x WHERE NOT EXISTS "
                    "(SELECT FROM batch_batch b WHERE b.id = x.batch_id)"
                ).format(sql.Identifier(table))
            ).fetchone() == (0,)
    assert psql(copied, "orphaned_readings.sql") == [{"orphaned_readings": "0"}]


def test_a_full_reset(server_url, filled_farm, tmp_path):
    """Drop, create, migrate, set up: on a server of one's own, as the guide does it."""
    before = filled_farm("engine")
    name = f"aquamind_db_{uuid.uuid4().hex}"
    shell = Shell(make_conninfo(server_url, dbname=name), tmp_path)
    server = {
        f"PG{key.upper()}": value
        for key, value in conninfo_to_dict(server_url).items()
        if key in ("host", "port", "user", "password")
    }

    def administer(command: str, *flags: str) -> None:
        done = subprocess.run(
            [filled.program(command), *flags, name],
            env={**shell.environment(), **server},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    administer("createdb", "--template", conninfo_to_dict(before.url)["dbname"])
    try:
        administer("dropdb")
        administer("createdb")
        migrated = shell.manage("migrate", "-v0")
        assert migrated.returncode == 0, migrated.stderr
        for words in filled.ENGINE[:2]:
            filled.run(shell, *words)
        assert counts(shell, SETUP) == counts(before, SETUP)
        filled.run(shell, *filled.ENGINE[2][:-1], "20")
    finally:
        administer("dropdb", "--if-exists", "--force")


def test_the_copies_of_the_guide_are_whole():
    text = {path.stem: path.read_text("utf-8") for path in sorted(Path(GUIDE).glob("*.sql"))}
    assert sorted(text) == [
        "audit_trail",
        "batch_progress",
        "feed_inventory",
        "manual_cleanup",
        "orphaned_readings",
    ]
    assert text["manual_cleanup"].count("DELETE FROM") == 14
    assert "WHERE b.batch_number LIKE 'FI-2024-%'" in text["batch_progress"]

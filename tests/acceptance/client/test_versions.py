"""Databases of several versions of AquaMind, filled by their catalog; none is known to the code."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests import existing_schema, in_process
from tests.acceptance.filled import FARM
from tests.schema_reference import NEWEST, OLDER, tables
from tests.shell import Shell

EXISTING = "--existing-schema"
TINY = ("--profile", "tiny", "--workers", "0", "--no-progress")
VERSIONS = {"older": OLDER, "newest": NEWEST}
GONE = "batch_batchtransfer"


class Filled:
    """A database of one version with a whole run of tiny, and what was said on the way."""

    def __init__(self, url: str, folder: Path) -> None:
        self.shell = Shell(url, folder)
        self.folder = folder
        self.done = self.run("--mode=sequential", *TINY)

    def run(self, *flags: str) -> in_process.Done:
        return in_process.run(self.shell, "data_generation", *flags, EXISTING)

    def digest(self, *flags: str) -> dict[str, Any]:
        done = self.run("--digest", "--json", *flags)
        assert done.code == 0, done.err
        return json.loads(done.out)

    def keep(self, digest: dict[str, Any]) -> str:
        path = self.folder / "digest.json"
        path.write_text(json.dumps(digest))
        return str(path)


@pytest.fixture(scope="module")
def filled(server_url, tmp_path_factory, django_db_blocker) -> Iterator[dict[str, Filled]]:
    with psycopg.connect(server_url, autocommit=True) as server, django_db_blocker.unblock():
        found = {}
        for version, published in VERSIONS.items():
            folder = tmp_path_factory.mktemp(version)
            name = f"version_{folder.parent.name}_{version}".replace("-", "_")
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
            )
            url = make_conninfo(server_url, dbname=name)
            with psycopg.connect(url) as connection:
                existing_schema.create(connection, published)
            found[version] = Filled(url, folder)
        yield found
        for one in found.values():
            name = conninfo_to_dict(one.shell.url)["dbname"]
            server.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(name)))
            )


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_filled_and_sound(filled, version) -> None:
    assert filled[version].done.code == 0, filled[version].done.err
    checked = filled[version].run("--validate-only", "--json")
    assert checked.code == 0, checked.out
    found = json.loads(checked.out)
    assert (found["broken"], found["unusual"]) == (0, 0)
    lacking = {one["check"]: one["reason"] for one in found["left_out"]}
    assert ("transfers_differ" in lacking) == (version == "newest")
    if version == "newest":
        assert lacking["transfers_differ"] == f"not in this database: {GONE}"


def test_what_is_left_out_is_said_once_by_name(filled) -> None:
    for version, one in filled.items():
        said = [line for line in one.done.err.splitlines() if "left out" in line]
        assert len(said) == 1
        assert "batch_batch.growth_factor" in said[0]
        assert bool(re.search(rf"\b{GONE}\b", said[0])) == (version == "newest")


def test_columns_that_the_newest_needs_are_filled(filled) -> None:
    with psycopg.connect(filled["newest"].shell.url) as connection:
        for table, columns in {
            "infrastructure_container": "hierarchy_role = 'HOLDING'",
            "health_healthparameter": "min_score = 1 AND max_score = 5",
            "finance_intercompanypolicy": "pricing_basis = 'grade'",
            "finance_intercompanytransaction": "object_id = event_id AND content_type_id = ("
            "SELECT id FROM django_content_type WHERE (app_label, model) = "
            "('harvest', 'harvestevent'))",
            "finance_historicalintercompanytransaction": "object_id = event_id",
        }.items():
            rows = connection.execute(f"SELECT DISTINCT {columns} FROM {table}").fetchall()
            assert rows == [(True,)], table
        assert GONE not in tables(NEWEST)


def test_what_two_versions_share_has_one_digest(filled) -> None:
    older, newest = filled["older"], filled["newest"]
    alone = older.digest(), newest.digest()
    assert alone[0]["dataset"]["hash"] != alone[1]["dataset"]["hash"]
    shared = older.digest("--columns-of", newest.keep(alone[1]))
    assert shared == newest.digest("--columns-of", older.keep(alone[0]))
    assert GONE not in shared["tables"]
    assert shared["dataset"]["rows"] > 80_000


def test_the_newest_and_our_own_tables_share_a_digest(filled, make_shell, django_db_blocker):
    own = make_shell()
    with django_db_blocker.unblock():
        done = in_process.run(own, "data_generation", "--mode=sequential", *TINY)
        assert done.code == 0, done.err
        newest = filled["newest"]
        kept = newest.keep(newest.digest())
        done = in_process.run(own, "data_generation", "--digest", "--json", "--columns-of", kept)
    ours = json.loads(done.out)
    assert newest.digest("--columns-of", newest.keep(ours)) == ours
    assert ours["dataset"]["rows"] > 80_000


def test_no_command_stumbles_over_a_table_that_is_gone(filled) -> None:
    newest = filled["newest"]
    again = newest.run("--mode=sequential", *TINY)
    assert "nothing to do" in again.out, again.err
    resumed = newest.run("--resume")
    assert resumed.code == 0, resumed.err
    status = newest.run("--status")
    assert (status.code, "complete" in status.out) == (0, True), status.err
    verified = in_process.run(newest.shell, "verify_data_integrity", EXISTING)
    assert verified.code == 0, verified.out
    assert "audit trail" in verified.out


def test_the_report_says_what_is_not_there(filled) -> None:
    pytest.importorskip("matplotlib")
    newest = filled["newest"]
    with psycopg.connect(newest.shell.url) as connection:
        connection.execute("ALTER TABLE health_licecount RENAME TO health_elsewhere")
    try:
        done = newest.run("--generate-report", "--json")
    finally:
        with psycopg.connect(newest.shell.url) as connection:
            connection.execute("ALTER TABLE health_elsewhere RENAME TO health_licecount")
    assert done.code == 0, done.err
    page, figures = (Path(path) for path in json.loads(done.out)["written"])
    assert "Not in this database: health_licecount." in page.read_text("utf-8")
    lacking = json.loads(figures.read_text("utf-8"))["not_in_this_database"]
    assert lacking == ["not in this database: health_licecount"]


def test_a_digest_of_nothing_is_told(filled) -> None:
    path = filled["older"].folder / "no digest"
    path.write_text("{}")
    for name, words in ((path, "this is no digest"), (path.with_name("none"), "No such file")):
        done = filled["older"].run("--digest", "--columns-of", str(name))
        assert done.code == 2
        assert words in done.err
        assert len(done.err.splitlines()) == 2


def test_batches_one_at_a_time_and_cleared_again(server_url, filled, tmp_path) -> None:
    """Of the scripts beside the run over years, each on the newest tables."""
    name = "version_batches"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        url = make_conninfo(server_url, dbname=name)
        with psycopg.connect(url) as connection:
            existing_schema.create(connection, NEWEST)
        shell = Shell(url, tmp_path)
        batch = ("--start-date", "2024-01-03", "--eggs", "200000", "--duration", "40")
        for script, *flags in (
            ("bootstrap_infrastructure", *FARM, EXISTING),
            ("initialize_master_data", *FARM, EXISTING),
            ("event_engine", *FARM, EXISTING, *batch, "--geography", "Faroe Islands"),
            ("verify_data_integrity", EXISTING),
            ("clear_data", "--yes", EXISTING),
        ):
            done = in_process.run(shell, script, *flags)
            assert done.code == 0, (script, done.out, done.err)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM batch_batch").fetchone() == (0,)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")

"""Databases of several versions of AquaMind, filled by their catalog; none is known to the code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests import existing_schema, in_process
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
        assert (GONE in said[0]) == (version == "newest")


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

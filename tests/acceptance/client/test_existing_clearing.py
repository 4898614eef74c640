"""Clearing a database that AquaMind migrated: exactly what the runs wrote goes."""

import json

import psycopg
import pytest

from tests import existing_schema
from tests.acceptance.filled import TINY, run

EXISTING = "--existing-schema"


@pytest.fixture
def theirs(shell, empty_database):
    """A shell on AquaMind's tables with rows of theirs."""
    shell.url = empty_database
    with psycopg.connect(shell.url) as connection:
        existing_schema.create(connection)
        existing_schema.their_rows(connection)
    return shell


def stored(shell) -> existing_schema.Stored:
    with psycopg.connect(shell.url) as connection:
        return existing_schema.stored(connection)


def test_what_the_runs_wrote_goes_and_nothing_else(theirs):
    before = stored(theirs)
    run(theirs, "data_generation", "--session=1", *TINY, EXISTING)
    with psycopg.connect(theirs.url) as connection:
        later = existing_schema.later_rows(connection)
    filled = stored(theirs)

    result = json.loads(run(theirs, "clear_data", "--yes", "--json", EXISTING))

    after = stored(theirs)
    assert {t: rows | later.rows[t] for t, rows in before.rows.items()} == after.rows
    gone = {t: len(rows - after.rows[t]) for t, rows in filled.rows.items()}
    assert result["deleted"] == {table: count for table, count in gone.items() if count}
    assert result["runs"] == 1
    assert list(theirs.checkpoints.glob("*.json")) == []
    assert run(theirs, "clear_data", "--yes", EXISTING).startswith("Nothing to delete")
    again = ("--set", "generation.sessions_months=[1]")
    run(theirs, "data_generation", "--session=1", *TINY, *again, EXISTING)


def test_rows_that_others_hung_on_a_run_keep_all_of_it(theirs):
    short = ("--set", "generation.sessions_months=[2]")
    run(theirs, "data_generation", "--session=1", *TINY, *short, EXISTING)
    with psycopg.connect(theirs.url) as connection:
        batch = connection.execute("SELECT max(id) FROM batch_batch").fetchone()[0]
        existing_schema.Rows(connection).add("health_journalentry", user_id=1, batch_id=batch)
    before = stored(theirs)
    done = theirs.manage("runscript", "clear_data", "--yes", EXISTING)

    assert done.returncode == 4
    assert "health_journalentry" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert stored(theirs) == before


@pytest.mark.parametrize("flags", [(EXISTING,), ()])
def test_their_batches_are_not_cleaned_up(flags, theirs):
    before = stored(theirs)
    done = theirs.manage("runscript", "cleanup_batch_data", "--yes", *flags)

    assert done.returncode == 3
    assert EXISTING in done.stderr
    assert "manage.py migrate" not in done.stderr
    assert stored(theirs) == before
    if flags:
        assert "clear_data --existing-schema" in done.stderr

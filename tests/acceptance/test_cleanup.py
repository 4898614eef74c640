"""`cleanup_batch_data` and `clear_data`: what goes, what stays, and what may come after."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from data_generation.generators.domains import TABLES
from data_generation.runs.postgres import lock
from data_generation.runs.postgres.connecting import connect
from tests.acceptance import filled
from tests.acceptance.conftest import ROOT, TIMEOUT_S, Shell
from tests.acceptance.filled import BATCH_DATA, PURCHASES, SETUP, contents, counts, query

CLEANUP = "cleanup_batch_data"
SCRIPTS = (CLEANUP, "clear_data")
THEIRS = """
    INSERT INTO inventory_feedpurchase
        (id, purchase_date, quantity_kg, cost_per_kg, supplier, batch_number, notes, feed_id,
         created_at, updated_at)
    SELECT nextval('inventory_feedpurchase_id_seq'), '2024-01-02', 5, 9, 'S', number, '',
           (SELECT min(id) FROM inventory_feed), now(), now()
    FROM unnest(ARRAY['PO-77', 'AUTOMATIC-3', '']) AS number;
    CREATE TABLE office_remark (
        id integer PRIMARY KEY, batch_id bigint NOT NULL REFERENCES batch_batch ON DELETE CASCADE
    );
    INSERT INTO office_remark SELECT 1, min(id) FROM batch_batch;
    INSERT INTO health_mortalityreason (name, description) VALUES ('Otter', '');
"""
"""Purchases that a person entered, what a person noted of a batch, and one more reason."""
SENSORS = ("infrastructure_sensor", "infrastructure_historicalsensor")
CALIBRATED = """
    SELECT count(*) FROM infrastructure_sensor s JOIN infrastructure_historicalsensor h USING (id)
    WHERE h.history_type <> '+'
       OR (s.last_calibration_date, s.updated_at)
          IS DISTINCT FROM (h.last_calibration_date, h.updated_at)
"""
"""Sensors that are not as they were installed."""
NUMBERS = "SELECT batch_number FROM inventory_feedpurchase ORDER BY id"


@pytest.fixture(scope="module")
def with_theirs(server_url, filled_farm, tmp_path_factory) -> Iterator[dict[str, Shell]]:
    """Shells on databases with data of each kind and rows of a person; not to be changed."""
    with ExitStack() as stack:
        found = {}
        for kind in filled.KINDS:
            template = database(filled_farm(kind))
            copy = filled.copied_database(server_url, template, tmp_path_factory.mktemp("source"))
            found[kind] = stack.enter_context(copy)
            query(found[kind], THEIRS)
        yield found


@pytest.fixture(params=filled.KINDS)
def kind(request) -> str:
    """What filled the database."""
    return request.param


OTHERS_FILES = {
    *("-test.json", "-test-FI-2024-001.json", "other-FI-2024-001.json"),
    *("-FI-2024-013.json", "-FI-2024-014.json"),
}


@pytest.fixture
def source(kind, with_theirs) -> Shell:
    """A shell on a database with data; not to be changed."""
    return with_theirs[kind]


@pytest.fixture
def copied(source, make_shell) -> Shell:
    """A shell on a copy of it, with the checkpoint files of a run, of a batch and of others."""
    shell = make_shell(conninfo_to_dict(source.url)["dbname"])
    shell.checkpoints.mkdir()
    own = json.dumps({"database": database(shell)})
    for name in ("", "-FI-2024-001", "-SCO-2024-012", "-test", "-test-FI-2024-001"):
        (shell.checkpoints / f"{database(shell)}{name}.json").write_text(own)
    # Of a database whose name is like a batch's file, and something that is no checkpoint at all.
    for number, content in (("013", json.dumps({"database": "another"})), ("014", "[1]")):
        name = f"{database(shell)}-FI-2024-{number}.json"
        (shell.checkpoints / name).write_text(content)
    (shell.checkpoints / "other-FI-2024-001.json").write_text("{}")
    return shell


@pytest.fixture
def bought(shell) -> Shell:
    """A shell on a database with one purchase that either script deletes, and a checkpoint file."""
    query(
        shell,
        """
        WITH feed AS (
            INSERT INTO inventory_feed
                (name, brand, size_category, description, is_active, created_at, updated_at)
            VALUES ('Pellet', 'B', 'SMALL', '', true, now(), now()) RETURNING id
        )
        INSERT INTO inventory_feedpurchase
            (purchase_date, quantity_kg, cost_per_kg, supplier, batch_number, notes, feed_id,
             created_at, updated_at)
        SELECT '2024-01-02', 5, 9, 'S', 'AUTO-2024-000001', '', id, now(), now() FROM feed
        """,
    )
    shell.checkpoints.mkdir()
    (shell.checkpoints / f"{database(shell)}.json").write_text("{}")
    return shell


def is_untouched(shell: Shell) -> bool:
    return query(shell, NUMBERS) == [("AUTO-2024-000001",)] and files(shell) == {".json"}


def database(shell: Shell) -> str:
    return conninfo_to_dict(shell.url)["dbname"]


def files(shell: Shell) -> set[str]:
    return {path.name.removeprefix(database(shell)) for path in shell.checkpoints.glob("*")}


def key_of(table: str) -> str:
    return TABLES[table].key if table in TABLES else "history_id"


def last_key(shell: Shell, table: str) -> list[tuple]:
    """What the table's sequence gave last; None if it stands at its start."""
    given = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)"
    return query(shell, given, table, key_of(table))


def test_batches_go_and_the_farm_stays(copied):
    before = counts(copied)
    setup = contents(copied, tuple(name for name in SETUP if name not in SENSORS))
    kept = [number for (number,) in query(copied, NUMBERS) if not number.startswith("AUTO-")]
    automatic = (
        "SELECT count(*) FROM inventory_historicalfeedpurchase WHERE batch_number LIKE 'AUTO-%'"
    )
    bought = query(copied, automatic)[0][0]

    result = json.loads(filled.run(copied, CLEANUP, "--yes", "--json"))

    assert counts(copied, BATCH_DATA) == dict.fromkeys(BATCH_DATA, 0)
    assert query(copied, "SELECT count(*) FROM office_remark") == [(0,)]
    assert contents(copied, tuple(setup)) == setup
    assert query(copied, CALIBRATED) == [(0,)]
    assert [number for (number,) in query(copied, NUMBERS)] == kept
    assert {"PO-77", "AUTOMATIC-3", ""} <= set(kept)
    after = counts(copied)
    gone = {
        name: before[name] - after[name] for name in TABLES.names if before[name] != after[name]
    }
    assert result["deleted"] == gone | {"office_remark": 1}
    assert gone["inventory_historicalfeedpurchase"] == bought > 0
    assert result["rows"] == sum(result["deleted"].values())
    assert result["runs"] == 1
    names = [f"{database(copied)}{name}.json" for name in ("", "-FI-2024-001", "-SCO-2024-012")]
    assert result["checkpoint_files"] == names
    assert files(copied) == OTHERS_FILES


def test_nothing_is_left_of_months_keys_and_runs(copied):
    filled.run(copied, CLEANUP, "--yes")

    months = r"SELECT relname FROM pg_class WHERE relispartition AND relname ~ '_y\d{4}m\d{2}$'"
    assert query(copied, months) == []
    for table in ("run", "unit", "snapshot", "key_top"):
        assert query(copied, f"SELECT count(*) FROM data_generation.{table}") == [(0,)]
    for table in (*BATCH_DATA, *PURCHASES):
        assert last_key(copied, table) == query(copied, f"SELECT max({key_of(table)}) FROM {table}")


def test_a_second_time_there_is_nothing_to_delete(copied):
    first = filled.run(copied, CLEANUP, "--yes")
    second = filled.run(copied, CLEANUP, "--yes")

    lines = first.splitlines()
    assert ["batch_batch", "1"] in [line.split() for line in lines]
    assert [line.split()[0] for line in lines[:-1]] == sorted(
        line.split()[0] for line in lines[:-1]
    )
    assert lines[-1].startswith(f"Deleted from database {database(copied)}: ")
    assert "1 record of a run, 3 checkpoint files." in lines[-1]
    assert second == f"Nothing to delete in database {database(copied)}.\n"


def test_the_same_run_afterwards_gives_the_same_rows(kind, source, copied):
    filled.run(copied, CLEANUP, "--yes")
    for words in filled.KINDS[kind]:
        filled.run(copied, *words)

    compared = (*(name for name in BATCH_DATA if "feed" not in name), SENSORS[0])
    assert contents(copied, compared) == contents(source, compared)
    meals = ("inventory_feedingevent", "inventory_historicalfeedingevent")
    assert counts(copied, meals) == counts(source, meals)
    assert counts(copied, SETUP) == counts(source, SETUP)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("shared", [False, True])
def test_it_is_refused_while_a_run_is_at_work(script, shared, bought):
    with closing(connect(conninfo_to_dict(bought.url), lock.holder_name())) as connection:
        lock.acquire(connection, shared=shared)
        done = bought.manage("runscript", script, "--yes")

    assert done.returncode == 3
    assert f"process {os.getpid()} on" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert is_untouched(bought)


@pytest.mark.parametrize("script", SCRIPTS)
def test_nobody_can_be_asked(script, bought):
    done = bought.manage("runscript", script)

    assert done.returncode == 3
    assert f"runscript {script} --yes" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert is_untouched(bought)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(("answer", "code"), [("n", 3), ("", 3), ("y", 0)])
def test_a_person_is_asked(script, answer, code, bought):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "runscript", script],
        cwd=ROOT,
        env=bought.environment(),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(ours, f"{answer}\n".encode())
    _, errors = process.communicate(timeout=TIMEOUT_S)
    os.close(theirs)
    os.close(ours)

    assert process.returncode == code, errors
    assert f"from database {database(bought)}? [y/N]" in errors
    assert is_untouched(bought) == (code != 0)
    if code:
        assert "nothing was deleted" in errors


def test_clear_data_takes_the_farm_too(kind, source, copied):
    query(copied, "DELETE FROM office_remark")
    result = json.loads(filled.run(copied, "clear_data", "--yes", "--json"))

    assert counts(copied) == dict.fromkeys(TABLES.names, 0)
    assert result["deleted"] == {name: n for name, n in counts(source).items() if n}
    assert len(result["checkpoint_files"]) == 3
    assert files(copied) == OTHERS_FILES
    for table in TABLES.names:
        assert last_key(copied, table) == [(None,)], table
    for words in filled.KINDS[kind]:
        filled.run(copied, *words)
    assert contents(copied, BATCH_DATA) == contents(source, BATCH_DATA)
    again = filled.run(copied, "clear_data", "--yes")
    assert again.splitlines()[-1].startswith("Deleted from database")


def test_clear_data_does_not_touch_what_it_did_not_make(copied):
    before = counts(copied)
    done = copied.manage("runscript", "clear_data", "--yes")

    assert done.returncode == 3
    assert "Rows of office_remark refer to batch_batch" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert counts(copied) == before
    with psycopg.connect(copied.url) as connection:
        runs = connection.execute("SELECT count(*) FROM data_generation.run").fetchone()
    assert runs == (1,)


def test_an_empty_database_has_nothing_to_delete(shell):
    for script in SCRIPTS:
        done = filled.run(shell, script, "--yes")
        assert done == f"Nothing to delete in database {database(shell)}.\n"


def test_an_unmigrated_database_names_the_command(shell, empty_database):
    done = shell.manage("runscript", CLEANUP, "--yes", DATABASE_URL=empty_database)

    assert done.returncode == 3
    assert "python manage.py migrate" in done.stderr
    assert shell.written() == []

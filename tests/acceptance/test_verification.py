"""`runscript verify_data_integrity` as a user runs it, on whatever holds batches."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import existing_schema
from tests.acceptance.conftest import Shell
from tests.acceptance.filled import FARM, copied_database, query, run

SIX = [
    "data_completeness",
    "orphaned_readings",
    "feed_containers",
    "stage_transitions",
    "survival_rate",
    "audit_trail",
]
READINGS = "environmental_environmentalreading"
FIRST, SECOND = "FI-2024-001", "FI-2026-001"
SECOND_BATCH = (
    "event_engine",
    *FARM,
    "--no-progress",
    *("--start-date", "2026-01-03", "--eggs", "210000"),
    *("--geography", "Faroe Islands", "--duration", "20"),
)


@pytest.fixture(scope="module")
def engine(server_url, filled_farm, tmp_path_factory) -> Iterator[Shell]:
    """Two batches of the event engine; what a test changes it must change back."""
    template = conninfo_to_dict(filled_farm("engine").url)["dbname"]
    with copied_database(server_url, template, tmp_path_factory.mktemp("engine")) as shell:
        run(shell, *SECOND_BATCH)
        yield shell


def verify(shell: Shell, *flags: str):
    return shell.manage("runscript", "verify_data_integrity", *flags)


def as_json(shell: Shell, *flags: str):
    done = verify(shell, "--json", *flags)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


@contextmanager
def changed(shell: Shell, there: str, back: str):
    query(shell, there)
    try:
        yield
    finally:
        query(shell, back)


def test_sound_batches_pass(engine):
    done = verify(engine)

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[0] == f"{FIRST}: Fry, active, 120 days (2024-01-03 to 2024-05-01)"
    assert lines[7] == f"{SECOND}: Egg&Alevin, active, 20 days (2026-01-03 to 2026-01-22)"
    six = [f"  ok      {name.replace('_', ' ')}:" for name in SIX]
    assert [line[: len(start)] for line, start in zip(lines[1:7], six, strict=True)] == six
    # A statistic of so young batches may pass or say little; none is broken.
    last = (
        r"\d+ checks of the whole database: \d+ passed, \d+ rest on too little to tell; besides, .*"
    )
    assert re.fullmatch(last, lines[-1])
    assert done.stderr == ""


def test_the_same_as_json(engine):
    code, result = as_json(engine)

    assert (code, result["broken"], result["whole_database"]) == (0, 0, True)
    assert [batch["batch"] for batch in result["batches"]] == [FIRST, SECOND]
    assert list(result["batches"][0]["checks"]) == SIX
    verdicts = {c["verdict"] for batch in result["batches"] for c in batch["checks"].values()}
    assert verdicts == {"passed"}
    complete = result["batches"][1]["checks"]["data_completeness"]
    # Four trays, seven sensors, once a day: the batch is held against its own run's profile.
    assert complete["readings_due"] == 4 * 7 * 1 * 20
    assert result["queries"] == {}
    assert result["left_out"] == []


def test_one_batch_only(engine):
    text = verify(engine, "--batch", SECOND).stdout
    code, result = as_json(engine, "--batch", SECOND)

    assert (code, result["whole_database"]) == (0, False)
    assert [batch["batch"] for batch in result["batches"]] == [SECOND]
    assert FIRST not in text
    assert "checks of this batch and its places: " in text.splitlines()[-1]


def test_a_fault_is_exit_1_with_the_query_that_shows_it(engine):
    of_first = f"batch_id = (SELECT id FROM batch_batch WHERE batch_number = '{FIRST}')"
    key = query(engine, f"SELECT min(id) FROM {READINGS} WHERE {of_first}")[0][0]
    batch = query(engine, f"SELECT id FROM batch_batch WHERE batch_number = '{FIRST}'")[0][0]
    orphan = f"UPDATE {READINGS} SET batch_id = NULL WHERE id = {key}"
    back = f"UPDATE {READINGS} SET batch_id = {batch} WHERE id = {key}"
    with changed(engine, orphan, back):
        done = verify(engine)
        code, result = as_json(engine, "--batch", FIRST)
        other = verify(engine, "--batch", SECOND)

    assert (done.returncode, code, other.returncode) == (1, 1, 0)
    assert "  BROKEN  orphaned readings: 1" in done.stdout
    assert "  BROKEN  readings_outside_assignment: 1" in done.stdout
    assert result["broken"] == 2
    assert set(result["queries"]) == {"orphaned_readings", "readings_outside_assignment"}
    assert result["queries"]["orphaned_readings"] in done.stdout
    assert done.stderr == ""


def test_readings_that_are_still_to_be_written_are_said(engine):
    month = "run_id = (SELECT max(id) FROM data_generation.run) AND kind = 'readings'"
    there = f"UPDATE data_generation.unit SET state = 'pending', payload = 'x' WHERE {month}"
    back = f"UPDATE data_generation.unit SET state = 'done', payload = NULL WHERE {month}"
    with changed(engine, there, back):
        done = verify(engine)

    assert done.stdout.splitlines()[0] == (
        f"note: 1 month of readings of {SECOND} still to be written: "
        "runscript event_engine --resume"
    )


def test_an_unknown_batch_names_those_that_exist(engine):
    done = verify(engine, "--batch", "FI-1999-001")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "--batch FI-1999-001: no such batch in this database.",
        f"There are {FIRST}, {SECOND}.",
    ]
    assert done.stdout == ""


@pytest.mark.parametrize("flags", [(), ("--batch", FIRST)])
def test_a_database_without_batches_is_refused(flags, shell):
    done = verify(shell, *flags)

    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) <= 2
    assert "event_engine" in done.stderr
    assert "data_generation" in done.stderr


def test_a_database_without_tables_is_refused(shell, empty_database):
    done = shell.manage("runscript", "verify_data_integrity", DATABASE_URL=empty_database)

    assert done.returncode == 3
    assert "event_engine" in done.stderr


def test_an_unreachable_database_is_exit_4(shell):
    nowhere = "postgresql://someone:s3cret-word@127.0.0.1:9/nowhere"
    done = shell.manage("runscript", "verify_data_integrity", DATABASE_URL=nowhere)

    assert done.returncode == 4
    assert "s3cret-word" not in done.stderr + done.stdout


def test_help_shows_an_example(shell):
    done = verify(shell, "--help")

    assert done.returncode == 0
    assert "verify_data_integrity --batch FI-2024-001 --json" in done.stdout


def test_a_batch_made_by_hand(shell):
    """Faults, and figures of what there is; no error because of what there is not."""
    with psycopg.connect(shell.url) as connection:
        connection.execute(
            """
            INSERT INTO batch_species (id, created_at, updated_at, name, scientific_name,
                                       description)
            VALUES (1, now(), now(), 'Atlantic Salmon', 'Salmo salar', '');
            INSERT INTO batch_lifecyclestage (id, created_at, updated_at, name, "order",
                                              description, species_id)
            VALUES (1, now(), now(), 'Egg', 1, '', 1), (2, now(), now(), 'Fry', 2, '', 1);
            INSERT INTO batch_batch (created_at, updated_at, batch_number, status, start_date,
                                     notes, batch_type, lifecycle_stage_id, species_id)
            VALUES (now(), now(), 'MINE-1', 'ACTIVE', '2024-05-01', '', 'STANDARD', 1, 1);
            """
        )
    code, result = as_json(shell)

    checks = result["batches"][0]["checks"]
    assert code == 1
    assert {name: checks[name]["verdict"] for name in SIX} == {
        **dict.fromkeys(SIX, "broken"),
        "orphaned_readings": "passed",
        "feed_containers": "nothing",
    }
    failed = [f["check"] for f in result["findings"] if f["verdict"] == "broken"]
    assert failed == ["batch_state_wrong", "history_incomplete"]


def test_what_is_unusual_is_exit_0_and_with_strict_1(engine):
    sound = verify(engine, "--strict")
    there = "UPDATE data_generation.run SET overlay = overlay || %s"
    back = "UPDATE data_generation.run SET overlay = overlay - 'acceptance'"
    query(engine, there, json.dumps({"acceptance": {"batch": {"survival": [0.999, 1.0]}}}))
    try:
        usual, strict = verify(engine), verify(engine, "--strict")
        validated = engine.generate("--validate-only", "--no-progress", "--strict", "--json")
    finally:
        query(engine, back)

    assert sound.returncode == 0, sound.stdout
    assert (usual.returncode, strict.returncode) == (0, 1)
    assert usual.stdout == strict.stdout
    assert "  unusual survival rate: " in usual.stdout
    assert re.search(r" 2 unusual; besides, ", usual.stdout.splitlines()[-1])
    # The run's own statistics know nothing of the limits of one batch.
    assert validated.returncode == 0
    assert "batches of runs and their places" in json.loads(validated.stdout)["summary"]


def test_strict_is_a_word_on_validation(shell):
    done = shell.generate("--session=1", "--strict")

    assert done.returncode == 2
    assert "--strict goes with --validate-only" in done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("seed", "more"),
    [(1, ()), (2, ()), (4, ()), (7, ()), (3, ("--start-date", "1998-01-01"))],
)
def test_sound_data_of_any_seed_pass_after_each_session(seed, more, shell):
    for session in range(1, 5):
        what = ("--profile", "tiny", "--seed", str(seed), "--workers", "0", *more)
        done = shell.generate(f"--session={session}", *what)
        assert done.returncode == 0, done.stderr

        validated, verified = shell.generate("--validate-only"), verify(shell)

        assert validated.returncode == 0, validated.stdout
        assert verified.returncode == 0, verified.stdout


@pytest.mark.long
def test_a_database_that_aquamind_migrated(shell, empty_database):
    """Without our columns some checks are left out, and say so; their batch is theirs."""
    with psycopg.connect(empty_database) as connection:
        existing_schema.create(connection)
        existing_schema.their_rows(connection)
    theirs = Shell(empty_database, shell.folder)
    done = theirs.generate("--mode=sequential", "--profile", "tiny", "--existing-schema")
    assert done.returncode == 0, done.stderr

    everything = as_json(theirs)
    ours = as_json(theirs, "--batch", "FI-2015-001")
    text = verify(theirs, "--batch", "FI-2015-001").stdout
    validated = theirs.generate("--validate-only")

    assert (everything[0], ours[0]) == (1, 0), text
    faulty = {
        b["batch"]
        for b in everything[1]["batches"]
        for c in b["checks"].values()
        if c["verdict"] == "broken"
    }
    assert faulty == {"TEST-2024-07"}
    left_out = {check["check"]: check["reason"] for check in ours[1]["left_out"]}
    assert left_out.keys() == {
        "mortalities_outside_assignment",
        "feed_lots_unbalanced",
        "feed_not_bought",
        "feed_not_first_in_first_out",
        "feed_after_expiry",
        "feed_cost_differs",
        "mortality_records_differ",
    }
    column = "inventory_feedingevent.feed_stock_id"
    assert f"  left out feed_not_bought: this database has no column {column}" in text.splitlines()
    assert validated.returncode == 0, validated.stdout
    assert "checks of 2 batches of runs and their places: " in validated.stdout
    assert "left out tgc_ratio: this database has no column batch_batch.growth_factor" in (
        validated.stdout
    )


def test_batches_made_one_by_one_are_reported(engine):
    pytest.importorskip("matplotlib")
    done = engine.generate("--generate-report", "--json")
    assert done.returncode == 0, done.stderr
    page, figures = (Path(path) for path in json.loads(done.stdout)["written"])
    content = json.loads(figures.read_text("utf-8"))

    assert (page.name, figures.name) == ("batches.html", "batches.json")
    assert [run["batch_number"] for run in content["runs"]] == [FIRST, SECOND]
    assert content["sessions"] == []
    assert content["key_figures"]["survival_to_harvest"] is None
    assert content["targets"]["economic_fcr"]["verdict"] == "not yet"
    assert set(content["quality"].values()) == {0}
    assert "Nothing has been harvested yet." in page.read_text("utf-8")

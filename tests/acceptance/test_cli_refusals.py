"""Wrong input: one or two lines, the right exit code, nothing written."""

import json

import pytest

from tests.acceptance.filled import copied_database

RUN = ("--mode=sequential", "--profile", "tiny")
UNREACHABLE = "postgresql://someone:s3cret-word@127.0.0.1:9/nowhere"

CASES = {
    "unknown profile": ((2,), ("--mode=sequential", "--profile", "huge"), "Known profiles:"),
    "unknown key": (
        (2,),
        (*RUN, "--set", "generation.sed=3"),
        "nearest known key: seed",
    ),
    "negative egg count": (
        (2,),
        (*RUN, "--set", "staggering.eggs_min=-3500000"),
        "staggering.eggs_min: found -3500000, expected",
    ),
    "negative seed": ((2,), (*RUN, "--seed", "-1"), "generation.seed: found -1"),
    "session 5": ((2,), ("--session=5", "--profile", "tiny"), "sessions 1 to 4"),
    "session 0": ((2,), ("--session=0", "--profile", "tiny"), "sessions 1 to 4"),
    "end before start": (
        (2,),
        (*RUN, "--set", "generation.until=2014-12-31"),
        "before start_date",
    ),
    "start inside a month": ((2,), (*RUN, "--start-date", "2015-01-15"), "first day of a month"),
    "no date": ((2,), (*RUN, "--start-date", "soon"), "2024-01-03"),
    "two modes": ((2,), (*RUN, "--resume"), "contradict"),
    "no mode": ((2,), ("--profile", "tiny"), "Nothing to do"),
    "unknown flag": ((2,), (*RUN, "--fast"), "--fast"),
    "missing file": ((2,), (*RUN, "--config", "/nowhere/x.yaml"), "/nowhere/x.yaml"),
    "session 3 first": ((3,), ("--session=3", "--profile", "tiny"), "--session=1"),
    "report without a run": ((3,), ("--validate-only",), "--mode=sequential"),
}


@pytest.fixture(scope="module")
def shell(server_url, migrated, tmp_path_factory):
    """One shell for all: what is refused writes nothing."""
    folder = tmp_path_factory.mktemp("refused")
    with copied_database(server_url, migrated, folder) as shell:
        yield shell


@pytest.mark.parametrize("case", CASES)
def test_wrong_input(case, shell):
    codes, flags, words = CASES[case]

    done = shell.generate(*flags)

    assert done.returncode in codes, done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert done.stdout == ""
    assert shell.written() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("generation: [1,\n", ":2: malformed YAML"),
        ("generation:\n  seed: 1\n  seed: 2\n", ":3: key 'seed' is already on line 2"),
        ("- generation\n", "expected a mapping"),
        ("growth:\n\n  tgc_see: {faroe: 3}\n", ":3: unknown key growth.tgc_see"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(content, words, shell, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(content)

    done = shell.generate(*RUN, "--config", str(file))

    assert done.returncode == 2
    assert f"{file}" in done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert shell.written() == []


@pytest.mark.parametrize("flags", [RUN, ("--status",), ("--resume",), ("--digest",)])
def test_an_unreachable_database_is_exit_4_without_its_password(flags, shell):
    done = shell.generate(*flags, DATABASE_URL=UNREACHABLE)

    assert done.returncode == 4, done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert "s3cret-word" not in done.stderr + done.stdout
    assert shell.written() == []


def test_an_unmigrated_database_names_the_command(shell, empty_database):
    done = shell.generate(*RUN, DATABASE_URL=empty_database)

    assert done.returncode == 3
    assert "python manage.py migrate" in done.stderr
    assert shell.written() == []


@pytest.mark.parametrize("variable", ["AQUAMIND_CHECKPOINT_DIR", "AQUAMIND_LOG_DIR"])
def test_a_folder_that_cannot_be_written_is_refused_first(variable, shell, tmp_path):
    (tmp_path / "file").write_text("")

    done = shell.generate(*RUN, **{variable: str(tmp_path / "file" / "below")})

    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert shell.written() == []


def test_clear_data_asks_and_nobody_answers(shell):
    done = shell.manage("runscript", "clear_data")

    assert done.returncode == 3
    assert "--yes" in done.stderr


def test_without_hypertables_there_is_nothing_to_compress(shell):
    shell.manage("migrate", "-v0")
    done = shell.manage("runscript", "compress_months", "--before", "2016-01-01")

    assert done.returncode == 3
    assert "no hypertables" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_dry_run_shows_the_plan_and_needs_no_database(shell):
    done = shell.generate("--dry-run", "--profile", "tiny", "--json", DATABASE_URL=UNREACHABLE)

    plan = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert [s["months"] for s in plan["sessions"]] == [9, 9, 9, 9]
    assert plan["batches"][0]["start"].startswith("2015")
    assert plan["rows"] == sum(table["rows"] for table in plan["tables"].values())
    assert plan["tables"]["environmental_environmentalreading"]["bytes"] > 0
    assert shell.written() == []


def test_errors_as_json(shell):
    done = shell.generate("--session=5", "--profile", "tiny", "--json")

    assert json.loads(done.stdout)["exit_code"] == done.returncode == 2


@pytest.mark.parametrize("flag", ["--help", "--list"])
def test_runscript_lists_its_scripts(flag, shell):
    done = shell.manage("runscript", flag)

    assert done.returncode == 0
    assert "data_generation" in done.stdout
    assert "clear_data" in done.stdout


def test_an_unknown_script_names_the_known_ones(shell):
    done = shell.manage("runscript", "datageneration")

    assert done.returncode == 2
    assert "clear_data" in done.stderr


@pytest.mark.parametrize("script", ["data_generation", "clear_data"])
def test_help_shows_an_example(script, shell):
    done = shell.manage("runscript", script, "--help")

    assert done.returncode == 0
    assert f"python manage.py runscript {script}" in done.stdout


def test_a_traceback_appears_only_when_asked_for(shell):
    quiet = shell.generate("--session=5", "--profile", "tiny")
    loud = shell.generate("--session=5", "--profile", "tiny", "--traceback")

    assert "Traceback" not in quiet.stderr
    assert "Traceback" in loud.stderr
    assert quiet.returncode == loud.returncode == 2

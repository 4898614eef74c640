"""Flags of `runscript data_generation` and errors as the user sees them."""

import re
from datetime import date

import psycopg
import pytest
from django.conf import settings

from data_generation.cli import registry
from data_generation.cli.flags.options import (
    build_parser,
    data_flags,
    names_data,
    overrides,
    parse,
    repeated_flags,
)
from data_generation.cli.shell import present
from data_generation.errors import ExitCode, UsageError
from tests.shell import ROOT


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "Nothing to do"),
        (["--profile", "tiny"], "Nothing to do"),
        (["--mode=sequential", "--resume"], "--mode and --resume contradict"),
        (["--session=1", "--status"], "--session and --status contradict"),
        (["--validate-only", "--digest"], "contradict"),
        (["--dry-run", "--resume"], "--dry-run and --resume contradict"),
        (["--mode=parallel"], "invalid choice"),
        (["--session=two"], "invalid int"),
        (["--start-date=2015-13-01", "--resume"], "expected a date such as"),
        (["--max-memory=lots", "--resume"], "expected MB or a size such as 2G"),
        (["--sesion=1"], "unrecognized arguments"),
        (["--sess=1"], "unrecognized arguments"),
        (["stray", "--resume"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_code_2(flags, words):
    with pytest.raises(UsageError, match=words) as error:
        parse(flags)

    assert error.value.exit_code == 2
    assert len(str(error.value).splitlines()) == 2


def test_session_0_is_given_and_not_overlooked():
    assert parse(["--session=0"]).action == "session"


def test_flags_become_overrides_after_set():
    flags = "--set generation.seed=1 --seed 2 --start-date 2016-02-01 --chunk-months 3"
    options = parse(["--resume", *flags.split(), "--workers", "0", "--max-memory", "2G"])

    assert options.start_date == date(2016, 2, 1)
    assert overrides(options) == [
        "generation.seed=1",
        "generation.seed=2",
        "generation.start_date=2016-02-01",
        "runtime.chunk_months=3",
        "runtime.workers=0",
        "runtime.max_memory_mb=2048",
    ]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("", False),
        ("--workers 2 --chunk-months 3 --max-memory 500", False),
        ("--set runtime.workers=1", False),
        ("--set generation.seed=1", True),
        ("--seed 1", True),
        ("--profile tiny", True),
        ("--config x.yaml", True),
    ],
)
def test_resume_knows_whether_the_flags_say_which_data(flags, expected):
    assert names_data(parse(["--resume", *flags.split()])) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("800", 800), ("800M", 800), ("2G", 2048), ("1.5gb", 1536), ("1T", 1024**2)],
)
def test_memory_sizes(text, expected):
    assert parse(["--resume", "--max-memory", text]).max_memory == expected


def test_djangos_own_options_are_tolerated_and_not_shown():
    parse(["--resume", "--settings", "x", "--no-color", "--verbosity", "2"])

    assert "--settings" not in build_parser().format_help()


def test_help_shows_an_example_for_every_script():
    text = build_parser().format_help()

    assert "example:" in text
    assert "--mode=sequential" in text


def test_every_flag_is_in_the_documentation():
    text = (ROOT / "docs" / "operations.md").read_text()

    flags = re.findall(r"(?m)^  (--[a-z-]+)", build_parser().format_help())

    assert len(flags) > 20
    assert [flag for flag in flags if not re.search(rf"{flag}\b", text)] == []


def test_an_unknown_script_names_the_known_ones():
    with pytest.raises(UsageError, match="clear_data"):
        registry.find("datageneration")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "not committed is rolled back"),
        (OSError(28, "No space left on device", "/x/y"), ExitCode.STORAGE_FAILED, "/x/y"),
        (psycopg.OperationalError("gone\nfar"), ExitCode.STORAGE_FAILED, "gone"),
        (psycopg.errors.DiskFull("disk full"), ExitCode.STORAGE_FAILED, "disk full"),
        (ValueError("odd\nlines"), ExitCode.STORAGE_FAILED, "ValueError: odd"),
        (UsageError("a", "b"), ExitCode.USAGE, "a\nb"),
    ],
)
def test_every_error_becomes_two_lines_at_most(error, code, words):
    shown = present(error)

    assert shown.exit_code == code
    assert words in str(shown)
    assert len(str(shown).splitlines()) <= 2


def test_data_flags_are_given_back_as_typed():
    options = parse(
        ["--session=3", "--profile", "tiny", "--set", "a.b=x y", "--seed", "7", "--workers", "1"]
    )

    assert data_flags(options) == "--profile tiny --set 'a.b=x y' --seed 7"


@pytest.mark.parametrize(
    ("flags", "profile", "repeated"),
    [
        ([], "demo", ""),
        ([], "tiny", "--profile tiny"),
        (["--existing-schema"], "demo", "--existing-schema"),
        (["--existing-schema"], "tiny", "--profile tiny --existing-schema"),
        (["--seed", "5", "--existing-schema"], "demo", "--seed 5 --existing-schema"),
    ],
)
def test_a_command_for_the_next_session_names_data_and_tables(
    flags, profile, repeated, monkeypatch
):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")
    options = parse(["--resume", *flags])

    assert repeated_flags(options, profile) == repeated
    assert not names_data(parse(["--resume", "--existing-schema"]))


def test_existing_schema_needs_a_database_that_is_named(monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "aquamind.embedded.backend")

    with pytest.raises(UsageError, match="DATABASE_URL"):
        parse(["--resume", "--existing-schema"])


FAROE = ("--geography", "Faroe Islands")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ((), "needs --start-date and --geography"),
        (("--start-date=2024-02-30", *FAROE), "found '2024-02-30'"),
        (("--start-date=2024-01-03", *FAROE, "--eggs=0"), "--eggs 0: must be from 1,000"),
        (("--start-date=2024-01-03", *FAROE, "--duration=9999"), "--duration 9999: must be"),
        (("--start-date=1969-01-03", *FAROE), "must be from 1971 to 2100"),
        (("--until=2024-01-03",), "A new batch needs --geography"),
        (("--stage=Parr", *FAROE), "--stage, --days-in-stage and --until go together"),
        (("--stage=Roe", *FAROE), "expected one of Egg&Alevin, Fry"),
        (("--resume", "--stage=Egg&Alevin"), "--stage and --resume contradict each other"),
        (("--status", "--days-in-stage=0"), "--days-in-stage and --status contradict each other"),
        (("--batch=FI-2024-001",), "--batch goes with --resume"),
        (("--resume", "--dry-run"), "--dry-run and --resume contradict each other"),
        (("--status", "--seed=3"), "--seed and --status contradict each other"),
        (("--resume", "--status"), "--status and --resume contradict each other"),
    ],
)
def test_wrong_flags_of_the_event_engine(flags, told, capsys):
    code = registry.start("event_engine", flags)

    lines = capsys.readouterr().err.strip().splitlines()
    assert code == ExitCode.USAGE
    assert told in " ".join(lines)
    assert len(lines) <= 2


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("01_bootstrap_infrastructure", "bootstrap_infrastructure"),
        ("02_initialize_master_data", "initialize_master_data"),
        ("03_event_engine_core", "event_engine"),
    ],
)
def test_the_guides_numbered_names(alias, name):
    assert registry.find(alias) is registry.find(name)

"""Whatever is typed, set or found in a file: two lines at most, an exit code, nothing written."""

import contextlib
import copy
import functools
import io
import json
import os
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given, settings
from hypothesis import strategies as st

from aquamind import installation
from data_generation.cli import registry, shell
from data_generation.config.loading import loader
from data_generation.config.loading.source import parse_layer, parse_override
from data_generation.errors import AquaError, Refused, UsageError
from data_generation.months import next_month
from data_generation.runs import checkpoint
from data_generation.runs.folders import folders_from
from data_generation.runs.sessions import build_plan
from tests.shell import ROOT
from tests.unit.runs.stored_runs import units_of_plan

NO_DATABASE = "no database in this test"

# An argument or variable of a process holds any text but this.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
DATES = st.one_of(
    st.dates().map(str),
    st.sampled_from(["2015-02-29", "2015-13-01", "15-1-1", "20150101", "0000-00-00", "today", ""]),
)
NUMBERS = st.one_of(
    st.integers().map(str), st.floats().map(str), st.sampled_from(["9" * 400, "1_0", "0x10", "٣"])
)
PATHS = st.sampled_from(["/", "/nowhere/x", "~nobody-of-that-name/x", "x" * 5000, "", ".", "a\nb"])
VALUES = st.one_of(WORDS, DATES, NUMBERS, PATHS)
KEYS = st.sampled_from(
    [
        "generation.seed",
        "generation.start_date",
        "generation.until",
        "generation.sessions_months",
        "generation",
        "runtime.workers",
        "runtime.retry_seconds",
        "farm.countries",
        "farm.halls.A.volume_m3",
        "staggering.eggs_min",
        "nothing.of.that.name",
    ]
)
YAML = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(["\n", "\n  ", "\n- ", ": ", "[", "]", "{", "}", "? ", "|", ">", '"', "'"]),
        st.sampled_from(["&a ", "*a", "<<: *a", "---", "...", "%TAG", "#", "\t", "\0", "1:99"]),
        st.sampled_from(["generation:", "seed: 1", "2020-02-30", ".inf", "0x", "~", "=", "1e9999"]),
        st.sampled_from(["int", "float", "bool", "timestamp", "binary", "set", "omap"]).map(
            "!!{} ".format
        ),
        st.just("!!python/object/apply:os.system "),
    ),
    max_size=12,
).map("".join)

YEARS_FLAGS = (
    *("--mode", "--session", "--profile", "--config", "--set", "--seed", "--start-date"),
    *("--chunk-months", "--workers", "--max-memory"),
    *("--resume", "--status", "--digest", "--validate-only", "--json", "--yes", "--no-progress"),
)
BATCH_FLAGS = (
    *("--start-date", "--geography", "--eggs", "--duration", "--station", "--area", "--batch"),
    *("--resume", "--status", "--profile", "--set", "--seed", "--json", "--no-progress"),
)
OTHER_FLAGS = ("--batch", "--yes", "--json", "--profile", "--set", "--config", "--seed")


def flags_of(names):
    settings_of_keys = st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]}={pair[1]}")
    values = st.one_of(VALUES, settings_of_keys, st.sampled_from(["sequential", "tiny", "1"]))
    separate = st.tuples(st.sampled_from(names), values).map(list)
    joined = st.tuples(st.sampled_from(names), values).map(lambda pair: ["=".join(pair)])
    alone = st.sampled_from(names).map(lambda name: [name])
    return st.lists(st.one_of(separate, joined, alone), max_size=6).map(
        # A traceback is asked for with this one.
        lambda parts: [word for part in parts for word in part if word != "--traceback"]
    )


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory) -> Iterator[Path]:
    """Where the commands would write; without a database, and with files read once."""
    folder = tmp_path_factory.mktemp("bad")

    @functools.cache
    def read_once(file, under=()):
        return read_layer(file, under)

    def unreachable():
        raise Refused(NO_DATABASE)

    read_layer = loader.read_layer
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CHECKPOINT", "LOG", "REPORT"):
            patch.setenv(f"AQUAMIND_{name}_DIR", str(folder / name.lower()))
        # Flags that name folders end up there, and in Django's settings.
        patch.setattr(os, "environ", dict(os.environ))
        patch.setattr(shell, "conninfo", unreachable)
        patch.setattr(
            loader,
            "read_layer",
            lambda file, under=(): (
                copy.deepcopy(read_once(file, under))
                if file.is_relative_to(ROOT)
                else read_layer(file, under)
            ),
        )
        patch.chdir(folder)
        yield folder


def told(script: str, flags: list[str]) -> tuple[int, str]:
    """Run a script in this process; its exit code and what it told, which must be short."""
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = int(registry.start(script, flags))
        except UsageError as error:
            return int(error.exit_code), str(error)
    text = errors.getvalue()
    assert "Traceback" not in text
    assert "Unexpected" not in text
    assert len(text.strip().splitlines()) <= 2
    return code, text


def message_of(work: Callable[[], object]) -> str:
    """What is told if `work` refuses, two lines at most; empty if it does not."""
    try:
        work()
    except (AquaError, ImproperlyConfigured) as error:
        told = str(error)
    else:
        return ""
    assert 1 <= len(told.splitlines()) <= 2
    return told


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("data_generation", YEARS_FLAGS),
        ("event_engine", BATCH_FLAGS),
        ("bootstrap_infrastructure", OTHER_FLAGS),
        ("cleanup_batch_data", OTHER_FLAGS),
    ],
)
def test_any_flags(script, names, folder):
    @given(flags_of(names))
    @settings(max_examples=60)
    def check(flags):
        before = files(folder)
        code, text = told(script, flags)
        assert code in (2, 3)
        assert text.strip()
        if NO_DATABASE not in text:
            assert files(folder) == before

    check()


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "x" * 5000, "file/below"])
@pytest.mark.parametrize("flag", ["--checkpoint-dir", "--log-dir"])
def test_a_folder_that_cannot_be(flag, name, folder, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    (folder / "file").touch()
    before = files(folder) | {folder / "checkpoint"}

    code, text = told("data_generation", ["--resume", "--profile", "tiny", flag, name])

    assert code in (2, 3)
    assert flag in text
    assert files(folder) <= before


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/dev/stdin", "pipe", ".", "huge"])
def test_what_is_no_file_or_too_large_is_refused_at_once(name, folder):
    """Without waiting for a writer, and without reading what has no end."""
    if name == "pipe":
        os.mkfifo(folder / name)
    elif name == "huge":
        with (folder / name).open("wb") as file:
            file.truncate(2**40)
    if name == "/dev/stdin" and stat.S_ISREG(os.fstat(0).st_mode):
        pytest.skip("standard input is a file")
    for script, flag in (
        ("data_generation", "--config"),
        ("event_engine", "--config"),
        ("realism", "--markdown"),
        ("realism", "--compare"),
    ):
        plots = ["--plots", "drawn"] if flag == "--compare" else []
        action = {
            "data_generation": ["--resume"],
            "event_engine": ["--start-date", "2024-01-03", "--geography", "Scotland"],
        }.get(script, [])
        code, text = told(script, [*action, flag, name, *plots])
        assert (code, "cannot be read" in text) == (2, True), text
        assert name in text


@given(YAML)
@settings(max_examples=300)
def test_any_yaml(text):
    for read in (
        lambda: parse_layer(text, "mine.yaml"),
        lambda: parse_override(f"generation.seed={text}"),
    ):
        told = message_of(read)
        assert told.startswith(("mine.yaml", "--set generation.seed=")) or not told


def test_any_file_of_configuration(folder):
    file = folder / "mine.yaml"

    @given(st.one_of(YAML.map(lambda text: text.encode("utf-8", "replace")), st.binary()))
    @settings(max_examples=15)
    def check(content):
        file.write_bytes(content)
        code, text = told("data_generation", ["--resume", "--config", str(file)])
        assert code in (2, 3)
        # What is left of it may be empty, and thus right.
        assert code == 3 or str(file) in text or "mine.yaml" in text

    check()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "2014-12-31",
            "--set generation.until=2014-12-31: generation: "
            "until 2014-12-31 lies before start_date 2015-01-01.",
        ),
        (
            "soon",
            "--set generation.until=soon: generation.until: "
            "found 'soon', expected: a date such as 2015-12-31.",
        ),
        (
            "2016",
            "--set generation.until=2016: generation.until: "
            "found 2016, expected: a date such as 2015-12-31.",
        ),
        (
            "2016-02-30",
            "--set generation.until=2016-02-30: "
            "found '2016-02-30', which is no timestamp (day is out of range for month).",
        ),
    ],
)
def test_a_wrong_last_day_is_told_with_what_is_expected(value, expected):
    flags = ["--resume", "--profile", "tiny", "--set", f"generation.until={value}"]

    code, text = told("data_generation", flags)

    assert (code, text.splitlines()[0]) == (2, expected)


@given(st.dates(), st.lists(st.integers(-1, 700), max_size=4), st.none() | st.dates())
def test_any_dates_of_a_run(start, months, end):
    if message_of(lambda: build_plan(start, months, end)):
        return
    plan = build_plan(start, months, end)
    assert plan.first_day == start
    assert all(next_month(a) == b for a, b in zip(plan.months, plan.months[1:], strict=False))
    assert end is None or plan.sessions[-1].last_day == end


@given(st.dictionaries(st.sampled_from(["CHECKPOINT", "LOG", "REPORT"]), VALUES))
def test_any_folder_in_the_environment(values):
    environment = {f"AQUAMIND_{name}_DIR": value for name, value in values.items()}
    told = message_of(lambda: folders_from(environment))
    assert told.startswith("AQUAMIND_") or folders_from(environment).logs.is_absolute()


@given(
    st.sampled_from(["postgresql://", "postgres://", "mysql://", "", "host=", "postgresql:"]),
    WORDS,
    st.sampled_from(["db", "[half", "a b", "", "db:port", "db:99999", "%zz"]),
    WORDS,
)
def test_any_database_url_keeps_its_password_to_itself(scheme, user, host, name):
    url = f"{scheme}{user}:hunter2-word@{host}/{name}"
    told = message_of(lambda: installation.database(url))
    assert "hunter2-word" not in told


@pytest.mark.parametrize("value", ["nan", "-1", "soon", "1,5"])
def test_a_start_limit_that_is_no_time_is_refused(value, monkeypatch):
    from aquamind.embedded import EmbeddedServerError, server

    monkeypatch.setenv("AQUAMIND_POSTGRES_START_SECONDS", value)

    with pytest.raises(EmbeddedServerError, match="Give a number of seconds"):
        server._start_limit()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
PLAN = build_plan(date(2015, 1, 1), (2, 2))
RUN, UNITS = units_of_plan(PLAN, done=3)


def compared(content: bytes, file: Path) -> checkpoint.Comparison:
    file.write_bytes(content)
    return checkpoint.compare(file, RUN, PLAN, UNITS)


def test_any_checkpoint_file(folder):
    file = folder / "farm.json"
    right = checkpoint.build(RUN, PLAN, UNITS, "farm", RUN.started_at)
    assert compared(json.dumps(right).encode(), file).message == ""
    keys = st.sampled_from(["run", "fingerprint", "units", "units.ledger", "units.readings"])

    @given(st.binary(max_size=30) | st.tuples(keys, JSON) | st.integers(0, 400))
    @settings(max_examples=200)
    def check(damage):
        content = copy.deepcopy(right)
        if isinstance(damage, bytes):
            finding = compared(damage, file)
        elif isinstance(damage, int):
            finding = compared(json.dumps(content).encode()[:damage], file)
        else:
            key, value = damage
            *above, last = key.split(".")
            (content[above[0]] if above else content)[last] = value
            finding = compared(json.dumps(content).encode(), file)
            if content == right:
                return
        assert finding.rebuild
        assert str(file) in finding.message

    check()


@pytest.mark.parametrize("run", [float("inf"), float("nan"), 10**400, "1", None, [1], True])
def test_a_run_that_is_no_number_is_damage(run, folder):
    content = checkpoint.build(RUN, PLAN, UNITS, "farm", RUN.started_at) | {"run": run}

    finding = compared(json.dumps(content).encode(), folder / "farm.json")

    assert finding.rebuild == (run not in ("1", True))

"""Every mistake in the configuration is named: file, line or flag, key, found, expected."""

import copy
import shlex

import pytest
from pydantic import BaseModel, ConfigDict, Field

from data_generation.config.loading import loader
from data_generation.config.loading.fingerprint import identity_of
from data_generation.config.loading.loader import (
    flags_of,
    known_profiles,
    load_as,
    load_config,
    overlay_of,
)
from data_generation.config.loading.source import read_layer
from data_generation.errors import ConfigError
from tests.shell import ROOT

REAL = ROOT / "config"


class Stage(BaseModel):
    model_config = ConfigDict(extra="forbid")
    tgc: float = Field(gt=0)
    days: int = 90


class Growth(BaseModel):
    model_config = ConfigDict(extra="forbid")
    stages: dict[str, Stage]
    months: list[int] = [1]
    best: Stage | None = None


class Root(BaseModel):
    model_config = ConfigDict(extra="forbid")
    growth: Growth
    other: Stage


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "profiles").mkdir()
    (tmp_path / "growth.yaml").write_text(
        "growth:\n  stages:\n    fry:\n      tgc: 2.5\n    parr: {tgc: 2.7}\n"
    )
    (tmp_path / "other.yaml").write_text("# note\nother:\n  tgc: 1.0\n")
    (tmp_path / "profiles" / "small.yaml").write_text("growth:\n  stages:\n    fry: {days: 30}\n")
    (tmp_path / "profiles" / "empty.yaml").write_text("# as it is\n")
    return tmp_path


@pytest.fixture(scope="module")
def layers():
    return {}


@pytest.fixture
def read_once(layers, monkeypatch):
    """The project's files are read once for all tests that ask for this."""

    def read(file, under=()):
        if file not in layers:
            layers[file] = read_layer(file, under)
        return copy.deepcopy(layers[file])

    monkeypatch.setattr(loader, "read_layer", read)


def load(folder, profile="empty", sets=(), extra=None, stored=None):
    return load_as(Root, folder, profile, sets, extra, stored)


def fails(folder, *args, **kwargs):
    with pytest.raises(ConfigError) as error:
        load(folder, *args, **kwargs)
    assert len(str(error.value).splitlines()) <= 2
    return str(error.value)


def test_later_layers_win_and_mappings_merge(folder):
    extra = folder / "mine.yml"
    extra.write_text("growth:\n  stages: {fry: {days: 31}, smolt: {tgc: 3}}\n  months: [7, 8]\n")

    root = load(folder, "small", ["growth.stages.fry.days=32", "other.days=1"], extra)

    assert root.growth.stages["fry"] == Stage(tgc=2.5, days=32)
    assert root.growth.stages.keys() == {"fry", "parr", "smolt"}
    assert root.growth.months == [7, 8]
    assert root.other.days == 1


def test_the_last_set_wins(folder):
    assert load(folder, sets=["other.days=1", "other.days=2"]).other.days == 2


def test_an_unknown_key_is_named_with_its_line_and_the_nearest(folder):
    (folder / "growth.yaml").write_text("growth:\n  stages: {fry:\n    {tgcc: 2.5}}\n")

    message = fails(folder)

    assert "growth.yaml:3: unknown key growth.stages.fry.tgcc" in message
    assert "nearest known key: tgc" in message
    assert "1 more to correct: growth.stages.fry.tgc" in message


def test_an_unknown_key_of_a_flag_is_named_with_the_flag(folder):
    assert fails(folder, sets=["other.tgd=3"]).startswith(
        "--set other.tgd=3: unknown key other.tgd; nearest known key: tgc"
    )


def test_an_unknown_key_below_an_optional_section_has_a_nearest(folder):
    assert "nearest known key: days" in fails(folder, sets=["growth.best={tgc: 1, dais: 3}"])


def test_an_unknown_section_of_a_file_is_named(folder):
    (folder / "mine.yaml").write_text("grwth: {x: 1}\n")

    assert "mine.yaml:1: unknown key grwth; nearest known key: growth" in fails(folder)


def test_a_wrong_value_is_named_with_what_was_expected(folder):
    (folder / "profiles" / "bad.yaml").write_text("other:\n\n  tgc: -4\n")

    message = fails(folder, "bad")

    assert "bad.yaml:3: other.tgc: found -4, expected: Input should be greater than 0" in message


def test_a_value_of_the_wrong_kind_in_a_list_has_its_line(folder):
    (folder / "growth.yaml").write_text("growth:\n  stages: {}\n  months: [1,\n    two]\n")

    assert "growth.yaml:4: growth.months.1: found 'two'" in fails(folder)


def test_a_replaced_list_is_blamed_on_the_layer_that_replaced_it(folder):
    (folder / "growth.yaml").write_text("growth:\n  stages: {}\n  months: [1, 2]\n")

    assert fails(folder, sets=["growth.months=[1, x]"]).startswith("--set growth.months=[1, x]")


def test_a_missing_key_is_named_with_its_section(folder):
    (folder / "other.yaml").write_text("other:\n  days: 3\n")

    assert "other.yaml:1: key other.tgc is missing" in fails(folder, "small")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: [1\n", "malformed YAML"),
        (b"a: 1\nb: 2\na: 3\n", ":3: key 'a' is already on line 1"),
        (b"- 1\n", "found a list at the top, expected a mapping"),
        (b"just words\n", "found the value 'just words'"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a: !!python/object/apply:os.system [ls]\n", ":1:"),
        (b"a: &a [*a]\n", "an alias contains itself"),
        (b"a: " + b"[" * 5000, "nested too deeply"),
        (b"? [1]\n: 2\n", "a key must be a plain word"),
        (b"a: 1\n---\nb: 2\n", "malformed YAML"),
        (b"x: " + b"y" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_configuration_is_one_line(content, words, folder):
    (folder / "profiles" / "bad.yaml").write_bytes(content)

    message = fails(folder, "bad")

    assert words in message
    assert "bad.yaml" in message


def test_aliases_of_aliases_are_refused_before_they_fill_memory(folder):
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 20)]
    (folder / "profiles" / "bomb.yaml").write_text("\n".join(lines))

    assert "aliases repeated too often" in fails(folder, "bomb")


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("other.tgc", "expected KEY=VALUE"),
        ("=3", "expected KEY=VALUE"),
        ("other..tgc=3", "expected KEY=VALUE"),
        ("other.tgc={", "malformed YAML"),
        ("other=3", "other: found 3"),
        ("other.tgc.x=3", "other.tgc: found {'x': 3}"),
    ],
)
def test_a_malformed_flag_is_named(flag, words, folder):
    message = fails(folder, sets=[flag])

    assert words in message
    assert f"--set {flag}" in message


def test_an_extra_file_that_is_missing_or_a_folder_is_named(folder):
    assert "nowhere.yaml: cannot be read: No such file" in fails(
        folder, extra=folder / "nowhere.yaml"
    )
    assert "profiles: cannot be read: Is a directory" in fails(folder, extra=folder / "profiles")


def test_an_unknown_profile_lists_the_known_ones(folder):
    assert fails(folder, "huge") == (
        "--profile huge: no such profile.\nKnown profiles: empty, small."
    )
    assert "no such profile" in fails(folder, "../other")


def test_the_overlay_stored_with_a_run_gives_the_same_configuration(folder):
    extra = folder / "mine.yml"
    extra.write_text("growth: {stages: {smolt: {tgc: 3}}}\n")
    sets = ["other.days=4", "runtime.workers=3"]
    overlay = overlay_of(sets, extra)

    assert overlay == {"growth": {"stages": {"smolt": {"tgc": 3}}}, "other": {"days": 4}}
    assert load(folder, "small", stored=overlay) == load(folder, "small", sets[:1], extra)


@pytest.mark.parametrize("profile", ["tiny", "demo", "guide", "bakkafrost"])
def test_every_profile_of_the_project_loads(profile):
    assert profile in known_profiles(REAL)

    config = load_config(REAL, profile)

    again = load_config(
        REAL, profile, stored=overlay_of(["generation.start_date=2015-01-01"], None)
    )
    assert identity_of(config).fingerprint == identity_of(again).fingerprint


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("staggering.eggs_min=-5", "staggering.eggs_min: found -5"),
        ("generation.sed=3", "nearest known key: seed"),
        ("generation.until=2014-12-31", "before start_date"),
        ("generation.start_date=2015-01-02", "first day of a month"),
    ],
)
def test_wrong_values_of_the_real_configuration_are_named(flag, words):
    with pytest.raises(ConfigError) as error:
        load_config(REAL, "tiny", [flag])

    assert words in str(error.value)
    assert len(str(error.value).splitlines()) <= 2


@pytest.mark.parametrize(
    ("flag", "found"),
    [
        ("generation.seed=true", "generation.seed: found True"),
        ("generation.seed=7.0", "generation.seed: found 7.0"),
        ("generation.seed='7'", "generation.seed: found '7'"),
        ("generation.readings_per_day=true", "generation.readings_per_day: found True"),
        ("generation.readings_per_day=4.0", "generation.readings_per_day: found 4.0"),
        ("generation.readings_per_day=5", "readings_per_day must divide 24"),
        ("generation.sessions_months=[true]", "generation.sessions_months.0: found True"),
        ("growth.bend_c=true", "growth.bend_c: found True"),
        ("growth.bend_c='3'", "growth.bend_c: found '3'"),
        ("farm.countries=faroe", "farm.countries: found 'faroe'"),
        ("runtime.workers=true", "runtime.workers: found True"),
        ("feed.price_per_kg_by_year={2015: true}", "feed.price_per_kg_by_year.2015: found True"),
        ("feed.price_per_kg_by_year={true: 1.5}", "feed.price_per_kg_by_year.True: found 'True'"),
        (f"generation.seed={'[' * 250}{']' * 250}", "nested too deeply"),
    ],
)
def test_a_value_is_taken_for_what_it_is_and_blamed_on_its_flag(flag, found, read_once):
    with pytest.raises(ConfigError) as error:
        load_config(REAL, "tiny", [flag])

    assert found in str(error.value)
    assert "[key]" not in str(error.value)
    if "nested" not in found:
        assert str(error.value).startswith(f"--set {flag}: ")


def test_a_file_is_as_strict_as_a_flag(folder):
    (folder / "other.yaml").write_text("other:\n  tgc: 1.0\n  days: true\n")

    assert "other.yaml:3: other.days: found True" in fails(folder)


def test_whole_numbers_and_powers_of_ten_are_numbers(folder):
    assert load(folder, sets=["other.tgc=3"]).other.tgc == 3.0
    assert load(folder, sets=["other.tgc=1e3"]).other.tgc == 1000.0
    assert load(folder, sets=["other.tgc=2.5E-3"]).other.tgc == 0.0025


def test_an_overlay_is_laid_over_a_stored_one_and_told_as_flags():
    stored = {"farm": {"areas_per_country": 4, "countries": ["faroe"]}}
    overlay = overlay_of(["farm.areas_per_country=6", "generation.seed=7"], None, stored)

    assert overlay == {
        "farm": {"areas_per_country": 6, "countries": ["faroe"]},
        "generation": {"seed": 7},
    }
    assert stored["farm"]["areas_per_country"] == 4
    flags = shlex.split(flags_of("guide", overlay))
    assert flags[:2] == ["--profile", "guide"]
    assert overlay_of(flags[3::2], None) == overlay

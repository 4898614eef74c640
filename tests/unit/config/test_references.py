"""Names that lead from one part of the configuration to another are checked on load."""

import copy
import functools
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from data_generation.config.loading.loader import load_config
from data_generation.config.loading.references import broken_references
from data_generation.config.models import Config
from data_generation.errors import ConfigError
from tests.shell import ROOT

CONFIG = ROOT / "config"

NAMES = (
    ("farm", "countries", 0),
    ("treatments", "supportive"),
    ("treatments", "preventive", 0, "protocol"),
    ("diseases", "profiles", "pd", "treatment_sea"),
    ("diseases", "profiles", "bkd", "treatment_fresh"),
    ("countries", "scotland", "health", "vaccine"),
)
"""Where a name stands that leads elsewhere."""
KEYS = (
    ("diseases", "profiles", "pd", "vaccines"),
    ("countries", "faroe", "health", "lice_methods"),
    ("countries", "faroe", "health", "diseases_per_year"),
    ("countries", "faroe", "health", "withdrawal_degree_days"),
)
"""Mappings whose keys lead elsewhere."""


@functools.cache
def plain():
    return load_config(CONFIG, "demo").model_dump()


def test_the_configuration_that_is_there_has_no_broken_reference():
    for profile in ("tiny", "demo", "guide", "bakkafrost"):
        assert broken_references(load_config(CONFIG, profile)) == []


def walked(values, path):
    for part in path:
        values = values[part]
    return values


@settings(max_examples=60)
@given(
    where=st.sampled_from([*NAMES, *KEYS]),
    name=st.text("abcdefghij_", min_size=1, max_size=12).map(lambda text: f"no_{text}"),
    data=st.data(),
)
def test_a_name_that_leads_nowhere_is_told_by_its_path(where, name, data):
    changed = copy.deepcopy(plain())
    if where in KEYS:
        entries = walked(changed, where)
        old = data.draw(st.sampled_from(sorted(entries)))
        entries[name] = entries.pop(old)
        expected = [*where, name]
    else:
        entries = walked(changed, where[:-1])
        if isinstance(entries, tuple):
            entries = list(entries)
            walked(changed, where[:-2])[where[-2]] = entries
        entries[where[-1]] = name
        expected = list(where)
    broken = broken_references(Config.model_validate(changed))
    assert expected in [list(found.path) for found in broken]
    assert any(repr(name) in found.message for found in broken)


def test_a_missing_entry_is_told():
    changed = copy.deepcopy(plain())
    del changed["countries"]["scotland"]["health"]["diseases_per_year"]["ipn"]
    (broken,) = broken_references(Config.model_validate(changed))
    assert broken.path == ("countries", "scotland", "health", "diseases_per_year")
    assert "'ipn'" in broken.message


def test_the_place_is_named_with_file_and_line(tmp_path):
    for file in [*CONFIG.glob("*.yaml"), *CONFIG.glob("*/*.yaml")]:
        copied = tmp_path / file.relative_to(CONFIG)
        copied.parent.mkdir(exist_ok=True)
        copied.write_text(file.read_text("utf-8"), "utf-8")
    country = tmp_path / "countries" / "faroe.yaml"
    text = country.read_text("utf-8").replace("vaccine: micro7", "vaccine: micro8")
    country.write_text(text, "utf-8")
    line = text[: text.index("micro8")].count("\n") + 1
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path, "tiny")
    message = str(refused.value)
    assert message.startswith(f"{country}:{line}: countries.faroe.health.vaccine: ")
    assert re.search(r"no entry 'micro8'; nearest: micro[67]", message)


def test_a_country_that_is_only_in_its_file_can_be_used(tmp_path):
    for file in [*CONFIG.glob("*.yaml"), *CONFIG.glob("*/*.yaml")]:
        copied = tmp_path / file.relative_to(CONFIG)
        copied.parent.mkdir(exist_ok=True)
        copied.write_text(file.read_text("utf-8"), "utf-8")
    values = yaml.safe_load((CONFIG / "countries" / "faroe.yaml").read_text("utf-8"))
    values |= {"name": "Norway", "prefix": "NO"}
    for person in values["staff"]:
        person["username"] += ".no"
    (tmp_path / "countries" / "norway.yaml").write_text(yaml.safe_dump(values), "utf-8")
    config = load_config(tmp_path, "tiny", ["farm.countries=[norway]"])
    assert [country.name for country in config.countries_in_use] == ["Norway"]

"""The fingerprint changes with what changes the data, and with nothing else."""

import json
from dataclasses import replace

import pytest

from data_generation.config.loading.fingerprint import identity_of
from data_generation.config.loading.identity import Identity, describe_differences
from data_generation.config.loading.loader import load_config
from tests.shell import ROOT

REAL = ROOT / "config"


def identity(*sets: str, profile: str = "tiny") -> Identity:
    return identity_of(load_config(REAL, profile, sets))


@pytest.mark.parametrize(
    "flag", ["runtime.workers=3", "runtime.chunk_months=3", "runtime.max_memory_mb=900"]
)
def test_how_a_run_is_executed_is_left_out(flag):
    assert identity(flag).fingerprint == identity().fingerprint


@pytest.mark.parametrize(
    "flag", ["generation.seed=1", "generation.readings_per_day=2", "staggering.eggs_min=1000"]
)
def test_what_changes_the_data_is_in(flag):
    assert identity(flag).fingerprint != identity().fingerprint


def test_the_values_count_and_not_the_profile_they_came_from():
    tiny = load_config(REAL, "tiny")
    sections = {k: v for k, v in tiny.model_dump(mode="json").items() if k != "runtime"}
    sets = [f"{section}={json.dumps(values)}" for section, values in sections.items()]

    assert identity(*sets, profile="tiny").fingerprint == identity().fingerprint


def test_versions_are_in():
    base = identity()

    assert replace(base, numpy_version="0").fingerprint != base.fingerprint
    assert replace(base, generator_version="x").fingerprint != base.fingerprint


def test_differences_name_the_keys_with_both_values():
    stored, wanted = identity(), identity("generation.seed=7")

    assert stored.differences(wanted) == [("generation.seed", "20150101", "7")]
    assert stored.differences(stored) == []


def test_a_key_on_one_side_only_is_a_difference():
    stored = Identity({"a": {"b": 1}}, "1", "2")
    wanted = Identity({"a": {"c": [1, 2]}}, "1", "2")

    assert stored.differences(wanted) == [
        ("a.b", "1", "(absent)"),
        ("a.c", "(absent)", "[1, 2]"),
    ]


def test_many_differences_are_cut_short():
    stored = Identity({f"k{i}": i for i in range(9)}, "1", "2")
    wanted = Identity({f"k{i}": -1 for i in range(9)}, "1", "2")

    text = describe_differences(stored, wanted)

    assert text.startswith("k0 is 0 there, -1 here; k1")
    assert text.endswith("and 4 more")

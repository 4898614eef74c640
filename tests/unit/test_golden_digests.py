"""The generated data change only together with the generator's version."""

import copy

import numpy as np
import pytest

from data_generation import GENERATOR_VERSION
from tests import golden

KEPT = golden.kept()
RENEW = "if that is meant, raise GENERATOR_VERSION in data_generation/__init__.py and: make digests"


def test_the_digests_are_those_of_this_version():
    assert (KEPT["generator"], KEPT["numpy"]) == (GENERATOR_VERSION, np.__version__), RENEW
    assert KEPT["digests"].keys() == {*golden.QUICK, *golden.LONG}


@pytest.mark.parametrize(
    "case", [*golden.QUICK, *(pytest.param(case, marks=pytest.mark.long) for case in golden.LONG)]
)
def test_the_data_are_what_they_were_when_the_version_was_raised(case):
    found = {case: golden.as_kept(golden.digest_of(case))}

    differ = golden.changed(KEPT["digests"], found)
    assert not differ, f"other data in {'; '.join(differ)}; {RENEW}"
    assert found[case] == KEPT["digests"][case]


def with_other_rows(values):
    other = copy.deepcopy(values["digests"])
    other["tiny"]["tables"]["batch_batch"] = f"3 {'0' * 32}"
    return other


def test_other_data_are_not_kept_under_the_same_version():
    with pytest.raises(ValueError, match=r"tiny: batch_batch.*\nRaise GENERATOR_VERSION"):
        golden.renewed(KEPT, with_other_rows(KEPT))
    assert golden.renewed(KEPT, KEPT["digests"]) == KEPT


@pytest.mark.parametrize(("key", "value"), [("generator", "1"), ("numpy", "2.3.0")])
def test_other_data_are_kept_under_another_version(key, value):
    other = with_other_rows(KEPT)

    assert golden.renewed({**KEPT, key: value}, other) == {**KEPT, "digests": other}


def test_a_lower_version_is_no_other():
    with pytest.raises(ValueError, match="Raise GENERATOR_VERSION"):
        golden.renewed({**KEPT, "generator": "99"}, with_other_rows(KEPT))

"""What a statistic's distance from its range means, and how many checks say what."""

import math

import pytest

from data_generation.config.acceptance import Acceptance, Statistic, standard_error
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.validation.checks import CHECKS, Finding, Skipped
from data_generation.validation.results import Outcome, Results, Validation
from data_generation.validation.runner import _finding

ACCEPTANCE = load_config(CONFIG_DIR, "tiny", [], None).acceptance
STATISTICS = {
    name: value
    for name in Acceptance.model_fields
    if isinstance(value := getattr(ACCEPTANCE, name), Statistic)
}


def finding(name, label, value, units, **more):
    row = {"label": label, "value": value, "units": units, **more}
    return _finding(name, row, STATISTICS[name], ACCEPTANCE)


def test_an_error_falls_with_the_root_of_what_it_rests_on():
    assert standard_error(0.1, 4) == 0.05
    assert standard_error(0, 0) == 0
    assert standard_error(0.1, 0) == math.inf


@pytest.mark.parametrize(
    ("value", "batches", "verdict"),
    [
        # One batch of which 66 of a hundred eggs are harvested, in a range for many.
        (0.662, 1, "unsure"),
        (0.57, 1, "unusual"),
        (0.662, 100, "unusual"),
        (0.74, 100, "passed"),
        (0.86, 100, "passed"),
        (0.87, 100, "unusual"),
    ],
)
def test_survival_by_how_many_batches_it_rests_on(value, batches, verdict):
    assert finding("survival", "Scotland", value, batches).verdict == verdict


def test_a_query_may_know_the_scatter_itself():
    found = finding("temperature_lag_1", "all areas", 0.9, 400, scatter=0.6)

    assert found.allowance == pytest.approx(3 * 0.6 / 20)


@pytest.mark.parametrize("name", STATISTICS)
def test_what_passes_is_unusual_a_third_of_its_range_further_out(name):
    """On however much it rests: what could not tell does not count as passed."""
    statistic = STATISTICS[name]
    for label, (low, high) in statistic.ranges.items():
        third = (high - low) / 3
        for units in (0.3, 1, 8, 20, 1000, 1e6):
            inside = finding(name, label, (low + high) / 2, units)
            if inside.verdict == "passed":
                for value in (low - 1.001 * third, high + 1.001 * third):
                    assert finding(name, label, value, units).verdict == "unusual"
        if statistic.between_of(label):
            assert finding(name, label, low, 0.001).verdict == "unsure"


def test_every_statistic_of_a_query_has_a_range():
    asked = {name for c in CHECKS["statistics"] for name in c.statistics or (c.name,)}

    assert asked == set(STATISTICS)


def counted(findings, skipped=()):
    results = Results()
    for one in findings:
        results.add(Outcome(one.check, (one,), "SELECT", ("t",)))
    for one in skipped:
        results.add(Outcome(one.check, skipped=(one,)))
    return Validation(results)


SOUND = Finding("rules", "hall_without_rest", "", 0.0, 0.0, 0.0)
BROKEN = Finding("rules", "lice_not_counted", "", 3.0, 0.0, 0.0)
UNSURE = finding("survival", "Scotland", 0.7, 1)
UNUSUAL = finding("survival", "Faroe Islands", 0.1, 1)


@pytest.mark.parametrize(
    ("findings", "skipped", "line"),
    [
        ([SOUND], [], "1 check of the whole database: all passed."),
        (
            [SOUND, BROKEN, UNSURE, UNUSUAL],
            [],
            "4 checks of the whole database: 1 passed, 1 rest on too little to tell, 1 unusual, "
            "1 broken.",
        ),
        (
            [SOUND],
            [
                Skipped("rules", "parents_unfit", "no breeding pairs", nothing=True),
                Skipped("rules", "feed_after_expiry", "this database has no column c"),
            ],
            "1 check of the whole database: all passed; besides, 1 had nothing to look at, "
            "1 left out.",
        ),
    ],
)
def test_the_last_line_counts_checks_by_what_they_say(findings, skipped, line):
    result = counted(findings, skipped)

    assert result.as_text().splitlines()[-1] == line
    assert result.as_dict()["summary"] == line


def test_what_is_shown_of_each_verdict():
    lines = counted([SOUND, BROKEN, UNSURE, UNUSUAL]).as_text().splitlines()

    assert "  ok      hall_without_rest: 0" in lines
    assert "  BROKEN  lice_not_counted: 3" in lines
    assert "  unsure  survival (Scotland): 0.7 [0.7, 0.85] ± 0.126 (batches: 1)" in lines
    assert "  unusual survival (Faroe Islands): 0.1 [0.7, 0.85] ± 0.126 (batches: 1)" in lines


def test_as_data_each_verdict_is_counted():
    plain = counted([SOUND, BROKEN, UNSURE, UNUSUAL]).as_dict()

    assert [plain[v] for v in ("passed", "unsure", "unusual", "broken")] == [1, 1, 1, 1]
    assert [f["verdict"] for f in plain["findings"]] == ["passed", "broken", "unsure", "unusual"]
    assert set(plain["queries"]) == {"lice_not_counted", "survival"}

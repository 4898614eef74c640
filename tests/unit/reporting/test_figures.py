"""Key figures, targets and counts of the report, from rows written by hand."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data_generation.config.loading.loader import load_config
from data_generation.months import month_end
from data_generation.reporting import present, quality
from data_generation.reporting.facts import Facts, lice_limits
from data_generation.reporting.keyfigures import (
    Metrics,
    Period,
    place_spans,
    session_work,
    sessions,
    whole,
)
from data_generation.reporting.rows import (
    AmountRow,
    BatchRow,
    ComplianceRow,
    ConversionRow,
    DeathsRow,
    DeliveryRow,
    DiagnosisRow,
    FaultsRow,
    FeedingRow,
    HarvestRow,
    LiceAnswersRow,
    LiceRow,
    PlaceRow,
    PurchaseRow,
    RunRow,
    SilosRow,
    SiteEventRow,
    SizesRow,
    StayRow,
    StockRow,
    TreatmentRow,
    UnitRow,
)
from data_generation.reporting.targets import targets
from data_generation.reporting.water import SampledMonth, busiest, month_starts
from data_generation.validation.checks import Finding
from data_generation.validation.results import Outcome, Results, Validation
from tests.shell import ROOT

CONFIG = ROOT / "config"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
JAN, FEB, MARCH = date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1)


def days(month):
    return month, month_end(month)


def facts() -> Facts:
    """A batch of 1,000 eggs: 100 die in the hall in January, 60 at sea in February, 740 harvested.

    A second batch of 500 begins in February; 50 of it are dead at the end of March.
    """
    return Facts(
        runs=[RunRow(1, "years", "", "demo", 7, "f" * 64, "1", MOMENT, MOMENT)],
        units=[
            UnitRow(
                1, JAN, month_end(JAN), True, 100, 60, 1.0, 200.0, MOMENT, MOMENT.replace(second=2)
            ),
            UnitRow(
                1, FEB, month_end(FEB), True, 300, 200, 2.0, 300.0, MOMENT, MOMENT.replace(second=4)
            ),
            UnitRow(
                2, MARCH, month_end(MARCH), True, 50, 40, 3.0, 250.0, MOMENT.replace(second=4), None
            ),
        ],
        rows_by_table={"environmental_environmentalreading": 300, "batch_batch": 2},
        sizes=SizesRow(1, 1, 2, 4, 9, 1),
        lacking={},
        places=[
            PlaceRow(False, 1, "Faroe Islands", "Strond", "Hall A", "Tray", 2),
            PlaceRow(False, 2, "Faroe Islands", "Strond", "Broodstock Hall", "Broodstock tank", 2),
            PlaceRow(True, 1, "Faroe Islands", "Hvannasund", "Hvannasund", "Sea cage", 2),
        ],
        batches=[
            BatchRow(1, "FI-2020-001", "COMPLETED", JAN, date(2020, 3, 10)),
            BatchRow(2, "FI-2020-002", "ACTIVE", date(2020, 2, 11), None),
        ],
        stays=[
            StayRow(1, 1, 1, False, 1, "Egg&Alevin", 1, JAN, date(2020, 1, 31), 0, 0.0),
            StayRow(2, 1, 3, True, 1, "Adult", 6, date(2020, 1, 31), date(2020, 3, 10), 100, 0.0),
            StayRow(3, 2, 1, False, 1, "Egg&Alevin", 1, date(2020, 2, 11), None, 450, 9.0),
        ],
        eggs={1: 1000, 2: 500},
        egg_sources={1: "external", 2: "internal"},
        harvests=[
            HarvestRow(1, "Faroe Islands", MARCH, "Superior", 1, 700, 3500.0, 2900.0),
            HarvestRow(1, "Faroe Islands", MARCH, "Production", 3, 40, 200.0, 160.0),
        ],
        revenue={1: 99_000.0},
        stock=[
            StockRow(JAN, 1, "Egg&Alevin", 1, 30_000, 6.0),
            StockRow(FEB, 1, "Adult", 6, 26_400, 50_000.0),
        ],
        deaths=[
            DeathsRow(JAN, 1, False, "UNKNOWN", 100, 10, date(2020, 1, 20)),
            DeathsRow(FEB, 1, True, "DISEASE", 60, 6, date(2020, 2, 20)),
            DeathsRow(MARCH, 2, False, "OTHER", 50, 5, date(2020, 3, 31)),
        ],
        reasons=[],
        growth=[],
        diagnoses=[DiagnosisRow("Winter ulcer", 1, True, 1, date(2020, 2, 3), 2)],
        journal=[(FEB, "diagnosis", 2)],
        treatments=[
            TreatmentRow(date(2020, 2, 9), True, 1, "physical", "Bath", True, "successful", 3),
            TreatmentRow(date(2020, 2, 9), True, 1, "physical", "Bath", True, "unsuccessful", 1),
            TreatmentRow(date(2020, 3, 9), True, 1, "medication", "Salt", False, "pending", 5),
            TreatmentRow(date(2020, 1, 9), False, 1, "vaccination", "Shot", False, "successful", 2),
        ],
        lice=[LiceRow(date(2020, 2, 3), 1, 0.5, 2)],
        lice_answers=LiceAnswersRow(0, 0, 0),
        compliance=ComplianceRow(0, 2, 1, 1),
        site_events=[],
        feeding=[FeedingRow(FEB, 1, True, 4440.0, 60_000.0, 20, date(2020, 2, 28))],
        deliveries=[DeliveryRow(JAN, "SMALL", 5000.0, 50_000.0, 2)],
        purchases=[PurchaseRow(JAN, 5000.0, 50_000.0, 1)],
        silos=SilosRow(500.0, 60.0, 9000.0),
        written_off=[AmountRow(FEB, 60.0)],
        conversion=[ConversionRow(FEB, "Adult", 6, 4400.0, 4000.0)],
        faults=FaultsRow(0, 0, 0, 0),
    )


@pytest.fixture(scope="module")
def config():
    return load_config(CONFIG, "demo", [])


def test_figures_of_everything():
    figures = Metrics(facts()).of(whole(facts()))

    assert {
        "batches_started": 2,
        "batches_completed": 1,
        "active_batches_at_end": 1,
        "active_batches_highest": 2,
        "eggs_in": 1500,
        "fish_dead": 210,
        "mortality_rate": 0.14,
        "fish_harvested": 740,
        "fish_alive_at_end": 1500 - 210 - 740,
        "mean_harvest_weight_kg": 5.0,
        "superior_share": 0.945946,
        "survival_to_harvest": 0.74,
        "economic_fcr": 1.2,
        "biological_fcr": 1.1,
        "feed_bought_kg": 5000.0,
        "feed_price_per_kg": 10.0,
        "disease_outbreaks": 1,
        "treatments": 9,
        "treatments_against_lice": 4,
        "treatment_success_rate": 0.75,
        "vaccinations": 2,
    }.items() <= figures.items()


def test_figures_of_a_session_start_with_the_fish_of_the_one_before():
    january = Metrics(facts()).of(Period("1", JAN, month_end(JAN)))
    later = Metrics(facts()).of(Period("2", FEB, date(2020, 3, 31)))

    assert (january["fish_dead"], january["mortality_rate"]) == (100, 0.1)
    assert later["mortality_rate"] == round((60 + 50) / (900 + 500), 6)
    assert (january["economic_fcr"], later["economic_fcr"]) == (None, 1.2)
    # 60 of a mean of 26,400 fish-days / 60 days.
    assert later["mortality_sea_percent_a_month"] == round(100 * 60 * 365.25 / 12 / 26_400, 6)


def test_a_place_is_used_from_its_first_fish_to_its_last_and_broodstock_halls_do_not_count():
    figures = Metrics(facts()).of(Period("", JAN, date(2020, 3, 31)))

    assert place_spans(facts(), sea=True) == {1: [(date(2020, 1, 31), date(2020, 3, 10))]}
    assert figures["utilisation_areas"] == round(40 / 91, 6)
    assert figures["utilisation_halls"] == round((31 + 50) / 91, 6)


def test_sessions_are_those_of_the_units():
    assert [(p.label, p.first, p.last) for p in sessions(facts())] == [
        ("1", JAN, date(2020, 2, 29)),
        ("2", MARCH, date(2020, 3, 31)),
    ]
    work = session_work(facts(), 1)
    assert (work["rows"], work["wall_seconds"], work["rows_per_second"]) == (400, 4.0, 100)
    assert session_work(facts(), 2)["wall_seconds"] is None


def test_targets_of_another_farm_are_not_judged(config):
    total = Metrics(facts()).of(whole(facts()))
    found = {t.key: t for t in targets(facts(), total, config)}

    assert found["survival_to_harvest"].verdict == "met"
    assert found["external_egg_share"].verdict == "not yet"
    assert found["cages"].verdict == "other farm"
    assert (found["readings"].value, found["readings"].verdict) == (300, "other farm")


def test_targets_of_the_plan_are_judged_for_its_profile(config):
    plan = replace(facts(), runs=[facts().runs[0]._replace(profile="bakkafrost")])
    bad = plan.compliance._replace(inside_withholding=1)
    plan = replace(plan, compliance=bad)
    found = {t.key: t for t in targets(plan, Metrics(plan).of(whole(plan)), config)}

    assert found["cages"].verdict == "not met"
    assert found["readings"].verdict == "not yet"
    assert found["harvests_inside_withholding"].verdict == "not met"
    assert found["cages"].range == "≥ 480"
    assert found["harvests_inside_withholding"].range == "0"


def test_counts_that_should_be_zero():
    months = [SampledMonth(JAN, 60, 60, 0, 0), SampledMonth(FEB, 198, 200, 1, 3)]
    found = {count.key: count.value for count in quality.counts(facts(), months)}

    assert found["fish_unaccounted"] == 0
    assert found["feed_unaccounted_kg"] == 0
    assert found["readings_untied"] == 1
    assert found["readings_outside_limits"] == 3
    assert found["readings_not_as_noted"] == 2


def test_lost_fish_and_feed_from_nowhere_are_counted():
    wrong = replace(facts(), eggs={1: 1001, 2: 498}, silos=SilosRow(501.5, 60.0, 9000.0))
    found = {count.key: count for count in quality.counts(wrong, [])}

    assert found["fish_unaccounted"].value == 3
    assert found["feed_unaccounted_kg"].value == 1.5
    assert not found["fish_unaccounted"].good


def test_a_kept_validation_is_shown_only_of_the_same_rows(tmp_path):
    results = Results()
    finding = Finding("rules", "hall_without_rest", "", 0.0, 0.0, 0.0)
    results.add(Outcome(finding.check, (finding,), "SELECT"))
    quality.keep(Validation(results), tmp_path, 1, "abc", 10)

    assert quality.kept(tmp_path, 1, "abc", 10)["broken"] == 0
    assert quality.kept(tmp_path, 1, "abc", 11) is None
    assert quality.kept(tmp_path, 1, "abd", 10) is None
    assert quality.kept(tmp_path, 2, "abc", 10) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"fingerprint": "abc", "rows": 10}'])
def test_a_damaged_validation_is_none(tmp_path, text):
    (tmp_path / "validation-run-1.json").write_text(text)

    assert quality.kept(tmp_path, 1, "abc", 10) is None


def test_a_validation_is_no_error_where_it_cannot_be_kept(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    quality.keep(Validation(Results()), blocked, 1, "abc", 10)

    assert json.loads(json.dumps(quality.kept(blocked, 1, "abc", 10))) is None


def test_the_busiest_year_has_the_most_kinds_of_events():
    events = [
        SiteEventRow(1, date(2020, 5, 1), "Storm", None),
        SiteEventRow(1, date(2020, 6, 1), "Storm", None),
        SiteEventRow(1, date(2020, 7, 1), "Storm", None),
        SiteEventRow(2, date(2021, 5, 1), "Storm", None),
        SiteEventRow(2, date(2021, 6, 1), "Algae", None),
    ]

    assert busiest(events) == (2, 2021)
    assert busiest([]) is None


def test_months_and_limits(config):
    assert month_starts(date(2019, 12, 31), date(2020, 2, 1)) == [date(2019, 12, 1), JAN, FEB]
    assert lice_limits(config)["Scotland"][1] == 0.5


def test_figures_as_text():
    assert present.shown(None) == "\N{EN DASH}"
    assert present.shown(12_345_678, "million") == "12.35"
    assert present.shown(0.1234, "percent") == "12.3"
    assert present.large(2_500_000) == ("2.5", "million")
    assert present.large(999) == ("999", "")

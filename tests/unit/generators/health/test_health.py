"""Diseases hang together, and every table of health tells the same story."""

import json
from collections import defaultdict

import numpy as np
import pytest

from data_generation.config.loading.loader import load_config
from data_generation.errors import ConfigError
from data_generation.generators.core.dates import DAY_US, add_months
from data_generation.generators.ledger import Ledger
from tests.lived import advance_month
from tests.unit.generators.health.support import (
    SICKLY,
    container_deaths,
    sickly,
    stays,
    table,
    treatments,
)
from tests.unit.generators.support import CONFIG, run, tiny_config


def diagnoses():
    rows = [r for r in table("health_journalentry") if r["category"] == "diagnosis"]
    assert rows
    return rows


def disease_of(diagnosis):
    return diagnosis["description"].split(" confirmed")[0]


def test_every_outbreak_is_seen_in_deaths_journal_lab_and_treatment():
    lab = defaultdict(list)
    for row in table("health_healthlabsample"):
        stay = stays()[int(row["batch_container_assignment_id"])]
        lab[stay["container_id"], row["date_results_received"]].append(row)
    issues = defaultdict(list)
    for row in table("health_journalentry"):
        if row["category"] == "issue":
            issues[row["container_id"]].append(row)
    given = {(r["container_id"], r["treatment_date"] // DAY_US): r for r in treatments("against")}
    for diagnosis in diagnoses():
        name, day = disease_of(diagnosis), diagnosis["entry_date"] // DAY_US
        place = diagnosis["container_id"]
        dead = container_deaths(f"Signs of {name}")[diagnosis["batch_id"], place]
        assert any(abs(d - day) < 30 for d in dead)
        assert any(f"{name} suspected" in row["description"] for row in issues[place])
        answers = lab[place, day]
        assert any(name in row["findings_summary"] for row in answers)
        assert all(row["sample_date"] < day for row in answers)
        assert name in given[place, day]["description"]


def test_deaths_rise_and_fall_in_an_outbreak():
    found = container_deaths("Signs of Heart and skeletal muscle inflammation")
    assert found
    for by_day in found.values():
        days = np.array(sorted(by_day))
        if days[-1] - days[0] < 50:
            continue
        counts = np.array([by_day[d] for d in days])
        thirds = [
            counts[(days >= a) & (days < b)].sum()
            for a, b in zip(
                np.linspace(days[0], days[-1] + 1, 4)[:-1],
                np.linspace(days[0], days[-1] + 1, 4)[1:],
                strict=True,
            )
        ]
        assert thirds[2] < max(thirds[:2])


def test_survivors_do_not_fall_ill_again():
    seen = set()
    for diagnosis in diagnoses():
        name = disease_of(diagnosis)
        if name == "Saprolegniosis":
            continue
        key = (name, diagnosis["batch_id"], diagnosis["container_id"])
        assert key not in seen
        seen.add(key)


def test_diagnoses_are_resolved_later():
    last = sickly().last_day
    for row in diagnoses():
        if row["entry_date"] // DAY_US < last - 150:
            assert row["resolution_status"]
            assert row["resolution_notes"]
            assert row["updated_at"] > row["entry_date"]


def test_mortality_records_add_up_with_events():
    records, events = defaultdict(int), defaultdict(int)
    for row in table("health_mortalityrecord"):
        records[row["batch_id"], row["container_id"]] += row["count"]
    for row in table("batch_mortalityevent"):
        container = stays()[int(row["assignment_id"])]["container_id"]
        events[row["batch_id"], container] += row["count"]
    assert records == events
    names = dict(
        zip(
            *(sickly().rows("health_mortalityreason")[c].tolist() for c in ("id", "name")),
            strict=True,
        )
    )
    by_reason = defaultdict(int)
    for row in table("health_mortalityrecord"):
        by_reason[names[row["reason_id"]]] += row["count"]
    name = "Heart and skeletal muscle inflammation"
    assert by_reason[name] == sum(
        sum(d.values()) for d in container_deaths(f"Signs of {name}").values()
    )


def test_samplings_have_the_figures_of_their_fish_and_worse_scores_on_suspicion():
    events = {int(r["id"]): r for r in table("health_healthsamplingevent")}
    fish = defaultdict(list)
    event_of = {}
    for row in table("health_individualfishobservation"):
        fish[int(row["sampling_event_id"])].append(row)
        event_of[int(row["id"])] = int(row["sampling_event_id"])
    for key, event in events.items():
        weights = np.array([r["weight_g"] for r in fish[key]], dtype=float)
        assert len(weights) == event["number_of_fish_sampled"]
        assert event["avg_weight_g"] == pytest.approx(weights.mean(), abs=1)
        assert event["min_weight_g"] == weights.min()
        assert len({r["fish_identifier"] for r in fish[key]}) == len(weights)
    scores = sickly().rows("health_fishparameterscore")
    assert set(scores["score"]) <= {1, 2, 3, 4, 5}
    suspicion = np.array(
        [
            events[event_of[i]]["notes"] != "Routine"
            for i in scores["individual_fish_observation_id"].tolist()
        ]
    )
    skin = scores["parameter_id"] == 4
    assert (
        scores["score"][skin & suspicion].mean() > scores["score"][skin & ~suspicion].mean() + 0.2
    )


def test_lab_samples_are_of_eight_types_and_carry_json():
    assert len(sickly().rows("health_sampletype")["id"]) == 8
    rows = table("health_healthlabsample")
    assert {r["sample_type_id"] for r in rows} == set(range(1, 9))
    for row in rows:
        stay = stays()[int(row["batch_container_assignment_id"])]
        assert stay["assignment_date"] <= row["sample_date"]
        assert row["sample_date"] <= row["date_sent_to_lab"] <= row["date_results_received"]
        assert "turbidity" not in row["quantitative_results"]
        assert isinstance(json.loads(row["quantitative_results"]), dict)


@pytest.mark.parametrize("end", [1, 8, 17, 20, 26])
def test_a_sickly_farm_goes_on_from_a_snapshot(end):
    farm = sickly()
    ledger = Ledger(farm.config)
    ledger.restore(farm.snapshots[end])
    month = advance_month(ledger, add_months(farm.config.generation.start_date, end + 1))
    for kind in ("inserts", "updates"):
        ours, theirs = getattr(month, kind), getattr(farm.months[end + 1], kind)
        assert ours.keys() == theirs.keys()
        for name in ours:
            assert ours[name].equals(theirs[name]), name


@pytest.mark.parametrize(
    "override",
    [
        "treatments.vaccination_weight_g=[20, 40]",
        "treatments.supportive=florfenicol",
        "diseases.profiles.pd.loss=[0.5, 0.1]",
        "diseases.profiles.pd.lasts_days=[5, 20]",
        "lice.react_days=[0, 3]",
    ],
)
def test_a_configuration_against_the_rules_is_refused(override):
    with pytest.raises(ConfigError):
        load_config(CONFIG, "tiny", [override])


def health_of_first_batch(farm):
    """Every row of health of batch 1, less keys, by table; sorted."""
    batch_of = dict(
        zip(
            *(farm.rows("batch_batchcontainerassignment")[c].tolist() for c in ("id", "batch_id")),
            strict=True,
        )
    )
    found = {}
    for name, owner in (
        ("batch_mortalityevent", "batch_id"),
        ("health_mortalityrecord", "batch_id"),
        ("health_journalentry", "batch_id"),
        ("health_licecount", "batch_id"),
        ("health_treatment", "batch_id"),
        ("health_healthlabsample", "batch_container_assignment_id"),
        ("health_healthsamplingevent", "assignment_id"),
    ):
        rows = farm.rows(name)
        mine = [
            key if owner == "batch_id" else batch_of[key] for key in rows.get(owner, np.zeros(0))
        ]
        kept = [c for c in rows if c != "id" and "assignment" not in c]
        values = zip(*(rows[c].tolist() for c in kept), strict=True)
        found[name] = sorted(
            str(row) for row, batch in zip(values, mine, strict=True) if batch == 1
        )
    return found


def test_a_batch_falls_ill_and_is_treated_alike_alone_and_beside_others():
    room = (*SICKLY, "farm.stations_per_country=2", "farm.areas_per_country=2")
    alone, beside = (
        run(tiny_config(*room, *(f"staggering.{text}" for text in more)), 19)
        for more in (
            ("max_live_batches=1",),
            ("max_live_batches=3", "start_interval_days=60"),
        )
    )

    assert len(alone.rows("batch_batch")["id"]) == 1
    assert len(beside.rows("batch_batch")["id"]) > 1
    ours, theirs = health_of_first_batch(alone), health_of_first_batch(beside)
    for name in ours:
        assert ours[name], name
        assert ours[name] == theirs[name], name

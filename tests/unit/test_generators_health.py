"""Diseases, lice and treatments hang together, and every table of health tells the same story."""

import functools
import json
from collections import defaultdict

import numpy as np
import pytest

from data_generation.config.loader import load_config
from data_generation.errors import ConfigError
from data_generation.generators.dates import add_months
from data_generation.generators.disease import Diseases
from data_generation.generators.harvest import Harvest
from data_generation.generators.ledger import Ledger
from data_generation.generators.lice import Lice, development_days, stien_days
from data_generation.generators.population import HEALTH, NEVER
from data_generation.generators.treatment import Treatment
from tests.unit.generators_support import CONFIG, run, tiny_config, tiny_farm

DAY_US = 86_400_000_000
SEA = 6
SICKLY = (
    "diseases.profiles.hsmi.sea_per_year={faroe: 30}",
    "diseases.profiles.furunculosis.sea_per_year={faroe: 30}",
    "diseases.profiles.saprolegniosis.station_per_year=4",
    "lice.background_per_day={faroe: 0.03}",
)


@functools.cache
def sickly():
    """A farm that catches everything, over the life of its first batch."""
    return run(tiny_config(*SICKLY), 33)


@functools.cache
def stays():
    rows = sickly().rows("batch_batchcontainerassignment")
    return {
        int(key): {name: rows[name][i] for name in rows}
        for i, key in enumerate(rows["id"].tolist())
    }


def table(name):
    rows = sickly().rows(name)
    count = len(next(iter(rows.values())))
    return [{key: values[i] for key, values in rows.items()} for i in range(count)]


def container_deaths(text):
    """Days and deaths with this description, by (batch, container)."""
    found = defaultdict(dict)
    for row in table("batch_mortalityevent"):
        if row["description"] == text:
            container = stays()[int(row["assignment_id"])]["container_id"]
            found[row["batch_id"], container][row["event_date"]] = row["count"]
    return found


def diagnoses():
    rows = [r for r in table("health_journalentry") if r["category"] == "diagnosis"]
    assert rows
    return rows


def disease_of(diagnosis):
    return diagnosis["description"].split(" confirmed")[0]


def treatments(word=""):
    return [r for r in table("health_treatment") if word in r["description"]]


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


def test_lice_are_counted_at_sea_every_second_week_on_twenty_fish():
    days = defaultdict(list)
    for row in table("health_licecount"):
        days[row["batch_id"], row["container_id"]].append(row["count_date"] // DAY_US)
        assert row["fish_sampled"] == 20
    at_sea = {s["container_id"] for s in stays().values() if s["lifecycle_stage_id"] == SEA}
    assert {container for _, container in days} == at_sea
    for counted in days.values():
        assert set(np.diff(counted)) == {14}


def test_crossing_the_limit_brings_a_treatment_within_days():
    limit = tiny_config().lice.limit_female["faroe"]
    by_count = defaultdict(list)
    for row in table("health_licecount"):
        by_count[row["batch_id"], row["count_date"] // DAY_US].append(row["adult_female_count"])
    days = sorted({r["treatment_date"] // DAY_US for r in treatments("lice")})
    assert days
    ends = {
        s["batch_id"]: s["departure_date"]
        for s in stays().values()
        if s["lifecycle_stage_id"] == SEA
    }
    crossed = []
    for (batch, day), counts in by_count.items():
        month = (np.datetime64(0, "D") + day).astype("datetime64[M]").astype(int) % 12
        if np.mean(counts) / 20 >= limit[month]:
            crossed.append(day)
            first_stay = min(
                s["assignment_date"] for s in stays().values() if s["batch_id"] == batch
            )
            assert first_stay < day
            leaving = ends[batch] is not None and ends[batch] - day < 60
            if not leaving:
                assert any(day < d <= day + 8 for d in days)
    for day in days:
        assert any(day - 9 <= c < day for c in crossed), "a treatment without a reason"


def test_fish_are_not_fed_on_the_day_of_delousing():
    fed = defaultdict(set)
    for row in table("inventory_feedingevent"):
        fed[int(row["batch_assignment_id"])].add(row["feeding_date"])
    chosen = [r for r in treatments("delousing") if r["treatment_type"] == "physical"]
    assert chosen
    for row in chosen:
        day = row["treatment_date"] // DAY_US
        assert not fed[int(row["batch_assignment_id"])] & {day, day - 1}


def world_at_sea(month=20):
    """A ledger of the tiny farm with fish at sea, on a new morning."""
    ledger = Ledger(tiny_farm().config)
    ledger.restore(tiny_farm().snapshots[month])
    world = ledger._world
    world.output.start_month()
    world.begin_day(ledger._next_day)
    fish = world.fish
    world.today.appetite = np.full(len(fish), 10_000)
    fish.health[:] = 0
    assert (fish.stage == 5).all()
    assert (fish.move_day == NEVER).all()
    return world


@pytest.mark.parametrize("name", ["thermal", "freshwater", "deltamethrin", "emamectin"])
def test_a_treatment_removes_lice_by_its_efficacy(name):
    world = world_at_sea()
    fish, treatment = world.fish, Treatment(world)
    for stage in ("attached", "mobile", "female"):
        fish.health[:, HEALTH[f"lice_{stage}"]] = 20_000
    keys = list(world.config.treatments.protocols)
    world.lice_due[fish.place] = world.today.day
    world.lice_method[fish.place] = keys.index(name)
    first = fish.container == fish.container.min()
    treatment.advance(world)
    left = fish.health[first] / 20_000
    efficacy = world.config.treatments.protocols[name].lice
    for stage in ("attached", "mobile", "female"):
        removed = 1 - left[0, HEALTH[f"lice_{stage}"]]
        # A treatment may fail, but never helps what it cannot touch.
        assert removed <= min(getattr(efficacy, stage) * 1.45, 1.0) + 1e-9
        assert removed > 0 or getattr(efficacy, stage) == 0
    protocol = world.config.treatments.protocols[name]
    treated = fish.health[:, HEALTH["lice_treated_day"]] == world.today.day
    assert treated.any()
    assert (world.today.appetite[treated] == round(protocol.appetite * 10_000)).all()
    assert any(kind == "treatment" and ore > 0 for _, kind, ore in world.today.costs)


def test_a_treatment_lowers_the_deaths_of_a_disease():
    shares = []
    for curbed in (0, 7_000):
        world = world_at_sea()
        number = list(world.config.diseases.profiles).index("furunculosis")
        fish = world.fish
        fish.health[:, HEALTH["disease"]] = number + 1
        fish.health[:, HEALTH["disease_day"]] = world.today.day - 6
        fish.health[:, HEALTH["disease_curbed"]] = curbed
        Diseases(world).advance(world)
        assert (world.today.appetite < 10_000).all()
        shares.append(world.today.excess[0].share)
    assert (shares[0] > 0).all()
    assert shares[1] == pytest.approx(0.3 * shares[0])


def test_a_vaccine_lowers_the_deaths_of_its_disease():
    shares = []
    for vaccines in (0, 0b111):
        world = world_at_sea()
        number = list(world.config.diseases.profiles).index("furunculosis")
        world.fish.health[:, HEALTH["disease"]] = number + 1
        world.fish.health[:, HEALTH["disease_day"]] = world.today.day - 6
        world.fish.health[:, HEALTH["vaccinated"]] = vaccines
        Diseases(world).advance(world)
        shares.append(world.today.excess[0].share)
    assert shares[1] == pytest.approx(0.25 * shares[0])


def test_lice_multiply_faster_in_warm_water_and_never_in_fresh_water():
    grown = []
    for temperature in (60_000, 120_000):
        world = world_at_sea()
        world.place_level[:, 0] = world.place_level_next[:, 0] = temperature
        world.place_level[:, 3] = 350_000
        lice = Lice(world)
        for day in range(world.today.day, world.today.day + 60):
            world.begin_day(day)
            lice.advance(world)
        grown.append(world.fish.health[:, HEALTH["lice_female"]].mean())
    assert grown[1] > 1.5 * grown[0] > 0
    config = tiny_config().lice
    assert development_days(np.array([8.0, 10.0]), config) == pytest.approx([53, 41], abs=1)
    assert stien_days(np.array(8.0), config.egg_beta1, config.egg_beta2) == pytest.approx(
        12, abs=0.6
    )
    for snapshot in sickly().snapshots:
        fresh = snapshot["fish.stage"] < 5
        lousy = snapshot["fish.health"][:, HEALTH["lice_attached"] : HEALTH["lice_female"] + 1]
        assert not lousy[fresh].any()


def test_fish_are_vaccinated_once_heavy_enough_and_weeks_before_the_sea():
    weight = defaultdict(dict)
    history = sickly().history("batch_batchcontainerassignment")
    for key, moment, grams in zip(
        history["id"].tolist(), history["history_date"], history["avg_weight_g"], strict=True
    ):
        weight[key][moment // DAY_US] = grams / 100
    fed = defaultdict(set)
    for row in table("inventory_feedingevent"):
        fed[int(row["batch_assignment_id"])].add(row["feeding_date"])
    to_sea = {
        batch: min(
            s["assignment_date"]
            for s in stays().values()
            if s["batch_id"] == batch and s["lifecycle_stage_id"] == SEA
        )
        for batch in {s["batch_id"] for s in stays().values() if s["lifecycle_stage_id"] == SEA}
    }
    given = [r for r in table("health_treatment") if r["treatment_type"] == "vaccination"]
    assert set(to_sea) <= {r["batch_id"] for r in given}
    for row in given:
        key, day = int(row["batch_assignment_id"]), row["treatment_date"] // DAY_US
        assert row["vaccination_type_id"] == 2
        assert weight[key][day - 1] >= 30
        assert not fed[key] & {day - 2, day - 1, day}
        if row["batch_id"] in to_sea:
            assert day <= to_sea[row["batch_id"]] - 45


def test_nothing_is_slaughtered_within_a_withdrawal_period():
    until = defaultdict(int)
    for row in table("health_treatment"):
        key = int(row["batch_assignment_id"])
        end = row["treatment_date"] // DAY_US + row["withholding_period_days"]
        until[key] = max(until[key], end)
    events = table("harvest_harvestevent")
    assert events
    for event in events:
        assert event["event_date"] // DAY_US > until[int(event["assignment_id"])]


def test_the_harvest_waits_for_a_withdrawal_period():
    world = world_at_sea()
    batch = next(b for b in world.batches if b.stage == 5)
    batch.target_weight_g, batch.sea_start = 1, world.today.day - 400
    until = world.today.day + 25
    world.fish.health[0, HEALTH["withheld_until"]] = until
    Harvest().advance(world)
    assert batch.harvest_start == until + 1
    # And nothing with a withdrawal period is given from then on.
    number = list(world.config.diseases.profiles).index("furunculosis")
    world.fish.health[:, HEALTH["disease"]] = number + 1
    treatment, given = Treatment(world), []
    for back in range(15):
        world.fish.health[:, HEALTH["disease_day"]] = world.today.day - back
        world.begin_day(world.today.day)
        world.today.appetite = np.full(len(world.fish), 10_000)
        treatment.advance(world)
        given += world.today.given
    assert given
    assert world.fish.health[:, HEALTH["withheld_until"]].max() == until


def test_withdrawal_days_follow_degree_days():
    row = next(r for r in treatments("Florfenicol"))
    warmth = 135 / (row["withholding_period_days"] - 9)
    assert 4 < warmth < 16


def test_outcomes_are_pending_until_they_are_known():
    history = sickly().history("health_treatment")
    assert set(history["outcome"][history["history_type"] == "+"]) == {"pending"}
    changed = history["outcome"][history["history_type"] == "~"]
    assert set(changed) <= {"successful", "partial", "unsuccessful"}
    assert 0.6 < (changed == "successful").mean() < 0.98


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
    month = ledger.advance_month(add_months(farm.config.generation.start_date, end + 1))
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


def test_a_vaccine_protects_only_after_its_onset():
    shares = []
    for onset in (1, 0):
        world = world_at_sea()
        number = list(world.config.diseases.profiles).index("furunculosis")
        world.fish.health[:, HEALTH["disease"]] = number + 1
        world.fish.health[:, HEALTH["disease_day"]] = world.today.day - 6
        world.fish.health[:, HEALTH["vaccinated"]] = 0b111
        world.fish.health[:, HEALTH["protected_from"]] = world.today.day + onset
        Diseases(world).advance(world)
        shares.append(world.today.excess[0].share)
    assert shares[1] == pytest.approx(0.25 * shares[0])
    for snapshot in sickly().snapshots:
        health = snapshot["fish.health"]
        given = health[:, HEALTH["vaccinated"]] > 0
        days = health[given, HEALTH["protected_from"]] - health[given, HEALTH["vaccination_due"]]
        # 500-600 degree-days in water of 11 to 14 °C.
        assert ((days >= 36) & (days <= 55)).all()

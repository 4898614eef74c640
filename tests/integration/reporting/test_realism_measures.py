"""Quantities are measured from what is stored: what is planted is found again."""

import psycopg
import pytest

from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.reporting.realism.measures import MEASURES, Measurer, measuring

TINY = load_config(CONFIG_DIR, "tiny", [], None)


def measure(connection, *names):
    """Measure some quantities after what was planted; leaves no temporary tables behind."""
    files = {name: file for file, known in MEASURES.items() for name in known}
    with connection.transaction(force_rollback=True):
        measurer = Measurer(connection, TINY)
        measurer.prepare()
        return [measurer.measure(files[name], name) for name in names]


def test_harvest_weight_is_live_weight_over_fish(farm):
    kg, fish = farm.execute(
        "SELECT sum(live_weight_kg), sum(unit_count) FROM harvest_harvestlot l"
        " JOIN harvest_harvestevent e ON e.id = l.event_id"
        " JOIN batch_batch b ON b.id = e.batch_id WHERE b.status = 'COMPLETED'"
    ).fetchone()
    (before,) = measure(farm, "harvest_weight_g")
    assert before == {"Faroe Islands": pytest.approx(1000 * float(kg / fish))}
    farm.execute("UPDATE harvest_harvestlot SET live_weight_kg = live_weight_kg / 2")

    (after,) = measure(farm, "harvest_weight_g")

    assert after["Faroe Islands"] == pytest.approx(before["Faroe Islands"] / 2)


def test_planted_deaths_are_in_the_loss_at_sea_and_in_their_cause(farm):
    loss, storms = measure(farm, "sea_loss", "cause_environment")
    dead, left = farm.execute(
        "SELECT (SELECT sum(m.count) FROM batch_mortalityevent m"
        "        JOIN batch_batchcontainerassignment a ON a.id = m.assignment_id"
        "        WHERE a.batch_id = 1 AND a.lifecycle_stage_id = 6),"
        "       (SELECT sum(unit_count) FROM harvest_harvestlot l"
        "        JOIN harvest_harvestevent e ON e.id = l.event_id WHERE e.batch_id = 1)"
    ).fetchone()
    assert loss["Faroe Islands"] == pytest.approx(100 * dead / (dead + left))
    farm.execute(
        "UPDATE batch_mortalityevent SET count = count + 30000, cause = 'ENVIRONMENTAL'"
        " WHERE id = (SELECT min(m.id) FROM batch_mortalityevent m"
        " JOIN batch_batchcontainerassignment a ON a.id = m.assignment_id"
        " WHERE a.batch_id = 1 AND a.lifecycle_stage_id = 6)"
    )

    more, worse = measure(farm, "sea_loss", "cause_environment")

    assert more["Faroe Islands"] == pytest.approx(100 * (dead + 30000) / (dead + 30000 + left))
    assert worse["sea"] > storms.get("sea", 0) + 20


def test_readings_that_are_a_degree_warmer_make_the_mean_warmer_and_nothing_else(farm):
    names = ("sea_temperature_mean", "sea_temperature_amplitude", "co2")
    mean, swing, co2 = measure(farm, *names)
    farm.execute(
        "UPDATE environmental_environmentalreading r SET value = r.value + 1"
        " FROM environmental_environmentalparameter p"
        " WHERE p.id = r.parameter_id AND p.name = 'Temperature'"
    )

    warmer, same_swing, same_co2 = measure(farm, *names)

    assert warmer["Faroe Islands"] == pytest.approx(mean["Faroe Islands"] + 1)
    assert same_swing["Faroe Islands"] == pytest.approx(swing["Faroe Islands"])
    assert same_co2 == co2


def test_lice_are_counted_a_fish_and_held_against_the_limit(farm):
    farm.execute("UPDATE health_licecount SET adult_female_count = 60, fish_sampled = 20")

    female, over = measure(farm, "lice_female", "lice_over_limit")

    assert female == {"Faroe Islands, autumn": 3.0, "Faroe Islands, spring": 3.0}
    assert over == {"Faroe Islands": 100.0}


def test_feed_conversion_doubles_with_the_feed(farm):
    economic, biological = measure(farm, "fcr_economic", "fcr_biological")
    farm.execute("UPDATE inventory_feedingevent SET amount_kg = amount_kg * 2")

    more, same_growth = measure(farm, "fcr_economic", "fcr_biological")

    assert more["Faroe Islands"] == pytest.approx(2 * economic["Faroe Islands"])
    assert same_growth["Adult"] == pytest.approx(2 * biological["Adult"])


def test_a_table_that_loses_its_rows_is_told(farm):
    measurer = Measurer(farm, TINY)
    before = measurer.empty_tables()
    assert "batch_batchcomposition" in before
    assert "environmental_weatherdata" not in before
    farm.execute("DELETE FROM environmental_weatherdata")

    assert set(measurer.empty_tables()) - set(before) == {"environmental_weatherdata"}


def test_measuring_leaves_nothing_behind(tiny_farm):
    tables = "SELECT count(*) FROM pg_class WHERE relname LIKE 'realism%'"
    with psycopg.connect(tiny_farm.url, autocommit=True) as connection:
        with measuring(connection, TINY) as measurer:
            found = measurer.measure_all()
            assert connection.execute(tables).fetchone()[0] > 10
        assert connection.execute(tables).fetchone()[0] == 0
    measured = [name for name, values in found.items() if values]
    assert len(measured) > 75

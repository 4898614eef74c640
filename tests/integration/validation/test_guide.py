"""The guide's six checks of a batch: their figures, and what makes each of them fail."""

from collections import Counter
from datetime import date, timedelta

import psycopg
import pytest

from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.validation.checks import HISTORY
from data_generation.validation.guide import Guide, GuideResults, all_batches
from data_generation.validation.results import Results
from data_generation.validation.runner import Checker, run_checks
from data_generation.validation.scope import Scope

READINGS = "environmental_environmentalreading"
CHECKS = (
    "data_completeness",
    "orphaned_readings",
    "feed_containers",
    "stage_transitions",
    "survival_rate",
    "audit_trail",
)


def configured(*sets):
    return load_config(CONFIG_DIR, "tiny", list(sets), None)


TINY = configured()


def examine(connection, config=TINY, batches=(1, 2)):
    """The reports of batches by id, and the queries behind faults."""
    checker, integrity, results = (
        Checker(connection.cursor()),
        Results(),
        GuideResults(),
    )
    run_checks([checker], ["integrity"], config, Scope(), integrity)
    broken = integrity.by_batch.get(HISTORY.name, Counter())
    Guide(checker, config).check(batches, broken, results)
    queries = {name: query for name, (_, query) in results.queries.items()}
    return {report.id: report for report in results.batches}, queries


def failing(report, verdicts=("unusual", "broken")):
    return {check.name for check in report.checks if check.verdict in verdicts}


def figures(report, name):
    return next(check.figures for check in report.checks if check.name == name)


def text(report, name):
    return next(check.text for check in report.checks if check.name == name)


def test_a_run_passes_and_its_figures_are_counted(farm):
    reports, queries = examine(farm)
    first, second = reports[1], reports[2]

    assert (failing(first), failing(second), queries) == (set(), set(), {})
    assert tuple(check.name for check in first.checks) == CHECKS
    assert (first.batch_number, first.status, first.stage) == ("FI-2015-001", "COMPLETED", "Adult")
    (harvested,) = farm.execute(
        "SELECT max(departure_date) FROM batch_batchcontainerassignment WHERE batch_id = 1"
    ).fetchone()
    assert (first.first_day, first.last_day) == (date(2015, 1, 3), harvested)
    assert (second.first_day, second.last_day) == (harvested + timedelta(1), date(2017, 12, 31))
    assert second.age_days == (date(2017, 12, 31) - harvested).days
    # Halls: 7 sensors a container, cages: 4; the day of a move counts for the new container.
    container_days, due = farm.execute(
        "SELECT sum(coalesce(departure_date, '2018-01-01') - assignment_date), "
        "sum((coalesce(departure_date, '2018-01-01') - assignment_date) "
        "* CASE lifecycle_stage_id WHEN 6 THEN 4 ELSE 7 END) "
        "FROM batch_batchcontainerassignment WHERE batch_id = 1"
    ).fetchone()
    complete = figures(first, "data_completeness")
    assert (complete["container_days"], complete["readings_due"]) == (container_days, due)
    (stored,) = farm.execute(
        f"SELECT count(*) FROM {READINGS} WHERE batch_id = 1 AND NOT is_manual"
    ).fetchone()
    assert complete["readings_found"] == stored
    assert 0.99 < complete["share"] < 1
    survived = figures(first, "survival_rate")
    assert survived["eggs"] == survived["alive"] + survived["harvested"] + survived["dead"]
    assert 0.70 < survived["share"] < survived["share_on_day_650"] < 0.85
    assert figures(second, "survival_rate")["share_on_day_650"] is None
    assert figures(first, "stage_transitions")["stages"] == 6
    assert figures(first, "stage_transitions")["stages_due"] == 6
    assert figures(second, "stage_transitions")["stages"] == 2
    assert 0.5 < figures(first, "feed_containers")["share"] <= 1
    assert figures(first, "audit_trail")["history_rows"] > 10_000


def test_a_day_without_any_reading_of_a_container(farm):
    farm.execute(
        f"DELETE FROM {READINGS} WHERE batch_container_assignment_id = 6 "
        "AND reading_time::date = '2015-05-05'"
    )

    reports, queries = examine(farm)

    assert failing(reports[1]) == {"data_completeness"}
    assert failing(reports[2]) == set()
    assert figures(reports[1], "data_completeness")["silent_container_days"] == 1
    assert "nothing read on 1 of" in text(reports[1], "data_completeness")
    worst = farm.execute(queries["data_completeness"]).fetchone()
    assert (worst[1], worst[3], worst[4]) == (6, date(2015, 5, 5), 0)


def test_a_parameter_that_no_sensor_read(farm):
    gone = (
        f"DELETE FROM {READINGS} WHERE batch_id = 1 AND parameter_id = 3 "
        "AND reading_time::date = '2015-05-05'"
    )
    farm.execute(f"{gone} AND batch_container_assignment_id <> 6")
    reports, queries = examine(farm)
    assert (failing(reports[1]), queries) == (set(), {}), "one sensor still reads"

    farm.execute(gone)
    reports, queries = examine(farm)

    assert failing(reports[1]) == {"data_completeness"}
    assert figures(reports[1], "data_completeness")["silent_parameter_days"] == 1
    assert figures(reports[1], "data_completeness")["silent_container_days"] == 0
    assert farm.execute(queries["silent_parameters"]).fetchall() == [(1, date(2015, 5, 5), "pH", 4)]


def test_readings_thinned_out_everywhere(farm):
    farm.execute(f"DELETE FROM {READINGS} WHERE id % 25 = 0")

    reports, _ = examine(farm)

    assert failing(reports[1]) == failing(reports[2]) == {"data_completeness"}
    assert 0.95 < figures(reports[1], "data_completeness")["share"] < 0.97


def test_more_readings_of_one_day_do_not_stand_for_those_of_another(farm):
    farm.execute(f"DELETE FROM {READINGS} WHERE id % 25 = 0")
    before, _ = examine(farm)
    farm.execute(
        f"INSERT INTO {READINGS} SELECT id + 10000000, value, reading_time + interval '1 minute', "
        "is_manual, notes, created_at, batch_id, container_id, parameter_id, recorded_by_id, "
        "sensor_id, batch_container_assignment_id "
        f"FROM {READINGS} WHERE reading_time::date = '2015-05-05'"
    )

    after, _ = examine(farm)

    share = figures(after[1], "data_completeness")["share"]
    assert share == pytest.approx(figures(before[1], "data_completeness")["share"], abs=1e-4)
    assert failing(after[1]) == {"data_completeness"}


def test_a_batch_whose_last_readings_are_missing(farm):
    farm.execute(f"DELETE FROM {READINGS} WHERE reading_time >= '2017-12-01'")

    reports, _ = examine(farm)

    assert failing(reports[2]) == {"data_completeness"}
    assert figures(reports[2], "data_completeness")["silent_container_days"] == 4 * 31
    assert reports[2].last_day == date(2017, 12, 31)


def test_containers_without_active_sensors(farm):
    farm.execute("UPDATE infrastructure_sensor SET active = false")

    reports, _ = examine(farm)

    assert failing(reports[1]) == {"data_completeness"}
    assert "no active sensor" in text(reports[1], "data_completeness")


def test_orphaned_readings_are_those_of_the_fish_that_were_there(farm):
    for assignment, setting in (
        (6, "batch_id = NULL, batch_container_assignment_id = NULL"),
        (7, "batch_id = NULL"),
        (8, "batch_container_assignment_id = NULL"),
        (9, "batch_id = NULL, batch_container_assignment_id = NULL, container_id = NULL"),
        (29, "batch_id = NULL, batch_container_assignment_id = NULL"),
    ):
        farm.execute(
            f"UPDATE {READINGS} SET {setting} WHERE id = "
            f"(SELECT min(id) FROM {READINGS} WHERE batch_container_assignment_id = {assignment})"
        )

    reports, queries = examine(farm)

    assert failing(reports[1]) == failing(reports[2]) == {"orphaned_readings"}
    assert figures(reports[1], "orphaned_readings") == {"readings": 4}
    assert figures(reports[2], "orphaned_readings") == {"readings": 1}
    rows = farm.execute(queries["orphaned_readings"]).fetchall()
    assert sorted(row[0] for row in rows) == [1, 1, 1, 1, 2]


def test_a_silo_that_is_too_small_for_what_was_in_it(farm):
    farm.execute("UPDATE infrastructure_feedcontainer SET capacity_kg = 100 WHERE id = 7")

    reports, queries = examine(farm)

    assert failing(reports[1]) == {"feed_containers"}
    assert failing(reports[2]) == set()
    assert figures(reports[1], "feed_containers")["share"] > 1
    assert figures(reports[1], "feed_containers")["silo"] == "Hvannasund Barge Silo 1"
    assert {row[1] for row in farm.execute(queries["feed_containers"])} == {7}


def test_stock_without_history_counts_with_what_it_is(farm):
    farm.execute(
        "INSERT INTO inventory_feedcontainerstock (created_at, updated_at, quantity_kg, "
        "entry_date, feed_container_id, feed_purchase_id) "
        "SELECT created_at, updated_at, 1e6, '2016-05-01Z', 7, feed_purchase_id "
        "FROM inventory_feedcontainerstock WHERE id = 1"
    )

    reports, _ = examine(farm)

    assert failing(reports[1]) == {"feed_containers"}


def test_another_batchs_overfull_silo_is_not_this_batchs(farm):
    # Batch 1 left Hall B in July 2015, batch 2 came to it two years later.
    (came,) = farm.execute(
        "SELECT max(assignment_date) FROM batch_batchcontainerassignment "
        "WHERE batch_id = 2 AND lifecycle_stage_id = 2"
    ).fetchone()
    farm.execute(
        "INSERT INTO inventory_historicalfeedcontainerstock (id, created_at, updated_at, "
        "quantity_kg, entry_date, feed_container_id, feed_purchase_id, history_date, history_type) "
        "SELECT 900, now(), now(), kg, %(day)s, 2, 1, moment, kind FROM (VALUES "
        "(%(day)s::timestamptz, 20000, '+'), (%(day)s::timestamptz + '1 day'::interval, 0, '~')) "
        "AS h (moment, kg, kind)",
        {"day": came + timedelta(1)},
    )

    reports, _ = examine(farm)

    assert "feed_containers" not in failing(reports[1])
    assert "feed_containers" in failing(reports[2])


def test_stages_due_by_age(farm):
    second = examine(farm)[0][2]
    since, there = second.age_days - 1, figures(second, "stage_transitions")["stages"]
    for days, wait, due in (
        ([90] * 5, 30, 2),
        ([since // 2 - 10] * 5, 10, 3),
        ([since // 3] * 5, 0, 4),
        ([since, 1, 1, 1, 1], 0, 2),
        ([since + 1, 1, 1, 1, 1], 0, 1),
    ):
        config = configured(
            f"staggering.stage_days={days}", f"acceptance.batch.stage_wait_days={wait}"
        )
        reports, _ = examine(farm, config)

        assert figures(reports[2], "stage_transitions")["stages_due"] == due
        assert ("stage_transitions" in failing(reports[2])) == (due > there)


def test_a_stage_that_was_left_out(farm):
    farm.execute(
        "UPDATE batch_batchcontainerassignment SET lifecycle_stage_id = 2 WHERE id IN "
        "(9, 10, 11, 12)"
    )

    reports, queries = examine(farm)

    assert "stage_transitions" in failing(reports[1])
    assert "not one after the other" in text(reports[1], "stage_transitions")
    assert len(farm.execute(queries["stage_transitions"]).fetchall()) == 5


def test_a_stage_before_its_turn(farm):
    for dates in ("assignment_date = '2015-03-01'", "departure_date = '2015-03-02'"):
        farm.execute(f"UPDATE batch_batchcontainerassignment SET {dates} WHERE id = 9")

    reports, _ = examine(farm)

    assert not figures(reports[1], "stage_transitions")["in_order"]


@pytest.mark.parametrize(("batch", "stage"), [(1, 5), (2, 1), (2, 3)])
def test_a_batch_row_that_says_another_stage(batch, stage, farm):
    farm.execute(f"UPDATE batch_batch SET lifecycle_stage_id = {stage} WHERE id = {batch}")

    reports, _ = examine(farm)

    assert "stage_transitions" in failing(reports[batch])
    assert "says a stage in which it has no fish" in text(reports[batch], "stage_transitions")


@pytest.mark.parametrize(
    ("factor", "what"),
    [("2", "too many die"), ("0.6", "too few die")],
)
def test_survival_out_of_its_range(factor, what, farm):
    farm.execute(f"UPDATE batch_mortalityevent SET count = count * {factor}")
    reports, _ = examine(farm)

    assert "survival_rate" in failing(reports[1]), what


def test_survival_of_a_young_batch_has_no_upper_limit_but_its_eggs(farm):
    found = figures(examine(farm)[0][2], "survival_rate")
    more = "UPDATE batch_batchcontainerassignment SET population_count = population_count + {}"
    last = f"{more} WHERE id = (SELECT max(id) FROM batch_batchcontainerassignment)"
    farm.execute(last.format(found["eggs"] - found["alive"]))
    assert "survival_rate" not in failing(examine(farm)[0][2])
    farm.execute(last.format(1))
    assert "survival_rate" in failing(examine(farm)[0][2])
    few = "UPDATE batch_batchcontainerassignment SET population_count = 1000 WHERE batch_id = 2"
    farm.execute(f"{few} AND is_active")
    reports, queries = examine(farm)
    assert "survival_rate" in failing(reports[2])
    assert farm.execute(queries["survival_rate"]).fetchone()[1] == "FI-2017-001"


def test_fish_lost_after_the_guides_day(farm):
    farm.execute("UPDATE harvest_harvestlot SET unit_count = unit_count * 0.8")

    reports, _ = examine(farm)

    assert failing(reports[1]) == {"survival_rate"} | {"audit_trail"}
    assert 0.70 < figures(reports[1], "survival_rate")["share_on_day_650"] < 0.85


def test_eggs_are_what_became_of_them_where_no_history_says(farm):
    before, _ = examine(farm)
    farm.execute("DELETE FROM batch_historicalbatchcontainerassignment")

    after, _ = examine(farm)

    assert failing(after[1]) == {"audit_trail"}
    assert figures(after[1], "survival_rate") == figures(before[1], "survival_rate")


@pytest.mark.parametrize(
    "table",
    [
        "batch_historicalbatch",
        "batch_historicalbatchtransfer",
        "batch_historicalgrowthsample",
        "inventory_historicalfeedingevent",
        "harvest_historicalharvestlot",
        "harvest_historicalharvestwaste",
    ],
)
def test_a_row_whose_history_is_lost(table, farm):
    key = f"history_id = (SELECT min(history_id) FROM {table} WHERE history_type = '+')"
    farm.execute(f"DELETE FROM {table} WHERE {key}")

    reports, _ = examine(farm)

    assert failing(reports[1]) == {"audit_trail"}
    assert figures(reports[1], "audit_trail")["broken"] == 1
    assert failing(reports[2]) == set()


def test_all_batches_are_listed_the_oldest_first(farm):
    farm.execute("UPDATE batch_batch SET start_date = '2014-01-01' WHERE id = 2")

    assert list(all_batches(farm.cursor()).items()) == [("FI-2017-001", 2), ("FI-2015-001", 1)]


def test_a_database_without_tables_has_no_batches(empty_database):
    with psycopg.connect(empty_database) as connection:
        assert all_batches(connection.cursor()) == {}

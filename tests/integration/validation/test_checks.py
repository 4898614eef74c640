"""Each check finds what is planted for it, and nothing else finds that."""

import re

import pytest

from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.named_sql import statement
from data_generation.validation.checks import CHECKS, HISTORY, MISSING, find, parameters
from data_generation.validation.results import Results
from data_generation.validation.runner import Checker, run_checks
from data_generation.validation.scope import Scope
from tests.integration.validation.planted_faults import INTEGRITY, RULES
from tests.integration.validation.planting import assign
from tests.shell import ROOT

FAULTS = {**INTEGRITY, **RULES}
TINY = load_config(CONFIG_DIR, "tiny", [], None)
COUNTING = ("integrity", "rules")


def check(connection, batches=None, config=TINY, only=None):
    cursor = connection.cursor()
    scope = Scope()
    if batches is not None:
        # What a run stored is not of some of its batches.
        scope = Scope.of(cursor, batches, parameters(config), runs=())
    results = Results()
    run_checks([Checker(cursor)], COUNTING, config, scope, results, only=only)
    return results


def found(results):
    return {finding.check for finding in results.findings if not finding.sound}


def concerned(connection):
    """Chooses the checks that read a table that this transaction has changed.

    The others find what they found before.
    """
    changed = connection.execute(
        "SELECT DISTINCT coalesce(pg_partition_root(relid), relid)::regclass::text "
        "FROM pg_stat_xact_all_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
    )
    tables = {name for (name,) in changed}
    assert tables

    checker = Checker(connection.cursor())

    def chosen(check):
        group, _ = find(check.name)
        text = checker.query(group, check, Scope()).as_string(connection)
        return check in (HISTORY, MISSING) or tables & set(re.findall(r"\w+", text))

    return chosen


def test_a_run_has_no_faults(farm):
    for batches in (None, [1], [2], [1, 2]):
        results = check(farm, batches)

        assert found(results) == set()
        made = len(results.findings) + len(results.skipped)
        assert made == sum(len(CHECKS[group]) for group in COUNTING)
        assert all(skipped.nothing for skipped in results.skipped)
        if batches is None:
            assert results.skipped == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_by_its_checks_alone(name, farm):
    fault = FAULTS[name]

    fault.plant(farm)

    # Restricted queries find some of the same rows: of a batch no other check need be asked.
    whole = check(farm, only=concerned(farm))
    of_one, of_other = (
        check(farm, [batch], only=lambda check: check.name in fault.found | fault.other)
        for batch in (1, 2)
    )
    assert found(whole) == fault.found
    assert found(of_one) == fault.found - fault.not_of_a_batch - {MISSING.name}
    assert found(of_other) == fault.other
    # What is shown must be the rows that were counted.
    for results in (whole, of_one):
        for finding in results.findings:
            if not finding.sound:
                rows = farm.execute(results.queries[finding.check]).fetchall()
                assert len(rows) == finding.value
                assert results.tables[finding.check]


def test_the_density_of_cages_is_reckoned_from_their_fish_on_every_day(farm):
    def overfull():
        return found(check(farm, only=lambda check: check.name == "container_overfull"))

    row, cage, kg = farm.execute(
        "SELECT history_id, container_id, biomass_kg "
        "FROM batch_historicalbatchcontainerassignment h "
        "JOIN infrastructure_container c ON c.id = h.container_id "
        "WHERE c.area_id IS NOT NULL AND is_active ORDER BY biomass_kg DESC, history_id LIMIT 1"
    ).fetchone()
    farm.execute(
        "UPDATE infrastructure_container SET volume_m3 = %s WHERE id = %s", [kg / 20, cage]
    )
    assert overfull() == set()

    # The same kilograms of fish a tenth as heavy, which need twice the room.
    farm.execute(
        "UPDATE batch_historicalbatchcontainerassignment "
        "SET population_count = population_count * 10 WHERE history_id = %s",
        [row],
    )

    assert overfull() == {"container_overfull"}


def test_weeks_are_calendar_weeks_in_any_century(farm):
    # By whole weeks, so that a Monday stays one.
    for table, columns in (
        ("inventory_feedingevent", ("feeding_date",)),
        ("inventory_containerfeedingsummary", ("period_start", "period_end")),
        ("inventory_batchfeedingsummary", ("period_start", "period_end")),
    ):
        moved = ", ".join(f"{column} = {column} - 7 * 1044" for column in columns)
        farm.execute(f"UPDATE {table} SET {moved}")
    (first,) = farm.execute("SELECT min(feeding_date) FROM inventory_feedingevent").fetchone()

    assert first.year == 1995
    assert found(check(farm, only=lambda check: check.name == "feed_summaries_differ")) == set()


def test_days_are_sampled_alike_in_one_pass_and_by_month(farm):
    def sampled(name):
        text = statement("data_generation.validation", "water", name)
        return farm.execute(
            f"SELECT count(*), sum(value), sum(sensor_id), count(DISTINCT reading_time::date) "
            f"FROM ({text}) r",
            {},
        ).fetchone()

    in_one_pass, by_month = sampled("sampled_in_one_pass"), sampled("sampled_by_month")

    assert in_one_pass == by_month
    assert in_one_pass[3] > 12


def test_every_counting_check_has_a_planted_fault():
    planted = {check for fault in FAULTS.values() for check in fault.found}

    assert planted == {check.name for group in COUNTING for check in CHECKS[group]}


def test_the_planted_faults_are_documented():
    page = (ROOT / "docs" / "validation.md").read_text("utf-8")
    table = page.split("| planted fault | found by |\n|---|---|\n")[1].split("\n\n")[0]
    rows = dict(re.fullmatch(r"\| (.+) \| (.+) \|", line).groups() for line in table.splitlines())

    assert rows == {
        name: ", ".join(f"`{check}`" for check in sorted(fault.found))
        for name, fault in FAULTS.items()
    }


def test_a_fault_names_its_tables_and_its_rows(farm):
    FAULTS["a lice count changed behind the history's back"].plant(farm)
    results = check(farm, only=lambda check: check is HISTORY)

    text = "\n".join(results.explanations())

    assert "history_incomplete: 1 row in health_licecount.\n" in text
    assert results.as_dict()["tables"] == {"history_incomplete": ["health_licecount"]}


@pytest.mark.parametrize(
    ("place", "rest", "stage", "faults"),
    [
        ("Strond Hall E-01", 13, 5, {"hall_without_rest"}),
        ("Strond Hall E-01", 14, 5, set()),
        ("Hvannasund C01", 60, 6, {"area_without_fallow"}),
        ("Hvannasund C01", 61, 6, set()),
    ],
)
def test_rest_and_fallow_have_their_last_day(place, rest, stage, faults, farm):
    # Halls rest for 14 days after their last tank was emptied, areas lie fallow for 61.
    day, until = farm.execute(
        "SELECT max(departure_date) + %s, max(departure_date) + 90 "
        "FROM batch_batchcontainerassignment WHERE lifecycle_stage_id = %s",
        [rest, stage],
    ).fetchone()
    assign(farm, place, str(day), str(until), stage)

    assert found(check(farm, only=concerned(farm))) == faults


@pytest.mark.parametrize(
    ("berths", "cage", "faults"),
    [
        (1, "Hvannasund C05", {"area_without_fallow"}),
        (1, "Hvannasund C01", {"area_without_fallow"}),
        (2, "Hvannasund C05", set()),
        (2, "Hvannasund C02", {"area_without_fallow"}),
        (2, "Hvannasund C03", {"area_without_fallow"}),
    ],
)
def test_fallow_is_kept_by_berths(berths, cage, faults, farm):
    # Two berths of two cages; what the first batch held in the other berth does not matter.
    config = load_config(
        CONFIG_DIR,
        "tiny",
        [f"farm.berths_per_area={berths}", "farm.area.containers_per_batch=2"],
        None,
    )
    FAULTS["another cage taken during the fallow"].plant(farm)
    farm.execute(
        "UPDATE batch_batchcontainerassignment SET container_id = "
        f"(SELECT id FROM infrastructure_container WHERE name = '{cage}') WHERE id = 900"
    )
    farm.execute(
        "UPDATE batch_historicalbatchcontainerassignment SET container_id = "
        f"(SELECT id FROM infrastructure_container WHERE name = '{cage}') WHERE id = 900"
    )

    assert found(check(farm, config=config, only=concerned(farm))) == faults


def test_a_queue_of_feed_is_that_of_a_berth(farm):
    # An old lot that nobody touches, in the third of the area's four silos.
    lot = "created_at, updated_at, 50, '2016-03-20Z', 9, feed_purchase_id"
    columns = "created_at, updated_at, quantity_kg, entry_date, feed_container_id, feed_purchase_id"
    farm.execute(
        f"INSERT INTO inventory_feedcontainerstock ({columns}) SELECT {lot} "
        "FROM inventory_feedcontainerstock WHERE feed_container_id = 7 ORDER BY id DESC LIMIT 1"
    )

    def silos_with_faults(berths):
        sets = [f"farm.berths_per_area={berths}", "farm.area.containers_per_batch=2"]
        config = load_config(CONFIG_DIR, "tiny", sets, None)
        shown = check(farm, config=config).queries["feed_not_first_in_first_out"]
        used = f"SELECT feed_container_id FROM ({shown}) f JOIN inventory_feedcontainerstock s"
        return {row[0] for row in farm.execute(f"{used} ON s.id = f.feed_stock_id")}

    assert silos_with_faults(1) >= {7, 9}
    assert silos_with_faults(2) <= {9, 10}


def test_a_deletion_on_record_is_no_fault(farm):
    farm.execute(
        "INSERT INTO batch_historicalgrowthsample (id, created_at, updated_at, sample_date, "
        "sample_size, avg_weight_g, notes, assignment_id, history_date, history_type) "
        "SELECT id, created_at, updated_at, sample_date, sample_size, avg_weight_g, notes, "
        "assignment_id, now(), '-' FROM batch_growthsample WHERE id = 9"
    )
    farm.execute("DELETE FROM batch_growthsample WHERE id = 9")

    assert found(check(farm)) == set()


def test_deleted_stock_fills_no_silo(farm):
    farm.execute("DELETE FROM inventory_feedingevent WHERE feed_stock_id = 1")
    farm.execute(
        "INSERT INTO inventory_historicalfeedcontainerstock (id, created_at, updated_at, "
        "quantity_kg, entry_date, feed_container_id, feed_purchase_id, history_date, history_type) "
        "SELECT 500, created_at, updated_at, kg, entry_date, feed_container_id, "
        "feed_purchase_id, moment, kind FROM inventory_feedcontainerstock, (VALUES "
        "('2015-01-01Z'::timestamptz, 9999, '+'), ('2015-01-02Z', 9999, '-')) "
        "AS h (moment, kg, kind) WHERE id = 1"
    )

    assert "silos_over_or_under" not in found(check(farm))


LACKING = {
    "batch_batch.growth_factor": {"tgc_ratio"},
    "batch_mortalityevent.assignment_id": {
        "mortalities_outside_assignment",
        "mortality_records_differ",
        "deaths_at_sea",
    },
    "inventory_feedcontainerstock.written_off_kg": {"feed_lots_unbalanced"},
    "inventory_feedingevent.feed_stock_id": {
        "feed_lots_unbalanced",
        "feed_not_bought",
        "feed_cost_differs",
        "feed_after_expiry",
        "feed_not_first_in_first_out",
    },
}


@pytest.mark.parametrize("column", LACKING)
def test_a_check_without_its_column_is_left_out_and_says_so(column, farm):
    table, name = column.split(".")
    for place in (table, table.replace("_", "_historical", 1)):
        farm.execute(f"ALTER TABLE {place} DROP COLUMN {name}")
    results = Results()

    run_checks([Checker(farm.cursor())], CHECKS, TINY, Scope(), results)

    left_out = {skipped.check for skipped in results.skipped if not skipped.nothing}
    assert left_out == LACKING[column]
    assert {finding.check for finding in results.findings}.isdisjoint(LACKING[column])
    assert found(results) - {"stage_end_weight_g"} == set()
    text = "\n".join(results.lines(CHECKS))
    for name in LACKING[column]:
        assert f"left out {name}: this database has no column {column}" in text
    assert len(results.as_dict()["left_out"]) == len(LACKING[column])


def test_two_columns_that_are_lacking_are_both_named(farm):
    for column in ("inventory_feedcontainerstock.written_off_kg", "batch_batch.growth_factor"):
        table, name = column.split(".")
        farm.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    farm.execute("ALTER TABLE inventory_feedingevent DROP COLUMN feed_stock_id")

    lots = next(c for c in check(farm).skipped if c.check == "feed_lots_unbalanced")

    assert "feed_stock_id, inventory_feedcontainerstock.written_off_kg" in lots.reason

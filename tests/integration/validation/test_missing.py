"""What runs stored is looked for, by table and month: no check passes on nothing."""

import pytest

from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.storage.keys.shifts import Keys
from data_generation.validation.checks import CHECKS, MISSING
from data_generation.validation.results import Results, Validation
from data_generation.validation.runner import Checker, run_checks
from data_generation.validation.scope import Scope
from data_generation.validation.stored import _of_table, _Unit, merged

TINY = load_config(CONFIG_DIR, "tiny", [], None)
READINGS = "environmental_environmentalreading"


def check(connection, groups=("integrity",), only=lambda check: check is MISSING):
    results = Results()
    run_checks([Checker(connection.cursor())], groups, TINY, Scope(), results, only=only)
    return results


def filled(connection):
    return [
        table
        for (table,) in connection.execute(
            "SELECT DISTINCT jsonb_object_keys(rows) FROM data_generation.unit ORDER BY 1"
        )
    ]


def test_each_table_that_loses_its_rows_is_named(farm):
    tables = filled(farm)
    assert len(tables) > 100
    # Rows that refer to those that are gone stay: only the table itself is short.
    farm.execute("SET LOCAL session_replication_role = replica")
    checker = Checker(farm.cursor())
    noted = checker._noted(Scope())
    for table in tables:
        farm.execute("SAVEPOINT whole")
        farm.execute(f"DELETE FROM {table}")
        # Of the others is known that they are there: that is the test below.
        checker._stored = {None: {table: noted[table]}}
        results = Results()
        run_checks([checker], ["integrity"], TINY, Scope(), results, only=lambda c: c is MISSING)
        farm.execute("ROLLBACK TO whole")

        assert Validation(results).broken == 1, table
        assert results.tables["rows_missing"] == (table,)


def test_months_that_are_short_are_shown_with_what_was_stored(farm):
    farm.execute(
        f"DELETE FROM {READINGS} WHERE reading_time >= '2016-05-01' AND reading_time < '2016-07-01'"
    )
    farm.execute("DELETE FROM health_historicallicecount WHERE history_id = 1")
    results = check(farm)

    shown = farm.execute(f"{results.queries['rows_missing']} ORDER BY 1, 2").fetchall()

    assert [(table, f"{month:%Y-%m}", found) for table, month, _, found in shown] == [
        (READINGS, "2016-05", 0),
        (READINGS, "2016-06", 0),
        ("health_historicallicecount", f"{shown[2][1]:%Y-%m}", shown[2][3]),
    ]
    assert all(stored > found for _, _, stored, found in shown)
    assert shown[2][2] - shown[2][3] == 1
    assert "rows_missing: 3 rows in environmental_environmentalreading, health_hist" in "\n".join(
        results.explanations()
    )


def test_rows_of_others_do_not_stand_for_rows_that_are_gone(farm):
    farm.execute("DELETE FROM environmental_weatherdata WHERE id = 100")
    farm.execute(
        "INSERT INTO environmental_weatherdata SELECT (jsonb_populate_record(w, "
        "jsonb_build_object('id', 900000 + id, 'timestamp', w.timestamp + interval '1 minute'))).* "
        "FROM environmental_weatherdata w WHERE id <= 50"
    )

    assert check(farm).tables["rows_missing"] == ("environmental_weatherdata",)


def test_a_deletion_on_record_owes_nothing(farm):
    columns = [
        name
        for (name,) in farm.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'batch_growthsample'::regclass "
            "AND attnum > 0 AND NOT attisdropped"
        )
    ]
    names = ", ".join(columns)
    farm.execute(
        f"INSERT INTO batch_historicalgrowthsample ({names}, history_date, history_type) "
        f"SELECT {names}, now(), '-' FROM batch_growthsample WHERE id = 9"
    )
    farm.execute("DELETE FROM batch_growthsample WHERE id = 9")

    assert check(farm).findings[0].verdict == "passed"


def test_without_a_record_nothing_can_be_said(farm):
    farm.execute("DROP SCHEMA data_generation CASCADE")

    (skipped,) = check(farm).skipped

    assert (skipped.nothing, skipped.reason) == (True, "no record of what a run stored")


def test_readings_and_deaths_that_are_gone_leave_checks_with_nothing_to_look_at(farm):
    farm.execute(f"TRUNCATE {READINGS} CASCADE")
    farm.execute("TRUNCATE batch_mortalityevent CASCADE")
    results = check(farm, CHECKS, only=None)
    nothing = {skipped.check for skipped in results.skipped if skipped.nothing}

    assert nothing >= {
        "readings_outside_assignment",
        "readings_stored_late",
        "readings_wrong_for_water",
        "duplicate_readings",
        "sensors_apart",
        "mortalities_outside_assignment",
        "autumn_mortality",
        "cause_of_death_percent",
        "readings_lag_1",
        "tgc_ratio",
    }
    assert set(results.tables["rows_missing"]) == {READINGS, "batch_mortalityevent"}
    assert Validation(results).broken


@pytest.mark.long
def test_no_check_fails_on_a_table_that_is_empty(farm):
    for table in filled(farm):
        farm.execute("SAVEPOINT whole")
        farm.execute(f"TRUNCATE {table} CASCADE")
        results = check(farm, CHECKS, only=None)
        farm.execute("ROLLBACK TO whole")

        assert table in results.tables["rows_missing"]


def test_months_take_their_keys_one_after_the_other():
    # The third and the sixth key are of rows that were there before; from the fifth on keys move.
    keys = Keys({"t": ((1, 0), (3, 47), (4, 10), (6, 94), (7, 20))}, {"t": ((3, 3), (6, 6))})
    units = [_Unit(month, {"t": rows}, {"t": keys}) for month, rows, keys in ((1, 3, 3), (2, 1, 2))]

    found = list(_of_table(keys, "t", units))

    assert [(s.month, s.rows, s.first, s.last) for s in found] == [
        (1, 3, 1, 2),
        (1, 0, 14, 14),
        (2, 1, 15, 15),
        (2, 0, 27, 27),
    ]
    assert merged(found) == [(1, 2), (14, 15), (27, 27)]

"""What a validation covers: a run's own rows, or all there are."""

import re
import time
import uuid
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from data_generation.cli.limits import batches_of
from data_generation.config.loading.loader import CONFIG_DIR, load_config
from data_generation.runs.postgres import store
from data_generation.validation.checks import CHECKS
from data_generation.validation.lanes import share
from data_generation.validation.runner import Checker, snapshots
from data_generation.validation.scope import Scope, alone
from data_generation.validation.verification import Coverage, Part, verify

CONFIG = CONFIG_DIR
TINY = load_config(CONFIG, "tiny", [], None)
THEIRS = """
INSERT INTO batch_batch (id, created_at, updated_at, batch_number, status, start_date, notes,
                         batch_type, lifecycle_stage_id, species_id)
VALUES (7, now(), now(), 'TEST-1', 'ACTIVE', '2017-06-01', '', 'STANDARD', 2, 1);
INSERT INTO infrastructure_container (id, created_at, updated_at, name, volume_m3, max_biomass_kg,
                                      active, container_type_id, hall_id,
                                      feed_recommendations_enabled)
VALUES (900, now(), now(), 'Old tank', 1, 1, true, 2,
        (SELECT max(id) FROM infrastructure_hall), false);
INSERT INTO infrastructure_sensor (id, created_at, updated_at, name, sensor_type, serial_number,
                                   manufacturer, active, container_id)
VALUES (9000, now(), now(), 'Turbidity', 'OTHER', '', '', true, 900);
INSERT INTO batch_batchcontainerassignment (id, created_at, updated_at, population_count,
    biomass_kg, assignment_date, is_active, notes, batch_id, container_id, lifecycle_stage_id)
VALUES (900, now(), now(), 100, 10, '2017-06-01', true, '', 7, 900, 2);
INSERT INTO environmental_environmentalreading (value, reading_time, is_manual, notes, created_at,
                                                container_id, parameter_id)
SELECT 900, '2017-06-02Z', true, '', now(), 900, id FROM environmental_environmentalparameter;
INSERT INTO inventory_feedpurchase (created_at, updated_at, purchase_date, quantity_kg, cost_per_kg,
                                    supplier, batch_number, notes, feed_id)
VALUES (now(), now(), '2017-06-01', 100, 10, 'Somebody', 'X-1', '', 1);
INSERT INTO harvest_harvestevent (id, created_at, updated_at, event_date, dest_subsidiary,
                                  document_ref, assignment_id, batch_id, dest_geography_id)
VALUES (900, now(), now(), '2017-06-03Z', 'LG', 'X', 900, 7, 1);
INSERT INTO harvest_harvestlot (created_at, updated_at, live_weight_kg, gutted_weight_kg,
                                fillet_weight_kg, unit_count, event_id, product_grade_id)
VALUES (now(), now(), 900000, 1, 1, 10, 900, 1);
"""


@pytest.fixture
def copy(server_url, tiny_farm):
    """A connection to a copy of the farm that may be changed for good."""
    name = f"scope_{uuid.uuid4().hex}"
    template = conninfo_to_dict(tiny_farm.url)["dbname"]
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        url = make_conninfo(server_url, dbname=name)
        with psycopg.connect(url, autocommit=True) as copied:
            yield copied
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def faulty(result):
    return {f.check for f in result.results.findings if not f.sound}


def run_of(connection):
    return connection.execute("SELECT id FROM data_generation.run").fetchone()[0]


WHOLE = Coverage(one_by_one=False)
OURS = Coverage("2 batches of runs and their places", whole=False, one_by_one=False)


def validate(connections, coverage=WHOLE, watch=None):
    return verify(connections, [Part(TINY, (1, 2), years=True)], coverage, watch=watch)


def test_a_run_is_alone_until_somebody_else_has_a_batch(copy):
    assert alone(copy, run_of(copy))

    copy.execute(THEIRS)

    assert not alone(copy, run_of(copy))


def test_all_rows_are_looked_at_in_a_whole_database(copy):
    # Nobody's: only a check of everything can see it.
    copy.execute(
        "INSERT INTO inventory_feedpurchase (created_at, updated_at, purchase_date, quantity_kg, "
        "cost_per_kg, supplier, batch_number, notes, feed_id) "
        "VALUES (now(), now(), '2017-06-01', 100, 10, 'Somebody', 'X-1', '', 1)"
    )

    assert faulty(validate([copy])) == {"purchases_not_received", "history_incomplete"}
    assert faulty(validate([copy], OURS)) == set()


def test_rows_of_others_are_not_the_runs_faults(copy):
    before = validate([copy], OURS)
    copy.execute(THEIRS)

    everything = validate([copy])
    ours = validate([copy], OURS)

    assert faulty(everything) >= {
        "readings_outside_assignment",
        "fish_created_or_lost",
        "purchases_not_received",
        "history_incomplete",
        "wrong_parameter_for_water",
        "harvest_weight_g",
    }
    # Rows that others added are no rows missing.
    assert "rows_missing" not in faulty(everything)
    # Findings equal those of before: also the statistics do not see the others' rows.
    for here, there in zip(ours.results.findings, before.results.findings, strict=True):
        # Sums of other rows are taken in another order, so the last digit of a mean may differ.
        assert replace(here, value=0.0, allowance=0.0) == replace(there, value=0.0, allowance=0.0)
        assert here.value == pytest.approx(there.value, rel=1e-9, nan_ok=True)
    assert "checks of 2 batches of runs and their places: " in ours.summary()


def test_a_faults_query_of_a_restricted_check_gives_its_rows(copy):
    copy.execute(THEIRS)
    copy.execute("UPDATE infrastructure_feedcontainer SET capacity_kg = 100 WHERE id = 7")

    result = validate([copy], OURS)

    (finding,) = (f for f in result.results.findings if f.check == "silos_over_or_under")
    rows = copy.execute(result.results.queries["silos_over_or_under"]).fetchall()
    assert len(rows) == finding.value > 0
    assert {row[0] for row in rows} == {7}


def test_several_connections_find_what_one_finds(copy):
    copy.execute("UPDATE infrastructure_feedcontainer SET capacity_kg = 100 WHERE id = 7")
    told = []

    lone = validate([copy])
    with psycopg.connect(copy.info.dsn) as second, psycopg.connect(copy.info.dsn) as third:
        beside = validate([copy, second, third], watch=lambda *what: told.append(what))

    assert faulty(lone) == {"silos_over_or_under", "history_incomplete"}
    assert beside.as_dict() == lone.as_dict()
    assert beside.as_text() == lone.as_text()
    assert [done for done, _, _ in told] == list(range(len(told)))
    assert sorted(name for _, _, name in told) == sorted(
        check.name for checks in CHECKS.values() for check in checks
    )


def test_several_connections_see_the_database_of_one_moment(copy):
    with psycopg.connect(copy.info.dsn) as second, psycopg.connect(copy.info.dsn) as other:
        with snapshots([copy, second]) as cursors:
            other.execute("UPDATE infrastructure_feedcontainer SET capacity_kg = 1 WHERE id = 7")
            other.commit()
            seen = [
                cursor.execute(
                    "SELECT capacity_kg FROM infrastructure_feedcontainer WHERE id = 7"
                ).fetchone()
                for cursor in cursors
            ]
        assert copy.info.transaction_status == second.info.transaction_status == 0

    assert seen[0] == seen[1] != (1,)


def test_a_query_beside_one_that_failed_is_cancelled(copy):
    began = time.monotonic()

    with (
        psycopg.connect(copy.info.dsn) as second,
        pytest.raises(psycopg.errors.DivisionByZero),
        snapshots([copy, second]) as cursors,
    ):
        share(
            ["SELECT pg_sleep(60)", "SELECT 1 / 0"],
            [Checker(cursor) for cursor in cursors],
            lambda checker, query: checker.cursor.execute(query),
            Checker.cancel,
        )

    assert time.monotonic() - began < 20


def test_batches_of_a_run_lie_where_its_keys_are(copy):
    keys = '{"pieces": {"batch_batch": [[1, 0], [2, 40]]}, "adopted": {}}'
    copy.execute("UPDATE data_generation.run SET offsets = %s", [keys])

    assert batches_of(copy, store.find_run(copy)) == {1, 42}
    assert not alone(copy, run_of(copy))


def test_a_run_that_used_rows_of_others_is_not_alone(copy):
    keys = '{"pieces": {}, "adopted": {"infrastructure_geography": [[1, 1]]}}'
    copy.execute("UPDATE data_generation.run SET offsets = %s", [keys])

    assert not alone(copy, run_of(copy))


def test_the_places_of_a_batch_are_those_it_lived_in(copy):
    with copy.transaction(), copy.cursor() as cursor:
        values = {"berth_cages": 2, "berth_silos": 2}
        first, second = (Scope.of(cursor, [batch], values) for batch in (1, 2))
        copy.execute("DELETE FROM batch_batchcontainerassignment WHERE id IN (23, 24)")
        one_berth = Scope.of(cursor, [1], values)

    assert len(first.containers) == 24
    assert (len(second.containers), len(second.silos), len(second.sensors)) == (8, 2, 56)
    assert set(second.silos) < set(first.silos)
    assert set(first.silos) == set(range(1, 11))
    assert set(one_berth.silos) == set(range(1, 9))


def test_rules_hold_each_batch_against_its_own_limits(copy):
    strict = load_config(CONFIG, "tiny", ["feed.delivery_days=4"], None)

    result = verify([copy], [Part(TINY, (1,)), Part(strict, (2,))], Coverage())

    soon = [f for f in result.results.findings if f.check == "delivered_too_soon"]
    (deliveries,) = copy.execute(
        "SELECT count(*) FROM inventory_feedcontainerstock WHERE feed_container_id IN (1, 2)"
    ).fetchone()
    assert [f.value for f in soon] == [deliveries]
    assert deliveries > 0
    assert faulty(result) == {"delivered_too_soon"}
    assert len([f for f in result.results.findings if f.group == "integrity"]) == len(
        CHECKS["integrity"]
    )
    assert result.broken == 1
    assert [report.batch_number for report in result.reports] == ["FI-2015-001", "FI-2017-001"]


def test_verification_shows_blocks_faults_and_queries(copy):
    copy.execute("UPDATE environmental_environmentalreading SET batch_id = NULL WHERE id = 1")

    result = verify([copy], [Part(TINY, (1, 2))], Coverage(), notes=["wait"])
    text = result.as_text().splitlines()
    plain = result.as_dict()
    (days, end) = copy.execute(
        "SELECT actual_end_date - start_date + 1, actual_end_date FROM batch_batch WHERE id = 1"
    ).fetchone()

    assert text[:2] == [
        "note: wait",
        f"FI-2015-001: Adult, completed, {days} days (2015-01-03 to {end})",
    ]
    assert text[3] == "  BROKEN  orphaned readings: 1"
    assert "  BROKEN  readings_outside_assignment: 1" in text
    assert text[-1] == result.summary()
    assert re.fullmatch(
        r"\d+ checks of the whole database: \d+ passed, \d+ rest on too little to tell, 2 broken; "
        r"besides, \d had nothing to look at\.",
        text[-1],
    )
    assert (plain["broken"], plain["unusual"]) == (2, 0)
    assert plain["batches"][0]["checks"]["orphaned_readings"] == {
        "verdict": "broken",
        "readings": 1,
    }
    assert set(plain["queries"]) == {"orphaned_readings", "readings_outside_assignment"}
    for query in plain["queries"].values():
        assert len(copy.execute(query).fetchall()) == 1
        assert query in result.as_text()
    assert plain["notes"] == ["wait"]

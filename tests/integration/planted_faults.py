"""Faults to plant into a run of the profile `tiny`, and what must be found of each.

The run has two batches. FI-2015-001 (id 1) lived in four containers a stage, which its assignments
1 to 24 name in turn: halls A to E, then the cages of Hvannasund, harvested in July 2017.
FI-2017-001 (id 2, assignments 25 to 32) is in Hall B when the run ends on 2017-12-31.
"""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

Connection = psycopg.Connection


@dataclass(frozen=True)
class Fault:
    """What is done to the data, the checks that must find it, and the batch that it is about."""

    plant: Callable[[Connection], None]
    found: frozenset[str]
    batch: int = 1


def history_of(table: str) -> str:
    app, model = table.split("_", 1)
    return f"{app}_historical{model}"


def change(connection: Connection, table: str, setting: str, where: str) -> None:
    """Change rows and all of their history alike, so that only the content is wrong."""
    for name in (table, history_of(table)):
        done = connection.execute(f"UPDATE {name} SET {setting} WHERE {where}")
        assert done.rowcount > 0, (name, where)


def one(connection: Connection, query: str) -> int:
    (value,) = connection.execute(query).fetchone()
    return value


def assign(
    connection: Connection, container: str, first_day: str, last_day: str, stage: int
) -> None:
    """Give batch 2 a container for some days, without any fish, with its history.

    The history is dated to a day of which every container of the batch has a row.
    """
    columns = (
        "id, created_at, updated_at, population_count, biomass_kg, assignment_date, is_active, "
        "notes, batch_id, container_id, lifecycle_stage_id, avg_weight_g, departure_date, "
        "last_weighing_date"
    )
    connection.execute(
        f"INSERT INTO batch_batchcontainerassignment ({columns}) "
        f"SELECT 900, now(), now(), 0, 0, '{first_day}', false, '', 2, id, {stage}, NULL, "
        f"'{last_day}', NULL FROM infrastructure_container WHERE name = '{container}'"
    )
    connection.execute(
        f"INSERT INTO batch_historicalbatchcontainerassignment ({columns}, history_date, "
        f"history_type) SELECT {columns}, '2017-12-01 12:00Z', '+' "
        "FROM batch_batchcontainerassignment WHERE id = 900"
    )


def _reading(setting: str) -> Callable[[Connection], None]:
    def plant(connection: Connection) -> None:
        key = one(
            connection,
            "SELECT min(id) FROM environmental_environmentalreading "
            "WHERE batch_container_assignment_id = 6",
        )
        connection.execute(
            f"UPDATE environmental_environmentalreading SET {setting} WHERE id = {key}"
        )

    return plant


def _event(table: str, setting: str, of: str) -> Callable[[Connection], None]:
    """Change the first of the rows of a table."""

    def plant(connection: Connection) -> None:
        key = one(connection, f"SELECT min(id) FROM {table} WHERE {of}")
        change(connection, table, setting, f"id = {key}")

    return plant


def _row(statement: str) -> Callable[[Connection], None]:
    def plant(connection: Connection) -> None:
        done = connection.execute(statement)
        assert done.rowcount > 0, statement

    return plant


def _duplicate(connection: Connection) -> None:
    connection.execute(
        "ALTER TABLE environmental_environmentalreading DROP CONSTRAINT reading_sensor_time_unique"
    )
    connection.execute(
        "INSERT INTO environmental_environmentalreading "
        "SELECT 10000000, value, reading_time, is_manual, notes, created_at, batch_id, "
        "container_id, parameter_id, recorded_by_id, sensor_id, batch_container_assignment_id "
        "FROM environmental_environmentalreading WHERE batch_container_assignment_id = 20 LIMIT 1"
    )


def _fish_returned(connection: Connection) -> None:
    """A dead fish is counted a day earlier than the container shows it."""
    key = one(
        connection,
        "SELECT id FROM batch_mortalityevent WHERE assignment_id = 6 "
        "AND event_date = '2015-05-10' LIMIT 1",
    )
    change(connection, "batch_mortalityevent", "event_date = '2015-05-09'", f"id = {key}")


def _younger_lot_first(connection: Connection) -> None:
    """A lot whose feed was used beside a younger one came a month later, it is now said."""
    key = one(
        connection,
        """
        SELECT older.id
        FROM inventory_feedcontainerstock older
        JOIN inventory_feedpurchase op ON op.id = older.feed_purchase_id
        JOIN inventory_feedcontainerstock younger ON younger.entry_date > older.entry_date
         AND younger.feed_container_id = older.feed_container_id
        JOIN inventory_feedpurchase yp ON yp.id = younger.feed_purchase_id
         AND yp.feed_id = op.feed_id
        WHERE older.feed_container_id IN (7, 8, 9, 10)
          AND (SELECT max(feeding_date) FROM inventory_feedingevent f
               WHERE f.feed_stock_id = older.id) > younger.entry_date::date
        ORDER BY older.id LIMIT 1
        """,
    )
    change(
        connection,
        "inventory_feedcontainerstock",
        "entry_date = entry_date + interval '30 days'",
        f"id = {key}",
    )


def _cage_in_fallow(connection: Connection) -> None:
    """A fifth cage of the area, which the batch before did not use, is taken during the fallow."""
    connection.execute(
        "INSERT INTO infrastructure_container (created_at, updated_at, name, volume_m3, "
        "max_biomass_kg, active, area_id, container_type_id, feed_recommendations_enabled) "
        "SELECT created_at, updated_at, 'Hvannasund C05', volume_m3, max_biomass_kg, active, "
        "area_id, container_type_id, true FROM infrastructure_container "
        "WHERE name = 'Hvannasund C04'"
    )
    assign(connection, "Hvannasund C05", "2017-09-17", "2017-09-25", 6)


_BOTH_COUNTS = {"fish_created_or_lost", "fish_created_or_lost_on_a_day"}


def _fault(plant: Callable[[Connection], None], *found: str, batch: int = 1) -> Fault:
    return Fault(plant, frozenset(found), batch)


INTEGRITY = {
    "reading in another container": _fault(
        _reading("container_id = 1"), "readings_outside_assignment"
    ),
    "reading after the departure": _fault(
        _reading("reading_time = '2015-07-04 00:00Z'"), "readings_outside_assignment"
    ),
    "reading before the assignment": _fault(
        _reading("reading_time = '2015-04-03 23:59Z'"), "readings_outside_assignment"
    ),
    "reading of another batch": _fault(_reading("batch_id = 2"), "readings_outside_assignment"),
    "reading of nobody": _fault(
        _reading("batch_id = NULL, batch_container_assignment_id = NULL"),
        "readings_outside_assignment",
    ),
    "feeding in another container": _fault(
        _event("inventory_feedingevent", "container_id = 1", "batch_assignment_id = 6"),
        "feedings_outside_assignment",
    ),
    "feeding after the departure": _fault(
        _event("inventory_feedingevent", "feeding_date = '2015-07-04'", "batch_assignment_id = 6"),
        "feedings_outside_assignment",
    ),
    "sample before the assignment": _fault(
        _event("batch_growthsample", "sample_date = '2015-04-03'", "assignment_id = 6"),
        "samples_outside_assignment",
    ),
    "deaths in another container": _fault(
        _event("batch_mortalityevent", "assignment_id = 1", "assignment_id = 6"),
        "mortalities_outside_assignment",
    ),
    "one death more": _fault(
        _event("batch_mortalityevent", "count = count + 1", "assignment_id = 6"), *_BOTH_COUNTS
    ),
    "deaths a day too early": _fault(_fish_returned, "fish_created_or_lost_on_a_day"),
    "feed written off that was eaten": _fault(
        _event("inventory_feedcontainerstock", "written_off_kg = 5", "feed_container_id = 7"),
        "feed_lots_unbalanced",
    ),
    "more bought than came": _fault(
        _event(
            "inventory_feedpurchase",
            "quantity_kg = quantity_kg + 100",
            "id = (SELECT min(feed_purchase_id) FROM inventory_feedcontainerstock "
            "WHERE feed_container_id = 7)",
        ),
        "purchases_not_received",
    ),
    "another feed than the lot's": _fault(
        _event("inventory_feedingevent", "feed_id = feed_id + 1", "batch_assignment_id = 21"),
        "feed_not_bought",
    ),
    "feed of no lot": _fault(
        _event("inventory_feedingevent", "feed_stock_id = NULL", "batch_assignment_id = 21"),
        "feed_not_bought",
        "feed_lots_unbalanced",
    ),
    "silo too small": _fault(
        _row("UPDATE infrastructure_feedcontainer SET capacity_kg = 100 WHERE id = 7"),
        "silos_over_or_under",
    ),
    "two batches in a tank": _fault(
        lambda connection: assign(connection, "Strond Hall E-01", "2016-02-01", "2016-02-03", 5),
        "two_batches_in_a_container",
        "hall_without_rest",
    ),
    "a reading twice": _fault(_duplicate, "duplicate_readings"),
    "no creation in the history": _fault(
        _row(
            "DELETE FROM batch_historicalmortalityevent WHERE id = "
            "(SELECT min(id) FROM batch_mortalityevent WHERE assignment_id = 6)"
        ),
        "history_incomplete",
    ),
    "created twice": _fault(
        _row(
            "INSERT INTO harvest_historicalharvestevent SELECT id, created_at, updated_at, "
            "event_date, dest_subsidiary, document_ref, assignment_id, batch_id, "
            "dest_geography_id, 90000, history_date, history_change_reason, history_type, "
            "history_user_id FROM harvest_historicalharvestevent WHERE id = 1"
        ),
        "history_incomplete",
    ),
    "changed behind the history's back": _fault(
        _row("UPDATE batch_growthsample SET avg_weight_g = avg_weight_g + 1 WHERE id = 9"),
        "history_incomplete",
    ),
    "deleted behind the history's back": _fault(
        _row("DELETE FROM batch_growthsample WHERE id = 9"), "history_incomplete"
    ),
}

RULES = {
    "hall taken after 13 days": _fault(
        lambda connection: assign(connection, "Strond Hall E-01", "2016-04-13", "2016-04-14", 5),
        "hall_without_rest",
    ),
    "another cage taken during the fallow": _fault(_cage_in_fallow, "area_without_fallow"),
    "a stage left out": _fault(
        _event(
            "batch_batchtransfer",
            "destination_lifecycle_stage_id = destination_lifecycle_stage_id + 1",
            "source_lifecycle_stage_id = 2 AND source_batch_id = 1",
        ),
        "stages_out_of_order",
    ),
    "sea fish in a hall": _fault(
        _event("batch_batchcontainerassignment", "lifecycle_stage_id = 6", "id = 6"),
        "stage_in_wrong_place",
    ),
    "more fish than a tank may hold": _fault(
        _row("UPDATE infrastructure_container SET max_biomass_kg = 50 WHERE id = 20"),
        "container_overfull",
    ),
    "salinity in fresh water": _fault(
        _row(
            "INSERT INTO infrastructure_sensor (created_at, updated_at, name, sensor_type, "
            "serial_number, manufacturer, active, container_id) "
            "VALUES (now(), now(), 'Salt', 'SALINITY', '', '', false, 20)"
        ),
        "wrong_parameter_for_water",
    ),
    "more harvested than was in the cage": _fault(
        _event("harvest_harvestlot", "unit_count = unit_count + 1", "event_id = 1"),
        "harvest_lots_differ",
        *_BOTH_COUNTS,
    ),
    "feed on the second day after the order": _fault(
        _event(
            "inventory_feedpurchase",
            "purchase_date = purchase_date + 1",
            "id = (SELECT min(feed_purchase_id) FROM inventory_feedcontainerstock "
            "WHERE feed_container_id = 7)",
        ),
        "delivered_too_soon",
    ),
    "the younger lot first": _fault(_younger_lot_first, "feed_not_first_in_first_out"),
}

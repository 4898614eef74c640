"""Faults to plant into a run of the profile `tiny`, and what must be found of each.

The run has two batches. FI-2015-001 (id 1) lived in four containers a stage, which its assignments
1 to 24 name in turn: halls A to E, then the cages of Hvannasund, harvested in August 2017.
FI-2017-001 (id 2, assignments 25 to 32) is in Hall B when the run ends on 2017-12-31.
"""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

Connection = psycopg.Connection


@dataclass(frozen=True)
class Fault:
    """What is done to the data, and the checks that must find it.

    They find it in the whole database, and where one looks only at batch 1 and its places, but for
    those `not_of_a_batch`; `other` are those that find it from batch 2, which is in it too.
    """

    plant: Callable[[Connection], None]
    found: frozenset[str]
    other: frozenset[str] = frozenset()
    not_of_a_batch: frozenset[str] = frozenset()


def history_of(table: str) -> str:
    app, model = table.split("_", 1)
    return f"{app}_historical{model}"


def change(connection: Connection, table: str, setting: str, where: str) -> None:
    """Change rows and all of their history alike, so that only the content is wrong."""
    for name in (table, history_of(table)):
        done = connection.execute(f"UPDATE {name} SET {setting} WHERE {where}")
        assert done.rowcount > 0, (name, where)


def note_creation(connection: Connection, table: str, key: int) -> None:
    """Write the history of a row that was inserted by hand."""
    columns = ", ".join(
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped",
            [table],
        )
    )
    connection.execute(
        f"INSERT INTO {history_of(table)} ({columns}, history_date, history_type) "
        f"SELECT {columns}, '2017-12-01 12:00Z', '+' FROM {table} WHERE id = {key}"
    )


def remove(connection: Connection, table: str, where: str) -> None:
    """Remove rows as if they had never been."""
    for name in (table, history_of(table)):
        assert connection.execute(f"DELETE FROM {name} WHERE {where}").rowcount > 0, (name, where)


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


def _moved_reading(moment: str) -> Callable[[Connection], None]:
    """A reading taken and stored at another time."""
    return _reading(f"reading_time = '{moment}', created_at = '{moment}'")


def _event(table: str, setting: str, of: str, key: str = "id") -> Callable[[Connection], None]:
    """Change the first of the rows of a table."""

    def plant(connection: Connection) -> None:
        first = one(connection, f"SELECT min({key}) FROM {table} WHERE {of}")
        change(connection, table, setting, f"{key} = {first}")

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
    key = one(connection, "SELECT id FROM infrastructure_container WHERE name = 'Hvannasund C05'")
    note_creation(connection, "infrastructure_container", key)
    (first, last) = connection.execute(
        "SELECT min(departure_date) + 50, min(departure_date) + 53 "
        "FROM batch_batchcontainerassignment WHERE lifecycle_stage_id = 6"
    ).fetchone()
    assign(connection, "Hvannasund C05", str(first), str(last), 6)


def _salt_probe(connection: Connection) -> None:
    key = one(
        connection,
        "INSERT INTO infrastructure_sensor (created_at, updated_at, name, sensor_type, "
        "serial_number, manufacturer, active, container_id) "
        "VALUES (now(), now(), 'Salt', 'SALINITY', '', '', false, 20) RETURNING id",
    )
    note_creation(connection, "infrastructure_sensor", key)


def _turbidity(connection: Connection) -> None:
    key = one(
        connection,
        "INSERT INTO environmental_environmentalparameter (id, created_at, updated_at, name, unit, "
        "description) VALUES (900, now(), now(), 'Turbidity', 'NTU', '') RETURNING id",
    )
    note_creation(connection, "environmental_environmentalparameter", key)
    _reading("parameter_id = 900")(connection)


def _invoice(connection: Connection) -> None:
    """An invoice a krone too high, and booked so."""
    change(connection, "finance_intercompanytransaction", "amount = amount + 1", "tx_id = 1")
    change(connection, "finance_navexportline", "amount = amount + 1", "transaction_id = 1")


def _small_fish_vaccinated(connection: Connection) -> None:
    """The vaccination is said to be of the day on which the fish of its tank had 20 g."""
    (moment,) = connection.execute(
        "SELECT max(history_date) FROM batch_historicalbatchcontainerassignment "
        "WHERE id = 9 AND avg_weight_g < 20"
    ).fetchone()
    first = "(SELECT min(id) FROM health_treatment WHERE batch_assignment_id = 9)"
    change(
        connection,
        "health_treatment",
        f"treatment_date = '{moment:%Y-%m-%d} 18:00Z'",
        f"id = {one(connection, f'SELECT {first}')}",
    )


def _lice_in_a_hall(connection: Connection) -> None:
    key = one(
        connection,
        "INSERT INTO health_licecount (id, count_date, adult_female_count, adult_male_count, "
        "juvenile_count, fish_sampled, notes, batch_id, container_id, user_id) "
        "SELECT 9000, '2016-02-01 09:00Z', 0, 0, 0, 20, '', 1, 18, user_id "
        "FROM health_licecount LIMIT 1 RETURNING id",
    )
    note_creation(connection, "health_licecount", key)


def _count_left_out(connection: Connection) -> None:
    key = one(connection, "SELECT min(id) FROM health_licecount WHERE container_id = 21")
    remove(connection, "health_licecount", f"id = {key}")


def _quiet_count(connection: Connection) -> str:
    """A day on which lice were counted, far from treatments, arrival and harvest."""
    (day,) = connection.execute(
        "SELECT min(count_date::date) FROM health_licecount l "
        "WHERE count_date BETWEEN '2016-05-15' AND '2017-07-01' AND NOT EXISTS ("
        "SELECT FROM health_treatment t WHERE t.description LIKE '%lice%' "
        "AND abs(t.treatment_date::date - l.count_date::date) <= 20)"
    ).fetchone()
    return f"{day}"


def _limit_ignored(connection: Connection) -> None:
    day = _quiet_count(connection)
    change(
        connection, "health_licecount", "adult_female_count = 100", f"count_date::date = '{day}'"
    )


def _treated_without_lice(connection: Connection) -> None:
    """What was counted in the weeks before the first delousing is taken back."""
    (moment,) = connection.execute(
        "SELECT min(treatment_date) FROM health_treatment WHERE description LIKE '%lice%'"
    ).fetchone()
    where = f"count_date BETWEEN '{moment}'::timestamptz - interval '15 days' AND '{moment}'"
    change(connection, "health_licecount", "adult_female_count = 0", where)


def _day_of_light_missing(connection: Connection) -> None:
    remove(connection, "environmental_photoperioddata", "date = '2016-05-05'")


_OUTBREAK = "Amoebic gill disease"


def _outbreak_without_deaths(connection: Connection) -> None:
    change(
        connection,
        "health_mortalityrecord",
        "reason_id = 1",
        f"reason_id = (SELECT id FROM health_mortalityreason WHERE name = '{_OUTBREAK}')",
    )


_BOTH_COUNTS = {"fish_created_or_lost", "fish_created_or_lost_on_a_day"}


def _fault(
    plant: Callable[[Connection], None],
    *found: str,
    other: tuple[str, ...] = (),
    not_of_a_batch: tuple[str, ...] = (),
) -> Fault:
    return Fault(plant, frozenset(found), frozenset(other), frozenset(not_of_a_batch))


INTEGRITY = {
    "reading in another container": _fault(
        _reading("container_id = 1"), "readings_outside_assignment"
    ),
    "reading after the departure": _fault(
        _moved_reading("2015-07-04 00:00Z"), "readings_outside_assignment"
    ),
    "reading before the assignment": _fault(
        _moved_reading("2015-04-03 23:59Z"), "readings_outside_assignment"
    ),
    "reading stored a day late": _fault(
        _reading("created_at = created_at + interval '1 day'"), "readings_stored_late"
    ),
    "reading of another batch": _fault(
        _reading("batch_id = 2"),
        "readings_outside_assignment",
        other=("readings_outside_assignment",),
    ),
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
        "feed_summaries_differ",
    ),
    "sample before the assignment": _fault(
        _event("batch_growthsample", "sample_date = '2015-04-03'", "assignment_id = 6"),
        "samples_outside_assignment",
    ),
    "deaths in another container": _fault(
        _event("batch_mortalityevent", "assignment_id = 1", "assignment_id = 6"),
        "mortalities_outside_assignment",
        "mortality_records_differ",
    ),
    "one death more": _fault(
        _event("batch_mortalityevent", "count = count + 1", "assignment_id = 6"),
        *_BOTH_COUNTS,
        "mortality_records_differ",
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
    "one kilogram from nowhere": _fault(
        _event("inventory_feedingevent", "amount_kg = amount_kg + 1", "batch_assignment_id = 21"),
        "feed_lots_unbalanced",
        "feed_cost_differs",
        "feed_summaries_differ",
    ),
    "feed dearer than it was": _fault(
        _event("inventory_feedingevent", "feed_cost = feed_cost + 1", "batch_assignment_id = 21"),
        "feed_cost_differs",
    ),
    "feed summary off": _fault(
        _event(
            "inventory_containerfeedingsummary",
            "total_feed_kg = total_feed_kg + 1",
            "container_assignment_id = 21",
        ),
        "feed_summaries_differ",
    ),
    "overfull silo": _fault(
        _event("infrastructure_feedcontainer", "capacity_kg = 100", "id = 7"),
        "silos_over_or_under",
    ),
    "two batches in a tank": _fault(
        lambda connection: assign(connection, "Strond Hall E-01", "2016-02-01", "2016-02-03", 5),
        "two_batches_in_a_container",
        "hall_without_rest",
        other=("two_batches_in_a_container", "hall_without_rest"),
    ),
    "a fish lost on the way": _fault(
        _event(
            "batch_batchtransfer",
            "transferred_count = transferred_count - 1",
            "source_batch_id = 1",
        ),
        "transfers_differ",
    ),
    "biomass without fish": _fault(
        _event("batch_batchcontainerassignment", "biomass_kg = biomass_kg + 1", "id = 6"),
        "assignment_state_wrong",
    ),
    "a batch that ended before its last fish": _fault(
        _event("batch_batch", "actual_end_date = '2017-08-25'", "id = 1"), "batch_state_wrong"
    ),
    "a death record more than deaths": _fault(
        _event("health_mortalityrecord", "count = count + 1", "batch_id = 1"),
        "mortality_records_differ",
    ),
    "a death record after the move": _fault(
        _event("health_mortalityrecord", "event_date = '2015-07-20Z'", "container_id = 6"),
        "health_rows_outside_stay",
    ),
    "a sampled fish without a score": _fault(
        _row(
            "DELETE FROM health_fishparameterscore WHERE id = "
            "(SELECT min(id) FROM health_fishparameterscore)"
        ),
        "health_samplings_differ",
    ),
    "a lab answer before the sample": _fault(
        _event(
            "health_healthlabsample",
            "date_results_received = sample_date - 1",
            "batch_container_assignment_id < 20 AND notes = 'Routine screening'",
        ),
        "lab_dates_out_of_order",
    ),
    "a harvest fact with a kilogram more": _fault(
        _event("finance_factharvest", "quantity_kg = quantity_kg + 1", "true", "fact_id"),
        "harvest_facts_differ",
    ),
    "invoice unequal to the harvest": _fault(_invoice, "sales_differ"),
    "export unequal to the invoice": _fault(
        _event("finance_navexportline", "amount = amount + 1", "true", "line_id"), "exports_differ"
    ),
    "waste that was no fish": _fault(
        _event("harvest_harvestwaste", "weight_kg = weight_kg + 1", "true"),
        "harvest_waste_differs",
    ),
    "more eggs than were stripped": _fault(
        _event("broodstock_eggproduction", "egg_count = egg_count + 1", "pair_id IS NOT NULL"),
        "eggs_unbalanced",
        "egg_productions_unfit",
    ),
    "own eggs said to be bought": _fault(
        _event("broodstock_eggproduction", "source_type = 'external'", "pair_id IS NOT NULL"),
        "egg_productions_unfit",
    ),
    "a parent in another tank": _fault(
        _event(
            "broodstock_broodstockfish",
            "container_id = 25",
            "id = (SELECT min(fish_id) FROM broodstock_fishmovement)",
        ),
        "parents_in_wrong_tank",
        not_of_a_batch=("parents_in_wrong_tank",),
    ),
    "weather day missing": _fault(
        _row("DELETE FROM environmental_weatherdata WHERE timestamp::date = '2016-05-05'"),
        "weather_missing",
    ),
    "a day of light missing": _fault(_day_of_light_missing, "photoperiod_missing"),
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
    "a treatment without history": _fault(
        _row("DELETE FROM health_historicaltreatment WHERE id = 1"), "history_incomplete"
    ),
    "a lice count changed behind the history's back": _fault(
        _row("UPDATE health_licecount SET notes = 'seen' WHERE id = 1"), "history_incomplete"
    ),
    "a policy changed behind the history's back": _fault(
        _row("UPDATE finance_intercompanypolicy SET markup_percent = 9 WHERE policy_id = 1"),
        "history_incomplete",
        not_of_a_batch=("history_incomplete",),
    ),
    "deleted behind the history's back": _fault(
        _row("DELETE FROM batch_growthsample WHERE id = 9"), "history_incomplete"
    ),
}

RULES = {
    "hall taken after 13 days": _fault(
        lambda connection: assign(connection, "Strond Hall E-01", "2016-04-13", "2016-04-14", 5),
        "hall_without_rest",
        other=("hall_without_rest",),
    ),
    "another cage taken during the fallow": _fault(
        _cage_in_fallow, "area_without_fallow", other=("area_without_fallow",)
    ),
    "a batch too many": _fault(
        _event("batch_batch", "actual_end_date = '2017-09-30'", "id = 1"),
        "batch_state_wrong",
        "too_many_batches",
        not_of_a_batch=("too_many_batches",),
    ),
    "stage order reversed": _fault(
        _event(
            "batch_batchtransfer",
            "source_lifecycle_stage_id = 3, destination_lifecycle_stage_id = 2",
            "source_lifecycle_stage_id = 2 AND source_batch_id = 1",
        ),
        "stages_out_of_order",
    ),
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
        _event("infrastructure_container", "max_biomass_kg = 50", "id = 20"),
        "container_overfull",
    ),
    "more fish than a sea area may hold": _fault(
        _event("infrastructure_area", "max_biomass = 1000", "id = 1"), "container_overfull"
    ),
    "cages too small for their fish": _fault(
        _event("infrastructure_container", "volume_m3 = 3000", "id = 22"), "container_overfull"
    ),
    "a probe of salt in fresh water": _fault(_salt_probe, "wrong_parameter_for_water"),
    "salinity read in fresh water": _fault(
        _reading(
            "parameter_id = (SELECT id FROM environmental_environmentalparameter "
            "WHERE name = 'Salinity')"
        ),
        "readings_wrong_for_water",
    ),
    "salinity of a hall's water": _fault(
        _event("environmental_stagetransitionenvironmental", "salinity = 1", "salinity IS NULL"),
        "transition_water_wrong",
    ),
    "turbidity": _fault(_turbidity, "readings_wrong_for_water"),
    "one shifted temperature series": _fault(
        _row(
            "UPDATE environmental_environmentalreading SET value = value + 1 "
            "WHERE batch_container_assignment_id = 22 AND sensor_id IS NOT NULL AND parameter_id = "
            "(SELECT id FROM environmental_environmentalparameter WHERE name = 'Temperature')"
        ),
        "sensors_apart",
    ),
    "a day an hour too long": _fault(
        _event("environmental_photoperioddata", "day_length_hours = day_length_hours + 1", "true"),
        "day_length_wrong",
    ),
    "harvest in withholding": _fault(
        _event(
            "health_treatment",
            "withholding_period_days = 365",
            "withholding_period_days > 0 AND batch_assignment_id = 21",
        ),
        "harvested_in_withholding",
    ),
    "treatment without reason": _fault(
        _event("health_treatment", "description = 'Bronopol bath: To be sure'", "batch_id = 1"),
        "treatment_without_reason",
    ),
    "delousing without lice": _fault(_treated_without_lice, "treatment_without_reason"),
    "outbreak without lab sample": _fault(
        lambda connection: change(
            connection,
            "health_healthlabsample",
            "findings_summary = 'No specific finding'",
            f"findings_summary LIKE '%{_OUTBREAK}%'",
        ),
        "outbreak_not_everywhere",
    ),
    "outbreak without deaths": _fault(_outbreak_without_deaths, "outbreak_not_everywhere"),
    "outbreak not in the journal": _fault(
        _event("health_journalentry", "category = 'observation'", "category = 'diagnosis'"),
        "outbreak_not_everywhere",
        "treatment_without_reason",
    ),
    "vaccination at 20 g": _fault(_small_fish_vaccinated, "vaccinated_too_small"),
    "no vaccination before the sea": _fault(
        lambda connection: remove(
            connection, "health_treatment", "vaccination_type_id IS NOT NULL"
        ),
        "unvaccinated_at_sea",
    ),
    "lice in fresh water": _fault(_lice_in_a_hall, "lice_in_fresh_water"),
    "a lice count left out": _fault(_count_left_out, "lice_not_counted"),
    "lice above the limit, and nothing done": _fault(_limit_ignored, "lice_limit_ignored"),
    "a pair of two females": _fault(
        _event(
            "broodstock_breedingpair",
            "male_fish_id = female_fish_id",
            "id = (SELECT min(pair_id) FROM broodstock_eggproduction)",
        ),
        "parents_unfit",
    ),
    "feed given after it expired": _fault(
        _event(
            "inventory_feedpurchase",
            "expiry_date = purchase_date + 4",
            "id = (SELECT min(feed_purchase_id) FROM inventory_feedcontainerstock "
            "WHERE feed_container_id = 7)",
        ),
        "feed_after_expiry",
    ),
    "more harvested than was in the cage": _fault(
        _event("harvest_harvestlot", "unit_count = unit_count + 1", "event_id = 1"),
        "harvest_lots_differ",
        "harvest_facts_differ",
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

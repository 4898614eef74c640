"""Ways to plant a fault into a run, so that nothing but the fault is wrong."""

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


def fault(
    plant: Callable[[Connection], None],
    *found: str,
    other: tuple[str, ...] = (),
    not_of_a_batch: tuple[str, ...] = (),
) -> Fault:
    return Fault(plant, frozenset(found), frozenset(other), frozenset(not_of_a_batch))


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
    connection.execute(
        "INSERT INTO batch_batchcontainerassignment (id, created_at, updated_at, population_count, "
        "biomass_kg, assignment_date, is_active, notes, batch_id, container_id, "
        "lifecycle_stage_id, avg_weight_g, departure_date, last_weighing_date) "
        f"SELECT 900, now(), now(), 0, 0, '{first_day}', false, '', 2, id, {stage}, NULL, "
        f"'{last_day}', NULL FROM infrastructure_container WHERE name = '{container}'"
    )
    note_creation(connection, "batch_batchcontainerassignment", 900)


def reading(setting: str) -> Callable[[Connection], None]:
    """Change the first reading of an assignment in Hall B."""

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


def moved_reading(moment: str) -> Callable[[Connection], None]:
    """A reading taken and stored at another time."""
    return reading(f"reading_time = '{moment}', created_at = '{moment}'")


def event(table: str, setting: str, of: str, key: str = "id") -> Callable[[Connection], None]:
    """Change the first of the rows of a table."""

    def plant(connection: Connection) -> None:
        first = one(connection, f"SELECT min({key}) FROM {table} WHERE {of}")
        change(connection, table, setting, f"{key} = {first}")

    return plant


def row(statement: str) -> Callable[[Connection], None]:
    """Do what is not to be done alike to rows and their history."""

    def plant(connection: Connection) -> None:
        done = connection.execute(statement)
        assert done.rowcount > 0, statement

    return plant


def duplicate(connection: Connection) -> None:
    connection.execute(
        "ALTER TABLE environmental_environmentalreading DROP CONSTRAINT reading_sensor_time_unique"
    )
    connection.execute(
        "INSERT INTO environmental_environmentalreading "
        "SELECT 10000000, value, reading_time, is_manual, notes, created_at, batch_id, "
        "container_id, parameter_id, recorded_by_id, sensor_id, batch_container_assignment_id "
        "FROM environmental_environmentalreading WHERE batch_container_assignment_id = 20 LIMIT 1"
    )


def fish_returned(connection: Connection) -> None:
    """A dead fish is counted a day earlier than the container shows it."""
    key = one(
        connection,
        "SELECT id FROM batch_mortalityevent WHERE assignment_id = 6 "
        "AND event_date = '2015-05-10' LIMIT 1",
    )
    change(connection, "batch_mortalityevent", "event_date = '2015-05-09'", f"id = {key}")


def younger_lot_first(connection: Connection) -> None:
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


def cage_in_fallow(connection: Connection) -> None:
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


def salt_probe(connection: Connection) -> None:
    key = one(
        connection,
        "INSERT INTO infrastructure_sensor (created_at, updated_at, name, sensor_type, "
        "serial_number, manufacturer, active, container_id) "
        "VALUES (now(), now(), 'Salt', 'SALINITY', '', '', false, 20) RETURNING id",
    )
    note_creation(connection, "infrastructure_sensor", key)


def turbidity(connection: Connection) -> None:
    key = one(
        connection,
        "INSERT INTO environmental_environmentalparameter (id, created_at, updated_at, name, unit, "
        "description) VALUES (900, now(), now(), 'Turbidity', 'NTU', '') RETURNING id",
    )
    note_creation(connection, "environmental_environmentalparameter", key)
    reading("parameter_id = 900")(connection)


def invoice(connection: Connection) -> None:
    """An invoice a krone too high, and booked so."""
    change(connection, "finance_intercompanytransaction", "amount = amount + 1", "tx_id = 1")
    change(connection, "finance_navexportline", "amount = amount + 1", "transaction_id = 1")


def small_fish_vaccinated(connection: Connection) -> None:
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


def lice_in_a_hall(connection: Connection) -> None:
    key = one(
        connection,
        "INSERT INTO health_licecount (id, count_date, adult_female_count, adult_male_count, "
        "juvenile_count, fish_sampled, notes, batch_id, container_id, user_id) "
        "SELECT 9000, '2016-02-01 09:00Z', 0, 0, 0, 20, '', 1, 18, user_id "
        "FROM health_licecount LIMIT 1 RETURNING id",
    )
    note_creation(connection, "health_licecount", key)


def count_left_out(connection: Connection) -> None:
    key = one(connection, "SELECT min(id) FROM health_licecount WHERE container_id = 21")
    remove(connection, "health_licecount", f"id = {key}")


def quiet_count(connection: Connection) -> str:
    """A day on which lice were counted, far from treatments, arrival and harvest."""
    (day,) = connection.execute(
        "SELECT min(count_date::date) FROM health_licecount l "
        "WHERE count_date BETWEEN '2016-05-15' AND '2017-07-01' AND NOT EXISTS ("
        "SELECT FROM health_treatment t WHERE t.description LIKE '%lice%' "
        "AND abs(t.treatment_date::date - l.count_date::date) <= 20)"
    ).fetchone()
    return f"{day}"


def limit_ignored(connection: Connection) -> None:
    day = quiet_count(connection)
    change(
        connection, "health_licecount", "adult_female_count = 100", f"count_date::date = '{day}'"
    )


def treated_without_lice(connection: Connection) -> None:
    """What was counted in the weeks before the first delousing is taken back."""
    (moment,) = connection.execute(
        "SELECT min(treatment_date) FROM health_treatment WHERE description LIKE '%lice%'"
    ).fetchone()
    where = f"count_date BETWEEN '{moment}'::timestamptz - interval '15 days' AND '{moment}'"
    change(connection, "health_licecount", "adult_female_count = 0", where)


def day_of_light_missing(connection: Connection) -> None:
    remove(connection, "environmental_photoperioddata", "date = '2016-05-05'")


OUTBREAK = "Amoebic gill disease"


def outbreak_without_deaths(connection: Connection) -> None:
    change(
        connection,
        "health_mortalityrecord",
        "reason_id = 1",
        f"reason_id = (SELECT id FROM health_mortalityreason WHERE name = '{OUTBREAK}')",
    )

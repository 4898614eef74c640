"""A database as AquaMind's own migrations leave it, with a small company's rows in it."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tests.existing_tables import AUTH_USER
from tests.existing_tables import create as create
from tests.schema_reference import Table, published_history_tables, tables

Connection = psycopg.Connection[Any]


class Rows:
    """Inserts rows with the least that one has to say about them."""

    FILLERS = {
        "text": "",
        "varchar": "",
        "boolean": True,
        "integer": 0,
        "smallint": 0,
        "bigint": 0,
        "numeric": 0,
        "date": "2024-02-01",
        "timestamptz": "2024-02-01 08:00Z",
        "time": "08:00",
        "jsonb": "{}",
    }

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._tables = {"auth_user": AUTH_USER, **tables()}
        self._history = {tracked: name for name, tracked in published_history_tables().items()}
        self.filled: set[str] = set()

    def add(self, table: str, id: int | None = None, **values: Any) -> int:
        """Insert a row and its history; give its id, by default the next of its sequence.

        Columns not given are as empty as they may be.
        """
        columns, key = self._tables[table].columns.values(), _key(self._tables[table])
        if id is None:
            query = "SELECT nextval(pg_get_serial_sequence(%s, %s))"
            (id,) = self._conn.execute(query, [table, key]).fetchone()
        row = {key: id}
        for column in columns:
            if column.name in values:
                row[column.name] = values.pop(column.name)
            elif column.name != key and not column.null:
                row[column.name] = (
                    column.choices[0] if column.choices else self.FILLERS[column.type.split("(")[0]]
                )
        assert not values, values
        self._insert(table, row)
        if table in self._history:
            self.remember(table, row, "+")
        return id

    def remember(self, table: str, row: dict[str, Any], kind: str) -> None:
        """Insert a history row, with the next number of its sequence."""
        more = {"history_date": self.FILLERS["timestamptz"], "history_type": kind}
        self._insert(self._history[table], {**row, **more})

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        )
        self._conn.execute(query, list(row.values()))
        self.filled.add(table)


def _key(table: Table) -> str:
    return next(column.name for column in table.columns.values() if column.primary_key)


STAGES = ("Egg&Alevin", "Fry", "Parr", "Smolt", "Post-Smolt", "Adult")
DELETED_GEOGRAPHY = 15
DELETED_BATCH = 61
SHARED_HALL = 3


def their_rows(conn: Connection) -> None:
    """Insert a small company: what the generator also names, what it does not, and a batch.

    Ids begin anywhere and have gaps; the newest geography and the newest batch were deleted again.
    """
    rows = Rows(conn)
    _people(rows)
    rows.add("infrastructure_geography", 9, name="Faroe Islands", description="Headquarters")
    rows.add("infrastructure_geography", 4, name="Scotland")
    rows.add("infrastructure_geography", 12, name="Norway")
    _master_data(rows)
    _places(rows)
    _health_and_money(rows)
    _batch(rows)
    _deleted(conn, rows)
    for table in sorted(rows.filled):
        _reach(conn, table)


def _people(rows: Rows) -> None:
    rows.add("auth_user", 1, username="admin", is_superuser=True, is_staff=True)
    rows.add("auth_user", 3, username="system", password="pbkdf2_sha256$1$x$y")
    rows.add("auth_user", 8, username="hanna.joensen", email="hanna@elsewhere.example")
    rows.add("users_userprofile", 2, user_id=1, full_name="The Administrator")
    # The user 8 has none.
    rows.add("users_userprofile", 5, user_id=3, full_name="Nightly jobs", role="VIEW")


def _master_data(rows: Rows) -> None:
    rows.add("batch_species", 3, name="Rainbow Trout", scientific_name="Oncorhynchus mykiss")
    rows.add("batch_species", 7, name="Atlantic Salmon", scientific_name="Salmo salar")
    for order, name in enumerate(STAGES, start=1):
        rows.add("batch_lifecyclestage", 40 - order, name=name, order=order, species_id=7)
    rows.add("batch_lifecyclestage", 50, name="Trout fry", order=1, species_id=3)
    for id, name, unit in (
        (2, "Turbidity", "NTU"),
        (6, "Temperature", "°C"),
        (11, "Dissolved Oxygen", "mg/L"),
        (12, "pH", "pH"),
        (19, "Salinity", "ppt"),
    ):
        rows.add("environmental_environmentalparameter", id, name=name, unit=unit)
    for id, name, size in (
        (5, "Grower 2.0MM", "SMALL"),
        (9, "House blend", "LARGE"),
        (14, "Finisher 7.0MM", "LARGE"),
        # Names of feeds are not unique.
        (31, "Grower 2.0MM", "SMALL"),
    ):
        rows.add("inventory_feed", id, name=name, brand="Havsbrún", size_category=size)
    rows.add("harvest_productgrade", 2, code="SUPERIOR", name="Superior 1")
    rows.add("harvest_productgrade", 8, code="REJECT", name="Reject")


def _places(rows: Rows) -> None:
    # A station that the generator names too, and one that it does not.
    for id, name in ((6, "Strond"), (8, "Old Mill")):
        rows.add(
            "infrastructure_freshwaterstation",
            id,
            name=name,
            station_type="FRESHWATER",
            geography_id=9,
        )
    rows.add("infrastructure_hall", SHARED_HALL, name="Hall A", freshwater_station_id=6)
    rows.add("infrastructure_hall", 4, name="Hall A", freshwater_station_id=8)
    rows.add("infrastructure_containertype", 2, name="Parr tank", category="TANK")
    for id in (11, 12, 13, 17):
        rows.add(
            "infrastructure_container",
            id,
            name=f"Tank {id}",
            volume_m3=80,
            max_biomass_kg=4000,
            container_type_id=2,
            hall_id=SHARED_HALL if id == 17 else 4,
        )
    rows.add(
        "infrastructure_sensor",
        21,
        name="Probe",
        sensor_type="TEMPERATURE",
        container_id=11,
    )
    rows.add(
        "infrastructure_feedcontainer",
        4,
        name="Silo 1",
        container_type="SILO",
        capacity_kg=9000,
        hall_id=4,
    )


def _health_and_money(rows: Rows) -> None:
    rows.add("health_mortalityreason", 5, name="Predation")
    rows.add("health_mortalityreason", 9, name="Lost at sea")
    rows.add("health_sampletype", 3, name="Heart histology")
    rows.add("health_healthparameter", 6, name="Eye condition")
    rows.add("broodstock_eggsupplier", 4, name="Highland Ova Ltd")
    rows.add("finance_dimcompany", 7, geography_id=9, subsidiary="FW", display_name="Smolt")
    # One of their sites is a station that the generator names too.
    for id, station, name in ((5, 6, "Strond"), (6, 8, "Old Mill")):
        rows.add(
            "finance_dimsite",
            id,
            source_model="station",
            source_pk=station,
            site_name=name,
            company_id=7,
        )


def _batch(rows: Rows) -> None:
    rows.add("batch_batch", 44, batch_number="TEST-2024-07", lifecycle_stage_id=37, species_id=7)
    for id, container, count in ((100, 11, 20_000), (104, 12, 18_500)):
        rows.add(
            "batch_batchcontainerassignment",
            id,
            population_count=count,
            biomass_kg=count // 50,
            avg_weight_g=20,
            batch_id=44,
            container_id=container,
            lifecycle_stage_id=37,
        )
    for hour in (6, 12, 18):
        rows.add(
            "environmental_environmentalreading",
            1000 + hour,
            value=10 + hour / 10,
            reading_time=f"2024-02-03 {hour:02d}:00Z",
            batch_id=44,
            container_id=11,
            parameter_id=6,
            sensor_id=21,
            batch_container_assignment_id=100,
        )
    # Nobody knows any more which fish these were.
    rows.add("environmental_environmentalreading", 1030, value=3, parameter_id=2, recorded_by_id=1)
    rows.add("inventory_feedpurchase", 3, quantity_kg=5000, cost_per_kg=12, feed_id=5)
    rows.add(
        "inventory_feedcontainerstock",
        8,
        quantity_kg=4800,
        feed_container_id=4,
        feed_purchase_id=3,
    )
    for id, day in ((70, "2024-02-02"), (71, "2024-02-03")):
        rows.add(
            "inventory_feedingevent",
            id,
            feeding_date=day,
            amount_kg=100,
            batch_biomass_kg=400,
            method="AUTOMATIC",
            batch_id=44,
            batch_assignment_id=100,
            container_id=11,
            feed_id=5,
            recorded_by_id=3,
        )
    rows.add("batch_mortalityevent", 30, count=12, cause="UNKNOWN", batch_id=44)
    rows.add("batch_growthsample", 15, sample_size=20, avg_weight_g=20, assignment_id=100)


def _deleted(conn: Connection, rows: Rows) -> None:
    stamps = {"created_at": Rows.FILLERS["timestamptz"], "updated_at": Rows.FILLERS["timestamptz"]}
    geography = {"id": DELETED_GEOGRAPHY, "name": "Iceland", "description": "", **stamps}
    rows.add("infrastructure_geography", DELETED_GEOGRAPHY, name="Iceland")
    rows.remember("infrastructure_geography", geography, "-")
    conn.execute("DELETE FROM infrastructure_geography WHERE name = 'Iceland'")
    rows.add("batch_batch", DELETED_BATCH, batch_number="X", lifecycle_stage_id=37, species_id=7)
    conn.execute("DELETE FROM batch_batch WHERE batch_number = 'X'")
    for table, top in (
        ("infrastructure_geography", DELETED_GEOGRAPHY),
        ("batch_batch", DELETED_BATCH),
    ):
        conn.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, top])


def _reach(conn: Connection, table: str) -> None:
    """Let the sequence stand past every id, as if it had given them."""
    found = {"auth_user": AUTH_USER, **tables()}.get(table)
    column = _key(found) if found else "history_id"
    query = sql.SQL(
        "SELECT setval(s, greatest(top, pg_sequence_last_value(s)))"
        " FROM (SELECT max({}) AS top FROM {}) t,"
        " LATERAL (SELECT pg_get_serial_sequence({}, {})::regclass AS s) q WHERE top IS NOT NULL"
    ).format(sql.Identifier(column), sql.Identifier(table), sql.Literal(table), sql.Literal(column))
    conn.execute(query)


def later_rows(conn: Connection) -> "Stored":
    """Insert rows as the running application would, and give them."""
    before = stored(conn)
    rows = Rows(conn)
    user = rows.add("auth_user", username="new.colleague")
    rows.add("users_userprofile", user_id=user, full_name="New Colleague")
    geography = rows.add("infrastructure_geography", name="Iceland")
    area = rows.add("infrastructure_area", name="Fjord", geography_id=geography)
    kind = rows.add("infrastructure_containertype", name="Ring", category="PEN")
    cage = rows.add("infrastructure_container", name="P1", area_id=area, container_type_id=kind)
    feed = rows.add("inventory_feed", name="Trial feed")
    rows.add("inventory_feedpurchase", feed_id=feed)
    fish = {"lifecycle_stage_id": 34, "species_id": 7}
    batch = rows.add("batch_batch", batch_number="TEST-2025-01", **fish)
    stay = rows.add(
        "batch_batchcontainerassignment", batch_id=batch, container_id=cage, lifecycle_stage_id=34
    )
    rows.add("batch_mortalityevent", count=1, batch_id=batch)
    rows.add("batch_growthsample", sample_size=9, assignment_id=stay)
    rows.add(
        "inventory_feedingevent",
        batch_id=batch,
        batch_assignment_id=stay,
        container_id=cage,
        feed_id=feed,
    )
    rows.add("environmental_environmentalreading", parameter_id=2, container_id=cage)
    after = stored(conn)
    return Stored({table: found - before.rows[table] for table, found in after.rows.items()})


CATALOG = {
    "tables": "SELECT c.oid, relname, relkind, relfilenode, relowner, reltablespace, reloptions,"
    " relacl, relpersistence, relhassubclass, relrowsecurity FROM pg_class c",
    "columns": "SELECT a.* FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid",
    "defaults": "SELECT d.* FROM pg_attrdef d JOIN pg_class c ON c.oid = adrelid",
    "constraints": "SELECT o.*, pg_get_constraintdef(o.oid) FROM pg_constraint o"
    " JOIN pg_class c ON c.oid = conrelid",
    "indexes": "SELECT i.* FROM pg_index i JOIN pg_class c ON c.oid = indexrelid",
    "triggers": "SELECT t.* FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid",
    "sequences": "SELECT s.* FROM pg_sequence s JOIN pg_class c ON c.oid = seqrelid",
    "rules": "SELECT r.* FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class",
}
ELSEWHERE = {
    "functions": "SELECT oid, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "types": "SELECT oid, typname FROM pg_type WHERE typnamespace = 'public'::regnamespace",
    "schemas": "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'"
    " AND nspname <> 'data_generation'",
    "extensions": "SELECT oid, extname, extversion FROM pg_extension",
    "settings": "SELECT r.* FROM pg_db_role_setting r JOIN pg_database d ON d.oid = setdatabase"
    " WHERE datname = current_database()",
    "migrations": "SELECT id, app, name, applied FROM django_migrations",
}


def catalog(conn: Connection) -> dict[str, list[str]]:
    """Everything that defines the schema public and what surrounds it, statistics left out."""
    public = " WHERE c.relnamespace = 'public'::regnamespace"
    queries = {name: query + public for name, query in CATALOG.items()} | ELSEWHERE
    return {
        name: [row[0] for row in conn.execute(f"SELECT q::text FROM ({query}) q ORDER BY 1")]
        for name, query in queries.items()
    }


@dataclass(frozen=True)
class Stored:
    """The rows of all tables at one time: place and version of each, and all its values."""

    rows: dict[str, set[tuple[str, str, str]]]

    def lost(self, later: "Stored") -> dict[str, set[tuple[str, str, str]]]:
        """Rows that are not there later, or not as they were, by table."""
        return {t: gone for t, found in self.rows.items() if (gone := found - later.rows[t])}

    def count(self, table: str) -> int:
        return len(self.rows[table])


def stored(conn: Connection) -> Stored:
    """Read every row of every table that AquaMind has."""
    names = ["auth_user", *tables(), *published_history_tables()]
    return Stored(
        {
            name: set(conn.execute(f"SELECT ctid::text, xmin::text, t::text FROM {name} t"))
            for name in names
        }
    )

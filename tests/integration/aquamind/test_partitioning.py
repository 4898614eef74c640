"""Month partitions: layout, where rows go, and the operation both ways."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model
from django.db.utils import DatabaseError

from aquamind.batch.models import Batch, BatchContainerAssignment, LifeCycleStage, Species
from aquamind.db.partitions import (
    MergeMonths,
    PartitionByMonth,
    default_partition_name,
    partition_name,
)
from aquamind.environmental.models import EnvironmentalParameter, EnvironmentalReading, WeatherData
from aquamind.infrastructure.models import Area, Container, ContainerType, Geography, Sensor
from tests.integration.plain_sql import check_constraints_now, rows
from tests.schema_reference import PARTITIONED

pytestmark = pytest.mark.django_db

MARCH = datetime(2015, 3, 10, 6, tzinfo=UTC)


def commit(row: Model) -> None:
    """Save a row and check it as a commit would; nothing is left of it if that fails."""
    with transaction.atomic():
        row.save()
        check_constraints_now()


@pytest.fixture
def area() -> Area:
    geography = Geography.objects.create(name="Faroe Islands")
    return Area.objects.create(
        name="A-01", geography=geography, latitude=62, longitude=-7, max_biomass=1000
    )


@pytest.fixture
def container(area: Area) -> Container:
    kind = ContainerType.objects.create(name="Pen", category="PEN", max_volume_m3=50000)
    return Container.objects.create(
        name="P-1", container_type=kind, area=area, volume_m3=40000, max_biomass_kg=900
    )


@pytest.fixture
def batch() -> Batch:
    species = Species.objects.create(name="Atlantic salmon", scientific_name="Salmo salar")
    stage = LifeCycleStage.objects.create(name="Adult", species=species, order=6)
    return Batch.objects.create(
        batch_number="B-1", species=species, lifecycle_stage=stage, start_date=date(2015, 1, 1)
    )


def assign(
    batch: Batch, container: Container, start: date, end: date | None
) -> BatchContainerAssignment:
    return BatchContainerAssignment(
        batch=batch,
        container=container,
        lifecycle_stage=batch.lifecycle_stage,
        population_count=10,
        biomass_kg=Decimal("1.00"),
        assignment_date=start,
        departure_date=end,
        is_active=end is None,
    )


def structure(table: str) -> dict[str, list[tuple]]:
    """Everything of a table that a conversion there and back must preserve."""
    return {
        "columns": rows(
            "SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            table,
        ),
        "constraints": rows(
            "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass ORDER BY conname",
            table,
        ),
        "indexes": rows(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s ORDER BY indexname", table
        ),
        "partitions": rows(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass",
            table,
        ),
        "sequence": rows(
            "SELECT pg_get_serial_sequence(%s, attname) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            table,
            table,
        ),
    }


@pytest.mark.parametrize(("table", "column"), PARTITIONED.items())
def test_layout(table: str, column: str) -> None:
    assert rows("SELECT pg_get_partkeydef(%s::regclass)", table)[0][0].replace('"', "") == (
        f"RANGE ({column})"
    )
    assert rows(
        "SELECT relname, pg_get_expr(relpartbound, pg_class.oid) FROM pg_inherits "
        "JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = %s::regclass",
        table,
    ) == [(f"{table}_default", "DEFAULT")]
    key = "history_id" if "_historical" in table else "id"
    ((default, identity),) = rows(
        "SELECT pg_get_expr(adbin, adrelid), attidentity FROM pg_attribute "
        "JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
        "WHERE attrelid = %s::regclass AND attname = %s",
        table,
        key,
    )
    assert default == f"nextval('{table}_{key}_seq'::regclass)"
    assert identity == ""
    assert rows("SELECT pg_get_serial_sequence(%s, %s)", table, key) == [
        (f"public.{table}_{key}_seq",)
    ]


def test_names_fit_and_stay_distinct() -> None:
    month = date(2015, 1, 1)
    assert partition_name("inventory_feedingevent", month) == "inventory_feedingevent_y2015m01"

    long = [f"{'x' * 80}_{end}" for end in ("first", "second")]
    names = [partition_name(t, month) for t in long] + [default_partition_name(t) for t in long]
    assert len(set(names)) == 4
    assert {len(name.encode()) for name in names} == {63}


def test_rows_of_the_application_go_to_the_default_partition(area: Area) -> None:
    first = WeatherData.objects.create(area=area, timestamp=MARCH)
    second = WeatherData.objects.create(area=area, timestamp=MARCH.replace(hour=7))

    assert second.pk == first.pk + 1
    assert rows("SELECT count(*) FROM environmental_weatherdata_default") == [(2,)]
    first.temperature = Decimal("7.25")
    first.save()
    assert WeatherData.objects.get(pk=first.pk).temperature == Decimal("7.25")


def test_a_month_made_like_its_parent_attaches_and_takes_rows(area: Area) -> None:
    parent, month = "environmental_weatherdata", "environmental_weatherdata_y2015m03"
    rows(f"CREATE TABLE {month} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    rows(
        f"ALTER TABLE {parent} ATTACH PARTITION {month} "
        "FOR VALUES FROM ('2015-03-01 00:00+00') TO ('2015-04-01 00:00+00')"
    )

    WeatherData.objects.create(area=area, timestamp=MARCH)

    assert rows(f"SELECT count(*) FROM ONLY {month}") == [(1,)]
    assert len(structure(month)["indexes"]) == 2
    with pytest.raises(IntegrityError, match="area_id"):
        commit(WeatherData(area_id=-1, timestamp=MARCH))


def test_two_readings_of_one_sensor_at_one_moment_are_impossible(container: Container) -> None:
    parameter = EnvironmentalParameter.objects.create(name="Oxygen", unit="mg/L")
    sensor = Sensor.objects.create(name="S-1", sensor_type="OXYGEN", container=container)
    values = {"parameter": parameter, "sensor": sensor, "reading_time": MARCH}
    EnvironmentalReading.objects.create(value=8, **values)

    with pytest.raises(IntegrityError, match="sensor_id"), transaction.atomic():
        EnvironmentalReading.objects.create(value=9, **values)


def test_a_history_row_is_written_to_the_partitioned_history(
    batch: Batch, container: Container
) -> None:
    assignment = assign(batch, container, date(2015, 1, 1), None)
    assignment.save()
    assignment.population_count = 9
    assignment.save()

    kinds = assignment.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(kinds) == ["+", "~"]
    assert rows("SELECT count(*) FROM batch_historicalbatchcontainerassignment_default") == [(2,)]


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        (date(2015, 3, 1), date(2015, 4, 1), True),
        (date(2015, 3, 1), None, True),
        (date(2014, 12, 1), date(2015, 1, 1), True),
        (date(2015, 2, 28), date(2015, 4, 1), False),
        (date(2014, 12, 1), date(2015, 1, 2), False),
        (date(2015, 1, 15), None, False),
        # How long fish that came before will stay is not known yet.
        (date(2014, 12, 1), None, True),
    ],
)
def test_a_container_holds_one_assignment_at_a_time(
    batch: Batch, container: Container, start: date, end: date | None, free: bool
) -> None:
    assign(batch, container, date(2015, 1, 1), date(2015, 3, 1)).save()
    other = assign(batch, container, start, end)

    if free:
        other.full_clean()
        commit(other)
        return
    with pytest.raises(ValidationError, match="occupies this container"):
        other.full_clean()
    with pytest.raises(IntegrityError, match="assignment_container_free"):
        commit(other)


def test_a_container_has_one_live_assignment(batch: Batch, container: Container) -> None:
    assign(batch, container, date(2015, 1, 1), None).save()
    batch.pk, batch.batch_number = None, "B-2"
    batch.save()
    other = assign(batch, container, date(2016, 1, 1), None)

    with pytest.raises(ValidationError, match="occupies this container now"):
        other.full_clean()
    with pytest.raises(IntegrityError, match="assignment_one_live"):
        commit(other)


def test_a_batch_is_active_in_a_container_once(batch: Batch, container: Container) -> None:
    first = assign(batch, container, date(2015, 1, 1), date(2015, 3, 1))
    first.is_active = True
    first.save()

    with pytest.raises(IntegrityError, match="unique_active_batch_container"):
        commit(assign(batch, container, date(2015, 4, 1), None))


def test_an_assignment_cannot_end_before_it_starts(batch: Batch, container: Container) -> None:
    with pytest.raises(IntegrityError, match="assignment_ends_after_start"):
        commit(assign(batch, container, date(2015, 2, 1), date(2015, 1, 31)))


def test_the_operation_goes_back_with_rows_and_forward_again(area: Area) -> None:
    state = MigrationLoader(connection).project_state()
    operation = PartitionByMonth("WeatherData", "timestamp")
    table = "environmental_weatherdata"
    before = structure(table)
    pk = WeatherData.objects.create(area=area, timestamp=MARCH).pk
    check_constraints_now()

    with connection.schema_editor() as editor:
        operation.database_backwards("environmental", editor, state, state)

    assert rows("SELECT relkind FROM pg_class WHERE oid = %s::regclass", table) == [("r",)]
    assert list(WeatherData.objects.values_list("pk", flat=True)) == [pk]
    assert WeatherData.objects.create(area=area, timestamp=MARCH.replace(hour=9)).pk == pk + 1
    with pytest.raises(IntegrityError, match="weather_area_time_unique"), transaction.atomic():
        WeatherData.objects.create(area=area, timestamp=MARCH)
    check_constraints_now()

    with (
        pytest.raises(DatabaseError, match="already holds rows"),
        transaction.atomic(),
        connection.schema_editor() as editor,
    ):
        operation.database_forwards("environmental", editor, state, state)

    WeatherData.objects.all().delete()
    with connection.schema_editor() as editor:
        operation.database_forwards("environmental", editor, state, state)
    assert structure(table) == before


def test_months_are_merged_with_their_rows(area: Area) -> None:
    state = MigrationLoader(connection).project_state()
    operation = MergeMonths("WeatherData", "timestamp")
    table = "environmental_weatherdata"
    before = structure(table)
    pk = WeatherData.objects.create(area=area, timestamp=MARCH).pk
    check_constraints_now()

    with connection.schema_editor() as editor:
        operation.database_forwards("environmental", editor, state, state)

    assert rows("SELECT relkind FROM pg_class WHERE oid = %s::regclass", table) == [("r",)]
    assert list(WeatherData.objects.values_list("pk", flat=True)) == [pk]
    WeatherData.objects.all().delete()
    with connection.schema_editor() as editor:
        operation.database_backwards("environmental", editor, state, state)
    assert structure(table) == before


def test_migrating_to_zero_and_back_restores_everything() -> None:
    before = {table: structure(table) for table in PARTITIONED}

    call_command("migrate", "infrastructure", "zero", verbosity=0)
    left = rows("SELECT tablename FROM pg_tables WHERE tablename ~ '^(infra|batch|env|inv)'")
    sequences = rows("SELECT sequencename FROM pg_sequences WHERE sequencename ~ '^(batch|env)'")
    call_command("migrate", verbosity=0)

    assert left == []
    assert sequences == []
    assert {table: structure(table) for table in PARTITIONED} == before

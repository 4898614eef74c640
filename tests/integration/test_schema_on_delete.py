"""Rows deleted by plain SQL: what the database takes along, lets go of, and refuses."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model, ProtectedError
from django.db.utils import DatabaseError, IntegrityError

from aquamind.batch.models import (
    Batch,
    BatchContainerAssignment,
    BatchTransfer,
    GrowthSample,
    LifeCycleStage,
    MortalityEvent,
    Species,
)
from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase, PlanCascadesOnce
from aquamind.environmental.models import EnvironmentalParameter, EnvironmentalReading
from aquamind.harvest.models import HarvestEvent, HarvestLot, ProductGrade
from aquamind.health.models import HealthSamplingEvent, JournalEntry, Treatment
from aquamind.infrastructure.models import (
    Container,
    ContainerType,
    FeedContainer,
    FreshwaterStation,
    Geography,
    Hall,
)
from aquamind.inventory.models import Feed, FeedContainerStock, FeedingEvent, FeedPurchase
from data_generation.storage.catalog import Catalog
from data_generation.storage.partitions import Month, StagedPartition
from tests.schema_reference import PARTITIONED

pytestmark = pytest.mark.django_db

MARCH = datetime(2015, 3, 10, 6, tzinfo=UTC)
DAY = MARCH.date()

GUIDE = (
    "batch_mortalityevent",
    "batch_growthsample",
    "environmental_environmentalreading",
    "inventory_feedingevent",
    "health_journalentry",
    "batch_batchcontainerassignment",
    "batch_batch",
    "inventory_feedpurchase",
    "inventory_feedcontainerstock",
)
"""What the guide deletes from by hand, history aside."""

REACHING = """
    WITH RECURSIVE key AS (
        SELECT conrelid, confrelid, conkey[1] AS num, confdeltype::text AS action
        FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
    ), reached (oid) AS (
        SELECT unnest(%s::text[])::regclass
        UNION
        SELECT conrelid FROM key JOIN reached ON confrelid = oid
    )
    SELECT conrelid::regclass::text, attname::text, action, EXISTS (
        SELECT FROM pg_index
        WHERE indrelid = conrelid AND indkey[0] = num AND indpred IS NULL
    )
    FROM key
    JOIN reached ON confrelid = oid
    JOIN pg_attribute ON attrelid = conrelid AND attnum = num
    ORDER BY 1, 2
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), conparentid <> 0
    FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    ORDER BY 1, 2
"""


def rows(query: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, args or None)
        return cursor.fetchall() if cursor.description else []


def check_constraints_now() -> None:
    """What a commit would check."""
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    rows("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def fish() -> dict[str, Model]:
    """A batch in one tank, and a row of everything that may hang on it."""
    geography = Geography.objects.create(name="Faroe Islands")
    station = FreshwaterStation.objects.create(
        name="S", geography=geography, latitude=62, longitude=-7
    )
    hall = Hall.objects.create(name="A", freshwater_station=station)
    kind = ContainerType.objects.create(name="Tank", category="TANK", max_volume_m3=500)
    container = Container.objects.create(
        name="T-1", container_type=kind, hall=hall, volume_m3=400, max_biomass_kg=900
    )
    species = Species.objects.create(name="Atlantic salmon", scientific_name="Salmo salar")
    stage = LifeCycleStage.objects.create(name="Parr", species=species, order=3)
    batch = Batch.objects.create(
        batch_number="FI-2015-001", species=species, lifecycle_stage=stage, start_date=DAY
    )
    assignment = BatchContainerAssignment.objects.create(
        batch=batch,
        container=container,
        lifecycle_stage=stage,
        population_count=10,
        biomass_kg=Decimal("1.00"),
        assignment_date=DAY,
    )
    user = get_user_model().objects.create(username="somebody")
    silo = FeedContainer.objects.create(
        name="Silo", container_type="SILO", capacity_kg=1000, hall=hall
    )
    feed = Feed.objects.create(name="Pellet", brand="B", size_category="SMALL")
    purchase = FeedPurchase.objects.create(
        purchase_date=DAY,
        quantity_kg=100,
        cost_per_kg=9,
        supplier="B",
        batch_number="AUTO-1",
        feed=feed,
    )
    stock = FeedContainerStock.objects.create(
        quantity_kg=90, entry_date=MARCH, feed_container=silo, feed_purchase=purchase
    )
    meal = FeedingEvent.objects.create(
        feeding_date=DAY,
        feeding_time=MARCH.time(),
        amount_kg=10,
        batch_biomass_kg=1,
        batch=batch,
        batch_assignment=assignment,
        container=container,
        feed=feed,
        feed_stock=stock,
    )
    parameter = EnvironmentalParameter.objects.create(name="Oxygen", unit="mg/L")
    reading = EnvironmentalReading.objects.create(
        value=8,
        reading_time=MARCH,
        parameter=parameter,
        batch=batch,
        batch_container_assignment=assignment,
        container=container,
    )
    transfer = BatchTransfer.objects.create(
        transfer_type="CONTAINER",
        transfer_date=DAY,
        source_count=10,
        transferred_count=10,
        source_biomass_kg=1,
        transferred_biomass_kg=1,
        source_batch=batch,
        source_lifecycle_stage=stage,
        source_assignment=assignment,
    )
    event = HarvestEvent.objects.create(event_date=MARCH, assignment=assignment, batch=batch)
    grade = ProductGrade.objects.create(code="S", name="Superior")
    HarvestLot.objects.create(
        event=event, product_grade=grade, live_weight_kg=1, gutted_weight_kg=1, unit_count=1
    )
    MortalityEvent.objects.create(
        event_date=DAY, count=1, biomass_kg=1, batch=batch, assignment=assignment
    )
    GrowthSample.objects.create(
        sample_date=DAY, sample_size=5, avg_weight_g=9, assignment=assignment
    )
    JournalEntry.objects.create(
        entry_date=MARCH, category="observation", description="calm", batch=batch, user=user
    )
    treatment = Treatment.objects.create(
        treatment_date=MARCH,
        treatment_type="medication",
        description="bath",
        batch=batch,
        batch_assignment=assignment,
        user=user,
    )
    HealthSamplingEvent.objects.create(
        assignment=assignment, sampling_date=DAY, number_of_fish_sampled=5
    )
    check_constraints_now()
    return {
        "batch": batch,
        "assignment": assignment,
        "container": container,
        "purchase": purchase,
        "stock": stock,
        "meal": meal,
        "reading": reading,
        "transfer": transfer,
        "treatment": treatment,
    }


def left() -> set[str]:
    """Models with rows that hang on fish or on purchases."""
    checked = (
        Batch,
        BatchContainerAssignment,
        BatchTransfer,
        EnvironmentalReading,
        FeedContainerStock,
        FeedingEvent,
        FeedPurchase,
        GrowthSample,
        HarvestEvent,
        HarvestLot,
        HealthSamplingEvent,
        JournalEntry,
        MortalityEvent,
        Treatment,
    )
    return {model.__name__ for model in checked if model.objects.exists()}


def test_the_database_acts_on_every_key_that_would_refuse_the_guides_deletes() -> None:
    nulled = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.remote_field
        and field.remote_field.on_delete is models.SET_NULL
        # A reading without its batch is worth nothing.
        and model is not EnvironmentalReading
    }
    found = rows(REACHING, list(GUIDE))

    assert len(found) == 38
    for table, column, action, indexed in found:
        expected = "n" if (table, column) in nulled else "c"
        assert (action, indexed) == (expected, True), (table, column)


def test_no_other_key_acts(fish: dict[str, Model]) -> None:
    acting = rows(
        "SELECT conrelid::regclass::text, attname::text FROM pg_constraint "
        "JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
        "WHERE contype = 'f' AND conparentid = 0 AND confdeltype <> 'a' ORDER BY 1, 2"
    )
    assert acting == [(table, column) for table, column, *_ in rows(REACHING, list(GUIDE))]
    with pytest.raises(IntegrityError, match="infrastructure_container"), transaction.atomic():  # noqa: PT012
        rows("DELETE FROM infrastructure_container")
        check_constraints_now()


def test_an_assignment_takes_along_what_happened_to_its_fish(fish: dict[str, Model]) -> None:
    rows("DELETE FROM batch_batchcontainerassignment")
    check_constraints_now()

    assert left() == {
        "Batch",
        "FeedContainerStock",
        "FeedPurchase",
        "JournalEntry",
        "Treatment",
    }
    fish["treatment"].refresh_from_db()
    assert fish["treatment"].batch_assignment_id is None
    assert fish["treatment"].batch_id == fish["batch"].pk


def test_a_batch_takes_along_all_that_hangs_on_it(fish: dict[str, Model]) -> None:
    rows("DELETE FROM batch_batch")
    check_constraints_now()

    assert left() == {"FeedContainerStock", "FeedPurchase"}


def test_a_purchase_takes_along_its_stock_and_leaves_the_meals(fish: dict[str, Model]) -> None:
    rows("DELETE FROM inventory_feedpurchase")
    check_constraints_now()

    assert not {"FeedPurchase", "FeedContainerStock"} & left()
    fish["meal"].refresh_from_db()
    assert fish["meal"].feed_stock_id is None
    assert fish["meal"].amount_kg == 10


def test_django_still_protects(fish: dict[str, Model]) -> None:
    for name in ("batch", "assignment", "purchase"):
        with pytest.raises(ProtectedError):
            fish[name].delete()


def test_a_batch_number_that_was_taken_is_freed_as_the_guide_says(fish: dict[str, Model]) -> None:
    """The troubleshooting entry: a batch without events goes by Django, one with events by SQL."""
    old = fish["batch"]
    Batch.objects.create(
        batch_number="FI-2024-001",
        species=old.species,
        lifecycle_stage=old.lifecycle_stage,
        start_date=DAY,
    )
    deleted, by_model = Batch.objects.filter(batch_number="FI-2024-001").delete()
    assert (deleted, by_model) == (1, {"batch.Batch": 1})

    with pytest.raises(ProtectedError):
        Batch.objects.filter(batch_number="FI-2015-001").delete()
    rows("DELETE FROM batch_batch WHERE batch_number = 'FI-2015-001'")
    check_constraints_now()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("batch", "BatchTransfer", "source_assignment"),
        ("inventory", "FeedingEvent", "feed_stock"),
        ("environmental", "EnvironmentalReading", "batch"),
    ],
)
def test_the_operation_changes_nothing_but_the_action(app: str, model: str, field: str) -> None:
    state = MigrationLoader(connection).project_state()
    table = apps.get_model(app, model)._meta.db_table
    before = rows(CONSTRAINTS)
    act = OnDeleteInDatabase(model, field, OnDelete.SET_NULL)

    with connection.schema_editor() as editor:
        act.database_backwards(app, editor, state, state)
    plain = rows(CONSTRAINTS)
    with connection.schema_editor() as editor:
        act.database_forwards(app, editor, state, state)
    nulling = rows(CONSTRAINTS)

    column = apps.get_model(app, model)._meta.get_field(field).column
    for found, action in ((plain, ""), (nulling, " ON DELETE SET NULL")):
        changed = [pair for pair in zip(before, found, strict=True) if pair[0] != pair[1]]
        for old, new in changed:
            assert old[0].removesuffix("_default") == table
            assert f"({column})" in old[2]
            assert new[:2] == old[:2]
            assert new[3] == old[3]
            assert new[2].endswith(f"(id){action} DEFERRABLE INITIALLY DEFERRED")
    assert len({name for name, *_ in before if name.startswith(table)}) == (
        2 if table in PARTITIONED else 1
    )
    assert plain != before


def test_the_operation_names_a_column_without_a_key() -> None:
    state = MigrationLoader(connection).project_state()
    act = OnDeleteInDatabase("Batch", "notes", OnDelete.CASCADE)
    with (
        pytest.raises(DatabaseError, match="batch_batch has no foreign key on column notes"),
        transaction.atomic(),
        connection.schema_editor() as editor,
    ):
        act.database_forwards("batch", editor, state, state)


def attach_march(table: str) -> None:
    """Attach a month as the loader does."""
    connection.ensure_connection()
    known = Catalog(connection.connection)[table]
    month = StagedPartition(connection.connection, known, Month.of(date(2015, 3, 1)))
    month.create()
    month.build_indexes()
    month.add_foreign_keys()
    month.attach()


@pytest.mark.parametrize("table", [t for t in PARTITIONED if "historical" not in t])
def test_a_staged_months_own_keys_become_those_of_the_table(table: str) -> None:
    triggers = (
        "SELECT tgrelid::regclass::text, tgfoid::regproc::text FROM pg_trigger "
        "WHERE tgisinternal AND tgconstrrelid IN "
        "(SELECT relid FROM pg_partition_tree(%s::regclass)) ORDER BY 1, 2"
    )
    acting = rows(triggers, table)
    attach_march(table)

    keys = rows(CONSTRAINTS)
    of_month = {definition for name, _, definition, _ in keys if name == f"{table}_y2015m03"}
    of_table = {definition for name, _, definition, _ in keys if name == table}
    assert of_month == of_table
    assert all(adopted for name, *_, adopted in keys if name == f"{table}_y2015m03")
    assert sum(name == f"{table}_y2015m03" for name, *_ in keys) == len(of_table)
    # What acts hangs on the referenced table once, for all months.
    assert rows(triggers, table) == acting


def test_a_month_that_was_staged_is_emptied_along(fish: dict[str, Model]) -> None:
    MortalityEvent.objects.all().delete()
    check_constraints_now()
    attach_march("batch_mortalityevent")
    MortalityEvent.objects.create(
        event_date=DAY, count=1, biomass_kg=1, batch=fish["batch"], assignment=fish["assignment"]
    )
    assert rows("SELECT count(*) FROM batch_mortalityevent_y2015m03") == [(1,)]

    rows("DELETE FROM batch_batchcontainerassignment")

    assert rows("SELECT count(*) FROM batch_mortalityevent_y2015m03") == [(0,)]


@pytest.mark.parametrize(
    "table",
    ["batch_batch", "batch_batchcontainerassignment", "inventory_feedcontainerstock"],
)
def test_cascades_into_months_are_planned_once(table: str) -> None:
    assert rows("SHOW plan_cache_mode") == [("auto",)]
    with transaction.atomic():
        rows(f"DELETE FROM {table}")
        assert rows("SHOW plan_cache_mode") == [("force_generic_plan",)]
        transaction.set_rollback(True)
    assert rows("SHOW plan_cache_mode") == [("auto",)]


def test_planning_once_can_be_undone() -> None:
    state = MigrationLoader(connection).project_state()
    operation = PlanCascadesOnce("Batch")
    with connection.schema_editor() as editor:
        operation.database_backwards("batch", editor, state, state)
    rows("DELETE FROM batch_batch")
    assert rows("SHOW plan_cache_mode") == [("auto",)]
    with connection.schema_editor() as editor:
        operation.database_forwards("batch", editor, state, state)
    rows("DELETE FROM batch_batch")
    assert rows("SHOW plan_cache_mode") == [("force_generic_plan",)]

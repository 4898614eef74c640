"""Rows deleted by plain SQL: what the database takes along, lets go of, and refuses."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model, ProtectedError
from django.db.utils import DatabaseError, IntegrityError

from aquamind.batch.models import (
    Batch,
    BatchContainerAssignment,
    BatchTransfer,
    GrowthSample,
    MortalityEvent,
)
from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase, PlanCascadesOnce
from aquamind.environmental.models import EnvironmentalReading
from aquamind.harvest.models import HarvestEvent, HarvestLot
from aquamind.health.models import HealthSamplingEvent, JournalEntry, Treatment
from aquamind.inventory.models import FeedContainerStock, FeedingEvent, FeedPurchase
from data_generation.storage.postgres.catalog import Catalog
from data_generation.storage.postgres.loading.partitions import Month, StagedPartition
from tests.integration.fish_rows import DAY, make_fish
from tests.integration.plain_sql import check_constraints_now, rows
from tests.schema_reference import PARTITIONED

pytestmark = pytest.mark.django_db
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


@pytest.fixture
def fish() -> dict[str, Model]:
    return make_fish()


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

    assert len(found) == 73
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
    assert len({name for name, *_ in before if name.removesuffix("_default") == table}) == (
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

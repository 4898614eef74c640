"""A batch with a row of everything that may hang on it, by Django's models."""

from datetime import UTC, datetime
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db.models import Model

from aquamind.batch.models import (
    Batch,
    BatchContainerAssignment,
    BatchTransfer,
    GrowthSample,
    LifeCycleStage,
    MortalityEvent,
    Species,
)
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
from tests.integration.plain_sql import check_constraints_now

MARCH = datetime(2015, 3, 10, 6, tzinfo=UTC)
DAY = MARCH.date()


def make_fish() -> dict[str, Model]:
    """Make a batch in one tank, and a row of everything that may hang on it."""
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

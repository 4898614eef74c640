"""Parent fish, breeding plans, egg production and egg suppliers."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class MaintenanceTask(Timestamped):
    """Planned work on a broodstock container."""

    class TaskType(models.TextChoices):
        CLEANING = "cleaning", "Cleaning"
        REPAIR = "repair", "Repair"
        INSPECTION = "inspection", "Inspection"
        UPGRADE = "upgrade", "Upgrade"

    task_type = models.CharField(max_length=50, choices=TaskType.choices)
    scheduled_date = models.DateTimeField()
    completed_date = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True)
    container = models.ForeignKey(
        "infrastructure.Container", on_delete=models.CASCADE, related_name="maintenance_tasks"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="maintenance_tasks",
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.get_task_type_display()} on {self.scheduled_date:%Y-%m-%d}"


class BroodstockFish(Timestamped):
    """One tagged parent fish and its traits."""

    class HealthStatus(models.TextChoices):
        HEALTHY = "healthy", "Healthy"
        MONITORED = "monitored", "Monitored"
        SICK = "sick", "Sick"
        DECEASED = "deceased", "Deceased"

    traits = models.JSONField(default=dict, help_text="trait name to measured value")
    health_status = models.CharField(
        max_length=20, choices=HealthStatus.choices, default=HealthStatus.HEALTHY
    )
    container = models.ForeignKey(
        "infrastructure.Container", on_delete=models.PROTECT, related_name="broodstock_fish"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "broodstock fish"

    def __str__(self) -> str:
        return f"Fish {self.pk}"


class FishMovement(Timestamped):
    """One parent fish moved between containers."""

    movement_date = models.DateTimeField()
    notes = models.TextField(blank=True)
    fish = models.ForeignKey(BroodstockFish, on_delete=models.CASCADE, related_name="movements")
    from_container = models.ForeignKey(
        "infrastructure.Container", on_delete=models.PROTECT, related_name="broodstock_departures"
    )
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="broodstock_movements",
    )
    to_container = models.ForeignKey(
        "infrastructure.Container", on_delete=models.PROTECT, related_name="broodstock_arrivals"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.fish} on {self.movement_date:%Y-%m-%d}"


class BreedingPlan(Timestamped):
    """A breeding season's aims and instructions."""

    name = models.CharField(max_length=100)
    start_date = models.DateTimeField()
    end_date = models.DateTimeField()
    objectives = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="breeding_plans",
    )
    breeder_instructions = models.TextField(blank=True)
    geneticist_notes = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-start_date"]

    def __str__(self) -> str:
        return self.name


class BreedingTraitPriority(Timestamped):
    """The weight that a breeding plan gives to one trait."""

    class TraitName(models.TextChoices):
        GROWTH_RATE = "growth_rate", "Growth rate"
        DISEASE_RESISTANCE = "disease_resistance", "Disease resistance"
        SIZE = "size", "Size"
        FERTILITY = "fertility", "Fertility"

    trait_name = models.CharField(max_length=50, choices=TraitName.choices)
    priority_weight = models.FloatField(help_text="0 to 1")
    plan = models.ForeignKey(
        BreedingPlan, on_delete=models.CASCADE, related_name="trait_priorities", db_index=False
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "breeding trait priorities"
        constraints = [
            models.UniqueConstraint(fields=["plan", "trait_name"], name="broodstock_trait_unique")
        ]

    def __str__(self) -> str:
        return f"{self.get_trait_name_display()}: {self.priority_weight}"


class BreedingPair(Timestamped):
    """A male and a female paired under a plan."""

    pairing_date = models.DateTimeField()
    progeny_count = models.PositiveIntegerField(null=True, blank=True, help_text="eggs")
    female_fish = models.ForeignKey(
        BroodstockFish, on_delete=models.PROTECT, related_name="pairs_as_female"
    )
    male_fish = models.ForeignKey(
        BroodstockFish, on_delete=models.PROTECT, related_name="pairs_as_male"
    )
    plan = models.ForeignKey(
        BreedingPlan, on_delete=models.CASCADE, related_name="pairs", db_index=False
    )

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "male_fish", "female_fish"], name="broodstock_pair_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.male_fish} with {self.female_fish}"


class EggProduction(Timestamped):
    """A batch of eggs, from an own pair or from a supplier."""

    class SourceType(models.TextChoices):
        INTERNAL = "internal", "Internal"
        EXTERNAL = "external", "External"

    egg_batch_id = models.CharField(max_length=50, unique=True)
    egg_count = models.PositiveIntegerField(help_text="eggs")
    production_date = models.DateTimeField()
    source_type = models.CharField(max_length=20, choices=SourceType.choices)
    destination_station = models.ForeignKey(
        "infrastructure.FreshwaterStation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="egg_productions",
    )
    pair = models.ForeignKey(
        BreedingPair,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="egg_productions",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-production_date"]

    def __str__(self) -> str:
        return self.egg_batch_id


class EggSupplier(Timestamped):
    """A company that sells eggs."""

    name = models.CharField(max_length=100, unique=True)
    contact_details = models.TextField(blank=True)
    certifications = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ExternalEggBatch(Timestamped):
    """What is known of bought eggs."""

    batch_number = models.CharField(max_length=50)
    provenance_data = models.TextField(blank=True)
    egg_production = models.OneToOneField(
        EggProduction, on_delete=models.CASCADE, related_name="external_batch"
    )
    supplier = models.ForeignKey(EggSupplier, on_delete=models.PROTECT, related_name="egg_batches")

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "external egg batches"

    def __str__(self) -> str:
        return f"{self.batch_number} from {self.supplier}"


class BatchParentage(Timestamped):
    """The eggs that a batch was started from."""

    assignment_date = models.DateTimeField()
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="parentage", db_index=False
    )
    egg_production = models.ForeignKey(
        EggProduction, on_delete=models.PROTECT, related_name="batch_parentage"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "batch parentage"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "egg_production"], name="broodstock_parentage_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch} from {self.egg_production}"

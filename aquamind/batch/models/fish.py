"""The fish themselves: species, stages, batches, and the containers that they occupy."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, ExpressionWrapper, F, Func, Q, Value
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from aquamind.db.fields import PERCENTAGE, PartitionedHistory, Timestamped


class Species(Timestamped):
    """A farmed species and the water it thrives in."""

    name = models.CharField(max_length=100, unique=True)
    scientific_name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    optimal_temperature_min = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    optimal_temperature_max = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    optimal_oxygen_min = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="mg/L"
    )
    optimal_ph_min = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    optimal_ph_max = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "species"

    def __str__(self) -> str:
        return self.name


class LifeCycleStage(Timestamped):
    """One stage of a species' life, with the sizes expected in it."""

    name = models.CharField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField(help_text="position in the life cycle, from 1")
    description = models.TextField(blank=True)
    expected_weight_min_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    expected_weight_max_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    expected_length_min_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    expected_length_max_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    species = models.ForeignKey(
        Species, on_delete=models.CASCADE, related_name="life_cycle_stages", db_index=False
    )
    typical_duration_days = models.PositiveIntegerField(null=True, blank=True, help_text="days")

    history = HistoricalRecords()

    class Meta:
        ordering = ["species", "order"]
        constraints = [
            models.UniqueConstraint(fields=["species", "order"], name="stage_species_order_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Batch(Timestamped):
    """A cohort of fish that started together and is followed from egg to harvest."""

    class Status(models.TextChoices):
        PLANNED = "PLANNED", "Planned"
        RECEIVING = "RECEIVING", "Receiving"
        ACTIVE = "ACTIVE", "Active"
        COMPLETED = "COMPLETED", "Completed"
        TERMINATED = "TERMINATED", "Terminated"
        CANCELLED = "CANCELLED", "Cancelled"

    class BatchType(models.TextChoices):
        STANDARD = "STANDARD", "Standard"
        MIXED = "MIXED", "Mixed"

    batch_number = models.CharField(max_length=50, unique=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    start_date = models.DateField()
    expected_end_date = models.DateField(null=True, blank=True, help_text="forecast day of harvest")
    actual_end_date = models.DateField(null=True, blank=True)
    notes = models.TextField(blank=True)
    lifecycle_stage = models.ForeignKey(
        LifeCycleStage, on_delete=models.PROTECT, related_name="batches"
    )
    species = models.ForeignKey(Species, on_delete=models.PROTECT, related_name="batches")
    batch_type = models.CharField(
        max_length=20, choices=BatchType.choices, default=BatchType.STANDARD
    )
    growth_factor = models.DecimalField(
        max_digits=6,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="thermal growth coefficient relative to the one configured for the stage",
    )
    pinned_projection_run = models.ForeignKey(
        "scenario.ProjectionRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="pinned_batches",
        help_text="the projection that the batch is compared with",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-start_date"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.batch_number


# The id as a range of one number, so that the built-in range operators serve in an exclusion
# constraint; equality of numbers under GiST would take an extension.
CONTAINER_AS_RANGE = Func(
    "container",
    "container",
    Value("[]"),
    function="int8range",
    output_field=BigIntegerRangeField(),
)
# Of a stay that has no end yet, only the first day is known. A batch may be entered after another
# that came later, so an open stay does not claim all days to come; no two may be open at once.
DAYS_OF_STAY = Func(
    "assignment_date",
    Coalesce(
        "departure_date",
        ExpressionWrapper(F("assignment_date") + Value(1), output_field=models.DateField()),
    ),
    Value("[)"),
    function="daterange",
    output_field=DateRangeField(),
)


class BatchContainerAssignment(Timestamped):
    """These fish, in this container, from this day to that; events and readings hang on it."""

    population_count = models.PositiveIntegerField(help_text="live fish")
    biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    assignment_date = models.DateField(help_text="day the fish came in")
    is_active = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="assignments")
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.CASCADE,
        related_name="assignments",
        db_index=False,
    )
    lifecycle_stage = models.ForeignKey(
        LifeCycleStage, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    avg_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="mean body weight, g"
    )
    departure_date = models.DateField(
        null=True, blank=True, help_text="day the fish left; empty while they are there"
    )
    last_weighing_date = models.DateField(null=True, blank=True)

    history = PartitionedHistory()

    class Meta:
        indexes = [
            models.Index(fields=["container", "assignment_date"], name="assignment_container_date")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(departure_date__isnull=True)
                | Q(departure_date__gte=F("assignment_date")),
                name="assignment_ends_after_start",
            ),
            # A container holds one assignment at a time.
            ExclusionConstraint(
                name="assignment_container_free",
                expressions=[
                    (CONTAINER_AS_RANGE, RangeOperators.OVERLAPS),
                    (DAYS_OF_STAY, RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.DEFERRED,
                violation_error_message="Another assignment occupies this container on these days.",
            ),
            ExclusionConstraint(
                name="assignment_one_live",
                expressions=[(CONTAINER_AS_RANGE, RangeOperators.OVERLAPS)],
                condition=Q(departure_date__isnull=True),
                deferrable=Deferrable.DEFERRED,
                violation_error_message="Another assignment occupies this container now.",
            ),
            models.UniqueConstraint(
                fields=["batch", "container"],
                condition=Q(is_active=True),
                name="unique_active_batch_container",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} in {self.container} from {self.assignment_date}"


class BatchComposition(models.Model):
    """The share of one source batch in a mixed batch."""

    percentage = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        validators=PERCENTAGE,
        help_text="% of the mixed batch's fish",
    )
    population_count = models.PositiveIntegerField(help_text="live fish")
    biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    created_at = models.DateTimeField(auto_now_add=True)
    mixed_batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="components")
    source_batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="mixed_into")

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.percentage} % of {self.mixed_batch} from {self.source_batch}"

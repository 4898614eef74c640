"""What happened to the fish of an assignment: moves, deaths, weighings."""

from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.batch.models.fish import Batch, BatchContainerAssignment, LifeCycleStage
from aquamind.db.fields import PartitionedHistory, Timestamped


class BatchTransfer(Timestamped):
    """Fish moved from one assignment to another, with the losses of the move."""

    class TransferType(models.TextChoices):
        CONTAINER = "CONTAINER", "Container"
        LIFECYCLE = "LIFECYCLE", "Lifecycle"
        SPLIT = "SPLIT", "Split"
        MERGE = "MERGE", "Merge"
        MIXED_TRANSFER = "MIXED_TRANSFER", "Mixed transfer"

    transfer_type = models.CharField(max_length=20, choices=TransferType.choices)
    transfer_date = models.DateField()
    source_count = models.PositiveIntegerField(help_text="fish in the source before the move")
    transferred_count = models.PositiveIntegerField(help_text="fish that arrived")
    mortality_count = models.PositiveIntegerField(default=0, help_text="fish that died in the move")
    source_biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    transferred_biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    notes = models.TextField(blank=True)
    destination_batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers_in"
    )
    destination_lifecycle_stage = models.ForeignKey(
        LifeCycleStage, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers_in"
    )
    source_batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="transfers_out")
    source_lifecycle_stage = models.ForeignKey(
        LifeCycleStage, on_delete=models.PROTECT, related_name="transfers_out"
    )
    is_emergency_mixing = models.BooleanField(default=False)
    source_assignment = models.ForeignKey(
        BatchContainerAssignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_out",
    )
    destination_assignment = models.ForeignKey(
        BatchContainerAssignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_in",
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.get_transfer_type_display()} of {self.source_batch} on {self.transfer_date}"


class MortalityEvent(Timestamped):
    """Dead fish taken out of one container on one day. Partitioned by month of event_date."""

    class Cause(models.TextChoices):
        DISEASE = "DISEASE", "Disease"
        HANDLING = "HANDLING", "Handling"
        PREDATION = "PREDATION", "Predation"
        ENVIRONMENTAL = "ENVIRONMENTAL", "Environmental"
        UNKNOWN = "UNKNOWN", "Unknown"
        OTHER = "OTHER", "Other"

    event_date = models.DateField()
    count = models.PositiveIntegerField(help_text="fish")
    biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="kg of the dead fish"
    )
    cause = models.CharField(max_length=20, choices=Cause.choices, default=Cause.UNKNOWN)
    description = models.TextField(blank=True)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="mortality_events", db_index=False
    )
    assignment = models.ForeignKey(
        BatchContainerAssignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mortality_events",
        db_index=False,
    )

    history = PartitionedHistory()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["assignment", "event_date"], name="mortality_assignment_date"),
            models.Index(fields=["batch", "event_date"], name="mortality_batch_date"),
        ]

    def __str__(self) -> str:
        return f"{self.count} dead of {self.batch} on {self.event_date}"


class GrowthSample(Timestamped):
    """Fish of one assignment weighed and measured."""

    sample_date = models.DateField()
    sample_size = models.PositiveIntegerField(help_text="fish weighed")
    avg_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="mean body weight, g"
    )
    avg_length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="mean fork length, cm"
    )
    std_deviation_weight = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    std_deviation_length = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    min_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    max_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    condition_factor = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="100 * weight in g / (length in cm)³",
    )
    notes = models.TextField(null=True, blank=True)
    assignment = models.ForeignKey(
        BatchContainerAssignment,
        on_delete=models.CASCADE,
        related_name="growth_samples",
        db_index=False,
    )

    history = PartitionedHistory()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["assignment", "sample_date"], name="growthsample_assignment_date")
        ]

    def __str__(self) -> str:
        return f"{self.avg_weight_g} g on {self.sample_date}"


class IndividualGrowthObservation(Timestamped):
    """One fish of a growth sample."""

    fish_identifier = models.CharField(max_length=50)
    weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="body weight, g")
    length_cm = models.DecimalField(max_digits=10, decimal_places=2, help_text="fork length, cm")
    growth_sample = models.ForeignKey(
        GrowthSample,
        on_delete=models.CASCADE,
        related_name="fish_observations",
        db_index=False,
    )

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["growth_sample", "fish_identifier"], name="growth_observation_fish_unique"
            )
        ]

    def __str__(self) -> str:
        return self.fish_identifier

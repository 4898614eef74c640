"""Fish of several batches brought together in one container."""

from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class BatchMixEvent(Timestamped):
    """The moment at which batches were mixed in a container."""

    mixed_at = models.DateTimeField()
    notes = models.TextField(blank=True)
    container = models.ForeignKey(
        "infrastructure.Container", on_delete=models.PROTECT, related_name="batch_mix_events"
    )
    mixed_batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="mix_events"
    )
    workflow_action = models.ForeignKey(
        "batch.TransferAction",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mix_events",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-mixed_at"]

    def __str__(self) -> str:
        return f"{self.mixed_batch} mixed on {self.mixed_at:%Y-%m-%d}"


class BatchMixEventComponent(models.Model):
    """What one batch brought into a mix."""

    population_count = models.PositiveIntegerField(help_text="live fish")
    biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    percentage = models.DecimalField(
        max_digits=5, decimal_places=2, help_text="% of the mix's fish"
    )
    is_transferred_in = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    mix_event = models.ForeignKey(
        BatchMixEvent, on_delete=models.CASCADE, related_name="components"
    )
    source_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.PROTECT,
        related_name="mix_event_components",
    )
    source_batch = models.ForeignKey(
        "batch.Batch", on_delete=models.PROTECT, related_name="mix_event_components"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.percentage} % from {self.source_batch}"

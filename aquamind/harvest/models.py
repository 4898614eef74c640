"""Slaughter: harvest events, the graded lots they yield, and waste."""

from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Subsidiary, Timestamped


class ProductGrade(Timestamped):
    """A quality and size grade that harvested fish are sold as."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class HarvestEvent(Timestamped):
    """One day's harvest of one assignment."""

    event_date = models.DateTimeField()
    dest_subsidiary = models.CharField(
        max_length=3, choices=Subsidiary.choices, null=True, blank=True
    )
    document_ref = models.CharField(max_length=100, blank=True)
    assignment = models.ForeignKey(
        "batch.BatchContainerAssignment", on_delete=models.PROTECT, related_name="harvest_events"
    )
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.PROTECT, related_name="harvest_events"
    )
    dest_geography = models.ForeignKey(
        "infrastructure.Geography",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="harvest_events",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-event_date"]

    def __str__(self) -> str:
        return f"{self.document_ref} on {self.event_date:%Y-%m-%d}"


class HarvestLot(Timestamped):
    """The fish of one grade from one harvest event."""

    live_weight_kg = models.DecimalField(max_digits=12, decimal_places=3, help_text="kg")
    gutted_weight_kg = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text="kg"
    )
    fillet_weight_kg = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text="kg"
    )
    unit_count = models.PositiveIntegerField(help_text="fish")
    event = models.ForeignKey(HarvestEvent, on_delete=models.CASCADE, related_name="lots")
    product_grade = models.ForeignKey(
        ProductGrade, on_delete=models.PROTECT, related_name="harvest_lots"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.live_weight_kg} kg of {self.product_grade}"


class HarvestWaste(Timestamped):
    """By-product or discard of a harvest event."""

    category = models.CharField(max_length=50)
    weight_kg = models.DecimalField(max_digits=12, decimal_places=3, help_text="kg")
    event = models.ForeignKey(HarvestEvent, on_delete=models.CASCADE, related_name="waste")

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "harvest waste"

    def __str__(self) -> str:
        return f"{self.weight_kg} kg {self.category}"

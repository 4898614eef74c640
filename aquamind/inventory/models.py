"""Feed: products, purchases, the lots in each silo or barge, and every feeding."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import PERCENTAGE, PartitionedHistory, Timestamped


class Feed(Timestamped):
    """A feed product."""

    class SizeCategory(models.TextChoices):
        MICRO = "MICRO", "Micro"
        SMALL = "SMALL", "Small"
        MEDIUM = "MEDIUM", "Medium"
        LARGE = "LARGE", "Large"

    name = models.CharField(max_length=100)
    brand = models.CharField(max_length=100)
    size_category = models.CharField(max_length=20, choices=SizeCategory.choices)
    pellet_size_mm = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="mm"
    )
    protein_percentage = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENTAGE, help_text="%"
    )
    fat_percentage = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENTAGE, help_text="%"
    )
    carbohydrate_percentage = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENTAGE, help_text="%"
    )
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.brand} {self.name}"


class FeedPurchase(Timestamped):
    """One delivery of one feed: a lot with its price."""

    purchase_date = models.DateField()
    quantity_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    cost_per_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="currency per kg")
    supplier = models.CharField(max_length=100)
    batch_number = models.CharField(max_length=100, blank=True)
    expiry_date = models.DateField(null=True, blank=True)
    notes = models.TextField(blank=True)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="purchases")

    history = HistoricalRecords()

    class Meta:
        ordering = ["-purchase_date"]

    def __str__(self) -> str:
        return f"{self.batch_number}: {self.quantity_kg} kg of {self.feed}"


class FeedContainerStock(Timestamped):
    """What is left of one purchased lot in one silo or barge; lots are fed oldest first."""

    quantity_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    entry_date = models.DateTimeField(help_text="when the lot was filled in; oldest is fed first")
    feed_container = models.ForeignKey(
        "infrastructure.FeedContainer", on_delete=models.CASCADE, related_name="stock"
    )
    feed_purchase = models.ForeignKey(FeedPurchase, on_delete=models.PROTECT, related_name="stock")
    written_off_kg = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="kg thrown away past the expiry date; beyond AquaMind's own schema",
    )

    history = PartitionedHistory()

    def __str__(self) -> str:
        return f"{self.quantity_kg} kg in {self.feed_container}"


class FeedingEvent(Timestamped):
    """One meal of one assignment. Partitioned by month of feeding_date."""

    class Method(models.TextChoices):
        MANUAL = "MANUAL", "Manual"
        AUTOMATIC = "AUTOMATIC", "Automatic"
        BROADCAST = "BROADCAST", "Broadcast"

    feeding_date = models.DateField()
    feeding_time = models.TimeField()
    amount_kg = models.DecimalField(max_digits=10, decimal_places=4, help_text="kg of feed")
    batch_biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="kg of live fish fed"
    )
    feeding_percentage = models.DecimalField(
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=PERCENTAGE,
        help_text="feed as % of biomass",
    )
    method = models.CharField(max_length=20, choices=Method.choices, default=Method.MANUAL)
    notes = models.TextField(blank=True)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.PROTECT, related_name="feeding_events", db_index=False
    )
    batch_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feeding_events",
        db_index=False,
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.PROTECT,
        related_name="feeding_events",
        db_index=False,
    )
    feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, related_name="feeding_events", db_index=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="feeding_events",
        db_index=False,
    )
    feed_cost = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="first-in-first-out cost of the feed given",
    )
    feed_stock = models.ForeignKey(
        FeedContainerStock,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="feeding_events",
        db_index=False,
        help_text="the lot that was fed; beyond AquaMind's own schema",
    )

    history = PartitionedHistory()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["batch_assignment", "feeding_date", "feeding_time"],
                name="feeding_assignment_time",
            ),
            models.Index(fields=["batch", "feeding_date"], name="feeding_batch_date"),
            # Deleting a lot looks for its meals.
            models.Index(fields=["feed_stock"], name="feeding_stock"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_kg} kg on {self.feeding_date} {self.feeding_time}"


class ConfidenceLevel(models.TextChoices):
    """How far a feeding summary rests on measurements."""

    VERY_HIGH = "VERY_HIGH", "Very high"
    HIGH = "HIGH", "High"
    MEDIUM = "MEDIUM", "Medium"
    LOW = "LOW", "Low"


class ContainerFeedingSummary(Timestamped):
    """Feed, growth and feed conversion of one assignment over a period."""

    class EstimationMethod(models.TextChoices):
        MEASURED = "MEASURED", "Measured"
        INTERPOLATED = "INTERPOLATED", "Interpolated"

    period_start = models.DateField()
    period_end = models.DateField()
    total_feed_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    starting_biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    ending_biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    growth_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    fcr = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="feed conversion ratio: kg feed per kg growth",
    )
    confidence_level = models.CharField(
        max_length=20, choices=ConfidenceLevel.choices, default=ConfidenceLevel.MEDIUM
    )
    estimation_method = models.CharField(
        max_length=20, choices=EstimationMethod.choices, null=True, blank=True
    )
    data_points = models.PositiveIntegerField(default=0)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="container_feeding_summaries"
    )
    container_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.CASCADE,
        related_name="feeding_summaries",
        db_index=False,
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "container feeding summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["container_assignment", "period_start", "period_end"],
                name="feeding_container_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.container_assignment}, {self.period_start} to {self.period_end}"


class BatchFeedingSummary(Timestamped):
    """Feed, growth and feed conversion of a batch over a period, over all its containers."""

    class EstimationMethod(models.TextChoices):
        MEASURED = "MEASURED", "Measured"
        MIXED = "MIXED", "Mixed"
        INTERPOLATED = "INTERPOLATED", "Interpolated"

    period_start = models.DateField()
    period_end = models.DateField()
    total_feed_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    average_feeding_percentage = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PERCENTAGE,
        help_text="mean of feed as % of biomass",
    )
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="feeding_summaries", db_index=False
    )
    total_feed_consumed_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    total_biomass_gain_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    fcr = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="feed conversion ratio: kg feed per kg growth",
    )
    estimation_method = models.CharField(
        max_length=20, choices=EstimationMethod.choices, null=True, blank=True
    )
    container_count = models.PositiveIntegerField(default=0)
    overall_confidence_level = models.CharField(
        max_length=20, choices=ConfidenceLevel.choices, default=ConfidenceLevel.MEDIUM
    )
    total_ending_biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    total_growth_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    total_starting_biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    weighted_avg_fcr = models.DecimalField(
        max_digits=5,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="feed conversion ratio weighted by growth",
    )
    average_biomass_kg = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="kg"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "batch feeding summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "period_start", "period_end"], name="feeding_batch_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch}, {self.period_start} to {self.period_end}"

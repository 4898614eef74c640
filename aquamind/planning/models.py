"""What is to be done with a batch, and when."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class ActivityType(models.TextChoices):
    """What is planned."""

    VACCINATION = "VACCINATION", "Vaccination"
    TREATMENT = "TREATMENT", "Treatment"
    CULL = "CULL", "Cull"
    HARVEST = "HARVEST", "Harvest"
    SALE = "SALE", "Sale"
    FEED_CHANGE = "FEED_CHANGE", "Feed change"
    TRANSFER = "TRANSFER", "Transfer"
    MAINTENANCE = "MAINTENANCE", "Maintenance"
    SAMPLING = "SAMPLING", "Sampling"
    OTHER = "OTHER", "Other"


class ActivityTemplate(Timestamped):
    """An activity that each batch gets when it reaches a day, a weight or a stage."""

    class TriggerType(models.TextChoices):
        DAY_OFFSET = "DAY_OFFSET", "Day offset"
        WEIGHT_THRESHOLD = "WEIGHT_THRESHOLD", "Weight threshold"
        STAGE_TRANSITION = "STAGE_TRANSITION", "Stage transition"

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(null=True, blank=True)
    activity_type = models.CharField(max_length=50, choices=ActivityType.choices)
    trigger_type = models.CharField(max_length=20, choices=TriggerType.choices)
    day_offset = models.IntegerField(null=True, blank=True, help_text="days after the batch began")
    weight_threshold_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    notes_template = models.TextField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    target_lifecycle_stage = models.ForeignKey(
        "batch.LifeCycleStage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="activity_templates",
    )

    class Meta:
        ordering = ["activity_type", "name"]

    def __str__(self) -> str:
        return self.name


class PlannedActivity(Timestamped):
    """One activity of one batch under one scenario."""

    class Status(models.TextChoices):
        PENDING = "PENDING", "Pending"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        COMPLETED = "COMPLETED", "Completed"
        CANCELLED = "CANCELLED", "Cancelled"

    activity_type = models.CharField(max_length=50, choices=ActivityType.choices)
    due_date = models.DateField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    notes = models.TextField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="planned_activities"
    )
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="completed_planned_activities",
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned_activities",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="created_planned_activities",
    )
    scenario = models.ForeignKey(
        "scenario.Scenario", on_delete=models.CASCADE, related_name="planned_activities"
    )
    transfer_workflow = models.ForeignKey(
        "batch.BatchTransferWorkflow",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned_activities",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["due_date"]
        verbose_name_plural = "planned activities"

    def __str__(self) -> str:
        return f"{self.get_activity_type_display()} of {self.batch} on {self.due_date}"

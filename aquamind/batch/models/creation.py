"""How a batch comes to be: the workflow that orders eggs, and each delivery into a container."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.batch.models.states import ActionStatus, WorkflowStatus
from aquamind.db.fields import PERCENTAGE, Timestamped


class BatchCreationWorkflow(Timestamped):
    """The plan by which one batch is started: whose eggs, how many, when, and how far it is."""

    Status = WorkflowStatus

    class EggSourceType(models.TextChoices):
        INTERNAL = "INTERNAL", "Internal"
        EXTERNAL = "EXTERNAL", "External"

    workflow_number = models.CharField(max_length=50, unique=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    egg_source_type = models.CharField(max_length=20, choices=EggSourceType.choices)
    external_supplier_batch_number = models.CharField(max_length=100, blank=True)
    external_cost_per_thousand = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="currency per thousand eggs",
    )
    total_eggs_planned = models.PositiveIntegerField(default=0, help_text="eggs")
    total_eggs_received = models.PositiveIntegerField(default=0, help_text="eggs")
    total_mortality_on_arrival = models.PositiveIntegerField(default=0, help_text="eggs")
    planned_start_date = models.DateField()
    planned_completion_date = models.DateField()
    actual_start_date = models.DateField(null=True, blank=True)
    actual_completion_date = models.DateField(null=True, blank=True)
    total_actions = models.PositiveIntegerField(default=0)
    actions_completed = models.PositiveIntegerField(default=0)
    progress_percentage = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, validators=PERCENTAGE, help_text="%"
    )
    cancellation_reason = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="batch_creation_workflows"
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cancelled_batch_creation_workflows",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_batch_creation_workflows",
    )
    egg_production = models.ForeignKey(
        "broodstock.EggProduction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batch_creation_workflows",
    )
    external_supplier = models.ForeignKey(
        "broodstock.EggSupplier",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batch_creation_workflows",
    )

    history = HistoricalRecords()

    class Meta:
        db_table = "batch_creationworkflow"
        ordering = ["-planned_start_date"]

    def __str__(self) -> str:
        return self.workflow_number


class CreationAction(Timestamped):
    """Eggs delivered into one container."""

    Status = ActionStatus

    class DeliveryMethod(models.TextChoices):
        TRANSPORT = "TRANSPORT", "Transport"
        HELICOPTER = "HELICOPTER", "Helicopter"
        BOAT = "BOAT", "Boat"
        INTERNAL_TRANSFER = "INTERNAL_TRANSFER", "Internal transfer"

    action_number = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    egg_count_planned = models.PositiveIntegerField(help_text="eggs")
    egg_count_actual = models.PositiveIntegerField(null=True, blank=True, help_text="eggs")
    mortality_on_arrival = models.PositiveIntegerField(default=0, help_text="eggs")
    expected_delivery_date = models.DateField()
    actual_delivery_date = models.DateField(null=True, blank=True)
    delivery_method = models.CharField(
        max_length=20, choices=DeliveryMethod.choices, null=True, blank=True
    )
    water_temp_on_arrival = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    egg_quality_score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 5")
    execution_duration_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="minutes"
    )
    notes = models.TextField(blank=True)
    dest_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment", on_delete=models.PROTECT, related_name="creation_actions"
    )
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="executed_creation_actions",
    )
    workflow = models.ForeignKey(
        BatchCreationWorkflow, on_delete=models.CASCADE, related_name="actions", db_index=False
    )

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "action_number"], name="creation_action_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.workflow}, delivery {self.action_number}"

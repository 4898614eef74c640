"""Moves as they are planned and carried out: a workflow, an action for each pair of containers."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.batch.models.states import ActionStatus, WorkflowStatus
from aquamind.db.fields import PERCENTAGE, Timestamped


class BatchTransferWorkflow(Timestamped):
    """One move of a batch, such as from parr to smolt, over all its containers and days."""

    class WorkflowType(models.TextChoices):
        LIFECYCLE_TRANSITION = "LIFECYCLE_TRANSITION", "Lifecycle transition"
        CONTAINER_REDISTRIBUTION = "CONTAINER_REDISTRIBUTION", "Container redistribution"
        EMERGENCY_CASCADE = "EMERGENCY_CASCADE", "Emergency cascade"

    Status = WorkflowStatus

    class DynamicRouteMode(models.TextChoices):
        DIRECT_STATION_TO_VESSEL = "DIRECT_STATION_TO_VESSEL", "Direct station to vessel"
        VIA_TRUCK_TO_VESSEL = "VIA_TRUCK_TO_VESSEL", "Via truck to vessel"

    workflow_number = models.CharField(max_length=50, unique=True)
    workflow_type = models.CharField(
        max_length=30, choices=WorkflowType.choices, default=WorkflowType.LIFECYCLE_TRANSITION
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    planned_start_date = models.DateField()
    planned_completion_date = models.DateField(null=True, blank=True)
    actual_start_date = models.DateField(null=True, blank=True)
    actual_completion_date = models.DateField(null=True, blank=True)
    total_source_count = models.PositiveIntegerField(default=0, help_text="fish")
    total_transferred_count = models.PositiveIntegerField(default=0, help_text="fish")
    total_mortality_count = models.PositiveIntegerField(default=0, help_text="fish")
    total_biomass_kg = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="kg"
    )
    total_actions_planned = models.PositiveIntegerField(default=0)
    actions_completed = models.PositiveIntegerField(default=0)
    completion_percentage = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, validators=PERCENTAGE, help_text="%"
    )
    is_intercompany = models.BooleanField(default=False)
    source_subsidiary = models.CharField(max_length=20, null=True, blank=True)
    dest_subsidiary = models.CharField(max_length=20, null=True, blank=True)
    notes = models.TextField(blank=True)
    cancellation_reason = models.TextField(blank=True)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.PROTECT, related_name="transfer_workflows"
    )
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="completed_batch_transfer_workflows",
    )
    dest_lifecycle_stage = models.ForeignKey(
        "batch.LifeCycleStage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfer_workflows_in",
    )
    finance_transaction = models.ForeignKey(
        "finance.IntercompanyTransaction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batch_transfer_workflows",
    )
    initiated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="initiated_batch_transfer_workflows",
    )
    source_lifecycle_stage = models.ForeignKey(
        "batch.LifeCycleStage", on_delete=models.PROTECT, related_name="transfer_workflows_out"
    )
    planned_activity = models.OneToOneField(
        "planning.PlannedActivity",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="spawned_workflow",
    )
    is_dynamic_execution = models.BooleanField(default=False)
    dynamic_completed_at = models.DateTimeField(null=True, blank=True)
    dynamic_completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dynamic_completed_batch_transfer_workflows",
    )
    dynamic_route_mode = models.CharField(
        max_length=32, choices=DynamicRouteMode.choices, null=True, blank=True
    )
    estimated_total_biomass_kg = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="kg"
    )
    estimated_total_count = models.PositiveIntegerField(null=True, blank=True, help_text="fish")

    history = HistoricalRecords()

    class Meta:
        ordering = ["-planned_start_date"]

    def __str__(self) -> str:
        return self.workflow_number


class TransferAction(Timestamped):
    """Fish moved from one assignment to another as a part of a workflow, and what was measured."""

    Status = ActionStatus

    class TransferMethod(models.TextChoices):
        NET = "NET", "Net"
        PUMP = "PUMP", "Pump"
        GRAVITY = "GRAVITY", "Gravity"
        MANUAL = "MANUAL", "Manual"

    class SelectionMethod(models.TextChoices):
        AVERAGE = "AVERAGE", "Average"
        LARGEST = "LARGEST", "Largest"
        SMALLEST = "SMALLEST", "Smallest"

    class CreatedVia(models.TextChoices):
        PLANNED = "PLANNED", "Planned"
        DYNAMIC_LIVE = "DYNAMIC_LIVE", "Dynamic live"

    class LegType(models.TextChoices):
        STATION_TO_VESSEL = "STATION_TO_VESSEL", "Station to vessel"
        STATION_TO_TRUCK = "STATION_TO_TRUCK", "Station to truck"
        TRUCK_TO_VESSEL = "TRUCK_TO_VESSEL", "Truck to vessel"
        VESSEL_TO_RING = "VESSEL_TO_RING", "Vessel to ring"

    action_number = models.PositiveIntegerField()
    source_population_before = models.PositiveIntegerField(
        help_text="fish in the source before the move"
    )
    transferred_count = models.PositiveIntegerField(help_text="fish")
    mortality_during_transfer = models.PositiveIntegerField(
        default=0, help_text="fish that died in the move"
    )
    transferred_biomass_kg = models.DecimalField(max_digits=10, decimal_places=2, help_text="kg")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    planned_date = models.DateField(null=True, blank=True)
    actual_execution_date = models.DateField(null=True, blank=True)
    transfer_method = models.CharField(
        max_length=20, choices=TransferMethod.choices, null=True, blank=True
    )
    water_temp_c = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    oxygen_level = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="mg/L"
    )
    execution_duration_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="minutes"
    )
    notes = models.TextField(blank=True)
    dest_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfer_actions_in",
    )
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="executed_transfer_actions",
    )
    source_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.PROTECT,
        related_name="transfer_actions_out",
    )
    workflow = models.ForeignKey(
        BatchTransferWorkflow, on_delete=models.CASCADE, related_name="actions", db_index=False
    )
    measured_avg_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    measured_std_dev_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    measured_sample_size = models.PositiveIntegerField(
        null=True, blank=True, help_text="fish measured"
    )
    measured_avg_length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    measured_notes = models.TextField(blank=True)
    selection_method = models.CharField(
        max_length=16, choices=SelectionMethod.choices, default=SelectionMethod.AVERAGE
    )
    allow_mixed = models.BooleanField(default=False)
    created_via = models.CharField(
        max_length=20, choices=CreatedVia.choices, default=CreatedVia.PLANNED
    )
    dest_container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfer_actions_in",
    )
    executed_at = models.DateTimeField(null=True, blank=True)
    leg_type = models.CharField(max_length=32, choices=LegType.choices, null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "action_number"], name="transfer_action_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.workflow}, action {self.action_number}"

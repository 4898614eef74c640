"""What moves and new batches have in common: the states of a workflow and of its actions."""

from django.db import models


class WorkflowStatus(models.TextChoices):
    """How far a workflow is."""

    DRAFT = "DRAFT", "Draft"
    PLANNED = "PLANNED", "Planned"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"
    CANCELLED = "CANCELLED", "Cancelled"


class ActionStatus(models.TextChoices):
    """How far an action of a workflow is."""

    PENDING = "PENDING", "Pending"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"
    FAILED = "FAILED", "Failed"
    SKIPPED = "SKIPPED", "Skipped"

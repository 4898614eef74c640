"""What AquaMind computes of each assignment: its days so far, its days to come, and a summary."""

from django.db import models


class ActualDailyAssignmentState(models.Model):
    """The fish of one assignment at the end of one day, as computed from what was recorded.

    Partitioned by month of date.
    """

    class AnchorType(models.TextChoices):
        GROWTH_SAMPLE = "growth_sample", "Growth sample"
        TRANSFER = "transfer", "Transfer"
        VACCINATION = "vaccination", "Vaccination"
        MANUAL = "manual", "Manual"
        PLANNED_ACTIVITY = "planned_activity", "Planned activity"

    date = models.DateField()
    day_number = models.PositiveIntegerField(help_text="days since the batch began")
    avg_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, help_text="mean body weight, g"
    )
    population = models.PositiveIntegerField(help_text="live fish")
    biomass_kg = models.DecimalField(max_digits=12, decimal_places=2, help_text="kg")
    temp_c = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    mortality_count = models.PositiveIntegerField(default=0, help_text="fish that died on the day")
    feed_kg = models.DecimalField(max_digits=10, decimal_places=2, default=0, help_text="kg")
    observed_fcr = models.DecimalField(
        max_digits=8,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="feed conversion ratio: kg feed per kg growth",
    )
    anchor_type = models.CharField(
        max_length=20,
        choices=AnchorType.choices,
        null=True,
        blank=True,
        help_text="what was measured on the day, if anything",
    )
    sources = models.JSONField(default=dict, blank=True, help_text="value to where it comes from")
    confidence_scores = models.JSONField(default=dict, blank=True, help_text="value to 0 to 1")
    last_computed_at = models.DateTimeField(auto_now=True)
    assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.CASCADE,
        related_name="daily_states",
        db_index=False,
    )
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="daily_states", db_index=False
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.CASCADE,
        related_name="daily_states",
        db_index=False,
    )
    lifecycle_stage = models.ForeignKey(
        "batch.LifeCycleStage",
        on_delete=models.PROTECT,
        related_name="daily_states",
        db_index=False,
    )
    planned_activity = models.ForeignKey(
        "planning.PlannedActivity",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="daily_states",
        db_index=False,
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["batch", "date"], name="daily_state_batch_date"),
            # Deleting a planned activity looks for its days.
            models.Index(fields=["planned_activity"], name="daily_state_activity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "date"], name="daily_state_assignment_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.population} fish of {self.avg_weight_g} g on {self.date}"


class LiveForwardProjection(models.Model):
    """One day to come of one assignment, as projected on one day."""

    computed_date = models.DateField()
    projection_date = models.DateField()
    day_number = models.PositiveIntegerField()
    projected_weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="g")
    projected_population = models.PositiveIntegerField(help_text="live fish")
    projected_biomass_kg = models.DecimalField(max_digits=12, decimal_places=2, help_text="kg")
    temperature_used_c = models.DecimalField(max_digits=5, decimal_places=2, help_text="°C")
    tgc_value_used = models.DecimalField(max_digits=8, decimal_places=4)
    temp_profile_id = models.PositiveIntegerField(
        null=True, blank=True, help_text="id of the temperature profile; it may be gone"
    )
    temp_profile_name = models.CharField(max_length=255, blank=True)
    temp_bias_c = models.DecimalField(max_digits=5, decimal_places=2, help_text="°C")
    temp_bias_window_days = models.PositiveIntegerField(
        help_text="days that the bias is taken from"
    )
    temp_bias_clamp_min_c = models.DecimalField(max_digits=5, decimal_places=2, help_text="°C")
    temp_bias_clamp_max_c = models.DecimalField(max_digits=5, decimal_places=2, help_text="°C")
    assignment = models.ForeignKey(
        "batch.BatchContainerAssignment", on_delete=models.CASCADE, related_name="live_projections"
    )
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="live_projections"
    )
    container = models.ForeignKey(
        "infrastructure.Container", on_delete=models.CASCADE, related_name="live_projections"
    )

    def __str__(self) -> str:
        return f"{self.projected_weight_g} g on {self.projection_date}"


class ContainerForecastSummary(models.Model):
    """When the fish of one assignment will be moved and harvested, by the last projection."""

    assignment = models.OneToOneField(
        "batch.BatchContainerAssignment",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="forecast_summary",
    )
    current_weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="g")
    current_population = models.PositiveIntegerField(help_text="live fish")
    current_biomass_kg = models.DecimalField(max_digits=12, decimal_places=2, help_text="kg")
    state_date = models.DateField()
    state_day_number = models.PositiveIntegerField()
    state_confidence = models.DecimalField(max_digits=3, decimal_places=2, help_text="0 to 1")
    projected_harvest_date = models.DateField(null=True, blank=True)
    projected_harvest_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    days_to_harvest = models.PositiveIntegerField(null=True, blank=True)
    harvest_threshold_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    projected_transfer_date = models.DateField(null=True, blank=True)
    projected_transfer_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    days_to_transfer = models.PositiveIntegerField(null=True, blank=True)
    transfer_threshold_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    original_harvest_date = models.DateField(null=True, blank=True)
    harvest_variance_days = models.IntegerField(null=True, blank=True, help_text="days")
    has_planned_harvest = models.BooleanField(default=False)
    has_planned_transfer = models.BooleanField(default=False)
    needs_planning_attention = models.BooleanField(default=False)
    temp_profile_name = models.CharField(max_length=255, blank=True)
    temp_bias_c = models.DecimalField(max_digits=5, decimal_places=2, help_text="°C")
    temp_bias_window_days = models.PositiveIntegerField(help_text="days")
    last_computed = models.DateTimeField(auto_now=True)
    computed_date = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "container forecast summaries"

    def __str__(self) -> str:
        return f"{self.assignment}: harvest {self.projected_harvest_date}"

"""Scenarios, and what they come to."""

from django.conf import settings
from django.db import models

from aquamind.db.fields import Timestamped


class Scenario(Timestamped):
    """A batch that might be, or one that is, under stated assumptions."""

    scenario_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=255)
    start_date = models.DateField()
    duration_days = models.IntegerField(help_text="days")
    initial_count = models.IntegerField(help_text="fish")
    genotype = models.CharField(max_length=255)
    supplier = models.CharField(max_length=255)
    initial_weight = models.FloatField(null=True, blank=True, help_text="g")
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.SET_NULL, null=True, blank=True, related_name="scenarios"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_scenarios",
    )
    fcr_model = models.ForeignKey(
        "scenario.FCRModel", on_delete=models.PROTECT, related_name="scenarios"
    )
    mortality_model = models.ForeignKey(
        "scenario.MortalityModel", on_delete=models.PROTECT, related_name="scenarios"
    )
    tgc_model = models.ForeignKey(
        "scenario.TGCModel", on_delete=models.PROTECT, related_name="scenarios"
    )
    biological_constraints = models.ForeignKey(
        "scenario.BiologicalConstraints",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="scenarios",
    )

    class Meta:
        db_table = "scenario"
        ordering = ["-start_date"]

    def __str__(self) -> str:
        return self.name


class ScenarioModelChange(Timestamped):
    """Another model from some day of a scenario on."""

    change_id = models.BigAutoField(primary_key=True)
    change_day = models.IntegerField(help_text="day of the scenario, from 1")
    new_fcr_model = models.ForeignKey(
        "scenario.FCRModel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="model_changes",
    )
    new_mortality_model = models.ForeignKey(
        "scenario.MortalityModel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="model_changes",
    )
    new_tgc_model = models.ForeignKey(
        "scenario.TGCModel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="model_changes",
    )
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="model_changes")

    def __str__(self) -> str:
        return f"{self.scenario}, from day {self.change_day}"


class ProjectionRun(Timestamped):
    """One computation of a scenario."""

    run_id = models.BigAutoField(primary_key=True)
    run_date = models.DateTimeField(auto_now_add=True)
    run_number = models.PositiveIntegerField()
    label = models.CharField(max_length=100, blank=True)
    parameters_snapshot = models.JSONField(default=dict, blank=True)
    notes = models.TextField(blank=True)
    total_projections = models.PositiveIntegerField(default=0, help_text="days projected")
    final_weight_g = models.FloatField(null=True, blank=True, help_text="g")
    final_biomass_kg = models.FloatField(null=True, blank=True, help_text="kg")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_projection_runs",
    )
    scenario = models.ForeignKey(
        Scenario, on_delete=models.CASCADE, related_name="projection_runs", db_index=False
    )

    class Meta:
        db_table = "scenario_projection_run"
        ordering = ["-run_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "run_number"], name="projection_run_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario}, run {self.run_number}"


class ScenarioProjection(Timestamped):
    """One day of a projection."""

    projection_id = models.BigAutoField(primary_key=True)
    projection_date = models.DateField()
    day_number = models.IntegerField(help_text="day of the scenario, from 1")
    average_weight = models.FloatField(help_text="g")
    population = models.FloatField(help_text="fish")
    biomass = models.FloatField(help_text="kg")
    daily_feed = models.FloatField(help_text="kg")
    cumulative_feed = models.FloatField(help_text="kg")
    temperature = models.FloatField(help_text="°C")
    current_stage = models.ForeignKey(
        "batch.LifeCycleStage", on_delete=models.PROTECT, related_name="projections"
    )
    projection_run = models.ForeignKey(
        ProjectionRun, on_delete=models.CASCADE, null=True, blank=True, related_name="projections"
    )

    def __str__(self) -> str:
        return f"{self.average_weight} g on {self.projection_date}"

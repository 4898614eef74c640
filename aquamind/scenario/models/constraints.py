"""Within which weights and temperatures fish of a life stage are kept."""

from django.conf import settings
from django.db import models

from aquamind.db.fields import Timestamped
from aquamind.scenario.models.assumptions import StageName


class BiologicalConstraints(Timestamped):
    """A set of limits, one for each life stage."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_biological_constraintses",
    )

    class Meta:
        db_table = "scenario_biological_constraints"
        ordering = ["name"]
        verbose_name_plural = "biological constraints"

    def __str__(self) -> str:
        return self.name


class StageConstraint(models.Model):
    """The limits of one life stage."""

    lifecycle_stage = models.CharField(max_length=20, choices=StageName.choices)
    min_weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="g")
    max_weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="g")
    min_temperature_c = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    max_temperature_c = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    typical_duration_days = models.IntegerField(null=True, blank=True, help_text="days")
    max_freshwater_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    constraint_set = models.ForeignKey(
        BiologicalConstraints,
        on_delete=models.CASCADE,
        related_name="stage_constraints",
        db_index=False,
    )

    class Meta:
        db_table = "scenario_stage_constraint"
        constraints = [
            models.UniqueConstraint(
                fields=["constraint_set", "lifecycle_stage"], name="stage_constraint_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.constraint_set}, {self.lifecycle_stage}"

"""What health records refer to: causes of death, vaccines, samples, indicators, lice."""

from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class MortalityReason(models.Model):
    """A cause of death that a veterinarian may record; it may be a case of a wider one."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VaccinationType(models.Model):
    """A vaccine and how it is given."""

    name = models.CharField(max_length=100, unique=True)
    manufacturer = models.CharField(max_length=100, blank=True)
    dosage = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SampleType(models.Model):
    """A kind of laboratory sample."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LiceType(Timestamped):
    """A species of sea lice of one sex in one stage of its development."""

    class Gender(models.TextChoices):
        MALE = "male", "Male"
        FEMALE = "female", "Female"
        UNKNOWN = "unknown", "Unknown"

    species = models.CharField(max_length=100)
    gender = models.CharField(max_length=20, choices=Gender.choices)
    development_stage = models.CharField(max_length=50)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["species", "gender", "development_stage"]
        constraints = [
            models.UniqueConstraint(
                fields=["species", "gender", "development_stage"], name="lice_type_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.species}, {self.gender}, {self.development_stage}"


class HealthParameter(Timestamped):
    """A welfare indicator that single fish are scored on.

    What each score means is said by `ParameterScoreDefinition`; in the version of 2025-10-16 the
    five descriptions said it.
    """

    name = models.CharField(max_length=100, unique=True)
    description_score_1 = models.TextField(null=True, blank=True)
    description_score_2 = models.TextField(null=True, blank=True)
    description_score_3 = models.TextField(null=True, blank=True)
    description_score_4 = models.TextField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    description = models.TextField(null=True, blank=True)
    min_score = models.IntegerField(default=1, db_default=1, help_text="lowest score")
    max_score = models.IntegerField(default=5, db_default=5, help_text="highest score")
    description_score_5 = models.TextField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ParameterScoreDefinition(Timestamped):
    """What one score of a welfare indicator means."""

    score_value = models.IntegerField()
    label = models.CharField(max_length=50)
    description = models.TextField(blank=True)
    display_order = models.IntegerField(default=0)
    parameter = models.ForeignKey(
        HealthParameter,
        on_delete=models.CASCADE,
        related_name="score_definitions",
        db_index=False,
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["parameter", "display_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["parameter", "score_value"], name="score_definition_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.score_value}: {self.label}"

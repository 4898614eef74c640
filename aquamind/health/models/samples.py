"""Fish examined one by one, and what laboratories found."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped
from aquamind.health.models.vocabulary import HealthParameter, SampleType


class HealthSamplingEvent(Timestamped):
    """Fish of one assignment examined one by one on one day."""

    sampling_date = models.DateField()
    number_of_fish_sampled = models.PositiveIntegerField(default=0)
    notes = models.TextField(null=True, blank=True)
    assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.CASCADE,
        related_name="health_sampling_events",
    )
    sampled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="health_sampling_events",
    )
    avg_k_factor = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True, help_text="mean condition factor"
    )
    avg_length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="mean fork length, cm"
    )
    avg_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="mean body weight, g"
    )
    calculated_sample_size = models.PositiveIntegerField(
        null=True, blank=True, help_text="fish observed one by one"
    )
    max_length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    max_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    min_length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    min_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    std_dev_length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    std_dev_weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.number_of_fish_sampled} fish on {self.sampling_date}"


class IndividualFishObservation(Timestamped):
    """One fish of a sampling event."""

    fish_identifier = models.CharField(max_length=50)
    length_cm = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="cm"
    )
    weight_g = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="g"
    )
    sampling_event = models.ForeignKey(
        HealthSamplingEvent,
        on_delete=models.CASCADE,
        related_name="fish_observations",
        db_index=False,
    )

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sampling_event", "fish_identifier"], name="observation_fish_unique"
            )
        ]

    def __str__(self) -> str:
        return self.fish_identifier


class FishParameterScore(Timestamped):
    """The score of one fish on one welfare indicator."""

    score = models.PositiveSmallIntegerField(help_text="between the indicator's lowest and highest")
    individual_fish_observation = models.ForeignKey(
        IndividualFishObservation, on_delete=models.CASCADE, related_name="scores", db_index=False
    )
    parameter = models.ForeignKey(HealthParameter, on_delete=models.PROTECT, related_name="scores")

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["individual_fish_observation", "parameter"], name="health_score_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.parameter}: {self.score}"


class HealthLabSample(Timestamped):
    """A sample sent to a laboratory, and what came back."""

    sample_date = models.DateField()
    date_sent_to_lab = models.DateField(null=True, blank=True)
    date_results_received = models.DateField(null=True, blank=True)
    lab_reference_id = models.CharField(max_length=100, null=True, blank=True)
    findings_summary = models.TextField(null=True, blank=True)
    quantitative_results = models.JSONField(
        null=True, blank=True, help_text="analyte to measured value"
    )
    attachment = models.FileField(upload_to="attachments/", max_length=100, null=True, blank=True)
    notes = models.TextField(null=True, blank=True)
    batch_container_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment", on_delete=models.PROTECT, related_name="lab_samples"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lab_samples",
    )
    sample_type = models.ForeignKey(
        SampleType, on_delete=models.PROTECT, related_name="lab_samples"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.sample_type} of {self.sample_date}"

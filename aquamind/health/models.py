"""Fish health: observations, samples, lice counts, treatments and their vocabulary."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class MortalityReason(models.Model):
    """A cause of death that a veterinarian may record."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)

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


class HealthParameter(Timestamped):
    """A welfare indicator that single fish are scored on, with the meaning of each score."""

    name = models.CharField(max_length=100, unique=True)
    description_score_1 = models.TextField(blank=True)
    description_score_2 = models.TextField(blank=True)
    description_score_3 = models.TextField(blank=True)
    description_score_4 = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    description_score_5 = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class JournalEntry(Timestamped):
    """A dated note in the health journal of a batch."""

    class Category(models.TextChoices):
        OBSERVATION = "observation", "Observation"
        ISSUE = "issue", "Issue"
        ACTION = "action", "Action"
        DIAGNOSIS = "diagnosis", "Diagnosis"
        TREATMENT = "treatment", "Treatment"
        VACCINATION = "vaccination", "Vaccination"
        SAMPLE = "sample", "Sample"

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    entry_date = models.DateTimeField()
    category = models.CharField(
        max_length=20, choices=Category.choices, default=Category.OBSERVATION
    )
    severity = models.CharField(max_length=10, choices=Severity.choices, null=True, blank=True)
    description = models.TextField(blank=True)
    resolution_status = models.BooleanField(default=False)
    resolution_notes = models.TextField(blank=True)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="journal_entries"
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="journal_entries",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="journal_entries"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-entry_date"]
        verbose_name_plural = "journal entries"

    def __str__(self) -> str:
        return f"{self.get_category_display()} of {self.entry_date:%Y-%m-%d}"


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

    score = models.PositiveSmallIntegerField(help_text="1 to 5, as the indicator describes them")
    individual_fish_observation = models.ForeignKey(
        IndividualFishObservation, on_delete=models.CASCADE, related_name="scores", db_index=False
    )
    parameter = models.ForeignKey(HealthParameter, on_delete=models.PROTECT, related_name="scores")

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


class LiceCount(models.Model):
    """Sea lice counted on a sample of fish; counts are totals over the fish sampled."""

    count_date = models.DateTimeField()
    adult_female_count = models.PositiveIntegerField(default=0, help_text="lice, all fish together")
    adult_male_count = models.PositiveIntegerField(default=0, help_text="lice, all fish together")
    juvenile_count = models.PositiveIntegerField(default=0, help_text="lice, all fish together")
    fish_sampled = models.PositiveIntegerField(help_text="fish")
    notes = models.TextField(blank=True)
    batch = models.ForeignKey("batch.Batch", on_delete=models.CASCADE, related_name="lice_counts")
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lice_counts",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lice_counts"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.count_date:%Y-%m-%d}: {self.adult_female_count} on {self.fish_sampled} fish"


class MortalityRecord(models.Model):
    """Deaths with a diagnosed reason."""

    event_date = models.DateTimeField()
    count = models.PositiveIntegerField(help_text="fish")
    notes = models.TextField(blank=True)
    batch = models.ForeignKey(
        "batch.Batch", on_delete=models.CASCADE, related_name="mortality_records"
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mortality_records",
    )
    reason = models.ForeignKey(
        MortalityReason, on_delete=models.PROTECT, related_name="mortality_records"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.count} dead on {self.event_date:%Y-%m-%d}"


class Treatment(models.Model):
    """Medication, vaccination or another treatment, and the days without harvest after it."""

    class TreatmentType(models.TextChoices):
        MEDICATION = "medication", "Medication"
        VACCINATION = "vaccination", "Vaccination"
        PHYSICAL = "physical", "Physical"
        OTHER = "other", "Other"

    class Outcome(models.TextChoices):
        PENDING = "pending", "Pending"
        SUCCESSFUL = "successful", "Successful"
        PARTIAL = "partial", "Partial"
        UNSUCCESSFUL = "unsuccessful", "Unsuccessful"

    treatment_date = models.DateTimeField()
    treatment_type = models.CharField(
        max_length=20, choices=TreatmentType.choices, default=TreatmentType.MEDICATION
    )
    description = models.TextField(blank=True)
    dosage = models.CharField(max_length=100, blank=True)
    duration_days = models.PositiveIntegerField(default=0, help_text="days")
    withholding_period_days = models.PositiveIntegerField(
        default=0, help_text="days after treatment without harvest"
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.PENDING)
    batch = models.ForeignKey("batch.Batch", on_delete=models.CASCADE, related_name="treatments")
    batch_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="treatments",
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="treatments",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="treatments"
    )
    vaccination_type = models.ForeignKey(
        VaccinationType, on_delete=models.PROTECT, null=True, blank=True, related_name="treatments"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.get_treatment_type_display()} of {self.treatment_date:%Y-%m-%d}"

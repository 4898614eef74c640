"""The journal, lice counts, diagnosed deaths and treatments."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped
from aquamind.health.models.samples import HealthSamplingEvent
from aquamind.health.models.vocabulary import LiceType, MortalityReason, VaccinationType


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


class LiceCount(models.Model):
    """Sea lice counted on a sample of fish; counts are totals over the fish sampled.

    Either adults and juveniles are counted, or the lice of one type.
    """

    class DetectionMethod(models.TextChoices):
        AUTOMATED = "automated", "Automated"
        MANUAL = "manual", "Manual"
        VISUAL = "visual", "Visual"
        CAMERA = "camera", "Camera"

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
    lice_type = models.ForeignKey(
        LiceType, on_delete=models.PROTECT, null=True, blank=True, related_name="lice_counts"
    )
    count_value = models.PositiveIntegerField(
        null=True, blank=True, help_text="lice of the type, all fish together"
    )
    detection_method = models.CharField(
        max_length=50, choices=DetectionMethod.choices, null=True, blank=True
    )
    confidence_level = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True, help_text="0 to 1"
    )
    assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lice_counts",
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
    assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mortality_records",
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
    includes_weighing = models.BooleanField(default=False, db_default=False)
    sampling_event = models.ForeignKey(
        HealthSamplingEvent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="treatments",
        help_text="the weighing that went with it",
    )
    journal_entry = models.ForeignKey(
        JournalEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="treatments"
    )

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.get_treatment_type_display()} of {self.treatment_date:%Y-%m-%d}"

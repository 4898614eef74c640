"""What sensors and weather services measure, and what each quantity means."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from aquamind.db.fields import Timestamped


class EnvironmentalParameter(Timestamped):
    """A measured quantity, its unit, and its possible and optimal range."""

    name = models.CharField(max_length=100)
    unit = models.CharField(max_length=20)
    description = models.TextField(blank=True)
    min_value = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="lowest possible value, in the unit above",
    )
    max_value = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="highest possible value"
    )
    optimal_min = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="lower end of the optimal range",
    )
    optimal_max = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="upper end of the optimal range",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class EnvironmentalReading(models.Model):
    """One value of one sensor at one moment. Partitioned by month of reading_time."""

    value = models.DecimalField(
        max_digits=10, decimal_places=4, help_text="in the parameter's unit"
    )
    reading_time = models.DateTimeField()
    is_manual = models.BooleanField(
        default=False, help_text="entered by hand rather than by the sensor"
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    batch = models.ForeignKey(
        "batch.Batch",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="environmental_readings",
        db_index=False,
    )
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="environmental_readings",
        db_index=False,
    )
    parameter = models.ForeignKey(
        EnvironmentalParameter, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="environmental_readings",
        db_index=False,
    )
    sensor = models.ForeignKey(
        "infrastructure.Sensor",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="readings",
        db_index=False,
    )
    batch_container_assignment = models.ForeignKey(
        "batch.BatchContainerAssignment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="environmental_readings",
        db_index=False,
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "reading_time"], name="reading_sensor_time_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["batch_container_assignment", "parameter", "reading_time"],
                name="reading_assignment_param_time",
            ),
            models.Index(
                fields=["batch", "parameter", "reading_time"], name="reading_batch_param_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.reading_time:%Y-%m-%d %H:%M}"


class PhotoperiodData(Timestamped):
    """Day length and light of one sea area on one day."""

    date = models.DateField()
    day_length_hours = models.DecimalField(max_digits=5, decimal_places=2, help_text="hours")
    light_intensity = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="lux"
    )
    is_interpolated = models.BooleanField(default=False, help_text="computed rather than measured")
    area = models.ForeignKey(
        "infrastructure.Area",
        on_delete=models.CASCADE,
        related_name="photoperiod_data",
        db_index=False,
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "photoperiod data"
        constraints = [
            models.UniqueConstraint(fields=["area", "date"], name="photoperiod_area_date_unique")
        ]

    def __str__(self) -> str:
        return f"{self.area} on {self.date}: {self.day_length_hours} h"


class WeatherData(models.Model):
    """Weather at one sea area at one moment. Partitioned by month of timestamp."""

    timestamp = models.DateTimeField()
    temperature = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    wind_speed = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="m/s"
    )
    wind_direction = models.PositiveIntegerField(
        null=True, blank=True, help_text="degrees from north"
    )
    precipitation = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="mm"
    )
    wave_height = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="m"
    )
    wave_period = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="s"
    )
    wave_direction = models.PositiveIntegerField(
        null=True, blank=True, help_text="degrees from north"
    )
    cloud_cover = models.PositiveIntegerField(null=True, blank=True, help_text="%")
    created_at = models.DateTimeField(auto_now_add=True)
    area = models.ForeignKey(
        "infrastructure.Area", on_delete=models.CASCADE, related_name="weather_data", db_index=False
    )

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "weather data"
        constraints = [
            models.UniqueConstraint(fields=["area", "timestamp"], name="weather_area_time_unique")
        ]

    def __str__(self) -> str:
        return f"{self.area} at {self.timestamp:%Y-%m-%d %H:%M}"


class StageTransitionEnvironmental(Timestamped):
    """The water that fish were moved through on a transfer."""

    temperature = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="°C"
    )
    oxygen = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="mg/L"
    )
    salinity = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="PSU"
    )
    ph = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    additional_parameters = models.JSONField(null=True, blank=True)
    notes = models.TextField(blank=True)
    batch_transfer = models.OneToOneField(
        "batch.BatchTransfer",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="conditions",
    )
    batch_transfer_workflow = models.ForeignKey(
        "batch.BatchTransferWorkflow",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="conditions",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "stage transition conditions"

    def __str__(self) -> str:
        return f"Conditions of {self.batch_transfer_workflow or self.batch_transfer}"

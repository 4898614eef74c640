"""What a scenario assumes: water, growth, feed conversion and deaths."""

from decimal import Decimal

from django.db import models

from aquamind.db.fields import PERCENTAGE, Timestamped


class StageName(models.TextChoices):
    """Life stages as the models name them."""

    EGG = "egg", "Egg"
    ALEVIN = "alevin", "Alevin"
    FRY = "fry", "Fry"
    PARR = "parr", "Parr"
    SMOLT = "smolt", "Smolt"
    POST_SMOLT = "post_smolt", "Post smolt"
    HARVEST = "harvest", "Harvest"


class TemperatureProfile(Timestamped):
    """A year of water temperatures, or longer."""

    profile_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=255, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TemperatureReading(Timestamped):
    """The temperature on one day of a profile."""

    reading_id = models.BigAutoField(primary_key=True)
    temperature = models.FloatField(help_text="°C")
    profile = models.ForeignKey(
        TemperatureProfile, on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    day_number = models.IntegerField(help_text="day of the profile, from 1")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "day_number"], name="temperature_reading_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile}, day {self.day_number}: {self.temperature} °C"


class TGCModel(Timestamped):
    """Growth by the thermal growth coefficient."""

    model_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=255, unique=True)
    location = models.CharField(max_length=255)
    release_period = models.CharField(max_length=255)
    tgc_value = models.FloatField(help_text="growth coefficient for each degree-day")
    exponent_n = models.FloatField(default=1.0, help_text="exponent of temperature")
    exponent_m = models.FloatField(default=0.333, help_text="exponent of weight")
    profile = models.ForeignKey(
        TemperatureProfile, on_delete=models.PROTECT, related_name="tgc_models"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = "TGC model"

    def __str__(self) -> str:
        return self.name


class TGCModelStage(models.Model):
    """The growth coefficient of one life stage."""

    lifecycle_stage = models.CharField(max_length=20, choices=StageName.choices)
    tgc_value = models.DecimalField(
        max_digits=6, decimal_places=4, help_text="growth coefficient for each degree-day"
    )
    temperature_exponent = models.DecimalField(max_digits=4, decimal_places=2, default=1)
    weight_exponent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("0.33"))
    tgc_model = models.ForeignKey(
        TGCModel, on_delete=models.CASCADE, related_name="stage_overrides", db_index=False
    )

    class Meta:
        db_table = "scenario_tgc_model_stage"
        verbose_name = "TGC model stage"
        constraints = [
            models.UniqueConstraint(
                fields=["tgc_model", "lifecycle_stage"], name="tgc_model_stage_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tgc_model}, {self.lifecycle_stage}: {self.tgc_value}"


class FCRModel(Timestamped):
    """Feed conversion by life stage."""

    model_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=255, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "FCR model"

    def __str__(self) -> str:
        return self.name


class FCRModelStage(Timestamped):
    """The feed conversion ratio in one life stage, and how long the stage lasts."""

    fcr_value = models.FloatField(help_text="kg feed per kg growth")
    duration_days = models.IntegerField(help_text="days")
    model = models.ForeignKey(
        FCRModel, on_delete=models.CASCADE, related_name="stages", db_index=False
    )
    stage = models.ForeignKey(
        "batch.LifeCycleStage", on_delete=models.PROTECT, related_name="fcr_model_stages"
    )

    class Meta:
        verbose_name = "FCR model stage"
        constraints = [
            models.UniqueConstraint(fields=["model", "stage"], name="fcr_model_stage_unique")
        ]

    def __str__(self) -> str:
        return f"{self.model}, {self.stage}: {self.fcr_value}"


class FCRModelStageOverride(models.Model):
    """Another feed conversion ratio for fish of some weight within a stage."""

    min_weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="g")
    max_weight_g = models.DecimalField(max_digits=10, decimal_places=2, help_text="g")
    fcr_value = models.DecimalField(
        max_digits=5, decimal_places=3, help_text="kg feed per kg growth"
    )
    fcr_stage = models.ForeignKey(FCRModelStage, on_delete=models.CASCADE, related_name="overrides")

    class Meta:
        db_table = "scenario_fcr_model_stage_override"
        verbose_name = "FCR model stage override"

    def __str__(self) -> str:
        return f"{self.fcr_stage}, {self.min_weight_g} to {self.max_weight_g} g: {self.fcr_value}"


class MortalityModel(Timestamped):
    """How many fish die in a day or a week."""

    class Frequency(models.TextChoices):
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"

    model_id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=255, unique=True)
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.DAILY)
    rate = models.FloatField(help_text="% of the fish alive, each day or week")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MortalityModelStage(models.Model):
    """How many fish die in one life stage."""

    lifecycle_stage = models.CharField(max_length=20, choices=StageName.choices)
    daily_rate_percent = models.DecimalField(
        max_digits=5, decimal_places=3, validators=PERCENTAGE, help_text="%"
    )
    weekly_rate_percent = models.DecimalField(
        max_digits=5, decimal_places=3, null=True, blank=True, validators=PERCENTAGE, help_text="%"
    )
    mortality_model = models.ForeignKey(
        MortalityModel, on_delete=models.CASCADE, related_name="stage_overrides", db_index=False
    )

    class Meta:
        db_table = "scenario_mortality_model_stage"
        constraints = [
            models.UniqueConstraint(
                fields=["mortality_model", "lifecycle_stage"], name="mortality_model_stage_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mortality_model}, {self.lifecycle_stage}: {self.daily_rate_percent} %"

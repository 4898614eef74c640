"""Building blocks of the domain models."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

PERCENTAGE = [MinValueValidator(0), MaxValueValidator(100)]


class Subsidiary(models.TextChoices):
    """The company's lines of business."""

    BS = "BS", "Broodstock"
    FW = "FW", "Freshwater"
    FM = "FM", "Farming"
    LG = "LG", "Logistics"
    ALL = "ALL", "All"


class Timestamped(models.Model):
    """When a row was entered and last changed through the application."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class PartitionedHistory(HistoricalRecords):
    """History of a high-volume model, in a table that is partitioned by month of history_date.

    django-simple-history indexes the tracked key, every foreign key and the date. On millions of
    rows each of those costs load time and disk, and the only question asked of such a table is
    "what happened to this row", so it keeps one index: (tracked id, history_date).
    """

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        """The tracked fields as django-simple-history copies them, without their indexes."""
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = False
        return fields

    def get_extra_fields(
        self, model: type[models.Model], fields: dict[str, models.Field]
    ) -> dict[str, Any]:
        """The history's own fields, without their indexes."""
        extra = super().get_extra_fields(model, fields)
        extra["history_date"].db_index = False
        extra["history_user"].db_index = False
        return extra

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Meta options with the one index."""
        options = super().get_meta_options(model)
        name = f"{model._meta.model_name[:20]}_id_date"
        options["indexes"] = [models.Index(fields=["id", "history_date"], name=name)]
        return options

"""Where rows came from that were taken over from another system."""

from django.db import models

from aquamind.db.fields import Timestamped


class ExternalIdMap(Timestamped):
    """A record of another system, and the row that it became here."""

    source_system = models.CharField(max_length=32)
    source_model = models.CharField(max_length=64)
    source_identifier = models.CharField(max_length=128)
    target_app_label = models.CharField(max_length=64)
    target_model = models.CharField(max_length=64)
    target_object_id = models.BigIntegerField()
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "external id"
        verbose_name_plural = "external ids"
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "source_model", "source_identifier"],
                name="external_id_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_system} {self.source_model} {self.source_identifier}"

"""The tags of the plant's data historian, and what they measure here."""

import uuid

from django.db import models

from aquamind.db.fields import Timestamped


class HistorianTag(Timestamped):
    """One signal of the historian."""

    tag_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tag_name = models.CharField(max_length=512)
    description = models.TextField(blank=True)
    tag_type = models.SmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=128, blank=True)
    source_system = models.CharField(max_length=64, default="AVEVA")
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "historian_tag"
        ordering = ["tag_name"]

    def __str__(self) -> str:
        return self.tag_name


class HistorianTagLink(Timestamped):
    """The sensor, container and quantity that a tag stands for."""

    notes = models.TextField(blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    container = models.ForeignKey(
        "infrastructure.Container",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="historian_tag_links",
    )
    parameter = models.ForeignKey(
        "environmental.EnvironmentalParameter",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="historian_tag_links",
    )
    sensor = models.ForeignKey(
        "infrastructure.Sensor",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="historian_tag_links",
    )
    tag = models.OneToOneField(HistorianTag, on_delete=models.CASCADE, related_name="link")

    class Meta:
        db_table = "historian_tag_link"

    def __str__(self) -> str:
        return str(self.tag)


class HistorianTagHistory(models.Model):
    """What the historian said of a tag at one moment."""

    recorded_at = models.DateTimeField()
    tag_name = models.CharField(max_length=512)
    tag_type = models.SmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=128, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tag = models.ForeignKey(
        HistorianTag, on_delete=models.CASCADE, null=True, blank=True, related_name="records"
    )

    class Meta:
        db_table = "historian_tag_history"
        ordering = ["-recorded_at"]
        verbose_name_plural = "historian tag histories"

    def __str__(self) -> str:
        return f"{self.tag_name} at {self.recorded_at:%Y-%m-%d %H:%M}"

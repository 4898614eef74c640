"""Readings outlive a deleted batch, without it; the water of a deleted move does not."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("environmental", "0002_partition_by_month")]

    operations = [
        OnDeleteInDatabase("environmentalreading", "batch", OnDelete.SET_NULL),
        OnDeleteInDatabase("environmentalreading", "batch_container_assignment", OnDelete.SET_NULL),
        OnDeleteInDatabase("stagetransitionenvironmental", "batch_transfer", OnDelete.CASCADE),
    ]

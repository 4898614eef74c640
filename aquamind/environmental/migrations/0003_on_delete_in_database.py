"""A deleted batch takes along its readings, and a deleted move the water that was met."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("environmental", "0002_partition_by_month")]

    operations = [
        OnDeleteInDatabase("environmentalreading", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("environmentalreading", "batch_container_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("stagetransitionenvironmental", "batch_transfer", OnDelete.CASCADE),
    ]

"""A deleted batch takes along its assignments, moves, deaths and samples, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase, PlanCascadesOnce


class Migration(migrations.Migration):
    dependencies = [("batch", "0002_partition_by_month")]

    operations = [
        OnDeleteInDatabase("batchcontainerassignment", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchcomposition", "mixed_batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchcomposition", "source_batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransfer", "source_batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransfer", "destination_batch", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransfer", "source_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("batchtransfer", "destination_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("mortalityevent", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("mortalityevent", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("growthsample", "assignment", OnDelete.CASCADE),
        PlanCascadesOnce("batch"),
        PlanCascadesOnce("batchcontainerassignment"),
    ]

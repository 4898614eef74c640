"""A deleted batch takes along what was planned for it, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase, PlanCascadesOnce


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("batch", "0006_plans_of_batches")]

    operations = [
        OnDeleteInDatabase("plannedactivity", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("plannedactivity", "scenario", OnDelete.CASCADE),
        OnDeleteInDatabase("plannedactivity", "transfer_workflow", OnDelete.SET_NULL),
        PlanCascadesOnce("plannedactivity"),
    ]

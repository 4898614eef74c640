"""A scenario outlives its batch and takes along its runs, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("scenario", "0001_initial")]

    operations = [
        OnDeleteInDatabase("scenario", "batch", OnDelete.SET_NULL),
        OnDeleteInDatabase("projectionrun", "scenario", OnDelete.CASCADE),
        OnDeleteInDatabase("scenariomodelchange", "scenario", OnDelete.CASCADE),
        OnDeleteInDatabase("scenarioprojection", "projection_run", OnDelete.CASCADE),
    ]

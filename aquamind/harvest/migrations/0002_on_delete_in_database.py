"""A deleted batch takes along its harvest, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("harvest", "0001_initial")]

    operations = [
        OnDeleteInDatabase("harvestevent", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("harvestevent", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("harvestlot", "event", OnDelete.CASCADE),
        OnDeleteInDatabase("harvestwaste", "event", OnDelete.CASCADE),
    ]

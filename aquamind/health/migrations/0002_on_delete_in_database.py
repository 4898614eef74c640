"""A deleted batch takes along what was seen of its health, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("health", "0001_initial")]

    operations = [
        OnDeleteInDatabase("journalentry", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("licecount", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("mortalityrecord", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("treatment", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("treatment", "batch_assignment", OnDelete.SET_NULL),
        OnDeleteInDatabase("healthlabsample", "batch_container_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("healthsamplingevent", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("individualfishobservation", "sampling_event", OnDelete.CASCADE),
        OnDeleteInDatabase("fishparameterscore", "individual_fish_observation", OnDelete.CASCADE),
    ]

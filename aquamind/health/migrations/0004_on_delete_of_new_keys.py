"""A deleted assignment takes along its lice counts and diagnosed deaths, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("health", "0003_newest_version")]

    operations = [
        OnDeleteInDatabase("licecount", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("mortalityrecord", "assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("treatment", "journal_entry", OnDelete.SET_NULL),
        OnDeleteInDatabase("treatment", "sampling_event", OnDelete.SET_NULL),
    ]

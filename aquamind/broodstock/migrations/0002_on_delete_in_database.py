"""A deleted batch takes along its parentage, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("broodstock", "0001_initial")]

    operations = [
        OnDeleteInDatabase("batchparentage", "batch", OnDelete.CASCADE),
    ]

"""A deleted batch takes along its link to a cost centre, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("finance_core", "0001_initial")]

    operations = [
        OnDeleteInDatabase("costcenterbatchlink", "batch", OnDelete.CASCADE),
    ]

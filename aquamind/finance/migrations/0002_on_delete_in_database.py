"""A deleted harvest takes along its figures, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]

    operations = [
        OnDeleteInDatabase("factharvest", "event", OnDelete.CASCADE),
        OnDeleteInDatabase("factharvest", "lot", OnDelete.CASCADE),
        OnDeleteInDatabase("intercompanytransaction", "event", OnDelete.CASCADE),
        OnDeleteInDatabase("navexportline", "transaction", OnDelete.CASCADE),
    ]

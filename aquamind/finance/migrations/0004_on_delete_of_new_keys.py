"""A deleted harvest still takes along its sales: a key that was altered is made anew."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [("finance", "0003_newest_version")]

    operations = [
        OnDeleteInDatabase("intercompanytransaction", "event", OnDelete.CASCADE),
    ]

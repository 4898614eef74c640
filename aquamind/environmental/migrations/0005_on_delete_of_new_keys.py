"""A deleted move takes along the water that it went through, also by plain SQL."""

from django.db import migrations

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase


class Migration(migrations.Migration):
    dependencies = [
        ("environmental", "0004_newest_version"),
        ("batch", "0007_on_delete_of_new_tables"),
    ]

    operations = [
        OnDeleteInDatabase("stagetransitionenvironmental", "batch_transfer", OnDelete.CASCADE),
        OnDeleteInDatabase("stagetransitionenvironmental", "batch_transfer_workflow", OnDelete.CASCADE),
    ]

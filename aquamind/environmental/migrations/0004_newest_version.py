"""The water of a move belongs to a workflow, or, as before, to a transfer."""

import aquamind.db.create
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('batch', '0005_newest_version'),
        ('environmental', '0003_on_delete_in_database'),
    ]

    operations = [
        aquamind.db.create.Together(
            operations=[
                migrations.AddField(
                    model_name='historicalstagetransitionenvironmental',
                    name='batch_transfer_workflow',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batchtransferworkflow'),
                ),
                migrations.AddField(
                    model_name='stagetransitionenvironmental',
                    name='batch_transfer_workflow',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='batch.batchtransferworkflow'),
                ),
                migrations.AlterField(
                    model_name='stagetransitionenvironmental',
                    name='batch_transfer',
                    field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='batch.batchtransfer'),
                ),
            ],
        ),
    ]

"""Batches and workflows refer to plans and projections, which refer to batches; daily states by month."""

import aquamind.db.create
import aquamind.db.partitions
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('batch', '0005_newest_version'),
        ('planning', '0001_initial'),
        ('scenario', '0001_initial'),
    ]

    operations = [
        aquamind.db.create.Together(
            operations=[
                migrations.AddField(
                    model_name='batch',
                    name='pinned_projection_run',
                    field=models.ForeignKey(blank=True, help_text='the projection that the batch is compared with', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pinned_batches', to='scenario.projectionrun'),
                ),
                migrations.AddField(
                    model_name='historicalbatch',
                    name='pinned_projection_run',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='the projection that the batch is compared with', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='scenario.projectionrun'),
                ),
                migrations.AddField(
                    model_name='actualdailyassignmentstate',
                    name='planned_activity',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='daily_states', to='planning.plannedactivity'),
                ),
                migrations.AddField(
                    model_name='batchtransferworkflow',
                    name='planned_activity',
                    field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='spawned_workflow', to='planning.plannedactivity'),
                ),
                migrations.AddField(
                    model_name='historicalbatchtransferworkflow',
                    name='planned_activity',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='planning.plannedactivity'),
                ),
                migrations.AddIndex(
                    model_name='actualdailyassignmentstate',
                    index=models.Index(fields=['planned_activity'], name='daily_state_activity'),
                ),
            ],
        ),
        aquamind.db.partitions.PartitionByMonth(
            model_name='actualdailyassignmentstate',
            column='date',
        ),
    ]

"""Lice by type, scores by definition, and the assignment of counts and diagnosed deaths."""

import aquamind.db.create
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '__first__'),
        ('batch', '0005_newest_version'),
        ('health', '0002_on_delete_in_database'),
    ]

    operations = [
        aquamind.db.create.Together(
            operations=[
                migrations.CreateModel(
                    name='HistoricalFishParameterScore',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('score', models.PositiveSmallIntegerField(help_text="between the indicator's lowest and highest")),
                        ('individual_fish_observation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='health.individualfishobservation')),
                        ('parameter', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='health.healthparameter')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical fish parameter score',
                        'verbose_name_plural': 'historical fish parameter scores',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalLiceType',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('species', models.CharField(max_length=100)),
                        ('gender', models.CharField(choices=[('male', 'Male'), ('female', 'Female'), ('unknown', 'Unknown')], max_length=20)),
                        ('development_stage', models.CharField(max_length=50)),
                        ('description', models.TextField(blank=True)),
                        ('is_active', models.BooleanField(default=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical lice type',
                        'verbose_name_plural': 'historical lice types',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalParameterScoreDefinition',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('score_value', models.IntegerField()),
                        ('label', models.CharField(max_length=50)),
                        ('description', models.TextField(blank=True)),
                        ('display_order', models.IntegerField(default=0)),
                        ('parameter', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='health.healthparameter')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical parameter score definition',
                        'verbose_name_plural': 'historical parameter score definitions',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='LiceType',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('species', models.CharField(max_length=100)),
                        ('gender', models.CharField(choices=[('male', 'Male'), ('female', 'Female'), ('unknown', 'Unknown')], max_length=20)),
                        ('development_stage', models.CharField(max_length=50)),
                        ('description', models.TextField(blank=True)),
                        ('is_active', models.BooleanField(default=True)),
                    ],
                    options={
                        'ordering': ['species', 'gender', 'development_stage'],
                        'constraints': [models.UniqueConstraint(fields=('species', 'gender', 'development_stage'), name='lice_type_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='ParameterScoreDefinition',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('score_value', models.IntegerField()),
                        ('label', models.CharField(max_length=50)),
                        ('description', models.TextField(blank=True)),
                        ('display_order', models.IntegerField(default=0)),
                        ('parameter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='score_definitions', to='health.healthparameter')),
                    ],
                    options={
                        'ordering': ['parameter', 'display_order'],
                        'constraints': [models.UniqueConstraint(fields=('parameter', 'score_value'), name='score_definition_unique')],
                    },
                ),
                migrations.AddField(
                    model_name='healthparameter',
                    name='description',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name='healthparameter',
                    name='max_score',
                    field=models.IntegerField(db_default=5, default=5, help_text='highest score'),
                ),
                migrations.AddField(
                    model_name='healthparameter',
                    name='min_score',
                    field=models.IntegerField(db_default=1, default=1, help_text='lowest score'),
                ),
                migrations.AddField(
                    model_name='historicalhealthparameter',
                    name='description',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name='historicalhealthparameter',
                    name='max_score',
                    field=models.IntegerField(db_default=5, default=5, help_text='highest score'),
                ),
                migrations.AddField(
                    model_name='historicalhealthparameter',
                    name='min_score',
                    field=models.IntegerField(db_default=1, default=1, help_text='lowest score'),
                ),
                migrations.AddField(
                    model_name='historicallicecount',
                    name='assignment',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batchcontainerassignment'),
                ),
                migrations.AddField(
                    model_name='historicallicecount',
                    name='confidence_level',
                    field=models.DecimalField(blank=True, decimal_places=2, help_text='0 to 1', max_digits=3, null=True),
                ),
                migrations.AddField(
                    model_name='historicallicecount',
                    name='count_value',
                    field=models.PositiveIntegerField(blank=True, help_text='lice of the type, all fish together', null=True),
                ),
                migrations.AddField(
                    model_name='historicallicecount',
                    name='detection_method',
                    field=models.CharField(blank=True, choices=[('automated', 'Automated'), ('manual', 'Manual'), ('visual', 'Visual'), ('camera', 'Camera')], max_length=50, null=True),
                ),
                migrations.AddField(
                    model_name='historicalmortalityrecord',
                    name='assignment',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batchcontainerassignment'),
                ),
                migrations.AddField(
                    model_name='historicaltreatment',
                    name='includes_weighing',
                    field=models.BooleanField(db_default=False, default=False),
                ),
                migrations.AddField(
                    model_name='historicaltreatment',
                    name='journal_entry',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='health.journalentry'),
                ),
                migrations.AddField(
                    model_name='historicaltreatment',
                    name='sampling_event',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='the weighing that went with it', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='health.healthsamplingevent'),
                ),
                migrations.AddField(
                    model_name='licecount',
                    name='assignment',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lice_counts', to='batch.batchcontainerassignment'),
                ),
                migrations.AddField(
                    model_name='licecount',
                    name='confidence_level',
                    field=models.DecimalField(blank=True, decimal_places=2, help_text='0 to 1', max_digits=3, null=True),
                ),
                migrations.AddField(
                    model_name='licecount',
                    name='count_value',
                    field=models.PositiveIntegerField(blank=True, help_text='lice of the type, all fish together', null=True),
                ),
                migrations.AddField(
                    model_name='licecount',
                    name='detection_method',
                    field=models.CharField(blank=True, choices=[('automated', 'Automated'), ('manual', 'Manual'), ('visual', 'Visual'), ('camera', 'Camera')], max_length=50, null=True),
                ),
                migrations.AddField(
                    model_name='mortalityreason',
                    name='parent',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='health.mortalityreason'),
                ),
                migrations.AddField(
                    model_name='mortalityrecord',
                    name='assignment',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mortality_records', to='batch.batchcontainerassignment'),
                ),
                migrations.AddField(
                    model_name='treatment',
                    name='includes_weighing',
                    field=models.BooleanField(db_default=False, default=False),
                ),
                migrations.AddField(
                    model_name='treatment',
                    name='journal_entry',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='treatments', to='health.journalentry'),
                ),
                migrations.AddField(
                    model_name='treatment',
                    name='sampling_event',
                    field=models.ForeignKey(blank=True, help_text='the weighing that went with it', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='treatments', to='health.healthsamplingevent'),
                ),
                migrations.AlterField(
                    model_name='fishparameterscore',
                    name='score',
                    field=models.PositiveSmallIntegerField(help_text="between the indicator's lowest and highest"),
                ),
                migrations.AlterField(
                    model_name='healthparameter',
                    name='description_score_1',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='healthparameter',
                    name='description_score_2',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='healthparameter',
                    name='description_score_3',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='healthparameter',
                    name='description_score_4',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='healthparameter',
                    name='description_score_5',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='historicalhealthparameter',
                    name='description_score_1',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='historicalhealthparameter',
                    name='description_score_2',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='historicalhealthparameter',
                    name='description_score_3',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='historicalhealthparameter',
                    name='description_score_4',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name='historicalhealthparameter',
                    name='description_score_5',
                    field=models.TextField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name='historicallicecount',
                    name='lice_type',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='health.licetype'),
                ),
                migrations.AddField(
                    model_name='licecount',
                    name='lice_type',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lice_counts', to='health.licetype'),
                ),
            ],
        ),
    ]

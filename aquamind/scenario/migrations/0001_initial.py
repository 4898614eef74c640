import aquamind.db.create
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '__first__'),
        ('batch', '0005_newest_version'),
    ]

    operations = [
        aquamind.db.create.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='BiologicalConstraints',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('name', models.CharField(max_length=100, unique=True)),
                        ('description', models.TextField(blank=True)),
                        ('is_active', models.BooleanField(default=True)),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='created_biological_constraintses', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'biological constraints',
                        'db_table': 'scenario_biological_constraints',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='FCRModel',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('model_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=255, unique=True)),
                    ],
                    options={
                        'verbose_name': 'FCR model',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='FCRModelStage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('fcr_value', models.FloatField(help_text='kg feed per kg growth')),
                        ('duration_days', models.IntegerField(help_text='days')),
                        ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='scenario.fcrmodel')),
                        ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fcr_model_stages', to='batch.lifecyclestage')),
                    ],
                    options={
                        'verbose_name': 'FCR model stage',
                        'constraints': [models.UniqueConstraint(fields=('model', 'stage'), name='fcr_model_stage_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='FCRModelStageOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('min_weight_g', models.DecimalField(decimal_places=2, help_text='g', max_digits=10)),
                        ('max_weight_g', models.DecimalField(decimal_places=2, help_text='g', max_digits=10)),
                        ('fcr_value', models.DecimalField(decimal_places=3, help_text='kg feed per kg growth', max_digits=5)),
                        ('fcr_stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='scenario.fcrmodelstage')),
                    ],
                    options={
                        'verbose_name': 'FCR model stage override',
                        'db_table': 'scenario_fcr_model_stage_override',
                    },
                ),
                migrations.CreateModel(
                    name='MortalityModel',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('model_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=255, unique=True)),
                        ('frequency', models.CharField(choices=[('daily', 'Daily'), ('weekly', 'Weekly')], default='daily', max_length=10)),
                        ('rate', models.FloatField(help_text='% of the fish alive, each day or week')),
                    ],
                    options={
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='MortalityModelStage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('lifecycle_stage', models.CharField(choices=[('egg', 'Egg'), ('alevin', 'Alevin'), ('fry', 'Fry'), ('parr', 'Parr'), ('smolt', 'Smolt'), ('post_smolt', 'Post smolt'), ('harvest', 'Harvest')], max_length=20)),
                        ('daily_rate_percent', models.DecimalField(decimal_places=3, help_text='%', max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                        ('weekly_rate_percent', models.DecimalField(blank=True, decimal_places=3, help_text='%', max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                        ('mortality_model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stage_overrides', to='scenario.mortalitymodel')),
                    ],
                    options={
                        'db_table': 'scenario_mortality_model_stage',
                        'constraints': [models.UniqueConstraint(fields=('mortality_model', 'lifecycle_stage'), name='mortality_model_stage_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='ProjectionRun',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('run_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('run_date', models.DateTimeField(auto_now_add=True)),
                        ('run_number', models.PositiveIntegerField()),
                        ('label', models.CharField(blank=True, max_length=100)),
                        ('parameters_snapshot', models.JSONField(blank=True, default=dict)),
                        ('notes', models.TextField(blank=True)),
                        ('total_projections', models.PositiveIntegerField(default=0, help_text='days projected')),
                        ('final_weight_g', models.FloatField(blank=True, help_text='g', null=True)),
                        ('final_biomass_kg', models.FloatField(blank=True, help_text='kg', null=True)),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='created_projection_runs', to=settings.AUTH_USER_MODEL)),
                        ('scenario', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='projection_runs', to='scenario.scenario')),
                    ],
                    options={
                        'db_table': 'scenario_projection_run',
                        'ordering': ['-run_date'],
                        'constraints': [models.UniqueConstraint(fields=('scenario', 'run_number'), name='projection_run_number_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Scenario',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('scenario_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=255)),
                        ('start_date', models.DateField()),
                        ('duration_days', models.IntegerField(help_text='days')),
                        ('initial_count', models.IntegerField(help_text='fish')),
                        ('genotype', models.CharField(max_length=255)),
                        ('supplier', models.CharField(max_length=255)),
                        ('initial_weight', models.FloatField(blank=True, help_text='g', null=True)),
                        ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scenarios', to='batch.batch')),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='created_scenarios', to=settings.AUTH_USER_MODEL)),
                        ('fcr_model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='scenario.fcrmodel')),
                        ('mortality_model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='scenario.mortalitymodel')),
                        ('tgc_model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='scenario.tgcmodel')),
                        ('biological_constraints', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scenarios', to='scenario.biologicalconstraints')),
                    ],
                    options={
                        'db_table': 'scenario',
                        'ordering': ['-start_date'],
                    },
                ),
                migrations.CreateModel(
                    name='ScenarioModelChange',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('change_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('change_day', models.IntegerField(help_text='day of the scenario, from 1')),
                        ('new_fcr_model', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='model_changes', to='scenario.fcrmodel')),
                        ('new_mortality_model', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='model_changes', to='scenario.mortalitymodel')),
                        ('new_tgc_model', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='model_changes', to='scenario.tgcmodel')),
                        ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='model_changes', to='scenario.scenario')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='ScenarioProjection',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('projection_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('projection_date', models.DateField()),
                        ('day_number', models.IntegerField(help_text='day of the scenario, from 1')),
                        ('average_weight', models.FloatField(help_text='g')),
                        ('population', models.FloatField(help_text='fish')),
                        ('biomass', models.FloatField(help_text='kg')),
                        ('daily_feed', models.FloatField(help_text='kg')),
                        ('cumulative_feed', models.FloatField(help_text='kg')),
                        ('temperature', models.FloatField(help_text='°C')),
                        ('current_stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projections', to='batch.lifecyclestage')),
                        ('projection_run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='projections', to='scenario.projectionrun')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='StageConstraint',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('lifecycle_stage', models.CharField(choices=[('egg', 'Egg'), ('alevin', 'Alevin'), ('fry', 'Fry'), ('parr', 'Parr'), ('smolt', 'Smolt'), ('post_smolt', 'Post smolt'), ('harvest', 'Harvest')], max_length=20)),
                        ('min_weight_g', models.DecimalField(decimal_places=2, help_text='g', max_digits=10)),
                        ('max_weight_g', models.DecimalField(decimal_places=2, help_text='g', max_digits=10)),
                        ('min_temperature_c', models.DecimalField(blank=True, decimal_places=2, help_text='°C', max_digits=5, null=True)),
                        ('max_temperature_c', models.DecimalField(blank=True, decimal_places=2, help_text='°C', max_digits=5, null=True)),
                        ('typical_duration_days', models.IntegerField(blank=True, help_text='days', null=True)),
                        ('max_freshwater_weight_g', models.DecimalField(blank=True, decimal_places=2, help_text='g', max_digits=10, null=True)),
                        ('constraint_set', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stage_constraints', to='scenario.biologicalconstraints')),
                    ],
                    options={
                        'db_table': 'scenario_stage_constraint',
                        'constraints': [models.UniqueConstraint(fields=('constraint_set', 'lifecycle_stage'), name='stage_constraint_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='TemperatureProfile',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('profile_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=255, unique=True)),
                    ],
                    options={
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='TemperatureReading',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('reading_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('temperature', models.FloatField(help_text='°C')),
                        ('profile', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='scenario.temperatureprofile')),
                        ('day_number', models.IntegerField(help_text='day of the profile, from 1')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('profile', 'day_number'), name='temperature_reading_day')],
                    },
                ),
                migrations.CreateModel(
                    name='TGCModel',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('model_id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=255, unique=True)),
                        ('location', models.CharField(max_length=255)),
                        ('release_period', models.CharField(max_length=255)),
                        ('tgc_value', models.FloatField(help_text='growth coefficient for each degree-day')),
                        ('exponent_n', models.FloatField(default=1.0, help_text='exponent of temperature')),
                        ('exponent_m', models.FloatField(default=0.333, help_text='exponent of weight')),
                        ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tgc_models', to='scenario.temperatureprofile')),
                    ],
                    options={
                        'verbose_name': 'TGC model',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='TGCModelStage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('lifecycle_stage', models.CharField(choices=[('egg', 'Egg'), ('alevin', 'Alevin'), ('fry', 'Fry'), ('parr', 'Parr'), ('smolt', 'Smolt'), ('post_smolt', 'Post smolt'), ('harvest', 'Harvest')], max_length=20)),
                        ('tgc_value', models.DecimalField(decimal_places=4, help_text='growth coefficient for each degree-day', max_digits=6)),
                        ('temperature_exponent', models.DecimalField(decimal_places=2, default=1, max_digits=4)),
                        ('weight_exponent', models.DecimalField(decimal_places=2, default=Decimal('0.33'), max_digits=4)),
                        ('tgc_model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stage_overrides', to='scenario.tgcmodel')),
                    ],
                    options={
                        'verbose_name': 'TGC model stage',
                        'db_table': 'scenario_tgc_model_stage',
                        'constraints': [models.UniqueConstraint(fields=('tgc_model', 'lifecycle_stage'), name='tgc_model_stage_unique')],
                    },
                ),
            ],
        ),
    ]

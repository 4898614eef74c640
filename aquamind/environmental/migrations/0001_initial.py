import aquamind.db.create
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('batch', '0001_initial'),
        ('infrastructure', '0001_initial'),
    ]

    operations = [
        aquamind.db.create.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='HistoricalEnvironmentalParameter',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('name', models.CharField(max_length=100)),
                        ('unit', models.CharField(max_length=20)),
                        ('description', models.TextField(blank=True)),
                        ('min_value', models.DecimalField(blank=True, decimal_places=2, help_text='lowest possible value, in the unit above', max_digits=10, null=True)),
                        ('max_value', models.DecimalField(blank=True, decimal_places=2, help_text='highest possible value', max_digits=10, null=True)),
                        ('optimal_min', models.DecimalField(blank=True, decimal_places=2, help_text='lower end of the optimal range', max_digits=10, null=True)),
                        ('optimal_max', models.DecimalField(blank=True, decimal_places=2, help_text='upper end of the optimal range', max_digits=10, null=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical environmental parameter',
                        'verbose_name_plural': 'historical environmental parameters',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='EnvironmentalParameter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('name', models.CharField(max_length=100)),
                        ('unit', models.CharField(max_length=20)),
                        ('description', models.TextField(blank=True)),
                        ('min_value', models.DecimalField(blank=True, decimal_places=2, help_text='lowest possible value, in the unit above', max_digits=10, null=True)),
                        ('max_value', models.DecimalField(blank=True, decimal_places=2, help_text='highest possible value', max_digits=10, null=True)),
                        ('optimal_min', models.DecimalField(blank=True, decimal_places=2, help_text='lower end of the optimal range', max_digits=10, null=True)),
                        ('optimal_max', models.DecimalField(blank=True, decimal_places=2, help_text='upper end of the optimal range', max_digits=10, null=True)),
                    ],
                    options={
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalEnvironmentalReading',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('value', models.DecimalField(decimal_places=4, help_text="in the parameter's unit", max_digits=10)),
                        ('reading_time', models.DateTimeField()),
                        ('is_manual', models.BooleanField(default=False, help_text='entered by hand rather than by the sensor')),
                        ('notes', models.TextField(blank=True)),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('batch', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batch')),
                        ('container', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.container')),
                        ('parameter', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='environmental.environmentalparameter')),
                        ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sensor', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.sensor')),
                        ('batch_container_assignment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batchcontainerassignment')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical environmental reading',
                        'verbose_name_plural': 'historical environmental readings',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='EnvironmentalReading',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('value', models.DecimalField(decimal_places=4, help_text="in the parameter's unit", max_digits=10)),
                        ('reading_time', models.DateTimeField()),
                        ('is_manual', models.BooleanField(default=False, help_text='entered by hand rather than by the sensor')),
                        ('notes', models.TextField(blank=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('batch', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='environmental_readings', to='batch.batch')),
                        ('container', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='environmental_readings', to='infrastructure.container')),
                        ('parameter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='environmental.environmentalparameter')),
                        ('recorded_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='environmental_readings', to=settings.AUTH_USER_MODEL)),
                        ('sensor', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='readings', to='infrastructure.sensor')),
                        ('batch_container_assignment', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='environmental_readings', to='batch.batchcontainerassignment')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['batch_container_assignment', 'parameter', 'reading_time'], name='reading_assignment_param_time'), models.Index(fields=['batch', 'parameter', 'reading_time'], name='reading_batch_param_time')],
                        'constraints': [models.UniqueConstraint(fields=('sensor', 'reading_time'), name='reading_sensor_time_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalPhotoperiodData',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('date', models.DateField()),
                        ('day_length_hours', models.DecimalField(decimal_places=2, help_text='hours', max_digits=5)),
                        ('light_intensity', models.DecimalField(blank=True, decimal_places=2, help_text='lux', max_digits=10, null=True)),
                        ('is_interpolated', models.BooleanField(default=False, help_text='computed rather than measured')),
                        ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.area')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical photoperiod data',
                        'verbose_name_plural': 'historical photoperiod data',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='PhotoperiodData',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('date', models.DateField()),
                        ('day_length_hours', models.DecimalField(decimal_places=2, help_text='hours', max_digits=5)),
                        ('light_intensity', models.DecimalField(blank=True, decimal_places=2, help_text='lux', max_digits=10, null=True)),
                        ('is_interpolated', models.BooleanField(default=False, help_text='computed rather than measured')),
                        ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='photoperiod_data', to='infrastructure.area')),
                    ],
                    options={
                        'verbose_name_plural': 'photoperiod data',
                        'constraints': [models.UniqueConstraint(fields=('area', 'date'), name='photoperiod_area_date_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='WeatherData',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('timestamp', models.DateTimeField()),
                        ('temperature', models.DecimalField(blank=True, decimal_places=2, help_text='°C', max_digits=5, null=True)),
                        ('wind_speed', models.DecimalField(blank=True, decimal_places=2, help_text='m/s', max_digits=6, null=True)),
                        ('wind_direction', models.PositiveIntegerField(blank=True, help_text='degrees from north', null=True)),
                        ('precipitation', models.DecimalField(blank=True, decimal_places=2, help_text='mm', max_digits=6, null=True)),
                        ('wave_height', models.DecimalField(blank=True, decimal_places=2, help_text='m', max_digits=5, null=True)),
                        ('wave_period', models.DecimalField(blank=True, decimal_places=2, help_text='s', max_digits=5, null=True)),
                        ('wave_direction', models.PositiveIntegerField(blank=True, help_text='degrees from north', null=True)),
                        ('cloud_cover', models.PositiveIntegerField(blank=True, help_text='%', null=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='weather_data', to='infrastructure.area')),
                    ],
                    options={
                        'verbose_name_plural': 'weather data',
                        'ordering': ['-id'],
                        'constraints': [models.UniqueConstraint(fields=('area', 'timestamp'), name='weather_area_time_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalStageTransitionEnvironmental',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('temperature', models.DecimalField(blank=True, decimal_places=2, help_text='°C', max_digits=5, null=True)),
                        ('oxygen', models.DecimalField(blank=True, decimal_places=2, help_text='mg/L', max_digits=5, null=True)),
                        ('salinity', models.DecimalField(blank=True, decimal_places=2, help_text='PSU', max_digits=5, null=True)),
                        ('ph', models.DecimalField(blank=True, decimal_places=2, max_digits=4, null=True)),
                        ('additional_parameters', models.JSONField(blank=True, null=True)),
                        ('notes', models.TextField(blank=True)),
                        ('batch_transfer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batchtransfer')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical stage transition environmental',
                        'verbose_name_plural': 'historical stage transition conditions',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='StageTransitionEnvironmental',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('temperature', models.DecimalField(blank=True, decimal_places=2, help_text='°C', max_digits=5, null=True)),
                        ('oxygen', models.DecimalField(blank=True, decimal_places=2, help_text='mg/L', max_digits=5, null=True)),
                        ('salinity', models.DecimalField(blank=True, decimal_places=2, help_text='PSU', max_digits=5, null=True)),
                        ('ph', models.DecimalField(blank=True, decimal_places=2, max_digits=4, null=True)),
                        ('additional_parameters', models.JSONField(blank=True, null=True)),
                        ('notes', models.TextField(blank=True)),
                        ('batch_transfer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='batch.batchtransfer')),
                    ],
                    options={
                        'verbose_name_plural': 'stage transition conditions',
                    },
                ),
            ],
        ),
    ]

"""Area groups, carriers, and containers that stand on carriers or in other containers."""

import aquamind.db.create
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '__first__'),
        ('infrastructure', '0001_initial'),
    ]

    operations = [
        aquamind.db.create.Together(
            operations=[
                migrations.CreateModel(
                    name='AreaGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('name', models.CharField(max_length=100)),
                        ('code', models.CharField(blank=True, max_length=32)),
                        ('active', models.BooleanField(default=True)),
                        ('geography', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='area_groups', to='infrastructure.geography')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='infrastructure.areagroup')),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('geography', 'parent', 'name'), name='area_group_name_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalAreaGroup',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('name', models.CharField(max_length=100)),
                        ('code', models.CharField(blank=True, max_length=32)),
                        ('active', models.BooleanField(default=True)),
                        ('geography', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.geography')),
                        ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.areagroup')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical area group',
                        'verbose_name_plural': 'historical area groups',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalTransportCarrier',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('name', models.CharField(db_index=True, max_length=100)),
                        ('carrier_type', models.CharField(choices=[('TRUCK', 'Truck'), ('VESSEL', 'Vessel')], max_length=20)),
                        ('capacity_m3', models.DecimalField(decimal_places=2, help_text='m³', max_digits=10)),
                        ('license_plate', models.CharField(blank=True, max_length=32)),
                        ('imo_number', models.CharField(blank=True, max_length=20)),
                        ('captain_contact', models.CharField(blank=True, max_length=255)),
                        ('active', models.BooleanField(default=True)),
                        ('geography', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.geography')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical transport carrier',
                        'verbose_name_plural': 'historical transport carriers',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='TransportCarrier',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('name', models.CharField(max_length=100, unique=True)),
                        ('carrier_type', models.CharField(choices=[('TRUCK', 'Truck'), ('VESSEL', 'Vessel')], max_length=20)),
                        ('capacity_m3', models.DecimalField(decimal_places=2, help_text='m³', max_digits=10)),
                        ('license_plate', models.CharField(blank=True, max_length=32)),
                        ('imo_number', models.CharField(blank=True, max_length=20)),
                        ('captain_contact', models.CharField(blank=True, max_length=255)),
                        ('active', models.BooleanField(default=True)),
                        ('geography', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transport_carriers', to='infrastructure.geography')),
                    ],
                    options={
                        'ordering': ['name'],
                    },
                ),
                migrations.AddField(
                    model_name='container',
                    name='hierarchy_role',
                    field=models.CharField(choices=[('HOLDING', 'Holding'), ('STRUCTURAL', 'Structural')], db_default='HOLDING', default='HOLDING', help_text='whether it holds fish, or other containers', max_length=20),
                ),
                migrations.AddField(
                    model_name='container',
                    name='parent_container',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='infrastructure.container'),
                ),
                migrations.AddField(
                    model_name='historicalcontainer',
                    name='hierarchy_role',
                    field=models.CharField(choices=[('HOLDING', 'Holding'), ('STRUCTURAL', 'Structural')], db_default='HOLDING', default='HOLDING', help_text='whether it holds fish, or other containers', max_length=20),
                ),
                migrations.AddField(
                    model_name='historicalcontainer',
                    name='parent_container',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.container'),
                ),
                migrations.AddConstraint(
                    model_name='feedcontainer',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', True), ('hall__isnull', False)), models.Q(('area__isnull', False), ('hall__isnull', True)), _connector='OR'), name='feed_container_in_one_place'),
                ),
                migrations.AddField(
                    model_name='area',
                    name='area_group',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='areas', to='infrastructure.areagroup'),
                ),
                migrations.AddField(
                    model_name='historicalarea',
                    name='area_group',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.areagroup'),
                ),
                migrations.AddField(
                    model_name='container',
                    name='carrier',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='containers', to='infrastructure.transportcarrier'),
                ),
                migrations.AddField(
                    model_name='historicalcontainer',
                    name='carrier',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.transportcarrier'),
                ),
                migrations.AddConstraint(
                    model_name='container',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', True), ('carrier__isnull', True), ('hall__isnull', False)), models.Q(('area__isnull', False), ('carrier__isnull', True), ('hall__isnull', True)), models.Q(('area__isnull', True), ('carrier__isnull', False), ('hall__isnull', True)), _connector='OR'), name='container_in_one_place'),
                ),
            ],
        ),
    ]

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
                    name='HistoricalProductGrade',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('code', models.CharField(db_index=True, max_length=50)),
                        ('name', models.CharField(max_length=100)),
                        ('description', models.TextField(blank=True)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical product grade',
                        'verbose_name_plural': 'historical product grades',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ProductGrade',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('code', models.CharField(max_length=50, unique=True)),
                        ('name', models.CharField(max_length=100)),
                        ('description', models.TextField(blank=True)),
                    ],
                    options={
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalHarvestEvent',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('event_date', models.DateTimeField()),
                        ('dest_subsidiary', models.CharField(blank=True, choices=[('BS', 'Broodstock'), ('FW', 'Freshwater'), ('FM', 'Farming'), ('LG', 'Logistics'), ('ALL', 'All')], max_length=3, null=True)),
                        ('document_ref', models.CharField(blank=True, max_length=100)),
                        ('assignment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batchcontainerassignment')),
                        ('batch', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.batch')),
                        ('dest_geography', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='infrastructure.geography')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical harvest event',
                        'verbose_name_plural': 'historical harvest events',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HarvestEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('event_date', models.DateTimeField()),
                        ('dest_subsidiary', models.CharField(blank=True, choices=[('BS', 'Broodstock'), ('FW', 'Freshwater'), ('FM', 'Farming'), ('LG', 'Logistics'), ('ALL', 'All')], max_length=3, null=True)),
                        ('document_ref', models.CharField(blank=True, max_length=100)),
                        ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harvest_events', to='batch.batchcontainerassignment')),
                        ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harvest_events', to='batch.batch')),
                        ('dest_geography', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='harvest_events', to='infrastructure.geography')),
                    ],
                    options={
                        'ordering': ['-event_date'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalHarvestLot',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('live_weight_kg', models.DecimalField(decimal_places=3, help_text='kg', max_digits=12)),
                        ('gutted_weight_kg', models.DecimalField(blank=True, decimal_places=3, help_text='kg', max_digits=12, null=True)),
                        ('fillet_weight_kg', models.DecimalField(blank=True, decimal_places=3, help_text='kg', max_digits=12, null=True)),
                        ('unit_count', models.PositiveIntegerField(help_text='fish')),
                        ('event', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='harvest.harvestevent')),
                        ('product_grade', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='harvest.productgrade')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical harvest lot',
                        'verbose_name_plural': 'historical harvest lots',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HarvestLot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('live_weight_kg', models.DecimalField(decimal_places=3, help_text='kg', max_digits=12)),
                        ('gutted_weight_kg', models.DecimalField(blank=True, decimal_places=3, help_text='kg', max_digits=12, null=True)),
                        ('fillet_weight_kg', models.DecimalField(blank=True, decimal_places=3, help_text='kg', max_digits=12, null=True)),
                        ('unit_count', models.PositiveIntegerField(help_text='fish')),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lots', to='harvest.harvestevent')),
                        ('product_grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harvest_lots', to='harvest.productgrade')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalHarvestWaste',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('category', models.CharField(max_length=50)),
                        ('weight_kg', models.DecimalField(decimal_places=3, help_text='kg', max_digits=12)),
                        ('event', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='harvest.harvestevent')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical harvest waste',
                        'verbose_name_plural': 'historical harvest waste',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HarvestWaste',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('category', models.CharField(max_length=50)),
                        ('weight_kg', models.DecimalField(decimal_places=3, help_text='kg', max_digits=12)),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waste', to='harvest.harvestevent')),
                    ],
                    options={
                        'verbose_name_plural': 'harvest waste',
                    },
                ),
            ],
        ),
    ]

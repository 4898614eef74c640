import aquamind.db.create
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('environmental', '0004_newest_version'),
        ('infrastructure', '0002_newest_version'),
    ]

    operations = [
        aquamind.db.create.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='HistorianTag',
                    fields=[
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('tag_id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('tag_name', models.CharField(max_length=512)),
                        ('description', models.TextField(blank=True)),
                        ('tag_type', models.SmallIntegerField(blank=True, null=True)),
                        ('unit', models.CharField(blank=True, max_length=128)),
                        ('source_system', models.CharField(default='AVEVA', max_length=64)),
                        ('metadata', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'db_table': 'historian_tag',
                        'ordering': ['tag_name'],
                    },
                ),
                migrations.CreateModel(
                    name='HistorianTagHistory',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('recorded_at', models.DateTimeField()),
                        ('tag_name', models.CharField(max_length=512)),
                        ('tag_type', models.SmallIntegerField(blank=True, null=True)),
                        ('unit', models.CharField(blank=True, max_length=128)),
                        ('payload', models.JSONField(blank=True, default=dict)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('tag', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='records', to='historian.historiantag')),
                    ],
                    options={
                        'verbose_name_plural': 'historian tag histories',
                        'db_table': 'historian_tag_history',
                        'ordering': ['-recorded_at'],
                    },
                ),
                migrations.CreateModel(
                    name='HistorianTagLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('notes', models.TextField(blank=True)),
                        ('metadata', models.JSONField(blank=True, default=dict)),
                        ('container', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='historian_tag_links', to='infrastructure.container')),
                        ('parameter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='historian_tag_links', to='environmental.environmentalparameter')),
                        ('sensor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='historian_tag_links', to='infrastructure.sensor')),
                        ('tag', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='link', to='historian.historiantag')),
                    ],
                    options={
                        'db_table': 'historian_tag_link',
                    },
                ),
            ],
        ),
    ]

import aquamind.db.create
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        aquamind.db.create.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='ExternalIdMap',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('source_system', models.CharField(max_length=32)),
                        ('source_model', models.CharField(max_length=64)),
                        ('source_identifier', models.CharField(max_length=128)),
                        ('target_app_label', models.CharField(max_length=64)),
                        ('target_model', models.CharField(max_length=64)),
                        ('target_object_id', models.BigIntegerField()),
                        ('metadata', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'verbose_name': 'external id',
                        'verbose_name_plural': 'external ids',
                        'constraints': [models.UniqueConstraint(fields=('source_system', 'source_model', 'source_identifier'), name='external_id_unique')],
                    },
                ),
            ],
        ),
    ]

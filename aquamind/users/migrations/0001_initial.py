import aquamind.db.create
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        aquamind.db.create.CreateModels(
            operations=[
                migrations.CreateModel(
                    name='HistoricalUserProfile',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('created_at', models.DateTimeField(blank=True, editable=False)),
                        ('updated_at', models.DateTimeField(blank=True, editable=False)),
                        ('profile_picture', models.CharField(blank=True, max_length=100, null=True)),
                        ('job_title', models.CharField(blank=True, max_length=100, null=True)),
                        ('department', models.CharField(blank=True, max_length=100, null=True)),
                        ('language_preference', models.CharField(choices=[('en', 'English'), ('fo', 'Faroese'), ('da', 'Danish')], default='en', max_length=5)),
                        ('date_format_preference', models.CharField(choices=[('DMY', 'DD/MM/YYYY'), ('MDY', 'MM/DD/YYYY'), ('YMD', 'YYYY-MM-DD')], default='DMY', max_length=10)),
                        ('full_name', models.CharField(blank=True, max_length=150)),
                        ('geography', models.CharField(choices=[('FO', 'Faroe Islands'), ('SC', 'Scotland'), ('ALL', 'All')], default='ALL', max_length=3)),
                        ('phone', models.CharField(blank=True, max_length=20, null=True)),
                        ('role', models.CharField(choices=[('ADMIN', 'Administrator'), ('MGR', 'Manager'), ('OPR', 'Operator'), ('VET', 'Veterinarian'), ('QA', 'Quality assurance'), ('FIN', 'Finance'), ('VIEW', 'Viewer')], default='VIEW', max_length=5)),
                        ('subsidiary', models.CharField(choices=[('BS', 'Broodstock'), ('FW', 'Freshwater'), ('FM', 'Farming'), ('LG', 'Logistics'), ('ALL', 'All')], default='ALL', max_length=3)),
                        ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical user profile',
                        'verbose_name_plural': 'historical user profiles',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='UserProfile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                        ('profile_picture', models.FileField(blank=True, null=True, upload_to='profile_pictures/')),
                        ('job_title', models.CharField(blank=True, max_length=100, null=True)),
                        ('department', models.CharField(blank=True, max_length=100, null=True)),
                        ('language_preference', models.CharField(choices=[('en', 'English'), ('fo', 'Faroese'), ('da', 'Danish')], default='en', max_length=5)),
                        ('date_format_preference', models.CharField(choices=[('DMY', 'DD/MM/YYYY'), ('MDY', 'MM/DD/YYYY'), ('YMD', 'YYYY-MM-DD')], default='DMY', max_length=10)),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to=settings.AUTH_USER_MODEL)),
                        ('full_name', models.CharField(blank=True, max_length=150)),
                        ('geography', models.CharField(choices=[('FO', 'Faroe Islands'), ('SC', 'Scotland'), ('ALL', 'All')], default='ALL', max_length=3)),
                        ('phone', models.CharField(blank=True, max_length=20, null=True)),
                        ('role', models.CharField(choices=[('ADMIN', 'Administrator'), ('MGR', 'Manager'), ('OPR', 'Operator'), ('VET', 'Veterinarian'), ('QA', 'Quality assurance'), ('FIN', 'Finance'), ('VIEW', 'Viewer')], default='VIEW', max_length=5)),
                        ('subsidiary', models.CharField(choices=[('BS', 'Broodstock'), ('FW', 'Freshwater'), ('FM', 'Farming'), ('LG', 'Logistics'), ('ALL', 'All')], default='ALL', max_length=3)),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
            ],
        ),
    ]

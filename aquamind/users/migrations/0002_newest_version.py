"""Where a user may work, and the history of logins."""

import aquamind.db.create
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '__first__'),
        ('infrastructure', '0002_newest_version'),
        ('users', '0001_initial'),
    ]

    operations = [
        aquamind.db.create.Together(
            operations=[
                migrations.CreateModel(
                    name='HistoricalUser',
                    fields=[
                        ('id', models.IntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('username', models.CharField(db_index=True, error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                        ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                        ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                        ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                        ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                        ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical user',
                        'verbose_name_plural': 'historical users',
                        'db_table': 'auth_historicaluser',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.AddField(
                    model_name='userprofile',
                    name='allowed_areas',
                    field=models.ManyToManyField(blank=True, related_name='allowed_users', to='infrastructure.area'),
                ),
                migrations.AddField(
                    model_name='userprofile',
                    name='allowed_containers',
                    field=models.ManyToManyField(blank=True, related_name='allowed_users', to='infrastructure.container'),
                ),
                migrations.AddField(
                    model_name='userprofile',
                    name='allowed_stations',
                    field=models.ManyToManyField(blank=True, related_name='allowed_users', to='infrastructure.freshwaterstation'),
                ),
                migrations.AlterField(
                    model_name='historicaluserprofile',
                    name='role',
                    field=models.CharField(choices=[('ADMIN', 'Administrator'), ('MGR', 'Manager'), ('OPR', 'Operator'), ('SHIP_CREW', 'Ship crew'), ('VET', 'Veterinarian'), ('QA', 'Quality assurance'), ('FIN', 'Finance'), ('VIEW', 'Viewer')], default='VIEW', max_length=20),
                ),
                migrations.AlterField(
                    model_name='userprofile',
                    name='role',
                    field=models.CharField(choices=[('ADMIN', 'Administrator'), ('MGR', 'Manager'), ('OPR', 'Operator'), ('SHIP_CREW', 'Ship crew'), ('VET', 'Veterinarian'), ('QA', 'Quality assurance'), ('FIN', 'Finance'), ('VIEW', 'Viewer')], default='VIEW', max_length=20),
                ),
            ],
        ),
    ]

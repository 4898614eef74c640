"""Prices by life stage and by eggs, and sales that something else than a harvest caused."""

import aquamind.db.create
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '__first__'),
        ('batch', '0005_newest_version'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('finance', '0002_on_delete_in_database'),
    ]

    operations = [
        aquamind.db.create.Together(
            operations=[
                migrations.AddField(
                    model_name='historicalintercompanypolicy',
                    name='lifecycle_stage',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='batch.lifecyclestage'),
                ),
                migrations.AddField(
                    model_name='historicalintercompanypolicy',
                    name='price_per_kg',
                    field=models.DecimalField(blank=True, decimal_places=2, help_text='currency per kg', max_digits=10, null=True),
                ),
                migrations.AddField(
                    model_name='historicalintercompanypolicy',
                    name='price_per_thousand_eggs',
                    field=models.DecimalField(blank=True, decimal_places=2, help_text='currency per thousand eggs', max_digits=10, null=True),
                ),
                migrations.AddField(
                    model_name='historicalintercompanypolicy',
                    name='pricing_basis',
                    field=models.CharField(choices=[('grade', 'Grade'), ('lifecycle', 'Lifecycle'), ('egg_delivery', 'Egg delivery')], db_default='grade', default='grade', max_length=20),
                ),
                migrations.AddField(
                    model_name='historicalintercompanytransaction',
                    name='approval_date',
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name='historicalintercompanytransaction',
                    name='approved_by',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='historicalintercompanytransaction',
                    name='content_type',
                    field=models.ForeignKey(blank=True, db_constraint=False, help_text='kind of what caused it', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contenttypes.contenttype'),
                ),
                migrations.AddField(
                    model_name='historicalintercompanytransaction',
                    name='object_id',
                    field=models.PositiveIntegerField(blank=True, help_text='id of what caused it', null=True),
                ),
                migrations.AddField(
                    model_name='intercompanypolicy',
                    name='lifecycle_stage',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intercompany_policies', to='batch.lifecyclestage'),
                ),
                migrations.AddField(
                    model_name='intercompanypolicy',
                    name='price_per_kg',
                    field=models.DecimalField(blank=True, decimal_places=2, help_text='currency per kg', max_digits=10, null=True),
                ),
                migrations.AddField(
                    model_name='intercompanypolicy',
                    name='price_per_thousand_eggs',
                    field=models.DecimalField(blank=True, decimal_places=2, help_text='currency per thousand eggs', max_digits=10, null=True),
                ),
                migrations.AddField(
                    model_name='intercompanypolicy',
                    name='pricing_basis',
                    field=models.CharField(choices=[('grade', 'Grade'), ('lifecycle', 'Lifecycle'), ('egg_delivery', 'Egg delivery')], db_default='grade', default='grade', max_length=20),
                ),
                migrations.AddField(
                    model_name='intercompanytransaction',
                    name='approval_date',
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name='intercompanytransaction',
                    name='approved_by',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approved_intercompany_transactions', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AddField(
                    model_name='intercompanytransaction',
                    name='content_type',
                    field=models.ForeignKey(blank=True, help_text='kind of what caused it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype'),
                ),
                migrations.AddField(
                    model_name='intercompanytransaction',
                    name='object_id',
                    field=models.PositiveIntegerField(blank=True, help_text='id of what caused it', null=True),
                ),
                migrations.AlterField(
                    model_name='dimcompany',
                    name='geography',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='companies', to='infrastructure.geography'),
                ),
                migrations.AlterField(
                    model_name='dimsite',
                    name='source_pk',
                    field=models.PositiveIntegerField(help_text='id of the station or area'),
                ),
                migrations.AlterField(
                    model_name='factharvest',
                    name='dim_batch_id',
                    field=models.PositiveIntegerField(help_text='id of the batch'),
                ),
                migrations.AlterField(
                    model_name='historicalfactharvest',
                    name='dim_batch_id',
                    field=models.PositiveIntegerField(help_text='id of the batch'),
                ),
                migrations.AlterField(
                    model_name='historicalintercompanytransaction',
                    name='state',
                    field=models.CharField(choices=[('pending', 'Pending'), ('posted', 'Posted'), ('exported', 'Exported')], default='pending', max_length=20),
                ),
                migrations.AlterField(
                    model_name='historicalnavexportline',
                    name='batch_id_int',
                    field=models.PositiveIntegerField(help_text='id of the batch of fish'),
                ),
                migrations.AlterField(
                    model_name='intercompanypolicy',
                    name='product_grade',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intercompany_policies', to='harvest.productgrade'),
                ),
                migrations.AlterField(
                    model_name='intercompanytransaction',
                    name='event',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intercompany_transactions', to='harvest.harvestevent'),
                ),
                migrations.AlterField(
                    model_name='intercompanytransaction',
                    name='state',
                    field=models.CharField(choices=[('pending', 'Pending'), ('posted', 'Posted'), ('exported', 'Exported')], default='pending', max_length=20),
                ),
                migrations.AlterField(
                    model_name='navexportline',
                    name='batch_id_int',
                    field=models.PositiveIntegerField(help_text='id of the batch of fish'),
                ),
                migrations.AddConstraint(
                    model_name='dimcompany',
                    constraint=models.UniqueConstraint(fields=('geography', 'subsidiary'), name='company_unique'),
                ),
                migrations.AddConstraint(
                    model_name='dimsite',
                    constraint=models.UniqueConstraint(fields=('source_model', 'source_pk'), name='site_source_unique'),
                ),
                migrations.AddConstraint(
                    model_name='intercompanypolicy',
                    constraint=models.UniqueConstraint(condition=models.Q(('pricing_basis', 'grade'), ('product_grade__isnull', False)), fields=('from_company', 'to_company', 'product_grade'), name='intercompany_policy_grade'),
                ),
                migrations.AddConstraint(
                    model_name='intercompanypolicy',
                    constraint=models.UniqueConstraint(condition=models.Q(('lifecycle_stage__isnull', False), ('pricing_basis', 'lifecycle')), fields=('from_company', 'to_company', 'lifecycle_stage'), name='intercompany_policy_lifecycle'),
                ),
                migrations.AddConstraint(
                    model_name='intercompanytransaction',
                    constraint=models.UniqueConstraint(fields=('content_type', 'object_id', 'policy'), name='intercompany_source_policy'),
                ),
                migrations.AddConstraint(
                    model_name='intercompanytransaction',
                    constraint=models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('event', 'policy'), name='intercompany_event_policy'),
                ),
                migrations.AddConstraint(
                    model_name='navexportbatch',
                    constraint=models.UniqueConstraint(fields=('company', 'date_from', 'date_to'), name='nav_batch_period_unique'),
                ),
                migrations.AddConstraint(
                    model_name='navexportline',
                    constraint=models.UniqueConstraint(fields=('batch', 'document_no'), name='nav_line_document'),
                ),
            ],
        ),
    ]

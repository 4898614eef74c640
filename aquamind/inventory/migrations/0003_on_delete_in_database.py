"""A deleted batch takes along its meals, a purchase its stock; a meal outlives its lot."""

from django.db import migrations, models

from aquamind.db.on_delete import OnDelete, OnDeleteInDatabase, PlanCascadesOnce


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_partition_by_month")]

    operations = [
        migrations.AddIndex(
            model_name="feedingevent",
            index=models.Index(fields=["feed_stock"], name="feeding_stock"),
        ),
        OnDeleteInDatabase("feedcontainerstock", "feed_purchase", OnDelete.CASCADE),
        OnDeleteInDatabase("feedingevent", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("feedingevent", "batch_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("feedingevent", "feed_stock", OnDelete.SET_NULL),
        OnDeleteInDatabase("containerfeedingsummary", "batch", OnDelete.CASCADE),
        OnDeleteInDatabase("containerfeedingsummary", "container_assignment", OnDelete.CASCADE),
        OnDeleteInDatabase("batchfeedingsummary", "batch", OnDelete.CASCADE),
        PlanCascadesOnce("feedcontainerstock"),
    ]

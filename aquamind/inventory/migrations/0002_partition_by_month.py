"""High-volume tables become partitioned by month of their own time column."""

from django.db import migrations

from aquamind.db.partitions import PartitionByMonth


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        PartitionByMonth("feedingevent", "feeding_date"),
        PartitionByMonth("historicalfeedingevent", "history_date"),
        PartitionByMonth("historicalfeedcontainerstock", "history_date"),
    ]

"""High-volume tables become partitioned by month of their own time column."""

from django.db import migrations

from aquamind.db.partitions import PartitionByMonth


class Migration(migrations.Migration):
    dependencies = [("batch", "0001_initial")]

    operations = [
        PartitionByMonth("mortalityevent", "event_date"),
        PartitionByMonth("growthsample", "sample_date"),
        PartitionByMonth("historicalmortalityevent", "history_date"),
        PartitionByMonth("historicalgrowthsample", "history_date"),
        PartitionByMonth("historicalbatchcontainerassignment", "history_date"),
    ]

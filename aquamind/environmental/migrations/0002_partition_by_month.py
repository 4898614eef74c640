"""High-volume tables become partitioned by month of their own time column."""

from django.db import migrations

from aquamind.db.partitions import PartitionByMonth


class Migration(migrations.Migration):
    dependencies = [("environmental", "0001_initial")]

    operations = [
        PartitionByMonth("environmentalreading", "reading_time", hypertable=True),
        PartitionByMonth("weatherdata", "timestamp", hypertable=True),
    ]

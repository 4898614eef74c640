"""The lake: a folder of Parquet files, a manifest for each unit, and its digest."""

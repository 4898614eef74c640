"""Runs whose units are kept as Parquet files, a manifest for each."""

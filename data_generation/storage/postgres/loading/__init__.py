"""Arrow tables into PostgreSQL: encoded, copied, as new partitions or appended."""

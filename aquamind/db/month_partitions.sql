-- Partitions of a table that is partitioned by month, newest first: the time column, and the first
-- day of the month, null for the DEFAULT partition. %(table)s is the table's name.
SELECT attname AS column, part.relname AS partition,
       to_date(substring(part.relname FROM '_y(\d{4}m\d{2})$'), 'YYYY"m"MM') AS month
FROM pg_partitioned_table
JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
JOIN pg_inherits ON inhparent = partrelid
JOIN pg_class AS part ON part.oid = inhrelid
WHERE partrelid = to_regclass(%(table)s)
ORDER BY month DESC NULLS LAST

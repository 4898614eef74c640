-- Years for which a partitioned table has month partitions. %(table)s is its name.
SELECT DISTINCT substring(child.relname FROM '_y(\d{4})m\d{2}$')::int AS year
FROM pg_inherits
JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = to_regclass(%(table)s) AND child.relname ~ '_y\d{4}m\d{2}$'
ORDER BY year

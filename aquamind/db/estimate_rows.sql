-- Rows of a table, or of all partitions of a partitioned one, as of their last ANALYZE; null if
-- any part that holds pages was never analysed. %(table)s is its name.
WITH leaf AS (
    SELECT relid AS oid FROM pg_partition_tree(to_regclass(%(table)s)) WHERE isleaf
    UNION
    SELECT oid FROM pg_class WHERE oid = to_regclass(%(table)s) AND relkind = 'r'
    UNION
    SELECT inhrelid FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent = to_regclass(%(table)s) AND relkind = 'r'
)
SELECT CASE
    WHEN bool_or(reltuples < 0 AND pg_relation_size(pg_class.oid) > 0) THEN NULL
    ELSE sum(greatest(reltuples, 0))::bigint
END
FROM leaf JOIN pg_class USING (oid)

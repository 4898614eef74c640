-- Tables of at least %(rows)s rows, and how many PostgreSQL takes them to hold. The partitions of a
-- table count as that table. A part that was never analysed is taken to hold a row for 100 bytes.
SELECT whole.relname AS name, sum(part_rows)::bigint AS rows
FROM pg_class AS part
LEFT JOIN pg_inherits ON inhrelid = part.oid
JOIN pg_class AS whole ON whole.oid = coalesce(inhparent, part.oid)
CROSS JOIN LATERAL (
    SELECT CASE WHEN part.reltuples >= 0 THEN part.reltuples
                ELSE pg_relation_size(part.oid) / 100 END AS part_rows
) AS estimate
WHERE part.relkind = 'r' AND pg_table_is_visible(whole.oid)
GROUP BY whole.oid, whole.relname
HAVING sum(part_rows) >= %(rows)s

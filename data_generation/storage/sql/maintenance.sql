-- name: advance_sequences
-- Sets each column's own sequence to the highest id in use, unless it stands there or beyond;
-- parameters: relations, columns, highest (arrays of equal length)
SELECT n.position, setval(s.sequence, n.highest)
FROM unnest(%(relations)s::text[], %(columns)s::text[], %(highest)s::bigint[])
     WITH ORDINALITY AS n (relation, id_column, highest, position)
CROSS JOIN LATERAL (
    SELECT pg_get_serial_sequence(n.relation, n.id_column)::regclass AS sequence
) s
WHERE s.sequence IS NOT NULL
  AND n.highest > coalesce(pg_sequence_last_value(s.sequence), 0);

-- name: table_sizes
-- Rows as last estimated (-1 if some part never was) and bytes of each table with all its
-- partitions; parameters: names
SELECT n.name,
       CASE WHEN bool_or(c.reltuples < 0 AND pg_relation_size(c.oid) > 0) THEN -1
            ELSE sum(greatest(c.reltuples, 0)) END::bigint AS estimated_rows,
       sum(pg_table_size(c.oid))::bigint AS table_bytes,
       sum(pg_indexes_size(c.oid))::bigint AS index_bytes
FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, position)
CROSS JOIN LATERAL (
    SELECT relid FROM pg_partition_tree(to_regclass(quote_ident(n.name)))
    WHERE isleaf
    UNION
    SELECT to_regclass(quote_ident(n.name))
) part (oid)
JOIN pg_class c ON c.oid = part.oid AND c.relkind = 'r'
GROUP BY n.name, n.position
ORDER BY n.position;

-- name: references
-- Every foreign key of the visible tables: the table that refers, and the one referred to
SELECT DISTINCT referring.relname, referenced.relname
FROM pg_constraint con
JOIN pg_class referring ON referring.oid = con.conrelid
JOIN pg_class referenced ON referenced.oid = con.confrelid
WHERE con.contype = 'f'
  AND con.conparentid = 0
  AND referring.oid <> referenced.oid
  AND pg_table_is_visible(referring.oid)
  AND pg_table_is_visible(referenced.oid);

-- name: restart_sequences
-- Sets the columns' own sequences back to their start; parameters: relations, columns
SELECT setval(s.sequence, q.seqstart, false)
FROM unnest(%(relations)s::text[], %(columns)s::text[]) AS n (relation, id_column)
CROSS JOIN LATERAL (
    SELECT pg_get_serial_sequence(quote_ident(n.relation), n.id_column)::regclass AS sequence
) s
JOIN pg_sequence q ON q.seqrelid = s.sequence;

-- name: month_partitions
-- Partitions of the tables that hold one month, by their name; parameters: names
SELECT ns.nspname, c.relname
FROM unnest(%(names)s::text[]) AS n (name)
JOIN pg_inherits h ON h.inhparent = to_regclass(quote_ident(n.name))
JOIN pg_class c ON c.oid = h.inhrelid
JOIN pg_namespace ns ON ns.oid = c.relnamespace
WHERE c.relispartition AND c.relname ~ '_y\d{4}m\d{2}$'
ORDER BY c.relname

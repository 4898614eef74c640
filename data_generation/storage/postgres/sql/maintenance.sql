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

-- name: sequence_tops
-- The last value of each column's own sequence, 0 if it was never used or there is none;
-- parameters: relations, columns
SELECT n.position, coalesce(pg_sequence_last_value(s.sequence), 0)
FROM unnest(%(relations)s::text[], %(columns)s::text[])
     WITH ORDINALITY AS n (relation, id_column, position)
CROSS JOIN LATERAL (
    SELECT pg_get_serial_sequence(n.relation, n.id_column)::regclass AS sequence
) s;

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
    UNION
    -- Chunks of a hypertable; native partitions are known from above.
    SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(quote_ident(n.name))
) part (oid)
JOIN pg_class c ON c.oid = part.oid AND c.relkind = 'r'
GROUP BY n.name, n.position
ORDER BY n.position;

-- name: lock_room
-- Locks that the server has room for, all sessions together, and the setting that makes it so: that
-- many for each process that there may be
SELECT s.locks * sum(current_setting(n.name)::bigint), s.locks
FROM (SELECT current_setting('max_locks_per_transaction')::bigint AS locks) AS s
CROSS JOIN unnest(ARRAY[
    'max_connections', 'max_prepared_transactions', 'max_worker_processes', 'max_wal_senders',
    'autovacuum_max_workers'
]) AS n (name)
GROUP BY s.locks;

-- name: locks_of_months
-- Locks of a statement that looks at all of the tables once they have so many months: every
-- partition, and every index, that of the other times among them; parameters: names, months
SELECT coalesce(sum(
    (1 + (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid))
    * CASE c.relkind WHEN 'p' THEN 2 + %(months)s ELSE 1 END
), 0)::bigint
FROM unnest(%(names)s::text[]) AS n (name)
JOIN pg_class c ON c.oid = to_regclass(quote_ident(n.name));

-- name: owned_by_others
-- A partitioned table that the role may not change, its owner, and the grant that it lacks;
-- parameters: names
SELECT n.name, pg_get_userbyid(c.relowner),
       format('GRANT %%I TO %%I', pg_get_userbyid(c.relowner), current_user)
FROM unnest(%(names)s::text[]) AS n (name)
JOIN pg_class c ON c.oid = to_regclass(quote_ident(n.name))
WHERE c.relkind = 'p' AND NOT pg_has_role(c.relowner, 'USAGE')
LIMIT 1;

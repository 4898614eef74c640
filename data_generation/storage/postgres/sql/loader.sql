-- name: publish_lock
-- Waits for the right to change what other tables see, until the transaction ends
SELECT pg_advisory_xact_lock(%(key)s);

-- name: set_triggers
-- Sets the session's replication role until the transaction ends and gives what it was before;
-- parameters: role
WITH before AS MATERIALIZED (SELECT current_setting('session_replication_role') AS role)
SELECT role, set_config('session_replication_role', %(role)s, true) FROM before;

-- name: places
-- Positions of the relations that hold the month in a partition of its own; asked of the catalog's
-- tables because name lookups may remember what was so before another transaction committed;
-- parameters: relations, partitions, alike in length
SELECT n.position
FROM unnest(%(relations)s::text[], %(partitions)s::text[])
     WITH ORDINALITY AS n (relation, partition, position)
JOIN pg_inherits h ON h.inhparent = n.relation::regclass
JOIN pg_class c ON c.oid = h.inhrelid AND c.relname = n.partition;

-- name: reserved
-- How things are with a table reserved for a month of the relation: whether its columns and foreign
-- keys are those of the relation; parameters: schema, relation, reserved
WITH alike AS (
    SELECT c.oid,
           ARRAY(
               SELECT (a.attname, a.atttypid, a.atttypmod, a.attnotnull)::text FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname
           ) AS columns,
           ARRAY(
               SELECT k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k
               WHERE k.conrelid = c.oid AND k.contype = 'f' ORDER BY k.conname
           ) AS foreign_keys
    FROM pg_class c
    WHERE c.oid = %(relation)s::regclass
       OR (c.relnamespace = to_regnamespace(%(schema)s) AND c.relname = %(reserved)s)
)
SELECT CASE
    WHEN to_regnamespace(%(schema)s) IS NULL THEN 'there is no schema for it'
    WHEN count(*) = 1 THEN 'none'
    WHEN count(DISTINCT (columns, foreign_keys)) = 1 THEN 'ready'
    ELSE 'has other columns or foreign keys than the table by now' END
FROM alike;

-- name: reserved_among
-- Those of the partitions' names under which something is reserved; parameters: schema, partitions
SELECT relname FROM pg_class
WHERE relnamespace = to_regnamespace(%(schema)s) AND relname = ANY (%(partitions)s);

-- name: is_waited_for
-- Whether another session waits for a lock on a reserved table; parameters: schema, reserved
SELECT EXISTS (
    SELECT FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation
    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND c.relnamespace = to_regnamespace(%(schema)s) AND c.relname = %(reserved)s
      AND NOT l.granted
);

-- name: reserved_months
-- Tables reserved for months of the named ones, by their name, whose front is cut where it would be
-- too long; parameters: schema, names
SELECT c.relname
FROM unnest(%(names)s::text[]) AS n (name)
JOIN pg_class c ON c.relnamespace = to_regnamespace(%(schema)s) AND c.relkind = 'r'
WHERE c.relname ~ ('^' || right(n.name, 63 - length('_y2015m01')) || '_y\d{4}m\d{2}$')
ORDER BY c.relname;

-- name: other_places
-- Partitions of relations that are neither a month of ours nor the default one, with their range in
-- seconds since 1970 (UTC); parameters: relations
SELECT n.position,
       c.relname,
       CASE WHEN a.atttypid = 'timestamptz'::regtype
            THEN extract(epoch FROM b.bounds[1]::timestamptz)
            ELSE extract(epoch FROM b.bounds[1]::timestamp) END::float8 AS lower,
       CASE WHEN a.atttypid = 'timestamptz'::regtype
            THEN extract(epoch FROM b.bounds[2]::timestamptz)
            ELSE extract(epoch FROM b.bounds[2]::timestamp) END::float8 AS upper
FROM unnest(%(relations)s::text[]) WITH ORDINALITY AS n (relation, position)
JOIN pg_class parent ON parent.oid = n.relation::regclass
JOIN pg_partitioned_table p ON p.partrelid = parent.oid
JOIN pg_attribute a ON a.attrelid = parent.oid AND a.attnum = p.partattrs[0]
JOIN pg_inherits h ON h.inhparent = parent.oid AND h.inhrelid <> p.partdefid
JOIN pg_class c ON c.oid = h.inhrelid
CROSS JOIN LATERAL (
    SELECT regexp_match(pg_get_expr(c.relpartbound, c.oid),
                        'FROM \(''?([^'')]+)''?\) TO \(''?([^'')]+)''?\)') AS raw
) r
CROSS JOIN LATERAL (
    SELECT ARRAY[replace(r.raw[1], 'MINVALUE', '-infinity'),
                 replace(r.raw[2], 'MAXVALUE', 'infinity')] AS bounds
) b
WHERE c.relname !~ ('^' || parent.relname || '_y\d{4}m\d{2}$');

-- name: chunked
-- Positions of the hypertables that have a chunk of some part of the month; parameters: relations,
-- lower, upper
SELECT n.position
FROM unnest(%(relations)s::text[]) WITH ORDINALITY AS n (relation, position)
JOIN pg_class c ON c.oid = n.relation::regclass
WHERE EXISTS (
    SELECT FROM timescaledb_information.chunks k
    WHERE k.hypertable_schema = c.relnamespace::regnamespace::text AND k.hypertable_name = c.relname
      AND k.range_start < %(upper)s::timestamptz AND k.range_end > %(lower)s::timestamptz
);

-- name: attach_chunk
-- Makes a filled table a chunk: checks that its rows lie within the slices, takes over its indexes,
-- adds the foreign keys; parameters: hypertable, chunk, slices
CALL attach_chunk(%(hypertable)s::regclass, %(chunk)s::regclass, %(slices)s::jsonb);

-- name: missing_keys
-- Up to five of the keys that the referenced table does not hold; the rows that it
-- does hold are locked as a foreign key's own trigger would, so that none is deleted meanwhile
WITH wanted AS (SELECT DISTINCT unnest(%(keys)s::bigint[]) AS key),
     held AS (
         SELECT r.{column} AS key
         FROM {table} r
         WHERE r.{column} = ANY (%(keys)s::bigint[])
         FOR KEY SHARE OF r
     )
SELECT key FROM wanted EXCEPT SELECT key FROM held ORDER BY key LIMIT 5;

-- name: move_from_default
-- Rows of the default partition that belong to the month become the staged
-- table's, in one statement
WITH moved AS (
    DELETE FROM ONLY {default_partition}
    WHERE {column} >= {lower} AND {column} < {upper}
    RETURNING {columns}
)
INSERT INTO {staged} ({columns}) SELECT {columns} FROM moved;

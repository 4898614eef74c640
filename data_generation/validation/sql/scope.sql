-- name: columns
-- All columns of all tables that are visible without naming a schema
SELECT c.relname || '.' || a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND pg_table_is_visible(c.oid)
  AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace);

-- name: primary_keys
-- Tables that are visible without naming a schema, each with the first column of its primary key
SELECT c.relname, a.attname
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
WHERE k.contype = 'p' AND NOT c.relispartition AND pg_table_is_visible(c.oid);

-- name: unique_by
-- Whether a valid unique index makes two rows of a table with the same values of some columns
-- impossible; parameters: table, columns
SELECT EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = to_regclass(%(table)s) AND i.indisunique AND i.indisvalid
      AND i.indpred IS NULL AND i.indnkeyatts = cardinality(%(columns)s::text[])
      AND (SELECT array_agg(a.attname::text ORDER BY a.attname)
           FROM pg_attribute a
           WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) = %(columns)s::text[]
);

-- name: run
-- Where a run's keys lie, and how many rows of a table it has stored; parameters: run, table
SELECT r.offsets, coalesce(sum((u.rows ->> %(table)s)::bigint), 0)
FROM data_generation.run r LEFT JOIN data_generation.unit u ON u.run_id = r.id
WHERE r.id = %(run)s
GROUP BY r.id;

-- name: other_batches
-- How many batches there are beside these; parameters: batches
SELECT count(*) FROM batch_batch WHERE id <> ALL (%(batches)s::bigint[]);

-- name: containers
-- Containers that held fish of these batches; parameters: batches
SELECT DISTINCT container_id FROM batch_batchcontainerassignment
WHERE batch_id = ANY (%(batches)s::bigint[]);

-- name: sensors
-- Sensors of the containers that held fish of these batches; parameters: batches
SELECT DISTINCT s.id
FROM infrastructure_sensor s
JOIN batch_batchcontainerassignment a ON a.container_id = s.container_id
WHERE a.batch_id = ANY (%(batches)s::bigint[]);

-- name: areas
-- Sea areas in which these batches were; parameters: batches
SELECT DISTINCT c.area_id
FROM batch_batchcontainerassignment a
JOIN infrastructure_container c ON c.id = a.container_id
WHERE c.area_id IS NOT NULL AND a.batch_id = ANY (%(batches)s::bigint[]);

-- name: silos
-- Silos of the halls and berths in which these batches were; parameters: batches, berth_cages,
-- berth_silos
WITH berths AS (
    SELECT DISTINCT c.hall_id, c.area_id,
           (coalesce(substring(c.name FROM '\d{1,9}$')::int, 1) - 1) / %(berth_cages)s AS berth
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE a.batch_id = ANY (%(batches)s::bigint[])
)
SELECT DISTINCT f.id
FROM infrastructure_feedcontainer f
JOIN berths b ON b.hall_id = f.hall_id
   OR (b.area_id = f.area_id
       AND b.berth = (coalesce(substring(f.name FROM '\d{1,9}$')::int, 1) - 1) / %(berth_silos)s);

-- name: partitioned
-- Whether a table is natively partitioned
SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%(table)s);

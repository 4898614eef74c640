-- name: runs
-- Every run whose rows the database holds, the oldest first
SELECT id, kind, coalesce(batch_number, '') AS batch_number, profile, seed, fingerprint,
       generator_version, started_at, finished_at
FROM data_generation.run
ORDER BY kind DESC, id;

-- name: units
-- What each month of a run over years stored: session, first and last day, rows, time of its units, peak memory,
-- readings, and whether anything is still to be written
SELECT u.session, min(u.first_day) AS first_day, max(u.last_day) AS last_day,
       bool_and(u.state = 'done') AS done,
       coalesce(sum((SELECT sum(value::bigint) FROM jsonb_each_text(u.rows))), 0)::bigint AS rows,
       coalesce(sum((u.rows ->> 'environmental_environmentalreading')::bigint), 0)::bigint
           AS readings,
       sum(u.seconds)::float8 AS seconds,
       max(u.peak_memory_mb)::float8 AS peak_memory_mb,
       min(u.committed_at - make_interval(secs => u.seconds)) AS began_at,
       max(u.committed_at) AS committed_at
FROM data_generation.unit u
WHERE u.run_id = %(run)s
GROUP BY u.session, date_trunc('month', u.first_day)
ORDER BY first_day;

-- name: rows_by_table
-- Rows that all runs stored, by table, as counted when they were written
SELECT entry.key, sum(entry.value::bigint)::bigint
FROM data_generation.unit u, jsonb_each_text(u.rows) AS entry
GROUP BY entry.key
ORDER BY entry.key;

-- name: snapshots
-- The ledgers' last states, for what each batch cost
SELECT run_id, arrays FROM data_generation.snapshot ORDER BY run_id;

-- name: sessions
-- What each session of a run stored: months, rows by table, time of its units, peak memory
WITH counted AS (
    SELECT u.session, t.name, sum(t.rows::bigint) AS rows
    FROM data_generation.unit u
    CROSS JOIN LATERAL jsonb_each_text(u.rows) AS t (name, rows)
    WHERE u.run_id = %(run)s AND u.state = 'done'
    GROUP BY u.session, t.name
),
by_session AS (
    SELECT session, sum(rows)::bigint AS rows, jsonb_object_agg(name, rows) AS by_table
    FROM counted GROUP BY session
)
SELECT u.session, min(u.month) AS first_month, max(u.month) AS last_month,
       count(*) FILTER (WHERE u.state = 'pending') AS pending_units, b.rows, b.by_table,
       sum(u.seconds) AS unit_seconds, max(u.peak_memory_mb) AS peak_memory_mb,
       min(u.committed_at) AS first_commit, max(u.committed_at) AS last_commit
FROM data_generation.unit u
LEFT JOIN by_session b ON b.session = u.session
WHERE u.run_id = %(run)s
GROUP BY u.session, b.rows, b.by_table
ORDER BY u.session;

-- name: key_figures
-- The ten-year plan's cumulative metrics, counted from what is stored
SELECT
    (SELECT count(*) FROM batch_batch) AS batches,
    (SELECT count(*) FROM batch_batch WHERE status = 'ACTIVE') AS active_batches,
    (SELECT count(*) FROM batch_batch WHERE status = 'COMPLETED') AS completed_batches,
    (SELECT coalesce(sum(population_count), 0) FROM batch_batchcontainerassignment
     WHERE is_active) AS fish_alive,
    (SELECT coalesce(sum(count), 0) FROM batch_mortalityevent) AS fish_dead,
    (SELECT coalesce(sum(unit_count), 0) FROM harvest_harvestlot) AS fish_harvested,
    (SELECT coalesce(sum(live_weight_kg), 0) FROM harvest_harvestlot)::float8
        AS harvested_live_kg,
    (SELECT coalesce(sum(amount_kg), 0) FROM inventory_feedingevent)::float8 AS feed_given_kg,
    (SELECT coalesce(sum(feed_cost), 0) FROM inventory_feedingevent)::float8 AS feed_cost,
    (SELECT coalesce(sum(quantity_kg), 0) FROM inventory_feedcontainerstock)::float8
        AS feed_in_stock_kg,
    (SELECT coalesce(sum((to_jsonb(s) ->> 'written_off_kg')::numeric), 0)
     FROM inventory_feedcontainerstock AS s)::float8
        AS feed_written_off_kg,
    (SELECT count(*) FROM inventory_feedpurchase) AS feed_purchases;

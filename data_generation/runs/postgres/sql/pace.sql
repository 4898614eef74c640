-- name: pace
-- What was committed in the last seconds, at most since the moment `since`: rows, months of
-- readings, and the length of that time in seconds; parameters: run, seconds, since (may be null)
WITH bounds AS (
    SELECT greatest(clock_timestamp() - make_interval(secs => %(seconds)s),
                    coalesce(%(since)s::timestamptz, '-infinity')) AS start
)
SELECT coalesce(sum((SELECT sum(value::bigint) FROM jsonb_each_text(unit.rows)))
                    FILTER (WHERE unit.committed_at >= bounds.start), 0)::bigint AS rows,
       count(unit) FILTER (WHERE unit.kind = 'readings' AND unit.committed_at >= bounds.start)
           AS months,
       extract(epoch FROM clock_timestamp() - bounds.start)::float8 AS seconds
FROM bounds LEFT JOIN data_generation.unit AS unit
     ON unit.run_id = %(run)s AND unit.state = 'done'
GROUP BY bounds.start;

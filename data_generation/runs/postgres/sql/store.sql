-- name: insert_run
-- A new run; gives its number.
INSERT INTO data_generation.run
    (kind, batch_number, itinerary, fingerprint, config, seed, profile, overlay,
     generator_version, numpy_version, offsets, goal, until)
VALUES
    (%(kind)s, %(batch_number)s, %(itinerary)s, %(fingerprint)s, %(config)s, %(seed)s, %(profile)s,
     %(overlay)s, %(generator_version)s, %(numpy_version)s, %(keys)s, %(goal)s,
     %(until)s)
RETURNING id;

-- name: runs
-- All runs, the oldest first.
SELECT id, kind, batch_number, itinerary, fingerprint, config, generator_version, numpy_version,
       seed, profile, overlay, offsets, goal, until, started_at, finished_at
FROM data_generation.run
WHERE kind = %(kind)s
ORDER BY id DESC;

-- name: farm
SELECT profile, overlay FROM data_generation.farm;

-- name: set_farm
-- With which configuration the farm that is there was made.
INSERT INTO data_generation.farm (profile, overlay) VALUES (%(profile)s, %(overlay)s)
ON CONFLICT (single) DO UPDATE SET profile = excluded.profile, overlay = excluded.overlay;

-- name: forget_farm
DELETE FROM data_generation.farm;

-- name: keys
SELECT offsets FROM data_generation.run WHERE id = %(run)s;

-- name: set_keys
UPDATE data_generation.run SET offsets = %(keys)s WHERE id = %(run)s;

-- name: set_goal
-- The session and the last day that the run is to reach; it is unfinished until then.
UPDATE data_generation.run
SET goal = %(goal)s, until = %(until)s, overlay = %(overlay)s, finished_at = NULL
WHERE id = %(run)s;

-- name: finish_run
-- The run has reached its goal.
UPDATE data_generation.run SET finished_at = clock_timestamp()
WHERE id = %(run)s AND finished_at IS NULL;

-- name: delete_run
DELETE FROM data_generation.run WHERE id = %(run)s;

-- name: delete_all_runs
DELETE FROM data_generation.run;

-- name: delete_key_tops
DELETE FROM data_generation.key_top;

-- name: key_tops
SELECT table_name, top FROM data_generation.key_top WHERE table_name = ANY (%(tables)s);

-- name: raise_key_tops
-- The highest key that blocks of keys reach, by table.
INSERT INTO data_generation.key_top AS known (table_name, top)
SELECT * FROM unnest(%(tables)s::text[], %(tops)s::bigint[])
ON CONFLICT (table_name) DO UPDATE SET top = greatest(known.top, excluded.top);

-- name: insert_unit
-- A unit, done or with the order that a worker will expand.
INSERT INTO data_generation.unit
    (run_id, session, first_day, last_day, kind, state, expected_rows, rows, seconds,
     peak_memory_mb, keys, committed_at, payload)
VALUES
    (%(run)s, %(session)s, %(first_day)s, %(last_day)s, %(kind)s, %(state)s, %(expected_rows)s,
     %(rows)s, %(seconds)s, %(peak_memory_mb)s, %(keys)s,
     CASE WHEN %(state)s = 'done' THEN clock_timestamp() END, %(payload)s);

-- name: claim_readings
-- The row lock lets one worker at a time write these readings, also one that a killed run left.
SELECT unit.state, unit.payload, run.offsets
FROM data_generation.unit JOIN data_generation.run ON run.id = unit.run_id
WHERE run_id = %(run)s AND first_day = %(first_day)s AND unit.kind = 'readings'
FOR UPDATE OF unit;

-- name: finish_readings
-- The unit's readings are stored.
UPDATE data_generation.unit
SET state = 'done', payload = NULL, rows = %(rows)s, seconds = %(seconds)s,
    peak_memory_mb = %(peak_memory_mb)s,
    committed_at = clock_timestamp()
WHERE run_id = %(run)s AND first_day = %(first_day)s AND kind = 'readings' AND state = 'pending';

-- name: units
-- All units of a run, by their days.
SELECT session, first_day, last_day, kind, state, expected_rows, rows, seconds, peak_memory_mb,
       keys
FROM data_generation.unit
WHERE run_id = %(run)s
ORDER BY first_day, kind;

-- name: ledger_done
-- Whether the ledger's unit of days is done.
SELECT EXISTS (
    SELECT FROM data_generation.unit
    WHERE run_id = %(run)s AND first_day = %(first_day)s AND kind = 'ledger' AND state = 'done'
);

-- name: put_snapshot
-- A snapshot may only follow that of the day before its days; the row count tells.
INSERT INTO data_generation.snapshot AS stored (run_id, last_day, arrays)
VALUES (%(run)s, %(last_day)s, %(arrays)s)
ON CONFLICT (run_id) DO UPDATE SET last_day = excluded.last_day, arrays = excluded.arrays
WHERE stored.last_day = %(first_day)s::date - 1;

-- name: snapshot
SELECT last_day, arrays FROM data_generation.snapshot WHERE run_id = %(run)s;

-- name: rows_by_table
-- Rows that a run has stored, by table.
SELECT entry.key, sum(entry.value::bigint)::bigint
FROM data_generation.unit, jsonb_each_text(unit.rows) AS entry
WHERE run_id = %(run)s
GROUP BY entry.key
ORDER BY entry.key;

-- name: first_open_day
-- The first day that an unfinished run has not stored yet, null if all runs are finished: that of a
-- pending unit, else the one after the last
SELECT min(open.day)
FROM data_generation.run
CROSS JOIN LATERAL (
    SELECT coalesce(min(unit.first_day) FILTER (WHERE unit.state = 'pending'),
                    max(unit.last_day) + 1) AS day
    FROM data_generation.unit WHERE unit.run_id = run.id
) open
WHERE run.finished_at IS NULL;

-- name: pin
-- Sets what differs from what is wanted, of the settings that this server knows; parameters: names,
-- wanted (arrays of equal length)
SELECT set_config(s.name, s.wanted, false)
FROM (
    SELECT name, wanted FROM unnest(%(names)s::text[], %(wanted)s::text[]) AS u (name, wanted)
    UNION ALL
    -- Also where the server's setting is otherwise, a commit is on its disk when it is told: who
    -- goes on after a crash must find it. The levels above `on` wait for standbys as well.
    SELECT 'synchronous_commit', 'on' WHERE current_setting('synchronous_commit') = 'off'
) AS s
-- NULL for a setting that came with a later version.
WHERE current_setting(s.name, true) <> s.wanted;

-- name: read_only
-- Whether the server is a standby, and whether transactions may not write
SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::boolean;

-- name: place
-- The server process, and the number of this transaction among all of that process
SELECT pid, split_part(virtualtransaction, '/', 2)
FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype = 'virtualxid' AND granted;

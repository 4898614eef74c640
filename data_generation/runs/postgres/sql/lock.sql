-- name: try
SELECT pg_try_advisory_lock(%(space)s, %(number)s);

-- name: try_shared
SELECT pg_try_advisory_lock_shared(%(space)s, %(number)s);

-- name: release_shared
SELECT pg_advisory_unlock_shared(%(space)s, %(number)s);

-- name: release
SELECT pg_advisory_unlock(%(space)s, %(number)s);

-- name: holder
-- Who holds the lock; the holder writes its process and host into its application name.
SELECT activity.pid, activity.application_name, activity.backend_start
FROM pg_locks AS held
LEFT JOIN pg_stat_activity AS activity USING (pid)
WHERE held.locktype = 'advisory'
  AND held.granted
  AND held.objsubid = 2
  AND held.classid = %(space)s::integer::oid
  AND held.objid = %(number)s::integer::oid
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database());

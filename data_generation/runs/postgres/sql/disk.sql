-- name: places
-- Where the server keeps its data and this database's tables, how large its log of commits may grow
-- and is (bytes), and when it was started; for those who may read the server's settings
SELECT current_setting('data_directory'), pg_tablespace_location(d.dattablespace),
       pg_size_bytes(current_setting('max_wal_size')),
       (SELECT coalesce(sum(size), 0)::bigint FROM pg_ls_waldir()),
       extract(epoch FROM pg_postmaster_start_time())::float8
FROM pg_database d
WHERE d.datname = current_database();

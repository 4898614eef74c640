-- name: publish_lock
-- Waits for the right to change what other tables see, until the transaction ends
SELECT pg_advisory_xact_lock(%(key)s);

-- name: set_triggers
-- Sets the session's replication role until the transaction ends and gives what it was before;
-- parameters: role
WITH before AS MATERIALIZED (SELECT current_setting('session_replication_role') AS role)
SELECT role, set_config('session_replication_role', %(role)s, true) FROM before;

-- name: places
-- For each table: does its partition of the month exist, and has its default partition any page (a
-- look at its size leaves no lock behind); parameters: tables, partitions, defaults, alike in length
SELECT n.name,
       to_regclass(quote_ident(n.partition)) IS NOT NULL,
       coalesce(pg_relation_size(to_regclass(quote_ident(n.default_partition))) > 0, false)
FROM unnest(%(tables)s::text[], %(partitions)s::text[], %(defaults)s::text[])
     AS n (name, partition, default_partition);

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

-- name: in_default
-- Does the default partition hold a row of the month
SELECT EXISTS (
    SELECT FROM ONLY {default_partition} WHERE {column} >= {lower} AND {column} < {upper}
);

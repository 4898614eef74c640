-- name: references
-- Every foreign key of the visible tables: the table that refers, its columns, the table referred
-- to, and whether the database deletes a row along with the one that it refers to
SELECT referring.relname,
       ARRAY(
           SELECT a.attname::text
           FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
           ORDER BY k.position
       ),
       referenced.relname,
       con.confdeltype = 'c'
FROM pg_constraint con
JOIN pg_class referring ON referring.oid = con.conrelid
JOIN pg_class referenced ON referenced.oid = con.confrelid
WHERE con.contype = 'f'
  AND con.conparentid = 0
  -- Chunks of a hypertable refer to what it refers to, and go with it.
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = referring.oid)
  AND referring.oid <> referenced.oid
  AND pg_table_is_visible(referring.oid)
  AND pg_table_is_visible(referenced.oid);

-- name: month_partitions
-- Partitions of the tables that hold one month, by their name, and how many locks it takes to drop
-- each: its own, its indexes', its long values' table and index; parameters: names
SELECT ns.nspname,
       c.relname,
       1 + (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid)
         + CASE WHEN c.reltoastrelid <> 0 THEN 2 ELSE 0 END
FROM unnest(%(names)s::text[]) AS n (name)
JOIN pg_inherits h ON h.inhparent = to_regclass(quote_ident(n.name))
JOIN pg_class c ON c.oid = h.inhrelid
JOIN pg_namespace ns ON ns.oid = c.relnamespace
WHERE c.relispartition AND c.relname ~ '_y\d{4}m\d{2}$'
ORDER BY c.relname;

-- name: set_sequences
-- Sets the columns' own sequences to the highest key that is left, or back to their start where
-- none is; parameters: relations, columns, highest (arrays of equal length)
SELECT CASE WHEN n.highest > 0 THEN setval(s.sequence, n.highest)
            ELSE setval(s.sequence, q.seqstart, false) END
FROM unnest(%(relations)s::text[], %(columns)s::text[], %(highest)s::bigint[])
     AS n (relation, id_column, highest)
CROSS JOIN LATERAL (
    SELECT pg_get_serial_sequence(n.relation, n.id_column)::regclass AS sequence
) s
JOIN pg_sequence q ON q.seqrelid = s.sequence;

-- name: delete_like
-- Deletes the rows whose text begins so, with their history, and the history of such rows that were
-- deleted before; gives both counts; parameters: pattern
WITH gone AS (
    DELETE FROM {table} WHERE {column} LIKE %(pattern)s RETURNING {key} AS key
),
forgotten AS (
    DELETE FROM {history} h
    WHERE h.{key} IN (SELECT key FROM gone)
       OR (h.{column} LIKE %(pattern)s AND NOT EXISTS (SELECT FROM {table} t WHERE t.{key} = h.{key}))
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM forgotten);

-- name: delete_between
-- Deletes rows by their keys; parameters: firsts, lasts (arrays of equal length)
DELETE FROM {table} t
USING unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS span (first, last)
WHERE t.{key} BETWEEN span.first AND span.last;

-- name: delete_history_between
-- Deletes history by its own keys, as far as it is the history of rows with these keys; parameters:
-- firsts, lasts, and tracked_firsts, tracked_lasts (two pairs of arrays of equal length)
DELETE FROM {table} t
USING unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS span (first, last)
WHERE t.{key} BETWEEN span.first AND span.last
  AND EXISTS (
      SELECT FROM unnest(%(tracked_firsts)s::bigint[], %(tracked_lasts)s::bigint[]) AS own (first, last)
      WHERE t.{tracked} BETWEEN own.first AND own.last
  );

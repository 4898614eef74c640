-- name: present
-- Those of the names that are visible tables; parameters: names
SELECT n.name FROM unnest(%(names)s::text[]) AS n (name)
WHERE to_regclass(quote_ident(n.name)) IS NOT NULL;

-- name: tables
-- What each named table is; own triggers are those that fire on INSERT (bit 4 of tgtype), which is
-- all that the loader does without them; parameters: names
SELECT n.name,
       c.oid,
       ns.nspname,
       c.relname,
       c.relkind::text,
       a.attname AS partition_column,
       p.partstrat::text,
       d.relname AS default_partition,
       EXISTS (
           SELECT FROM pg_trigger t
           WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
             AND t.tgtype & 4 <> 0 AND t.tgname <> 'ts_insert_blocker'
       ) AS has_own_triggers,
       (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescaledb
FROM unnest(%(names)s::text[]) AS n (name)
JOIN pg_class c ON c.oid = to_regclass(quote_ident(n.name))
JOIN pg_namespace ns ON ns.oid = c.relnamespace
LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND p.partnatts = 1 AND a.attnum = p.partattrs[0]
LEFT JOIN pg_class d ON d.oid = p.partdefid;

-- name: hypertables
-- TimescaleDB's tables that are divided by one time column alone
SELECT hypertable_schema::text, hypertable_name::text, min(column_name::text)
FROM timescaledb_information.dimensions
GROUP BY hypertable_schema, hypertable_name
HAVING count(*) = 1
   AND bool_and(column_type IN ('date'::regtype, 'timestamp with time zone'::regtype));

-- name: columns
-- Every column of the tables in physical order; parameters: oids
SELECT a.attrelid,
       a.attname,
       a.atttypid,
       a.atttypmod,
       format_type(a.atttypid, a.atttypmod),
       NOT a.attnotnull AS nullable,
       a.atthasdef OR a.attidentity <> '' AS has_default
FROM pg_attribute a
WHERE a.attrelid = ANY (%(oids)s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attrelid, a.attnum;

-- name: constraints
-- Primary, unique, foreign keys and exclusions with their columns and names; parameters: oids
SELECT con.conrelid,
       con.contype::text,
       con.condeferrable,
       pg_get_constraintdef(con.oid),
       ARRAY(
           SELECT a.attname::text
           FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
           ORDER BY k.position
       ) AS columns,
       r.relname AS referenced_table,
       rn.nspname AS referenced_schema,
       ARRAY(
           SELECT a.attname::text
           FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum
           ORDER BY k.position
       ) AS referenced_columns,
       con.conname
FROM pg_constraint con
LEFT JOIN pg_class r ON r.oid = con.confrelid
LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE con.conrelid = ANY (%(oids)s) AND con.contype IN ('p', 'u', 'f', 'x')
  AND con.conparentid = 0
ORDER BY con.conrelid, con.contype, con.conname;

-- name: indexes
-- Plain indexes (those that back no constraint), as the text after the table's name;
-- parameters: oids
SELECT i.indrelid,
       i.indisunique,
       substring(d.definition FROM position(' USING ' IN d.definition)) AS tail
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (SELECT pg_get_indexdef(i.indexrelid) AS definition) d
WHERE i.indrelid = ANY (%(oids)s)
  AND i.indisvalid
  AND NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = i.indexrelid
                  AND con.conrelid = i.indrelid)
ORDER BY i.indrelid, c.relname;

-- name: installed
-- Whether the database has TimescaleDB
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');

-- name: enabled
-- Whether chunks of a hypertable may be compressed; parameters: schema, table
SELECT compression_enabled
FROM timescaledb_information.hypertables
WHERE hypertable_schema = %(schema)s AND hypertable_name = %(table)s;

-- name: uncompressed
-- Chunks of a hypertable that are stored by row and end at a day or earlier, with their first day;
-- parameters: schema, table, before (null: all)
SELECT format('%%I.%%I', chunk_schema, chunk_name), (range_start AT TIME ZONE 'UTC')::date
FROM timescaledb_information.chunks
WHERE hypertable_schema = %(schema)s AND hypertable_name = %(table)s AND NOT is_compressed
  AND (%(before)s::date IS NULL OR range_end <= %(before)s::date::timestamp AT TIME ZONE 'UTC')
ORDER BY range_start;

-- name: compress
-- Stores a chunk by column; parameters: chunk
SELECT compress_chunk(%(chunk)s::regclass);

-- name: sizes
-- Bytes of a compressed chunk, indexes included, before and after; parameters: table, chunk
SELECT before_compression_total_bytes, after_compression_total_bytes
FROM chunk_compression_stats(%(table)s::regclass)
WHERE format('%%I.%%I', chunk_schema, chunk_name) = %(chunk)s;

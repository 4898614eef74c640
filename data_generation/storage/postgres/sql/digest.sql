-- name: table_digest
-- Number of rows, sum and exclusive or of their hashes. hash_record_extended adds the columns'
-- hashes up, so a sum of it would not notice two rows that swap a value: hashing its text makes
-- the columns of one row inseparable.
SELECT count(*), coalesce(sum(hash), 0)::numeric, coalesce(bit_xor(hash), 0)
FROM (
    SELECT hashtextextended(hash_record_extended(ROW({columns}), 0)::text, 0) AS hash
    FROM {table}
) hashed

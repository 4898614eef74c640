-- name: recorded
-- Whether this database has a record of runs
SELECT to_regclass('data_generation.unit') IS NOT NULL;

-- name: units
-- What the units of runs stored, in the order in which a run gives out its keys; a batch that somebody
-- deleted on record is owed nothing any more; parameters: runs, null for all
SELECT r.id, r.kind = 'years', r.offsets, u.first_day, u.kind, u.keys, u.rows
FROM data_generation.run r
JOIN data_generation.unit u ON u.run_id = r.id
WHERE (%(runs)s::bigint[] IS NULL OR r.id = ANY (%(runs)s::bigint[]))
  AND NOT (
      r.kind = 'batch'
      AND NOT EXISTS (SELECT FROM batch_batch b WHERE b.batch_number = r.batch_number)
      AND EXISTS (
          SELECT FROM batch_historicalbatch h
          WHERE h.batch_number = r.batch_number AND h.history_type = '-'
      )
  )
ORDER BY r.id, u.first_day, u.kind;

-- name: found_between
-- How many rows of a table have keys in some stretches that do not overlap, the lowest first;
-- parameters: firsts, lasts (arrays of equal length)
SELECT count(*)
FROM (
    SELECT {key} AS key, width_bucket({key}, %(firsts)s::bigint[]) AS stretch
    FROM {table}
    WHERE {key} BETWEEN (%(firsts)s::bigint[])[1]
                    AND (%(lasts)s::bigint[])[cardinality(%(lasts)s::bigint[])]
) rows
WHERE key <= (%(lasts)s::bigint[])[stretch];

-- name: rows_missing
-- Months of which a table holds fewer rows than runs stored in it, those left out that were deleted on
-- record
{branches};

-- name: missing_of_no_table
-- The rows of the check above if nothing is missing
SELECT NULL::text AS source, NULL::date AS month, NULL::bigint AS stored, NULL::bigint AS found
WHERE false;

-- name: missing_of_a_table
-- The branch of the check above for one table
SELECT source, month, stored, found
FROM (
    SELECT {name} AS source, s.month, sum(s.stored)::bigint AS stored,
           sum(f.rows + {deleted})::bigint AS found
    FROM unnest({months}::date[], {stored}::bigint[], {firsts}::bigint[], {lasts}::bigint[])
         AS s (month, stored, first, last)
    CROSS JOIN LATERAL (
        SELECT count(*) AS rows FROM {table} t WHERE t.{key} BETWEEN s.first AND s.last
    ) f
    GROUP BY s.month
) months
WHERE found < stored

-- name: deleted_between
-- How many rows of a tracked table were deleted on record
(
        SELECT count(DISTINCT h.{key}) FROM {history} h
        WHERE h.{key} BETWEEN s.first AND s.last AND h.history_type = '-'
          AND NOT EXISTS (SELECT FROM {table} t WHERE t.{key} = h.{key})
    )

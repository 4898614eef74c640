-- name: tables
-- The tables of AquaMind's apps, children of partitioned ones not by themselves
SELECT c.relname::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relname ~ '^(batch|broodstock|environmental|finance|harvest|health|infrastructure|inventory|users)_'
ORDER BY 1;

-- name: dataset
-- First and last day on which there were fish, and how many batches
SELECT min(d.day), max(d.day), count(DISTINCT s.batch_id)
FROM realism_day d JOIN realism_stay s USING (stay_id);

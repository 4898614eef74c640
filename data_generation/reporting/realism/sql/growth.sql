-- name: tgc_sea
-- Thermal growth coefficient at sea: mean of the cohorts of a country, the slowest and the fastest
WITH cohort AS (
    SELECT country, batch_id, avg(tgc) AS tgc FROM realism_growth
    WHERE stage = 'Adult' AND last_day - first_day > 120 GROUP BY 1, 2
)
SELECT country AS label, avg(tgc) AS value FROM cohort GROUP BY 1
UNION ALL SELECT 'slowest cohort', min(tgc) FROM cohort
UNION ALL SELECT 'fastest cohort', max(tgc) FROM cohort
ORDER BY 1;

-- name: tgc_sea_month
-- The same over four weeks of one cage: one in a hundred is below, one above
WITH windows AS (
    SELECT d.stay_id, d.g, lag(d.g, 28) OVER w AS before, d.day - lag(d.day, 28) OVER w AS days,
           avg(t.t) OVER (w ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS t
    FROM realism_day d JOIN realism_stay s USING (stay_id) JOIN realism_water t USING (stay_id, day)
    WHERE s.stage = 'Adult' AND d.fish > 0
    WINDOW w AS (PARTITION BY d.stay_id ORDER BY d.day)
),
spread AS (
    SELECT percentile_cont(ARRAY[0.01, 0.99]) WITHIN GROUP (
        ORDER BY 1000 * (cbrt(g) - cbrt(before)) / (28 * t)) AS ends
    FROM windows WHERE days = 28
)
SELECT 'low' AS label, ends[1] AS value FROM spread
UNION ALL SELECT 'high', ends[2] FROM spread;

-- name: tgc_fresh
-- Thermal growth coefficient in fresh water by stage, mean of the containers
SELECT stage AS label, avg(tgc) AS value FROM realism_growth
WHERE stage NOT IN ('Egg&Alevin', 'Adult') GROUP BY 1 ORDER BY 1;

-- name: weight_by_month_fed
-- Mean weight so many months after first feeding, mean of the batches
SELECT 'month ' || m AS label, avg(weight) AS value
FROM generate_series(1, 6) AS m
CROSS JOIN LATERAL (
    SELECT c.batch_id, sum(d.fish * d.g) / sum(d.fish) AS weight
    FROM realism_cycle c
    JOIN realism_stay s ON s.batch_id = c.batch_id
    JOIN realism_day d ON d.stay_id = s.stay_id AND d.day = c.fry_day + round(30.4 * m)::int
    WHERE d.fish > 0 GROUP BY 1
) batch
GROUP BY m ORDER BY m;

-- name: first_feeding_degree_days
-- Degree-days from fertilisation to first feeding: those at delivery, from the papers of eggs that
-- were bought, and those in the trays
WITH tray AS (
    SELECT s.stay_id, s.batch_id, avg(w.t) * (s.last_day - s.first_day) AS degree_days
    FROM realism_stay s JOIN realism_water w USING (stay_id)
    WHERE s.stage = 'Egg&Alevin' AND s.last_day IS NOT NULL
    GROUP BY s.stay_id, s.batch_id, s.last_day, s.first_day
),
bought AS (
    SELECT p.batch_id,
           substring(x.provenance_data FROM '([0-9]+) degree-days')::float8 AS degree_days
    FROM broodstock_externaleggbatch x
    JOIN broodstock_batchparentage p ON p.egg_production_id = x.egg_production_id
)
SELECT label, value FROM (
    SELECT 'in the trays' AS label, avg(degree_days) AS value FROM tray
    UNION ALL
    SELECT 'in all', avg(b.degree_days + t.degree_days) FROM tray t JOIN bought b USING (batch_id)
) AS found WHERE value IS NOT NULL;

-- name: stage_days
-- Days from a batch's first day in a stage in fresh water to its first in the next
WITH first_days AS (
    SELECT batch_id, stage, min(first_day) AS day FROM realism_stay GROUP BY 1, 2
),
spans AS (
    SELECT stage, lead(day) OVER (PARTITION BY batch_id ORDER BY day) - day AS days FROM first_days
)
SELECT stage AS label, avg(days)::float8 AS value FROM spans
WHERE days IS NOT NULL AND stage <> 'Adult' GROUP BY 1 ORDER BY 1;

-- name: smolt_weight_g
-- Mean weight of fish on their last evening before the move to sea, mean of the batches
WITH batch AS (
    SELECT s.batch_id, s.country, avg(g.last_g) AS g
    FROM realism_stay s JOIN realism_growth g USING (stay_id)
    JOIN realism_cycle c ON c.batch_id = s.batch_id
    WHERE s.hall_id IS NOT NULL AND c.sea_day IS NOT NULL AND s.last_day >= c.sea_day
    GROUP BY 1, 2
)
SELECT country AS label, avg(g) AS value FROM batch GROUP BY 1 ORDER BY 1;

-- name: sea_months
-- Months from the first fish at sea to the last harvested, mean of the completed batches
SELECT country AS label, avg(end_day - sea_day)::float8 / 30.44 AS value
FROM realism_cycle WHERE completed GROUP BY 1 ORDER BY 1;

-- name: egg_to_harvest_days
-- Days from the eggs' arrival to the first harvest, mean of the completed batches
SELECT country AS label, avg(harvest_day - start_date)::float8 AS value
FROM realism_cycle WHERE completed GROUP BY 1 ORDER BY 1;

-- name: harvest_weight_g
-- Mean live weight at harvest
SELECT country AS label, 1000 * sum(harvested_kg) / sum(harvested) AS value
FROM realism_cycle WHERE completed GROUP BY 1 ORDER BY 1;

-- name: weight_cv_fresh
-- Coefficient of variation of weight in the samples, fresh water, by stage
SELECT s.stage AS label, 100 * avg(g.std_deviation_weight / g.avg_weight_g)::float8 AS value
FROM batch_growthsample g JOIN realism_stay s ON s.stay_id = g.assignment_id
WHERE s.hall_id IS NOT NULL AND g.avg_weight_g > 1 GROUP BY 1 ORDER BY 1;

-- name: weight_cv_sea
-- The same at sea up to 4 kg
SELECT 'sea' AS label, 100 * avg(g.std_deviation_weight / g.avg_weight_g)::float8 AS value
FROM batch_growthsample g JOIN realism_stay s ON s.stay_id = g.assignment_id
WHERE s.area_id IS NOT NULL AND g.avg_weight_g < 4000 HAVING count(*) > 0;

-- name: weight_cv_harvest
-- The same of fish above 4 kg
SELECT 'above 4 kg' AS label, 100 * avg(g.std_deviation_weight / g.avg_weight_g)::float8 AS value
FROM batch_growthsample g WHERE g.avg_weight_g >= 4000 HAVING count(*) > 0;

-- name: condition_parr
-- Condition factor of samples of parr: mean, and the lowest and highest of a hundred
SELECT 'mean' AS label, avg(g.condition_factor)::float8 AS value
FROM batch_growthsample g JOIN realism_stay s ON s.stay_id = g.assignment_id
WHERE s.stage = 'Parr' HAVING count(*) > 0
UNION ALL
SELECT unnest(ARRAY['low', 'high']),
       unnest(percentile_cont(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY g.condition_factor::float8))
FROM batch_growthsample g JOIN realism_stay s ON s.stay_id = g.assignment_id WHERE s.stage = 'Parr';

-- name: condition_smolt
-- The same of smolt
SELECT 'mean' AS label, avg(g.condition_factor)::float8 AS value
FROM batch_growthsample g JOIN realism_stay s ON s.stay_id = g.assignment_id
WHERE s.stage = 'Smolt' HAVING count(*) > 0
UNION ALL
SELECT unnest(ARRAY['low', 'high']),
       unnest(percentile_cont(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY g.condition_factor::float8))
FROM batch_growthsample g JOIN realism_stay s ON s.stay_id = g.assignment_id WHERE s.stage = 'Smolt';

-- name: condition_sea
-- The same of fish above 1 kg
SELECT 'mean' AS label, avg(condition_factor)::float8 AS value
FROM batch_growthsample WHERE avg_weight_g > 1000 HAVING count(*) > 0
UNION ALL
SELECT unnest(ARRAY['low', 'high']),
       unnest(percentile_cont(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY condition_factor::float8))
FROM batch_growthsample WHERE avg_weight_g > 1000;

-- name: deaths_at_sea
-- Of fish at sea: the share that dies a day in August to November relative to the whole year's, the
-- per cent that die a month by country, and the per cent of deaths by cause
WITH stock AS (
    SELECT g.name AS country, date_trunc('month', h.history_date)::date AS month,
           sum(h.population_count)::float8 AS fish_days, count(DISTINCT h.batch_id) AS batches
    FROM batch_historicalbatchcontainerassignment h
    JOIN infrastructure_container c ON c.id = h.container_id
    JOIN infrastructure_area a ON a.id = c.area_id
    JOIN infrastructure_geography g ON g.id = a.geography_id
    WHERE h.history_type = '~' AND h.is_active
      AND (%(batches)s::bigint[] IS NULL OR h.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1, 2
),
dead AS (
    SELECT g.name AS country, m.month, m.cause, sum(m.fish)::float8 AS fish
    FROM (
        SELECT assignment_id, date_trunc('month', event_date)::date AS month, cause,
               sum(count) AS fish
        FROM batch_mortalityevent GROUP BY 1, 2, 3
    ) m
    JOIN batch_batchcontainerassignment s ON s.id = m.assignment_id
    JOIN infrastructure_container c ON c.id = s.container_id
    JOIN infrastructure_area a ON a.id = c.area_id
    JOIN infrastructure_geography g ON g.id = a.geography_id
    WHERE (%(batches)s::bigint[] IS NULL OR s.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1, 2, 3
),
months AS (
    SELECT s.country, extract(month FROM s.month) BETWEEN 8 AND 11 AS autumn, s.fish_days,
           s.batches / 12.0 AS years, coalesce(sum(d.fish), 0) AS fish
    FROM stock s LEFT JOIN dead d ON d.country = s.country AND d.month = s.month
    GROUP BY s.country, s.month, s.fish_days, s.batches
),
causes AS (
    SELECT CASE WHEN cause IN ('HANDLING', 'PREDATION') THEN 'injury'
                WHEN cause = 'OTHER' THEN 'physiological' ELSE lower(cause COLLATE "C") END AS cause, fish
    FROM dead
)
SELECT 'autumn_mortality' AS statistic, 'sea' AS label,
       (sum(fish) FILTER (WHERE autumn) / nullif(sum(fish_days) FILTER (WHERE autumn), 0))
       / nullif(sum(fish) / nullif(sum(fish_days), 0), 0) AS value,
       3 * sum(years) FILTER (WHERE autumn) AS units
FROM months
UNION ALL
SELECT 'sea_mortality_percent_a_month', country, 100 * 30.4 * sum(fish) / nullif(sum(fish_days), 0),
       sum(years)
FROM months GROUP BY country
UNION ALL
SELECT 'cause_of_death_percent', cause, 100 * sum(fish) / nullif((SELECT sum(fish) FROM causes), 0),
       (SELECT sum(years) FROM months)
FROM causes GROUP BY cause
ORDER BY 1, 2;

-- name: eggs_to_sea
-- Share of the eggs that comes to sea, mean of the batches that are wholly at sea, by country
WITH eggs AS (
    SELECT h.batch_id, sum(h.population_count)::float8 AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
      AND (%(batches)s::bigint[] IS NULL OR h.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY h.batch_id
),
came AS (
    SELECT t.destination_batch_id AS batch_id, a.geography_id, sum(t.transferred_count) AS fish
    FROM batch_batchtransfer t
    JOIN batch_batchcontainerassignment s ON s.id = t.destination_assignment_id
    JOIN infrastructure_container c ON c.id = s.container_id
    JOIN infrastructure_area a ON a.id = c.area_id
    GROUP BY t.destination_batch_id, a.geography_id
)
SELECT g.name AS label, avg(came.fish / nullif(eggs.fish, 0)) AS value, count(*) AS units
FROM came
JOIN eggs ON eggs.batch_id = came.batch_id
JOIN infrastructure_geography g ON g.id = came.geography_id
WHERE NOT EXISTS (
    SELECT FROM batch_batchcontainerassignment s
    JOIN infrastructure_container c ON c.id = s.container_id
    WHERE s.batch_id = came.batch_id AND s.is_active AND c.area_id IS NULL
)
GROUP BY g.name ORDER BY g.name;

-- name: fish_in_samples
-- Of growth samples: the coefficient of variation of weight in per cent and the condition factor
WITH found AS (
    SELECT a.batch_id, s.name AS stage, w.avg_weight_g, w.condition_factor::float8 AS k,
           100 * (w.std_deviation_weight / nullif(w.avg_weight_g, 0))::float8 AS cv
    FROM batch_growthsample w
    JOIN batch_batchcontainerassignment a ON a.id = w.assignment_id
    JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
    WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
)
SELECT 'weight_cv_percent' AS statistic, stage AS label, avg(cv) AS value,
       count(DISTINCT batch_id) AS units
FROM found GROUP BY stage
UNION ALL
SELECT 'condition_factor', CASE WHEN stage = 'Adult' THEN 'Adult above 1 kg' ELSE stage END, avg(k),
       count(DISTINCT batch_id)
FROM found WHERE stage IN ('Parr', 'Smolt') OR (stage = 'Adult' AND avg_weight_g > 1000)
GROUP BY stage
ORDER BY 1, 2;

-- name: biological_fcr
-- Feed for each kilogram of growth over whole stays in a container, by stage
SELECT s.name AS label, (sum(f.total_feed_kg) / nullif(sum(f.growth_kg), 0))::float8 AS value,
       count(DISTINCT a.batch_id) AS units
FROM inventory_containerfeedingsummary f
JOIN batch_batchcontainerassignment a ON a.id = f.container_assignment_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
WHERE f.period_end - f.period_start >= 7
  AND (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY s.name, s."order" ORDER BY s."order";

-- name: feeding_rate_percent
-- Feed of a day in per cent of the fish's weight, the median of fed days on which one stay in eight was
-- sampled, by the fish's weight
WITH classes AS (
    SELECT * FROM (VALUES ('0.2-1 g', 0.2, 1), ('4-6 g', 4, 6), ('25-35 g', 25, 35),
                          ('80-120 g', 80, 120), ('400-600 g', 400, 600),
                          ('0.8-1.2 kg', 800, 1200), ('2.5-3.5 kg', 2500, 3500),
                          ('4.5-5.5 kg', 4500, 5500)) AS c (label, low_g, high_g)
),
days AS (
    SELECT c.label, a.batch_id, f.percent
    FROM batch_growthsample w
    JOIN batch_batchcontainerassignment a ON a.id = w.assignment_id
    JOIN classes c ON w.avg_weight_g >= c.low_g AND w.avg_weight_g < c.high_g
    JOIN LATERAL (
        SELECT 100 * sum(amount_kg)::float8 / nullif(max(batch_biomass_kg), 0)::float8 AS percent
        FROM inventory_feedingevent
        WHERE batch_assignment_id = w.assignment_id AND feeding_date = w.sample_date
    ) f ON f.percent > 0
    WHERE w.assignment_id %% 8 = 5
      AND (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
)
SELECT label, percentile_cont(0.5) WITHIN GROUP (ORDER BY percent) AS value,
       count(DISTINCT batch_id) AS units
FROM days GROUP BY label HAVING count(*) >= 8 ORDER BY label;

-- name: feed_season
-- Feed given at sea in August and September for each kilogram in February and March, over whole
-- calendar years with ten batches at sea or more
WITH months AS (
    SELECT s.batch_id, date_trunc('month', s.period_end)::date AS month, sum(s.total_feed_kg) AS kg
    FROM inventory_containerfeedingsummary s
    JOIN batch_batchcontainerassignment a ON a.id = s.container_assignment_id
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL AND s.period_end - s.period_start < 7
      AND (%(batches)s::bigint[] IS NULL OR s.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY s.batch_id, date_trunc('month', s.period_end)
),
years AS (
    SELECT extract(year FROM month) AS year FROM months
    GROUP BY 1 HAVING count(DISTINCT extract(month FROM month)) = 12 AND count(DISTINCT batch_id) >= 10
)
SELECT 'sea' AS label,
       (sum(kg) FILTER (WHERE extract(month FROM month) IN (8, 9))
        / nullif(sum(kg) FILTER (WHERE extract(month FROM month) IN (2, 3)), 0))::float8 AS value,
       (SELECT count(*) FROM years) AS units
FROM months WHERE extract(year FROM month) IN (SELECT year FROM years);

-- name: harvest_quality
-- Of harvests: the share of superior fish, and gutted for each kilogram live
SELECT 'superior_share' AS statistic, 'all' AS label,
       sum(l.unit_count) FILTER (WHERE g.code = 'SUPERIOR')::float8 / nullif(sum(l.unit_count), 0)
           AS value,
       count(DISTINCT e.batch_id) AS units
FROM harvest_harvestlot l
JOIN harvest_harvestevent e ON e.id = l.event_id
JOIN harvest_productgrade g ON g.id = l.product_grade_id
WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]))
UNION ALL
SELECT 'gutted_yield', 'all',
       (sum(l.gutted_weight_kg) / nullif(sum(l.live_weight_kg), 0))::float8,
       count(DISTINCT e.batch_id)
FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]));

-- name: lice_of_season
-- Adult female lice a fish in August to November relative to February to May (of eight harvested batches
-- or more), and the mean of all counts by country of fish that were at sea for half a year: those that
-- have just come have none
WITH came AS (
    SELECT s.batch_id, min(s.assignment_date) AS day
    FROM batch_batchcontainerassignment s
    JOIN infrastructure_container c ON c.id = s.container_id
    WHERE c.area_id IS NOT NULL GROUP BY s.batch_id
),
counts AS (
    SELECT g.name AS country, l.batch_id, extract(month FROM l.count_date) AS month,
           date_trunc('month', l.count_date) AS within, l.count_date::date - came.day >= 182 AS settled,
           l.adult_female_count::numeric / nullif(l.fish_sampled, 0) AS females
    FROM health_licecount l
    JOIN came ON came.batch_id = l.batch_id
    JOIN infrastructure_container c ON c.id = l.container_id
    JOIN infrastructure_area a ON a.id = c.area_id
    JOIN infrastructure_geography g ON g.id = a.geography_id
    WHERE (%(batches)s::bigint[] IS NULL OR l.batch_id = ANY (%(batches)s::bigint[]))
)
SELECT 'lice_autumn_ratio' AS statistic, 'sea' AS label,
       (avg(females) FILTER (WHERE month BETWEEN 8 AND 11)
        / nullif(avg(females) FILTER (WHERE month BETWEEN 2 AND 5), 0))::float8 AS value,
       count(DISTINCT (batch_id, within)) / 12.0 AS units
FROM counts
WHERE (SELECT count(*) FROM batch_batch
       WHERE status = 'COMPLETED'
         AND (%(batches)s::bigint[] IS NULL OR id = ANY (%(batches)s::bigint[]))) >= 8
UNION ALL
SELECT 'lice_females_a_fish', country, avg(females)::float8, count(DISTINCT (batch_id, within)) / 12.0
FROM counts WHERE settled GROUP BY country
ORDER BY 1, 2;

-- name: lice_treatment_effect
-- By how much adult females are fewer at the first count after a treatment against lice than at the
-- last before it, over all cages
SELECT 'all methods' AS label,
       1 - sum(after.females)::float8 / nullif(sum(before.females), 0) AS value,
       count(DISTINCT (t.batch_id, date_trunc('week', t.treatment_date))) AS units
FROM health_treatment t
JOIN LATERAL (
    SELECT adult_female_count AS females FROM health_licecount l
    WHERE l.container_id = t.container_id AND l.batch_id = t.batch_id
      AND l.count_date BETWEEN t.treatment_date - interval '14 days' AND t.treatment_date
    ORDER BY l.count_date DESC LIMIT 1
) before ON true
JOIN LATERAL (
    SELECT adult_female_count AS females FROM health_licecount l
    WHERE l.container_id = t.container_id AND l.batch_id = t.batch_id
      AND l.count_date BETWEEN t.treatment_date AND t.treatment_date + interval '14 days'
    ORDER BY l.count_date LIMIT 1
) after ON true
WHERE t.description ILIKE '%%: %%lice%%' AND t.duration_days = 1
  AND (%(batches)s::bigint[] IS NULL OR t.batch_id = ANY (%(batches)s::bigint[]));

-- name: outbreaks
-- Diseases diagnosed in a batch during its life, mean of harvested batches; the share of outbreaks of
-- pancreas disease found in August to October; the per cent of a batch that a disease kills, by disease
WITH diagnosed AS (
    SELECT batch_id, split_part(description, ' confirmed by the laboratory', 1) AS disease,
           min(entry_date)::date AS day
    FROM health_journalentry
    WHERE category = 'diagnosis'
      AND (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1, 2
),
ended AS (
    SELECT id FROM batch_batch
    WHERE status = 'COMPLETED'
      AND (%(batches)s::bigint[] IS NULL OR id = ANY (%(batches)s::bigint[]))
),
dead AS (
    SELECT m.batch_id, r.name AS disease, sum(m.count)::float8 AS fish
    FROM health_mortalityrecord m JOIN health_mortalityreason r ON r.id = m.reason_id
    GROUP BY m.batch_id, r.name
),
eggs AS (
    SELECT h.batch_id, sum(h.population_count)::float8 AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
    GROUP BY h.batch_id
)
SELECT 'diseases_a_batch' AS statistic, 'all' AS label, avg(coalesce(d.diseases, 0))::float8 AS value,
       count(*) AS units
FROM ended e
LEFT JOIN (
    SELECT batch_id, count(*) AS diseases FROM diagnosed GROUP BY batch_id
) d ON d.batch_id = e.id
UNION ALL
SELECT 'pd_autumn_share', 'sea', avg((extract(month FROM day) BETWEEN 8 AND 10)::int)::float8,
       count(*)
FROM diagnosed WHERE disease = 'Pancreas disease'
UNION ALL
SELECT 'outbreak_loss_percent', d.disease, 100 * avg(coalesce(x.fish, 0) / nullif(eggs.fish, 0)), count(*)
FROM diagnosed d
JOIN eggs ON eggs.batch_id = d.batch_id
LEFT JOIN dead x ON x.batch_id = d.batch_id AND x.disease = d.disease
GROUP BY d.disease
ORDER BY 1, 2;

-- name: treatments_successful
-- Share of finished treatments that were successful
SELECT treatment_type AS label, avg((outcome = 'successful')::int)::float8 AS value,
       count(DISTINCT batch_id) AS units
FROM health_treatment
WHERE outcome <> 'pending'
  AND (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
GROUP BY treatment_type HAVING count(*) >= 30 ORDER BY treatment_type;

-- name: external_eggs_share
-- Share of batches whose eggs come from suppliers
SELECT 'all' AS label, avg(external) AS value, count(*) AS units
FROM (
    SELECT p.batch_id, bool_and(e.source_type = 'external')::int AS external
    FROM broodstock_batchparentage p JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
    WHERE (%(batches)s::bigint[] IS NULL OR p.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY p.batch_id
) b;

-- name: prices
-- NOK a kilogram: of feed for fish at sea, and of superior salmon; the lowest and the highest of a
-- quarter's means
WITH feed AS (
    SELECT date_trunc('quarter', p.purchase_date) AS quarter,
           sum(p.cost_per_kg * p.quantity_kg) / nullif(sum(p.quantity_kg), 0) AS price
    FROM inventory_feedpurchase p
    JOIN inventory_feed f ON f.id = p.feed_id
    WHERE f.pellet_size_mm > 4 GROUP BY 1
),
salmon AS (
    SELECT date_trunc('quarter', t.posting_date) AS quarter,
           sum(t.amount) / nullif(sum(l.gutted_weight_kg), 0) AS price
    FROM finance_intercompanytransaction t
    JOIN finance_intercompanypolicy p ON p.policy_id = t.policy_id
    JOIN harvest_harvestlot l ON l.event_id = t.event_id AND l.product_grade_id = p.product_grade_id
    JOIN harvest_productgrade g ON g.id = l.product_grade_id AND g.code = 'SUPERIOR'
    JOIN harvest_harvestevent e ON e.id = t.event_id
    WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1
)
SELECT 'feed_price_nok' AS statistic, 'low' AS label, min(price)::float8 AS value FROM feed
UNION ALL
SELECT 'feed_price_nok', 'high', max(price)::float8 FROM feed
UNION ALL
SELECT 'salmon_price_nok', 'low', min(price)::float8 FROM salmon
UNION ALL
SELECT 'salmon_price_nok', 'high', max(price)::float8 FROM salmon
ORDER BY 1, 2;

-- name: eggs_per_kg
-- Eyed eggs of a stripped female for each kilogram of her
SELECT 'own females' AS label, avg(p.progeny_count / (f.traits ->> 'weight_kg')::float8) AS value
FROM broodstock_breedingpair p JOIN broodstock_broodstockfish f ON f.id = p.female_fish_id
HAVING count(*) > 0;

-- name: female_weight
-- Weight of stripped females
SELECT 'own females' AS label, avg((f.traits ->> 'weight_kg')::float8) AS value
FROM broodstock_breedingpair p JOIN broodstock_broodstockfish f ON f.id = p.female_fish_id
HAVING count(*) > 0;

-- name: external_eggs
-- Share of batches whose eggs were bought
SELECT 'batches' AS label, 100 * avg(bought)::float8 AS value FROM (
    SELECT p.batch_id, max((e.source_type = 'external')::int) AS bought
    FROM broodstock_batchparentage p JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
    GROUP BY 1
) AS batch HAVING count(*) > 0;

-- name: egg_survival
-- Share of the eyed eggs alive at first feeding, by where they came from
WITH fry AS (
    SELECT c.batch_id, c.eggs, sum(p.population_count) AS fish
    FROM realism_cycle c JOIN realism_stay s ON s.batch_id = c.batch_id AND s.stage = 'Fry'
    JOIN batch_historicalbatchcontainerassignment p ON p.id = s.stay_id AND p.history_type = '+'
    GROUP BY 1, 2
),
source AS (
    SELECT p.batch_id, min(e.source_type) AS kind FROM broodstock_batchparentage p
    JOIN broodstock_eggproduction e ON e.id = p.egg_production_id GROUP BY 1
)
SELECT s.kind AS label, 100 * avg(f.fish / f.eggs) AS value
FROM fry f JOIN source s USING (batch_id)
WHERE EXISTS (SELECT FROM realism_stay x WHERE x.batch_id = f.batch_id AND x.stage = 'Parr')
GROUP BY 1 ORDER BY 1;

-- name: gutted_yield
-- Head-on gutted weight of live weight
SELECT 'all lots' AS label, 100 * (sum(gutted_weight_kg) / sum(live_weight_kg))::float8 AS value
FROM harvest_harvestlot HAVING count(*) > 0;

-- name: superior
-- Share of the fish harvested that are of superior grade, by country
SELECT c.country AS label, 100 * (sum(l.unit_count) FILTER (WHERE g.code = 'SUPERIOR')
       / sum(l.unit_count)::float8) AS value
FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
JOIN harvest_productgrade g ON g.id = l.product_grade_id JOIN realism_cycle c USING (batch_id)
GROUP BY 1 ORDER BY 1;

-- name: harvest_days
-- Days from the first to the last day of a batch's harvest: the fewest and the most
SELECT unnest(ARRAY['fewest', 'most']) AS label,
       unnest(ARRAY[min(end_day - harvest_day + 1), max(end_day - harvest_day + 1)])::float8 AS value
FROM realism_cycle WHERE completed HAVING count(*) > 0;

-- name: sold
-- What each grade of a harvest fetched for a kilogram gutted; gone when the connection closes
CREATE TEMP TABLE realism_sold AS
SELECT e.event_date::date AS day, g.code AS grade, l.gutted_weight_kg::float8 AS kg, t.amount::float8 AS amount
FROM finance_intercompanytransaction t
JOIN finance_intercompanypolicy p ON p.policy_id = t.policy_id
JOIN harvest_productgrade g ON g.id = p.product_grade_id
JOIN harvest_harvestevent e ON e.id = t.event_id
JOIN harvest_harvestlot l ON l.event_id = e.id AND l.product_grade_id = p.product_grade_id;

-- name: salmon_price
-- Price of a kilogram of superior salmon, gutted, by years
SELECT CASE WHEN extract(year FROM day) <= 2020 THEN '2015-2020'
            ELSE extract(year FROM day)::int::text END AS label, sum(amount) / sum(kg) AS value
FROM realism_sold WHERE grade = 'SUPERIOR' AND extract(year FROM day) BETWEEN 2014 AND 2022
GROUP BY 1 ORDER BY 1;

-- name: salmon_price_season
-- Price in February to May over that in August to October, mean of the years with both
WITH years AS (
    SELECT extract(year FROM day) AS year,
           sum(amount) FILTER (WHERE extract(month FROM day) BETWEEN 2 AND 5)
           / sum(kg) FILTER (WHERE extract(month FROM day) BETWEEN 2 AND 5) AS spring,
           sum(amount) FILTER (WHERE extract(month FROM day) BETWEEN 8 AND 10)
           / sum(kg) FILTER (WHERE extract(month FROM day) BETWEEN 8 AND 10) AS autumn
    FROM realism_sold WHERE grade = 'SUPERIOR' GROUP BY 1
)
SELECT 'spring over autumn' AS label, avg(spring / autumn)::float8 AS value
FROM years WHERE spring IS NOT NULL AND autumn IS NOT NULL HAVING count(*) > 0;

-- name: fallow_weeks
-- Weeks that a sea area stood empty between two batches, the shortest
WITH spans AS (
    SELECT area_id, country, batch_id, min(first_day) AS first_day, max(last_day) AS last_day
    FROM realism_stay WHERE area_id IS NOT NULL GROUP BY 1, 2, 3
),
gaps AS (
    SELECT country, (first_day - lag(last_day) OVER (PARTITION BY area_id ORDER BY first_day)) / 7.0
           AS weeks FROM spans
)
SELECT country AS label, min(weeks)::float8 AS value FROM gaps
WHERE weeks IS NOT NULL GROUP BY 1 ORDER BY 1;

-- name: hall_rest_days
-- Days that a hall stood empty between two batches, the fewest
WITH spans AS (
    SELECT hall_id, batch_id, min(first_day) AS first_day, max(last_day) AS last_day
    FROM realism_stay WHERE hall_id IS NOT NULL GROUP BY 1, 2
)
SELECT 'fewest' AS label, min(days)::float8 AS value FROM (
    SELECT first_day - lag(last_day) OVER (PARTITION BY hall_id ORDER BY first_day) AS days FROM spans
) AS gaps HAVING min(days) IS NOT NULL;

-- name: density_sea
-- Highest biomass of a cage's water, by country and mean weight
SELECT s.country || CASE WHEN s.country LIKE 'Scot%%' THEN '' WHEN d.g < 1000 THEN ', below 1 kg'
       WHEN d.g < 2000 THEN ', 1-2 kg' WHEN d.g < 3000 THEN ', 2-3 kg' ELSE ', above 3 kg' END AS label,
       max(d.kg / s.volume_m3) AS value
FROM realism_day d JOIN realism_stay s USING (stay_id)
WHERE s.area_id IS NOT NULL AND d.fish > 0 GROUP BY 1 ORDER BY 1;

-- name: density_hall
-- Highest biomass of a tank's water, by stage
SELECT s.stage AS label, max(d.kg / s.volume_m3) AS value
FROM realism_day d JOIN realism_stay s USING (stay_id)
WHERE s.stage IN ('Parr', 'Smolt', 'Post-Smolt') AND d.fish > 0 GROUP BY 1 ORDER BY 1;

-- name: cycles
-- The completed batches: eggs, fish put to sea, kilograms harvested
SELECT batch_id, eggs, harvested + dead_at_sea, harvested_kg
FROM realism_cycle WHERE completed AND eggs > 0;

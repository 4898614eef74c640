-- name: eaten
-- Feed, growth of the fish alive to eat it, and mean weight, by stay and day; gone in the end
CREATE TEMP TABLE realism_eaten AS
WITH grown AS (
    SELECT stay_id, day, fish, kg, g, lag(fish) OVER w * (g - lag(g) OVER w) / 1000 AS gain_kg
    FROM realism_day WHERE fish > 0 WINDOW w AS (PARTITION BY stay_id ORDER BY day)
),
fed AS (SELECT stay_id, day, sum(kg) AS kg FROM realism_fed GROUP BY 1, 2)
SELECT s.stay_id, s.batch_id, s.stage, s.country, d.day, d.g, d.kg, coalesce(d.gain_kg, 0) AS gain_kg,
       f.kg AS fed_kg
FROM grown d JOIN realism_stay s USING (stay_id) LEFT JOIN fed f USING (stay_id, day);

-- name: fcr_economic
-- Feed of all stages for each kilogram harvested, over the completed batches
SELECT c.country AS label, sum(f.kg) / sum(c.harvested_kg) AS value
FROM realism_cycle c
JOIN (SELECT s.batch_id, sum(e.kg) AS kg FROM realism_fed e JOIN realism_stay s USING (stay_id)
      GROUP BY 1) f USING (batch_id)
WHERE c.completed GROUP BY 1 ORDER BY 1;

-- name: fcr_biological
-- Feed for each kilogram gained by the fish alive to eat it, by stage
SELECT stage AS label, sum(fed_kg) / sum(gain_kg) AS value
FROM realism_eaten WHERE stage <> 'Egg&Alevin' GROUP BY 1 HAVING sum(gain_kg) > 0 ORDER BY 1;

-- name: fcr_summary_weeks
-- Feed conversion of sea cages in the weekly summaries, as the farm's books know it: the middle
SELECT 'weeks at sea' AS label, percentile_cont(0.5) WITHIN GROUP (ORDER BY f.fcr)::float8 AS value
FROM inventory_containerfeedingsummary f
JOIN realism_stay s ON s.stay_id = f.container_assignment_id
WHERE s.area_id IS NOT NULL AND f.period_end - f.period_start = 6 AND f.fcr IS NOT NULL
HAVING count(*) > 0;

-- name: feed_rate
-- Feed in per cent of the biomass a day on days with feed, by weight, put to the temperature of the
-- reference (12 °C below 700 g, 8.5 °C above)
SELECT c.label, avg(100 * e.fed_kg / e.kg * c.t / w.t) AS value
FROM (VALUES ('0.2-1 g', 0.2, 1, 12.0), ('5 g', 4, 6, 12), ('30 g', 25, 35, 12),
             ('100 g', 85, 115, 12), ('500 g', 430, 570, 12), ('1 kg', 850, 1150, 8.5),
             ('3 kg', 2700, 3300, 8.5), ('5 kg', 4600, 5400, 8.5))
     AS c (label, low, high, t)
JOIN realism_eaten e ON e.g >= c.low AND e.g < c.high
JOIN realism_water w USING (stay_id, day)
WHERE e.fed_kg > 0 AND e.kg > 0 AND w.t > 1 GROUP BY c.label, c.low ORDER BY c.low;

-- name: pellets
-- Share of the feed whose pellets are at most one size from what suits the fish (FAO / Lall 2009)
WITH sizes AS (
    SELECT * FROM unnest(ARRAY[0.3, 0.5, 1, 2, 3, 4, 5, 6, 7, 9, 11],
                         ARRAY[0, 0.3, 1, 5, 30, 100, 250, 500, 1000, 2000, 3000],
                         ARRAY[0.3, 1, 5, 30, 100, 250, 500, 1000, 2000, 3000, 1e6])
             WITH ORDINALITY AS x (mm, low, high, rank)
),
given AS (
    SELECT f.kg, i.pellet_size_mm AS mm, s.rank
    FROM realism_fed f JOIN inventory_feed i ON i.id = f.feed_id
    JOIN realism_day d USING (stay_id, day) JOIN sizes s ON d.g >= s.low AND d.g < s.high
)
SELECT 'feed given' AS label, 100 * sum(g.kg) FILTER (
    WHERE g.mm BETWEEN coalesce(smaller.mm, 0) AND coalesce(larger.mm, 20)) / sum(g.kg) AS value
FROM given g LEFT JOIN sizes smaller ON smaller.rank = g.rank - 1
LEFT JOIN sizes larger ON larger.rank = g.rank + 1 HAVING count(*) > 0;

-- name: feed_price
-- Price of feed with pellets of 4 mm and more, weighted by what was bought, by years
SELECT CASE WHEN extract(year FROM p.purchase_date) <= 2020 THEN '2015-2020'
            ELSE extract(year FROM p.purchase_date)::int::text END AS label,
       (sum(p.cost_per_kg * p.quantity_kg) / sum(p.quantity_kg))::float8 AS value
FROM inventory_feedpurchase p JOIN inventory_feed f ON f.id = p.feed_id
WHERE f.pellet_size_mm >= 4 AND extract(year FROM p.purchase_date) BETWEEN 2014 AND 2024
GROUP BY 1 ORDER BY 1;

-- name: feed_volume_season
-- Feed of a fish at sea a day in August and September over that in February and March. For fish of one
-- size: by the power of two thirds of their weight, as TGC would have it
SELECT 'sea' AS label, avg(each) FILTER (WHERE month IN (8, 9))
       / avg(each) FILTER (WHERE month IN (2, 3)) AS value
FROM (
    SELECT extract(month FROM day) AS month,
           coalesce(fed_kg, 0) / (kg * 1000 / g) / g ^ (2.0 / 3) AS each
    FROM realism_eaten WHERE stage = 'Adult' AND kg > 0
) AS meals
HAVING count(*) FILTER (WHERE month IN (8, 9)) > 0 AND count(*) FILTER (WHERE month IN (2, 3)) > 0;

-- name: silo_days
-- Days that feed lay in a silo between delivery and the last of it, the middle
SELECT CASE WHEN f.area_id IS NULL THEN 'halls' ELSE 'sea' END AS label,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM s.updated_at - s.entry_date) / 86400)::float8 AS value
FROM inventory_feedcontainerstock s JOIN infrastructure_feedcontainer f ON f.id = s.feed_container_id
WHERE s.quantity_kg = 0 GROUP BY 1 ORDER BY 1;

-- name: temperature
-- Temperature of each area by month: mean, and the coldest and warmest day of ten
SELECT a.name AS area, g.name AS country, date_trunc('month', s.day)::date AS month, avg(s.t) AS mean,
       percentile_cont(0.1) WITHIN GROUP (ORDER BY s.t) AS low,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY s.t) AS high
FROM realism_sea s JOIN infrastructure_area a ON a.id = s.area_id
JOIN infrastructure_geography g ON g.id = a.geography_id
GROUP BY 1, 2, 3 ORDER BY 1, 3;

-- name: weekly_temperature
-- Temperature of each country's sea by year and week of it, less the year's wave of each area
SELECT country, extract(year FROM day)::int AS year, ((extract(doy FROM day) - 1) / 7)::int AS week,
       avg(x) AS anomaly
FROM realism_anomaly GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- name: lice
-- Adult females a fish in each area by month
SELECT a.name AS area, date_trunc('month', l.day)::date AS month, avg(l.female) AS mean
FROM realism_lice l JOIN infrastructure_area a ON a.id = l.area_id GROUP BY 1, 2 ORDER BY 1, 2;

-- name: growth
-- Mean weight of each batch in each area by week at sea
SELECT a.name AS area, b.batch_number AS batch, (d.day - c.sea_day) / 7 AS week,
       sum(d.fish * d.g) / sum(d.fish) / 1000 AS kg
FROM realism_day d JOIN realism_stay s USING (stay_id) JOIN realism_cycle c ON c.batch_id = s.batch_id
JOIN infrastructure_area a ON a.id = s.area_id JOIN batch_batch b ON b.id = s.batch_id
WHERE d.fish > 0 AND d.day >= c.all_at_sea_day GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- name: deaths
-- Deaths at sea of each country by month, in per cent of the stock
SELECT country, month, 100 * sum(dead) / sum(fish_days) * 30.44 AS percent
FROM realism_site_month GROUP BY 1, 2 ORDER BY 1, 2;

-- name: outbreaks
-- Outbreaks at sea by year of their start and disease
SELECT extract(year FROM first_day)::int AS year, disease, count(*)::int AS outbreaks
FROM realism_outbreak WHERE stage = 'Adult' GROUP BY 1, 2 ORDER BY 1, 2;

-- name: batches
-- What each completed batch lost at sea and weighed at harvest
SELECT b.batch_number AS batch, c.country, c.end_day AS day,
       100 * c.dead_at_sea / nullif(c.harvested + c.dead_at_sea, 0) AS lost,
       c.harvested_kg / nullif(c.harvested, 0) AS kg
FROM realism_cycle c JOIN batch_batch b ON b.id = c.batch_id WHERE c.completed ORDER BY c.end_day, 1;

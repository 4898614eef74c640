-- name: tgc_ratio
-- Growth from the samples over degree-days from the temperature readings of fed days, relative to
-- the configured thermal growth coefficient, by country and stage
WITH temperature AS (
    SELECT r.batch_container_assignment_id AS assignment_id, r.reading_time::date AS day,
           avg(r.value)::float8 AS t
    FROM environmental_environmentalreading r
    JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
    WHERE p.name = 'Temperature'
    GROUP BY 1, 2
),
fed AS (
    SELECT DISTINCT batch_assignment_id AS assignment_id, feeding_date AS day
    FROM inventory_feedingevent
),
ends AS (
    SELECT DISTINCT ON (assignment_id) assignment_id,
           first_value(sample_date) OVER w AS first_day,
           first_value(avg_weight_g::float8) OVER w AS first_g,
           last_value(sample_date) OVER w AS last_day,
           last_value(avg_weight_g::float8) OVER w AS last_g
    FROM batch_growthsample
    WINDOW w AS (PARTITION BY assignment_id ORDER BY sample_date
                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
warmth AS (
    SELECT e.assignment_id,
           sum(t.t - %(bend_slope)s * greatest(t.t - %(bend_c)s, 0)) AS degree_days
    FROM ends e
    JOIN temperature t ON t.assignment_id = e.assignment_id
                      AND t.day > e.first_day AND t.day <= e.last_day
    JOIN fed f ON f.assignment_id = t.assignment_id AND f.day = t.day
    GROUP BY e.assignment_id
),
expected AS (
    SELECT * FROM unnest(%(tgc_geographies)s::text[], %(tgc_stages)s::text[],
                         %(tgc)s::float8[]) AS x (geography, stage, tgc)
)
SELECT x.geography || ', ' || x.stage AS label,
       1000.0 * sum(cbrt(e.last_g) - cbrt(e.first_g))
           / sum(w.degree_days * x.tgc * coalesce(b.growth_factor, 1)::float8) AS value
FROM ends e
JOIN warmth w ON w.assignment_id = e.assignment_id
JOIN batch_batchcontainerassignment a ON a.id = e.assignment_id
JOIN batch_batch b ON b.id = a.batch_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
JOIN infrastructure_container c ON c.id = a.container_id
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation st ON st.id = h.freshwater_station_id
LEFT JOIN infrastructure_area ar ON ar.id = c.area_id
JOIN infrastructure_geography g ON g.id = coalesce(st.geography_id, ar.geography_id)
JOIN expected x ON x.geography = g.name AND x.stage = s.name
WHERE e.last_day - e.first_day >= 28
  AND (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY x.geography, x.stage
ORDER BY 1;

-- name: stage_end_weight_g
-- Mean weight of the last samples of the containers that fish left for the next stage, g
SELECT s.name AS label, avg(last.avg_weight_g)::float8 AS value
FROM batch_batchcontainerassignment a
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
JOIN LATERAL (
    SELECT avg_weight_g FROM batch_growthsample g
    WHERE g.assignment_id = a.id ORDER BY sample_date DESC LIMIT 1
) last ON true
WHERE NOT a.is_active AND s.name <> 'Adult'
  AND (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY s.name, s."order"
ORDER BY s."order";

-- name: harvest_weight_g
-- Mean live weight at harvest by country, g
SELECT g.name AS label, (1000 * sum(l.live_weight_kg) / sum(l.unit_count))::float8 AS value
FROM harvest_harvestlot l
JOIN harvest_harvestevent e ON e.id = l.event_id
JOIN infrastructure_geography g ON g.id = e.dest_geography_id
WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY g.name
ORDER BY g.name;

-- name: survival
-- Share of the eggs that is harvested, mean of completed batches by country
WITH eggs AS (
    SELECT h.batch_id, sum(h.population_count) AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date AND b.status = 'COMPLETED'
    GROUP BY h.batch_id
),
harvested AS (
    SELECT e.batch_id, min(e.dest_geography_id) AS geography_id, sum(l.unit_count) AS fish
    FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
    GROUP BY e.batch_id
)
SELECT g.name AS label, avg(harvested.fish::float8 / eggs.fish) AS value
FROM eggs
JOIN harvested ON harvested.batch_id = eggs.batch_id
JOIN infrastructure_geography g ON g.id = harvested.geography_id
WHERE (%(batches)s::bigint[] IS NULL OR eggs.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY g.name
ORDER BY g.name;

-- name: economic_fcr
-- Feed given for each kilogram harvested, over completed batches by country
WITH harvested AS (
    SELECT e.batch_id, min(e.dest_geography_id) AS geography_id, sum(l.live_weight_kg) AS kg
    FROM harvest_harvestlot l
    JOIN harvest_harvestevent e ON e.id = l.event_id
    JOIN batch_batch b ON b.id = e.batch_id AND b.status = 'COMPLETED'
    GROUP BY e.batch_id
),
fed AS (
    SELECT batch_id, sum(amount_kg) AS kg FROM inventory_feedingevent GROUP BY batch_id
)
SELECT g.name AS label, (sum(fed.kg) / sum(harvested.kg))::float8 AS value
FROM harvested
JOIN fed ON fed.batch_id = harvested.batch_id
JOIN infrastructure_geography g ON g.id = harvested.geography_id
WHERE (%(batches)s::bigint[] IS NULL OR harvested.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY g.name
ORDER BY g.name;

-- name: oxygen_saturation_percent
-- Oxygen readings of every seventh day as per cent of saturation at the temperature and salinity
-- read at the same moment in the same container (Garcia & Gordon 1992; density by Millero &
-- Poisson 1981): the lowest and the highest of a thousand, in halls and at sea
WITH named AS (
    SELECT r.container_id, r.reading_time, p.name, r.value::float8 AS value
    FROM environmental_environmentalreading r
    JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
    WHERE p.name IN ('Temperature', 'Dissolved Oxygen', 'Salinity')
      AND extract(epoch FROM r.reading_time)::bigint / 86400 %% 7 = 0
      AND (%(batches)s::bigint[] IS NULL OR r.batch_id = ANY (%(batches)s::bigint[]))
),
moments AS (
    SELECT container_id, reading_time,
           max(value) FILTER (WHERE name = 'Temperature') AS t,
           max(value) FILTER (WHERE name = 'Dissolved Oxygen') AS o2,
           coalesce(max(value) FILTER (WHERE name = 'Salinity'), 0) AS s,
           count(*) FILTER (WHERE name = 'Salinity') > 0 AS salty
    FROM named GROUP BY container_id, reading_time
),
placed AS (
    SELECT CASE WHEN c.area_id IS NULL THEN 'hall' ELSE 'sea' END AS water, m.o2, m.t, m.s,
           ln((298.15 - m.t) / (273.15 + m.t)) AS x
    FROM moments m JOIN infrastructure_container c ON c.id = m.container_id
    WHERE m.t IS NOT NULL AND m.o2 IS NOT NULL AND (c.area_id IS NULL OR m.salty)
),
saturation AS (
    SELECT water, 100 * o2 / (
        exp(5.80871 + 3.20291 * x + 4.17887 * x^2 + 5.10006 * x^3 - 0.0986643 * x^4
            + 3.80369 * x^5
            + s * (-7.01577e-3 - 7.70028e-3 * x - 1.13864e-2 * x^2 - 9.51519e-3 * x^3)
            - 2.75915e-7 * s^2) * 0.031998
        * (999.842594 + 6.793952e-2 * t - 9.095290e-3 * t^2 + 1.001685e-4 * t^3
           - 1.120083e-6 * t^4 + 6.536332e-9 * t^5
           + s * (0.824493 - 4.0899e-3 * t + 7.6438e-5 * t^2)
           + s^1.5 * (-5.72466e-3 + 1.0227e-4 * t) + 4.8314e-4 * s^2) / 1000
    ) AS percent
    FROM placed
),
spread AS (
    SELECT water, percentile_cont(ARRAY[0.001, 0.999]) WITHIN GROUP (ORDER BY percent) AS ends
    FROM saturation GROUP BY water
)
SELECT water || ', low' AS label, ends[1] AS value FROM spread
UNION ALL
SELECT water || ', high', ends[2] FROM spread
ORDER BY 1;

-- name: temperature_lag_1
-- Correlation of an area's daily mean temperature, less its season, with that of the day before
WITH daily AS (
    SELECT c.area_id, r.reading_time::date AS day, avg(r.value)::float8 AS t
    FROM environmental_environmentalreading r
    JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
    JOIN infrastructure_container c ON c.id = r.container_id
    WHERE p.name = 'Temperature' AND c.area_id IS NOT NULL
      AND (%(batches)s::bigint[] IS NULL OR r.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1, 2
),
waves AS (
    SELECT area_id, day, t,
           cos(2 * pi() * extract(doy FROM day) / 365.25)::float8 AS c,
           sin(2 * pi() * extract(doy FROM day) / 365.25)::float8 AS s
    FROM daily
),
fit AS (
    -- Least squares of t on the year's wave; over whole years cos and sin are near enough
    -- orthogonal.
    SELECT area_id, avg(t) AS mean, regr_slope(t, c) AS a, regr_slope(t, s) AS b,
           avg(c) AS mean_c, avg(s) AS mean_s
    FROM waves GROUP BY area_id
),
anomaly AS (
    SELECT w.area_id, w.day,
           w.t - f.mean - f.a * (w.c - f.mean_c) - f.b * (w.s - f.mean_s) AS x
    FROM waves w JOIN fit f ON f.area_id = w.area_id
)
SELECT 'all areas' AS label, corr(a.x, b.x) AS value
FROM anomaly a JOIN anomaly b ON b.area_id = a.area_id AND b.day = a.day - 1;

-- name: autumn_mortality
-- Share of the sea stock that dies a day in August to November, relative to the whole year's
WITH days AS (
    SELECT h.history_date::date AS day, sum(h.population_count)::float8 AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_lifecyclestage s ON s.id = h.lifecycle_stage_id
    WHERE s.name = 'Adult' AND h.history_type = '~' AND h.is_active
      AND (%(batches)s::bigint[] IS NULL OR h.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1
),
deaths AS (
    SELECT m.event_date AS day, sum(m.count)::float8 AS fish
    FROM batch_mortalityevent m
    JOIN batch_batchcontainerassignment a ON a.id = m.assignment_id
    JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
    WHERE s.name = 'Adult'
      AND (%(batches)s::bigint[] IS NULL OR m.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1
)
SELECT 'sea' AS label,
       (sum(deaths.fish) FILTER (WHERE extract(month FROM days.day) BETWEEN 8 AND 11)
        / sum(days.fish) FILTER (WHERE extract(month FROM days.day) BETWEEN 8 AND 11))
       / (sum(deaths.fish) / sum(days.fish)) AS value
FROM days LEFT JOIN deaths ON deaths.day = days.day
HAVING bool_or(extract(month FROM days.day) BETWEEN 8 AND 11);

-- name: fresh_water_ranges
-- The 95th percentile of daily means of what is dissolved in hall water, mg/L
WITH daily AS (
    SELECT p.name, r.batch_container_assignment_id, r.reading_time::date, avg(r.value) AS value
    FROM environmental_environmentalreading r
    JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
    WHERE p.name IN ('CO2', 'Nitrite', 'Nitrate', 'Ammonium')
      AND (%(batches)s::bigint[] IS NULL OR r.batch_id = ANY (%(batches)s::bigint[]))
    GROUP BY 1, 2, 3
)
SELECT name AS label, percentile_cont(0.95) WITHIN GROUP (ORDER BY value)::float8 AS value
FROM daily GROUP BY name ORDER BY name;

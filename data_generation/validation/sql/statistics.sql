-- name: tgc_ratio
-- Growth relative to the configured thermal growth coefficient, by country and stage: the slope of the
-- samples' cube root of weight over degree-days from the temperature readings, of at most 24 stays a
-- country and stage. Days without feed do not count, nor does the share that fish lacked on days on
-- which they got less than 85 % of their ration: kg for each kg of fish, less what size and
-- temperature explain, beside the same of the stay's usual day
WITH expected AS (
    SELECT * FROM unnest(%(tgc_geographies)s::text[], %(tgc_stages)s::text[],
                         %(tgc)s::float8[]) AS x (geography, stage, tgc)
),
stays AS MATERIALIZED (
    SELECT a.id, a.batch_id, a.assignment_date AS first_day,
           coalesce(a.departure_date, 'infinity'::date) AS last_day, x.geography, x.stage, x.tgc * coalesce(b.growth_factor, 1)::float8 AS tgc,
           row_number() OVER (
               PARTITION BY x.geography, x.stage ORDER BY a.id * 2654435761 %% 1000003
           ) AS turn
    FROM batch_batchcontainerassignment a
    JOIN batch_batch b ON b.id = a.batch_id
    JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
    JOIN infrastructure_container c ON c.id = a.container_id
    LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
    LEFT JOIN infrastructure_freshwaterstation st ON st.id = h.freshwater_station_id
    LEFT JOIN infrastructure_area ar ON ar.id = c.area_id
    JOIN infrastructure_geography g ON g.id = coalesce(st.geography_id, ar.geography_id)
    JOIN expected x ON x.geography = g.name AND x.stage = s.name
    WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
      AND a.id IN (SELECT assignment_id FROM batch_growthsample GROUP BY assignment_id
                   HAVING max(sample_date) - min(sample_date) >= 28)
),
chosen AS MATERIALIZED (
    SELECT * FROM stays WHERE turn <= 24
),
temperature AS MATERIALIZED (
    SELECT c.id, r.day, r.t, r.t - %(bend_slope)s * greatest(r.t - %(bend_c)s, 0) AS felt
    FROM chosen c
    JOIN LATERAL (
        SELECT reading_time::date AS day, avg(value)::float8 AS t
        FROM environmental_environmentalreading
        WHERE batch_container_assignment_id = c.id
          AND parameter_id = (SELECT id FROM environmental_environmentalparameter
                              WHERE name = 'Temperature')
          AND reading_time >= c.first_day AND reading_time < c.last_day + 1
        GROUP BY reading_time::date
    ) r ON true
),
fed AS MATERIALIZED (
    SELECT c.id, f.day, f.share
    FROM chosen c
    JOIN LATERAL (
        SELECT feeding_date AS day,
               sum(amount_kg)::float8 / nullif(max(batch_biomass_kg), 0)::float8 AS share
        FROM inventory_feedingevent
        WHERE batch_assignment_id = c.id AND feeding_date BETWEEN c.first_day AND c.last_day
        GROUP BY feeding_date
    ) f ON true
),
weighed AS MATERIALIZED (
    SELECT c.id, w.sample_date AS day, cbrt(w.avg_weight_g::float8) AS size,
           lead(w.sample_date, 1, 'infinity') OVER (PARTITION BY c.id ORDER BY w.sample_date)
               AS next_day
    FROM chosen c JOIN batch_growthsample w ON w.assignment_id = c.id
),
rations AS (
    SELECT t.id, t.day, t.felt, w.size,
           coalesce(f.share, 0) * w.size / greatest(t.felt, 0.5) AS ration
    FROM temperature t
    JOIN weighed w ON w.id = t.id AND t.day >= w.day AND t.day < w.next_day
    LEFT JOIN fed f ON f.id = t.id AND f.day = t.day
),
usual AS (
    SELECT id, percentile_cont(0.6) WITHIN GROUP (ORDER BY ration) AS ration
    FROM rations WHERE ration > 0 GROUP BY id
),
warmth AS (
    SELECT r.id, r.day,
           sum(r.felt * CASE WHEN r.ration >= 0.85 * u.ration THEN 1
                             ELSE r.ration / u.ration END)
               OVER (PARTITION BY r.id ORDER BY r.day) AS degree_days
    FROM rations r JOIN usual u ON u.id = r.id
),
slopes AS (
    SELECT w.id, regr_slope(w.size, h.degree_days) AS slope,
           max(h.degree_days) - min(h.degree_days) AS degree_days
    FROM weighed w JOIN warmth h ON h.id = w.id AND h.day = w.day
    GROUP BY w.id
),
grown AS (
    SELECT c.geography, c.stage, sum(s.slope * s.degree_days) AS found,
           sum(s.degree_days * c.tgc) AS expected, max(s.degree_days) AS degree_days
    FROM chosen c JOIN slopes s ON s.id = c.id
    GROUP BY c.geography, c.stage, c.batch_id
)
SELECT geography || ', ' || stage AS label, 1000.0 * sum(found) / nullif(sum(expected), 0) AS value,
       sum(degree_days) / 1000 AS units
FROM grown
GROUP BY geography, stage
ORDER BY 1;

-- name: stage_end_weight_g
-- Mean weight of the last samples of the containers that fish left for the next stage, g
SELECT s.name AS label, avg(last.avg_weight_g)::float8 AS value,
       count(DISTINCT a.batch_id) AS units
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
SELECT g.name AS label, (1000 * sum(l.live_weight_kg) / nullif(sum(l.unit_count), 0))::float8 AS value,
       count(DISTINCT e.batch_id) AS units
FROM harvest_harvestlot l
JOIN harvest_harvestevent e ON e.id = l.event_id
JOIN infrastructure_geography g ON g.id = e.dest_geography_id
WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY g.name
ORDER BY g.name;

-- name: survival
-- Share of the eggs that is harvested, mean of completed batches by country; counted for all batches
-- first, or a planner without statistics expects one that is completed and searches for its eggs
WITH eggs AS MATERIALIZED (
    SELECT h.batch_id, sum(h.population_count) AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
    GROUP BY h.batch_id
),
harvested AS MATERIALIZED (
    SELECT e.batch_id, min(e.dest_geography_id) AS geography_id, sum(l.unit_count) AS fish
    FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
    GROUP BY e.batch_id
)
SELECT g.name AS label, avg(harvested.fish::float8 / nullif(eggs.fish, 0)) AS value,
       count(*) AS units
FROM eggs
JOIN batch_batch b ON b.id = eggs.batch_id AND b.status = 'COMPLETED'
JOIN harvested ON harvested.batch_id = eggs.batch_id
JOIN infrastructure_geography g ON g.id = harvested.geography_id
WHERE (%(batches)s::bigint[] IS NULL OR eggs.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY g.name
ORDER BY g.name;

-- name: economic_fcr
-- Feed given for each kilogram harvested, over completed batches by country
WITH harvested AS MATERIALIZED (
    SELECT e.batch_id, min(e.dest_geography_id) AS geography_id, sum(l.live_weight_kg) AS kg
    FROM harvest_harvestlot l
    JOIN harvest_harvestevent e ON e.id = l.event_id
    JOIN batch_batch b ON b.id = e.batch_id AND b.status = 'COMPLETED'
    GROUP BY e.batch_id
),
fed AS MATERIALIZED (
    SELECT batch_id, sum(amount_kg) AS kg FROM inventory_feedingevent GROUP BY batch_id
)
SELECT g.name AS label, (sum(fed.kg) / nullif(sum(harvested.kg), 0))::float8 AS value,
       count(*) AS units
FROM harvested
JOIN fed ON fed.batch_id = harvested.batch_id
JOIN infrastructure_geography g ON g.id = harvested.geography_id
WHERE (%(batches)s::bigint[] IS NULL OR harvested.batch_id = ANY (%(batches)s::bigint[]))
GROUP BY g.name
ORDER BY g.name;

-- name: water_of_sampled_days
-- From readings of sensors on every thirtieth day: oxygen as per cent of saturation at the temperature
-- and salinity read at the same moment in the same container (Garcia & Gordon 1992; density by Millero
-- & Poisson 1981), the lowest and the highest of a thousand; the 95th percentile of daily means of
-- what is dissolved in hall water; pH in halls; temperature and salinity at sea
WITH sampled AS MATERIALIZED (
    SELECT r.container_id, r.reading_time, r.parameter_id, r.value::float8 AS value
    FROM (
        {sampled}
    ) r
    WHERE %(batches)s::bigint[] IS NULL OR r.batch_id = ANY (%(batches)s::bigint[])
),
moments AS (
    SELECT container_id, reading_time,
           max(value) FILTER (WHERE p.name = 'Temperature') AS t,
           max(value) FILTER (WHERE p.name = 'Dissolved Oxygen') AS o2,
           coalesce(max(value) FILTER (WHERE p.name = 'Salinity'), 0) AS s,
           count(*) FILTER (WHERE p.name = 'Salinity') > 0 AS salty
    FROM sampled JOIN environmental_environmentalparameter p ON p.id = parameter_id
    WHERE p.name IN ('Temperature', 'Dissolved Oxygen', 'Salinity')
    GROUP BY container_id, reading_time
),
placed AS (
    SELECT CASE WHEN c.area_id IS NULL THEN 'hall' ELSE 'sea' END AS water, m.reading_time, m.o2,
           m.t, m.s,
           ln((298.15 - m.t) / (273.15 + m.t)) AS x
    FROM moments m JOIN infrastructure_container c ON c.id = m.container_id
    WHERE m.t IS NOT NULL AND m.o2 IS NOT NULL AND (c.area_id IS NULL OR m.salty)
),
saturation AS (
    SELECT water, reading_time, 100 * o2 / (
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
    SELECT water, percentile_cont(ARRAY[0.001, 0.999]) WITHIN GROUP (ORDER BY percent) AS ends,
           (30 + max(reading_time)::date - min(reading_time)::date) / 365.25 AS years
    FROM saturation GROUP BY water
),
dissolved AS (
    SELECT p.name, s.container_id, s.reading_time::date AS day, avg(s.value) AS value
    FROM sampled s
    JOIN environmental_environmentalparameter p ON p.id = s.parameter_id
    JOIN infrastructure_container c ON c.id = s.container_id
    WHERE c.area_id IS NULL AND p.name IN ('CO2', 'Nitrite', 'Nitrate', 'Ammonium', 'pH')
    GROUP BY p.name, s.container_id, s.reading_time::date
),
at_sea AS (
    SELECT g.name AS country, p.name, extract(month FROM s.reading_time) AS month,
           s.reading_time::date AS day, avg(s.value) AS value
    FROM sampled s
    JOIN environmental_environmentalparameter p ON p.id = s.parameter_id
    JOIN infrastructure_container c ON c.id = s.container_id
    JOIN infrastructure_area a ON a.id = c.area_id
    JOIN infrastructure_geography g ON g.id = a.geography_id
    WHERE p.name IN ('Temperature', 'Salinity')
    GROUP BY 1, 2, 3, 4
)
SELECT 'oxygen_saturation_percent' AS statistic, water || ', low' AS label, ends[1] AS value,
       years AS units
FROM spread
UNION ALL
SELECT 'oxygen_saturation_percent', water || ', high', ends[2], years FROM spread
UNION ALL
SELECT 'fresh_water_ranges', name, percentile_cont(0.95) WITHIN GROUP (ORDER BY value),
       (30 + max(day) - min(day)) / 365.25
FROM dissolved WHERE name <> 'pH' GROUP BY name
UNION ALL
SELECT 'fresh_water_ph', unnest(ARRAY['low', 'high']),
       unnest(percentile_cont(ARRAY[0.025, 0.975]) WITHIN GROUP (ORDER BY value)),
       (30 + max(day) - min(day)) / 365.25
FROM dissolved WHERE name = 'pH'
UNION ALL
SELECT 'sea_temperature_c',
       country || CASE WHEN month < 6 THEN ', February-March' ELSE ', August-September' END,
       avg(value), count(DISTINCT extract(year FROM day))
FROM at_sea WHERE name = 'Temperature' AND month IN (2, 3, 8, 9)
GROUP BY country, month < 6
UNION ALL
SELECT 'salinity_psu', country, avg(value), (30 + max(day) - min(day)) / 365.25
FROM at_sea WHERE name = 'Salinity' GROUP BY country
ORDER BY 1, 2;

-- name: temperature_lag_1
-- Correlation of an area's daily mean temperature, less its season, with that of the day before; of one
-- cage an area
WITH sensors AS (
    SELECT DISTINCT ON (c.area_id) c.area_id, s.id
    FROM infrastructure_sensor s
    JOIN infrastructure_container c ON c.id = s.container_id
    JOIN batch_batchcontainerassignment a ON a.container_id = c.id
    WHERE s.sensor_type = 'TEMPERATURE' AND c.area_id IS NOT NULL AND s.active
      AND (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
    ORDER BY c.area_id, s.id
),
daily AS (
    SELECT s.area_id, r.reading_time::date AS day, avg(r.value)::float8 AS t
    FROM sensors s
    -- A sensor at a time, by the index: right after a run the planner does not know that few
    -- readings are those of a few sensors.
    CROSS JOIN LATERAL (
        SELECT reading_time, value FROM environmental_environmentalreading
        WHERE sensor_id = s.id
          AND (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
        OFFSET 0
    ) r
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
SELECT 'all areas' AS label, corr(a.x, b.x) AS value, count(*) AS units,
       1.5 * sqrt(1 - corr(a.x, b.x) ^ 2) AS scatter
FROM anomaly a JOIN anomaly b ON b.area_id = a.area_id AND b.day = a.day - 1;

-- name: readings_lag_1
-- Autocorrelation of consecutive readings of one sensor, by parameter, in a container of each area and
-- of each fifth hall: 1 - sum of squared steps / twice the sum of squares about the mean (von Neumann)
WITH containers AS (
    SELECT DISTINCT ON (c.hall_id, c.area_id) c.id
    FROM infrastructure_container c
    JOIN batch_batchcontainerassignment a ON a.container_id = c.id
    WHERE (c.hall_id IS NULL OR c.hall_id %% 5 = 3)
      AND (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
    ORDER BY c.hall_id, c.area_id, c.id
    LIMIT 12
),
stays AS (
    SELECT a.id FROM batch_batchcontainerassignment a
    JOIN containers c ON c.id = a.container_id
    WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]))
),
steps AS (
    SELECT r.parameter_id, r.sensor_id, r.batch_container_assignment_id AS stay,
           r.value::float8 AS value,
           r.value::float8 - lag(r.value::float8) OVER (
               PARTITION BY r.sensor_id, r.batch_container_assignment_id ORDER BY r.reading_time
           ) AS step
    FROM stays s
    JOIN environmental_environmentalreading r ON r.batch_container_assignment_id = s.id
    WHERE r.sensor_id IS NOT NULL
),
each AS (
    SELECT parameter_id, sum(step * step) AS steps, count(*) * var_pop(value) AS spread,
           count(step) AS pairs
    FROM steps GROUP BY parameter_id, sensor_id, stay HAVING count(*) > 30
)
SELECT p.name AS label, 1 - sum(e.steps) / nullif(2 * sum(e.spread), 0) AS value,
       sum(e.pairs) AS units
FROM each e JOIN environmental_environmentalparameter p ON p.id = e.parameter_id
GROUP BY p.name ORDER BY p.name;

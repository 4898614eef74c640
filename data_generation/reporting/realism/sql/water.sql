-- name: sea_temperature_mean
-- Mean of the year, every month with the same weight
SELECT country AS label, avg(mean) AS value FROM realism_wave GROUP BY 1 ORDER BY 1;

-- name: sea_temperature_amplitude
-- Half the difference between the warmest and the coldest day of the year's wave
SELECT country AS label, avg(sqrt(c ^ 2 + s ^ 2)) AS value FROM realism_wave GROUP BY 1 ORDER BY 1;

-- name: sea_warmest_day
-- Day of the year on which that wave is highest
SELECT country AS label, avg(mod((atan2(s, c) / (2 * pi()) * 365.25 + 365.25)::numeric, 365.25))::float8
       AS value
FROM realism_wave GROUP BY 1 ORDER BY 1;

-- name: sea_temperature_winter
-- Mean of February and March
SELECT country AS label, avg(t) AS value FROM realism_sea
WHERE extract(month FROM day) IN (2, 3) GROUP BY 1 ORDER BY 1;

-- name: sea_temperature_summer
-- Mean of August and September
SELECT country AS label, avg(t) AS value FROM realism_sea
WHERE extract(month FROM day) IN (8, 9) GROUP BY 1 ORDER BY 1;

-- name: sea_temperature_extremes
-- Lowest and highest daily mean of all areas and years
SELECT country || ', lowest' AS label, min(t) AS value FROM realism_sea GROUP BY country
UNION ALL SELECT country || ', highest', max(t) FROM realism_sea GROUP BY country
ORDER BY 1;

-- name: temperature_anomaly_sd
-- Standard deviation of what is left without the year's wave
SELECT country AS label, stddev(x) AS value FROM realism_anomaly GROUP BY 1 ORDER BY 1;

-- name: temperature_lag_1
-- Correlation of that with the day before
SELECT a.country AS label, corr(a.x, b.x) AS value
FROM realism_anomaly a JOIN realism_anomaly b ON b.area_id = a.area_id AND b.day = a.day - 1
GROUP BY 1 ORDER BY 1;

-- name: heatwaves
-- Spells of five days or more above the ninetieth percentile of that, a year and area
WITH hot AS (
    SELECT a.area_id, a.country, a.day,
           a.day - row_number() OVER (PARTITION BY a.area_id ORDER BY a.day)::int AS spell
    FROM realism_anomaly a
    JOIN (SELECT area_id, percentile_cont(0.9) WITHIN GROUP (ORDER BY x) AS p90
          FROM realism_anomaly GROUP BY 1) l ON l.area_id = a.area_id
    WHERE a.x > l.p90
),
spells AS (
    SELECT country, count(*) AS n FROM (
        SELECT area_id, country FROM hot GROUP BY area_id, country, spell HAVING count(*) >= 5
    ) AS spell GROUP BY 1
)
SELECT country AS label, coalesce(s.n, 0) / (y.days / 365.25) AS value
FROM (SELECT country, count(*)::float8 AS days FROM realism_anomaly GROUP BY 1) y
LEFT JOIN spells s USING (country) ORDER BY 1;

-- name: salinity
-- Salinity at sea: the lowest and the highest of a hundred daily means of an area's cages
SELECT country || unnest(ARRAY[', low', ', high']) AS label,
       unnest(percentile_cont(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY salinity)) AS value
FROM (
    SELECT s.country, s.area_id, w.day, avg(w.salinity) AS salinity
    FROM realism_water w JOIN realism_stay s USING (stay_id)
    WHERE s.area_id IS NOT NULL AND w.salinity IS NOT NULL GROUP BY 1, 2, 3
) AS area
GROUP BY country ORDER BY 1;

-- name: saturation
-- Oxygen of each stay's day in per cent of saturation at its temperature and salinity (Garcia &
-- Gordon 1992; density by Millero & Poisson 1981); gone when the connection closes
CREATE TEMP TABLE realism_oxygen AS
SELECT s.stay_id, s.area_id IS NOT NULL AS at_sea, w.day, 100 * w.oxygen / (
    exp(5.80871 + 3.20291 * v.x + 4.17887 * v.x^2 + 5.10006 * v.x^3 - 0.0986643 * v.x^4
        + 3.80369 * v.x^5
        + v.s * (-7.01577e-3 - 7.70028e-3 * v.x - 1.13864e-2 * v.x^2 - 9.51519e-3 * v.x^3)
        - 2.75915e-7 * v.s^2) * 0.031998
    * (999.842594 + 6.793952e-2 * w.t - 9.095290e-3 * w.t^2 + 1.001685e-4 * w.t^3
       - 1.120083e-6 * w.t^4 + 6.536332e-9 * w.t^5
       + v.s * (0.824493 - 4.0899e-3 * w.t + 7.6438e-5 * w.t^2)
       + v.s^1.5 * (-5.72466e-3 + 1.0227e-4 * w.t) + 4.8314e-4 * v.s^2) / 1000
) AS percent
FROM realism_water w JOIN realism_stay s USING (stay_id)
CROSS JOIN LATERAL (
    SELECT ln((298.15 - w.t) / (273.15 + w.t)) AS x, coalesce(w.salinity, 0) AS s
) v
WHERE w.t IS NOT NULL AND w.oxygen IS NOT NULL AND (s.area_id IS NULL OR w.salinity IS NOT NULL);

-- name: oxygen_sea
-- Oxygen at sea: the middle, and the lowest and the highest of a hundred days
SELECT unnest(ARRAY['low', 'median', 'high']) AS label,
       unnest(percentile_cont(ARRAY[0.01, 0.5, 0.99]) WITHIN GROUP (ORDER BY percent)) AS value
FROM realism_oxygen WHERE at_sea;

-- name: oxygen_sea_dips
-- The lowest daily means at sea, one in two thousand, in August to October and in the other months
SELECT CASE WHEN extract(month FROM day) BETWEEN 8 AND 10 THEN 'August to October'
            ELSE 'other months' END AS label,
       percentile_cont(0.0005) WITHIN GROUP (ORDER BY percent) AS value
FROM realism_oxygen WHERE at_sea GROUP BY 1 ORDER BY 1;

-- name: oxygen_hall
-- Days of tanks with more than 80 % of saturation
SELECT 'tanks' AS label, 100 * avg((percent > 80)::int)::float8 AS value
FROM realism_oxygen WHERE NOT at_sea HAVING count(*) > 0;

-- name: co2
-- Carbon dioxide in tanks, the 95th of a hundred daily means
SELECT 'tanks' AS label, percentile_cont(0.95) WITHIN GROUP (ORDER BY co2) AS value
FROM realism_water WHERE co2 IS NOT NULL HAVING count(*) > 0;

-- name: nitrite
-- Nitrite in tanks, the 95th of a hundred daily means
SELECT 'tanks' AS label, percentile_cont(0.95) WITHIN GROUP (ORDER BY nitrite) AS value
FROM realism_water WHERE nitrite IS NOT NULL HAVING count(*) > 0;

-- name: nitrate
-- Nitrate in tanks, the 95th of a hundred daily means
SELECT 'tanks' AS label, percentile_cont(0.95) WITHIN GROUP (ORDER BY nitrate) AS value
FROM realism_water WHERE nitrate IS NOT NULL HAVING count(*) > 0;

-- name: ammonium
-- Total ammonia in tanks, the 95th of a hundred daily means
SELECT 'tanks' AS label, percentile_cont(0.95) WITHIN GROUP (ORDER BY ammonium) AS value
FROM realism_water WHERE ammonium IS NOT NULL HAVING count(*) > 0;

-- name: ph_hall
-- pH in tanks: the lowest and the highest of forty daily means
SELECT unnest(ARRAY['low', 'high']) AS label,
       unnest(percentile_cont(ARRAY[0.025, 0.975]) WITHIN GROUP (ORDER BY w.ph)) AS value
FROM realism_water w JOIN realism_stay s USING (stay_id)
WHERE s.hall_id IS NOT NULL AND w.ph IS NOT NULL;

-- name: hall_temperature
-- Mean temperature of the halls where fish are fed
SELECT s.stage AS label, avg(w.t) AS value
FROM realism_water w JOIN realism_stay s USING (stay_id)
WHERE s.hall_id IS NOT NULL AND s.stage <> 'Egg&Alevin' GROUP BY 1 ORDER BY 1;

-- name: reading_lag_1
-- Correlation of a temperature reading at sea, less the year's wave, with the one before it, in the
-- cage that was read longest
WITH longest AS (
    SELECT s.stay_id, s.area_id FROM realism_stay s JOIN realism_wave USING (area_id)
    JOIN realism_water w USING (stay_id)
    GROUP BY 1, 2 ORDER BY count(*) DESC, 1 LIMIT 1
),
read AS (
    SELECT r.sensor_id, r.reading_time, r.value::float8
           - f.c * cos(extract(doy FROM r.reading_time) * 2 * pi() / 365.25)
           - f.s * sin(extract(doy FROM r.reading_time) * 2 * pi() / 365.25) AS x
    FROM environmental_environmentalreading r
    JOIN environmental_environmentalparameter p ON p.id = r.parameter_id AND p.name = 'Temperature'
    JOIN longest l ON l.stay_id = r.batch_container_assignment_id
    JOIN realism_wave f ON f.area_id = l.area_id
    WHERE NOT r.is_manual
)
SELECT 'one sensor' AS label, corr(x, before) AS value
FROM (SELECT x, lag(x) OVER (PARTITION BY sensor_id ORDER BY reading_time) AS before FROM read) AS pairs
HAVING count(before) > 0;

-- name: day_length
-- Shortest and longest day stored, and the largest difference from the sun's equation
WITH sun AS (
    SELECT g.name AS country, p.day_length_hours::float8 AS hours, radians(a.latitude::float8) AS phi,
           radians(-23.44 * cos(2 * pi() * (extract(doy FROM p.date) + 10) / 365.25)) AS delta
    FROM environmental_photoperioddata p JOIN infrastructure_area a ON a.id = p.area_id
    JOIN infrastructure_geography g ON g.id = a.geography_id
),
reckoned AS (
    SELECT country, hours, 24 / pi() * acos(greatest(-1.0, least(1.0,
        (sin(radians(-0.833)) - sin(phi) * sin(delta)) / (cos(phi) * cos(delta))))) AS expected
    FROM sun
)
SELECT country || ', shortest' AS label, min(hours) AS value FROM reckoned GROUP BY country
UNION ALL SELECT country || ', longest', max(hours) FROM reckoned GROUP BY country
UNION ALL SELECT 'off the equation', max(abs(hours - expected)) FROM reckoned HAVING count(*) > 0
ORDER BY 1;

-- name: wind
-- Mean wind at the cages in January and July
SELECT g.name || CASE extract(month FROM w.timestamp) WHEN 1 THEN ', January' ELSE ', July' END AS label,
       avg(w.wind_speed)::float8 AS value
FROM environmental_weatherdata w JOIN infrastructure_area a ON a.id = w.area_id
JOIN infrastructure_geography g ON g.id = a.geography_id
WHERE extract(month FROM w.timestamp) IN (1, 7) GROUP BY 1 ORDER BY 1;

-- name: air_temperature
-- Mean temperature of the air in January and July
SELECT g.name || CASE extract(month FROM w.timestamp) WHEN 1 THEN ', January' ELSE ', July' END AS label,
       avg(w.temperature)::float8 AS value
FROM environmental_weatherdata w JOIN infrastructure_area a ON a.id = w.area_id
JOIN infrastructure_geography g ON g.id = a.geography_id
WHERE extract(month FROM w.timestamp) IN (1, 7) GROUP BY 1 ORDER BY 1;

-- name: rain
-- Rain a year
SELECT g.name AS label, sum(w.precipitation)::float8 / count(DISTINCT (w.area_id, w.timestamp::date))
       * 365.25 AS value
FROM environmental_weatherdata w JOIN infrastructure_area a ON a.id = w.area_id
JOIN infrastructure_geography g ON g.id = a.geography_id
GROUP BY 1 ORDER BY 1;

-- name: gales
-- Spells of two observations or more with wind of gale force (17.2 m/s), a year and area
WITH strong AS (
    SELECT area_id, timestamp, timestamp - row_number() OVER (PARTITION BY area_id ORDER BY timestamp)
           * interval '6 hours' AS spell
    FROM environmental_weatherdata WHERE wind_speed >= 17.2
),
spells AS (SELECT area_id FROM strong GROUP BY area_id, spell HAVING count(*) >= 2),
years AS (
    SELECT g.name AS country, count(DISTINCT (w.area_id, w.timestamp::date)) / 365.25 AS years
    FROM environmental_weatherdata w JOIN infrastructure_area a ON a.id = w.area_id
    JOIN infrastructure_geography g ON g.id = a.geography_id GROUP BY 1
)
SELECT y.country AS label, (count(s.area_id) / y.years)::float8 AS value
FROM years y
LEFT JOIN (SELECT g.name AS country, s.area_id FROM spells s
           JOIN infrastructure_area a ON a.id = s.area_id
           JOIN infrastructure_geography g ON g.id = a.geography_id) s USING (country)
GROUP BY y.country, y.years ORDER BY 1;

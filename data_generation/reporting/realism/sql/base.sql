-- name: stay
-- Every stay of fish in a container, with where that is; gone when the connection closes
CREATE TEMP TABLE realism_stay AS
SELECT a.id AS stay_id, a.batch_id, s.name AS stage, a.container_id, a.assignment_date AS first_day,
       a.departure_date AS last_day, c.hall_id, c.area_id, c.volume_m3::float8 AS volume_m3,
       g.name AS country
FROM batch_batchcontainerassignment a
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
JOIN infrastructure_container c ON c.id = a.container_id
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation st ON st.id = h.freshwater_station_id
LEFT JOIN infrastructure_area ar ON ar.id = c.area_id
JOIN infrastructure_geography g ON g.id = coalesce(st.geography_id, ar.geography_id);

-- name: day
-- Fish, biomass and mean weight of each stay at the end of each day, from the audit trail
CREATE TEMP TABLE realism_day AS
SELECT DISTINCT ON (id, history_date::date)
       id AS stay_id, history_date::date AS day, population_count::float8 AS fish,
       biomass_kg::float8 AS kg, avg_weight_g::float8 AS g
FROM batch_historicalbatchcontainerassignment
ORDER BY id, history_date::date, history_id DESC;

-- name: water
-- Daily means of what the sensors of each stay read
CREATE TEMP TABLE realism_water AS
SELECT r.batch_container_assignment_id AS stay_id, r.reading_time::date AS day,
       avg(r.value) FILTER (WHERE p.name = 'Temperature')::float8 AS t,
       avg(r.value) FILTER (WHERE p.name = 'Dissolved Oxygen')::float8 AS oxygen,
       avg(r.value) FILTER (WHERE p.name = 'pH')::float8 AS ph,
       avg(r.value) FILTER (WHERE p.name = 'Salinity')::float8 AS salinity,
       avg(r.value) FILTER (WHERE p.name = 'CO2')::float8 AS co2,
       avg(r.value) FILTER (WHERE p.name = 'Nitrite')::float8 AS nitrite,
       avg(r.value) FILTER (WHERE p.name = 'Nitrate')::float8 AS nitrate,
       avg(r.value) FILTER (WHERE p.name = 'Ammonium')::float8 AS ammonium
FROM environmental_environmentalreading r
JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
WHERE r.batch_container_assignment_id IS NOT NULL
GROUP BY 1, 2;

-- name: dead
-- Deaths of each stay by day, cause and description
CREATE TEMP TABLE realism_dead AS
SELECT assignment_id AS stay_id, event_date AS day, cause, description, count::float8 AS fish
FROM batch_mortalityevent
WHERE assignment_id IS NOT NULL;

-- name: fed
-- Feed given to each stay by day and kind of feed
CREATE TEMP TABLE realism_fed AS
SELECT batch_assignment_id AS stay_id, feeding_date AS day, feed_id, sum(amount_kg)::float8 AS kg
FROM inventory_feedingevent
WHERE batch_assignment_id IS NOT NULL
GROUP BY 1, 2, 3;

-- name: sea
-- Mean temperature of each sea area on each day on which fish were there
CREATE TEMP TABLE realism_sea AS
SELECT s.area_id, s.country, w.day, avg(w.t) AS t
FROM realism_water w JOIN realism_stay s USING (stay_id)
WHERE s.area_id IS NOT NULL AND w.t IS NOT NULL
GROUP BY 1, 2, 3;

-- name: wave
-- The year's wave of each area's temperature: mean, cosine and sine, from the means of its months;
-- over twelve of them the three are nearly independent
CREATE TEMP TABLE realism_wave AS
WITH months AS (
    SELECT area_id, country, extract(month FROM day)::int AS month, avg(t) AS t,
           avg(extract(doy FROM day)) * 2 * pi() / 365.25 AS angle
    FROM realism_sea GROUP BY 1, 2, 3
),
centred AS (
    SELECT *, t - avg(t) OVER (PARTITION BY area_id) AS off FROM months
)
SELECT area_id, country, avg(t) AS mean, 2 * avg(off * cos(angle)) AS c,
       2 * avg(off * sin(angle)) AS s
FROM centred GROUP BY 1, 2
HAVING count(*) = 12;

-- name: anomaly
-- What is left of each area's temperature without the year's wave
CREATE TEMP TABLE realism_anomaly AS
SELECT d.area_id, d.country, d.day,
       d.t - f.mean - f.c * cos(extract(doy FROM d.day) * 2 * pi() / 365.25)
                    - f.s * sin(extract(doy FROM d.day) * 2 * pi() / 365.25) AS x
FROM realism_sea d JOIN realism_wave f USING (area_id);

-- name: growth
-- Weight at the start and the end of each stay of four weeks or more, and the mean temperature
CREATE TEMP TABLE realism_growth AS
WITH ends AS (
    SELECT DISTINCT ON (stay_id) stay_id,
           first_value(day) OVER w AS first_day, first_value(g) OVER w AS first_g,
           last_value(day) OVER w AS last_day, last_value(g) OVER w AS last_g
    FROM realism_day WHERE fish > 0
    WINDOW w AS (PARTITION BY stay_id ORDER BY day
                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
warmth AS (
    SELECT stay_id, avg(t) AS t FROM realism_water GROUP BY 1
)
SELECT s.stay_id, s.batch_id, s.stage, s.country, e.first_day, e.last_day, e.first_g, e.last_g, t.t,
       1000 * (cbrt(e.last_g) - cbrt(e.first_g)) / (t.t * (e.last_day - e.first_day)) AS tgc
FROM ends e JOIN realism_stay s USING (stay_id) JOIN warmth t USING (stay_id)
WHERE e.last_day - e.first_day >= 28;

-- name: cycle
-- Each batch: eggs, fish put to sea and harvested, and the days on which it came to the next place
CREATE TEMP TABLE realism_cycle AS
WITH put AS (
    SELECT h.id AS stay_id, min(h.population_count) AS fish
    FROM batch_historicalbatchcontainerassignment h WHERE h.history_type = '+' GROUP BY 1
),
taken AS (
    SELECT e.batch_id, sum(l.unit_count) AS fish, sum(l.live_weight_kg)::float8 AS kg,
           min(e.event_date)::date AS first_day, max(e.event_date)::date AS last_day
    FROM harvest_harvestevent e JOIN harvest_harvestlot l ON l.event_id = e.id GROUP BY 1
),
died AS (
    SELECT s.batch_id, sum(d.fish) FILTER (WHERE s.stage = 'Adult') AS at_sea, sum(d.fish) AS fish
    FROM realism_dead d JOIN realism_stay s USING (stay_id) GROUP BY 1
),
living AS (
    SELECT s.batch_id, sum(a.population_count) AS fish
    FROM batch_batchcontainerassignment a JOIN realism_stay s ON s.stay_id = a.id
    WHERE a.is_active AND s.stage = 'Adult' GROUP BY 1
)
SELECT b.id AS batch_id, b.status = 'COMPLETED' AS completed, b.start_date, min(s.country) AS country,
       sum(p.fish) FILTER (WHERE s.first_day = b.start_date)::float8 AS eggs,
       min(s.first_day) FILTER (WHERE s.stage = 'Fry') AS fry_day,
       min(s.first_day) FILTER (WHERE s.stage = 'Adult') AS sea_day,
       max(s.first_day) FILTER (WHERE s.stage = 'Adult') AS all_at_sea_day,
       coalesce(t.fish, 0) + coalesce(d.at_sea, 0) + coalesce(l.fish, 0) AS put_to_sea,
       bool_and(s.stage = 'Adult' OR s.last_day IS NOT NULL) AS all_moved,
       t.fish::float8 AS harvested, t.kg AS harvested_kg, t.first_day AS harvest_day,
       t.last_day AS end_day, d.fish AS dead, d.at_sea AS dead_at_sea
FROM batch_batch b
JOIN realism_stay s ON s.batch_id = b.id
JOIN put p USING (stay_id)
LEFT JOIN taken t ON t.batch_id = b.id
LEFT JOIN died d ON d.batch_id = b.id
LEFT JOIN living l ON l.batch_id = b.id
GROUP BY b.id, b.status, b.start_date, l.fish, t.fish, t.kg, t.first_day, t.last_day, d.fish, d.at_sea;

-- name: outbreak
-- Outbreaks of each disease in each batch and place: deaths with its signs, apart by two months
CREATE TEMP TABLE realism_outbreak AS
WITH days AS (
    SELECT s.batch_id, coalesce(-s.hall_id, s.area_id) AS place, s.country, s.stage,
           substr(d.description, 10) AS disease, d.day, sum(d.fish) AS fish
    FROM realism_dead d JOIN realism_stay s USING (stay_id)
    WHERE d.description LIKE 'Signs of %%' AND d.description NOT LIKE 'Signs of disease%%'
    GROUP BY 1, 2, 3, 4, 5, 6
),
marked AS (
    SELECT *, (day - lag(day) OVER (PARTITION BY batch_id, place, disease ORDER BY day) > 60)::int
              AS anew
    FROM days
),
numbered AS (
    SELECT *, sum(coalesce(anew, 0)) OVER (PARTITION BY batch_id, place, disease ORDER BY day)
              AS number
    FROM marked
),
outbreak AS (
    SELECT batch_id, place, country, stage, disease, number, min(day) AS first_day,
           max(day) AS last_day, sum(fish) AS dead
    FROM numbered GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT o.*, stock.fish AS stock, stock.g
FROM outbreak o
CROSS JOIN LATERAL (
    SELECT sum(d.fish) AS fish, sum(d.fish * d.g) / nullif(sum(d.fish), 0) AS g
    FROM realism_day d JOIN realism_stay s USING (stay_id)
    WHERE s.batch_id = o.batch_id AND coalesce(-s.hall_id, s.area_id) = o.place
      AND d.day = o.first_day
) stock;

-- name: index_stay
-- Days are looked up by stay
CREATE INDEX ON realism_stay (batch_id);

-- name: index_day
CREATE INDEX ON realism_day (stay_id, day);

-- name: index_water
CREATE INDEX ON realism_water (stay_id, day);

-- name: index_fed
CREATE INDEX ON realism_fed (stay_id, day);

-- name: index_dead
CREATE INDEX ON realism_dead (stay_id, day);

-- name: analyze
-- Temporary tables are not analysed by themselves
ANALYZE realism_stay, realism_day, realism_water, realism_dead, realism_fed;

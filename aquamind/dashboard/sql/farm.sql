-- name: period
-- First and last day that the stored assignments tell of; null without any
SELECT min(assignment_date) AS first, max((updated_at AT TIME ZONE 'UTC')::date) AS last
FROM batch_batchcontainerassignment;

-- name: containers
-- Every container with its place: a hall of a station, or a sea area
SELECT c.id, c.name, c.volume_m3::float8 AS volume_m3, c.max_biomass_kg::float8 AS max_biomass_kg,
       coalesce(g.name, '') AS country, s.id AS station_id, coalesce(s.name, area.name, '') AS site,
       h.id AS hall_id, h.name AS hall, area.id AS area_id
FROM infrastructure_container c
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
LEFT JOIN infrastructure_area area ON area.id = c.area_id
LEFT JOIN infrastructure_geography g ON g.id = coalesce(s.geography_id, area.geography_id)
WHERE c.active
ORDER BY country, (area.id IS NOT NULL), coalesce(s.id, area.id), h.id, c.id;

-- name: occupied
-- What swam where at the end of a day. Fish and weight are those of the assignment's last history
-- row up to then, so the day itself answers where it was written daily; temperature is the day's
-- mean, lice the last count within four weeks. Of a stay without an end only so much is known as
-- its batch's rows tell: until the last assignment was written, or the last meal or reading.
-- Parameters: day, since (35 days before), next_day
WITH lice AS (
    SELECT DISTINCT ON (container_id)
        container_id, batch_id, count_date,
        adult_female_count::float8 / nullif(fish_sampled, 0) AS females
    FROM health_licecount
    WHERE count_date >= %(next_day)s::timestamptz - interval '28 days'
      AND count_date < %(next_day)s::timestamptz
    ORDER BY container_id, count_date DESC
), told AS (
    SELECT b.id FROM batch_batch b
    WHERE (SELECT max(a.updated_at) FROM batch_batchcontainerassignment a
           WHERE a.batch_id = b.id) >= %(day)s::timestamptz
       OR (SELECT true FROM inventory_feedingevent meal
           WHERE meal.batch_id = b.id AND meal.feeding_date >= %(day)s::date LIMIT 1)
       OR (SELECT true FROM environmental_environmentalreading reading
           WHERE reading.batch_id = b.id AND reading.reading_time >= %(day)s::timestamptz LIMIT 1)
)
SELECT a.id, a.container_id, b.batch_number, stage."order" AS stage_order, stage.name AS stage,
       a.assignment_date,
       coalesce(past.population_count, a.population_count) AS fish,
       coalesce(past.biomass_kg, a.biomass_kg)::float8 AS biomass_kg,
       coalesce(past.avg_weight_g, a.avg_weight_g)::float8 AS weight_g,
       water.temperature, lice.females, lice.count_date AS counted
FROM batch_batchcontainerassignment a
JOIN batch_batch b ON b.id = a.batch_id
JOIN batch_lifecyclestage stage ON stage.id = a.lifecycle_stage_id
LEFT JOIN lice ON lice.container_id = a.container_id AND lice.batch_id = a.batch_id
LEFT JOIN LATERAL (
    SELECT h.population_count, h.biomass_kg, h.avg_weight_g
    FROM batch_historicalbatchcontainerassignment h
    WHERE h.id = a.id AND h.history_date >= %(since)s::timestamptz
      AND h.history_date < %(next_day)s::timestamptz
    ORDER BY h.history_date DESC LIMIT 1
) past ON true
LEFT JOIN LATERAL (
    SELECT avg(r.value)::float8 AS temperature
    FROM environmental_environmentalreading r
    WHERE r.batch_container_assignment_id = a.id
      AND r.parameter_id =
          (SELECT min(id) FROM environmental_environmentalparameter WHERE name = 'Temperature')
      AND r.reading_time >= %(day)s::timestamptz AND r.reading_time < %(next_day)s::timestamptz
) water ON true
WHERE a.assignment_date < %(next_day)s::date
  AND CASE WHEN a.departure_date IS NULL THEN a.batch_id IN (SELECT id FROM told)
           ELSE a.departure_date >= %(next_day)s::date END
ORDER BY a.id;

-- name: stages
-- The stages that batches live through, in order
SELECT DISTINCT "order" AS position, name FROM batch_lifecyclestage ORDER BY 1, 2;

-- name: busiest_day
-- The first of a month on which most containers held fish
SELECT month::date AS day
FROM generate_series(
    (SELECT date_trunc('month', min(assignment_date)) + interval '1 month'
     FROM batch_batchcontainerassignment),
    (SELECT max(updated_at) FROM batch_batchcontainerassignment), '1 month') AS month
LEFT JOIN batch_batchcontainerassignment a
    ON a.assignment_date <= month AND coalesce(a.departure_date, a.updated_at) > month
GROUP BY month
ORDER BY count(a.id) DESC, month
LIMIT 1;

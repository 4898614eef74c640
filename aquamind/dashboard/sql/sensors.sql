-- name: sites
-- Stations and sea areas that have containers
SELECT DISTINCT coalesce(g.name, '') AS country, (area.id IS NOT NULL) AS is_sea,
       coalesce('s' || s.id, 'a' || area.id) AS key, coalesce(s.name, area.name) AS name
FROM infrastructure_container c
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
LEFT JOIN infrastructure_area area ON area.id = c.area_id
LEFT JOIN infrastructure_geography g ON g.id = coalesce(s.geography_id, area.geography_id)
WHERE s.id IS NOT NULL OR area.id IS NOT NULL
ORDER BY country, is_sea, name;

-- name: site_of
-- The site of a container; parameters: container
SELECT coalesce('s' || h.freshwater_station_id, 'a' || c.area_id) AS key
FROM infrastructure_container c LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
WHERE c.id = %(container)s;

-- name: first_container
-- A container to begin with: the one at sea that held fish most often
SELECT c.id
FROM infrastructure_container c JOIN batch_batchcontainerassignment a ON a.container_id = c.id
GROUP BY c.id
ORDER BY (c.area_id IS NOT NULL) DESC, count(*) DESC, c.id
LIMIT 1;

-- name: containers
-- Containers of a site, with the number of stays in them; parameters: station, area (one is null)
SELECT c.id, c.name, count(a.id) AS stays
FROM infrastructure_container c
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN batch_batchcontainerassignment a ON a.container_id = c.id
WHERE h.freshwater_station_id = %(station)s::bigint OR c.area_id = %(area)s::bigint
GROUP BY c.id
ORDER BY c.id;

-- name: parameters
SELECT id, name, unit, optimal_min::float8 AS optimal_min, optimal_max::float8 AS optimal_max
FROM environmental_environmentalparameter
ORDER BY id;

-- name: measured
-- Which parameters were measured in one assignment; parameters: assignment, first, end
SELECT p.id
FROM environmental_environmentalparameter p
WHERE EXISTS (
    SELECT FROM environmental_environmentalreading r
    WHERE r.batch_container_assignment_id = %(assignment)s AND r.parameter_id = p.id
      AND r.reading_time >= %(first)s::timestamptz AND r.reading_time < %(end)s::timestamptz
);

-- name: stays
-- Who was in a container and when; parameters: container
SELECT a.id, b.batch_number, a.assignment_date, a.departure_date, stage."order" AS stage_order,
       stage.name AS stage, (a.updated_at AT TIME ZONE 'UTC')::date AS known_until
FROM batch_batchcontainerassignment a
JOIN batch_batch b ON b.id = a.batch_id
JOIN batch_lifecyclestage stage ON stage.id = a.lifecycle_stage_id
WHERE a.container_id = %(container)s
ORDER BY a.assignment_date;

-- name: readings
-- Readings of one parameter in some assignments, thinned to one row for each `bin`. Reads only the
-- months asked for, and in each only the readings of these assignments, which lie side by side;
-- parameters: assignments, parameter, first, end, bin
SELECT date_bin(%(bin)s::interval, reading_time, timestamptz '2001-01-01 00:00+00') AS at,
       avg(value)::float8 AS mean, min(value)::float8 AS low, max(value)::float8 AS high,
       count(*) AS readings
FROM environmental_environmentalreading
WHERE batch_container_assignment_id = ANY (%(assignments)s)
  AND parameter_id = %(parameter)s
  AND reading_time >= %(first)s::timestamptz AND reading_time < %(end)s::timestamptz
GROUP BY 1
ORDER BY 1;

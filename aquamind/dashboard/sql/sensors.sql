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

-- name: chosen
-- Containers by their ids, with their places: the station and hall, or the sea area; parameters:
-- containers
SELECT c.id, c.name, h.freshwater_station_id AS station_id, c.area_id,
       coalesce(s.name, area.name, '') AS site
FROM infrastructure_container c
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
LEFT JOIN infrastructure_area area ON area.id = c.area_id
WHERE c.id = ANY (%(containers)s)
ORDER BY array_position(%(containers)s::bigint[], c.id);

-- name: measured
-- Which parameters were measured in some assignments; parameters: assignments, first, end
SELECT p.id
FROM environmental_environmentalparameter p
WHERE EXISTS (
    SELECT FROM environmental_environmentalreading r
    WHERE r.batch_container_assignment_id = ANY (%(assignments)s) AND r.parameter_id = p.id
      AND r.reading_time >= %(first)s::timestamptz AND r.reading_time < %(end)s::timestamptz
);

-- name: stays
-- Which batches were in some containers and when; parameters: containers
SELECT a.id, a.container_id, b.batch_number, a.assignment_date, a.departure_date,
       stage."order" AS stage_order, stage.name AS stage,
       (a.updated_at AT TIME ZONE 'UTC')::date AS known_until
FROM batch_batchcontainerassignment a
JOIN batch_batch b ON b.id = a.batch_id
JOIN batch_lifecyclestage stage ON stage.id = a.lifecycle_stage_id
WHERE a.container_id = ANY (%(containers)s)
ORDER BY a.assignment_date, a.id;

-- name: readings
-- Readings of some parameters in some assignments, thinned to one row for each `bin`, container and
-- parameter. Reads only the months asked for, and in each only the readings of these assignments,
-- which lie side by side; parameters: assignments, parameters, first, end, bin
SELECT container_id, parameter_id,
       date_bin(%(bin)s::interval, reading_time, timestamptz '2001-01-01 00:00+00') AS at,
       avg(value)::float8 AS mean, min(value)::float8 AS low, max(value)::float8 AS high,
       count(*) AS readings
FROM environmental_environmentalreading
WHERE batch_container_assignment_id = ANY (%(assignments)s)
  AND parameter_id = ANY (%(parameters)s)
  AND reading_time >= %(first)s::timestamptz AND reading_time < %(end)s::timestamptz
GROUP BY 1, 2, 3
ORDER BY 3;

-- name: outages
-- Times in which a sensor said nothing though fish were there: more than four times as long, and
-- three hours more, than it waits on average; the same parameters as `readings` without bin
WITH steps AS (
    SELECT container_id, parameter_id, reading_time,
           reading_time - lag(reading_time) OVER (sensor ORDER BY reading_time) AS step,
           (max(reading_time) OVER sensor - min(reading_time) OVER sensor)
               / nullif(count(*) OVER sensor - 1, 0) AS wait
    FROM environmental_environmentalreading
    WHERE batch_container_assignment_id = ANY (%(assignments)s)
      AND parameter_id = ANY (%(parameters)s) AND NOT is_manual
      AND reading_time >= %(first)s::timestamptz AND reading_time < %(end)s::timestamptz
    WINDOW sensor AS (PARTITION BY batch_container_assignment_id, parameter_id)
)
SELECT container_id, parameter_id, reading_time - step AS first, reading_time AS last
FROM steps
WHERE step > 4 * wait AND step > wait + interval '3 hours'
ORDER BY 3, 1, 2;

-- name: calibrations
-- Days on which sensors of some containers were calibrated; parameters: containers, first, last
SELECT container_id, last_calibration_date AS day,
       string_agg(DISTINCT lower(replace(sensor_type, '_', ' ')), ', ') AS sensors
FROM infrastructure_historicalsensor
WHERE container_id = ANY (%(containers)s)
  AND last_calibration_date BETWEEN %(first)s::date AND %(last)s::date
GROUP BY 1, 2
ORDER BY 2, 1;

-- name: events
-- Storms, blooms and the like at the sites of some containers, as the health journal tells of them;
-- parameters: areas, stations, first, end
SELECT DISTINCT (j.entry_date AT TIME ZONE 'UTC')::date AS day, j.description,
       coalesce(area.name, s.name) AS site
FROM health_journalentry j
JOIN infrastructure_container c ON c.id = j.container_id
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
LEFT JOIN infrastructure_area area ON area.id = c.area_id
WHERE j.category = 'action'
  AND (c.area_id = ANY (%(areas)s) OR h.freshwater_station_id = ANY (%(stations)s))
  AND j.entry_date >= %(first)s::timestamptz AND j.entry_date < %(end)s::timestamptz
ORDER BY 1, 3, 2;

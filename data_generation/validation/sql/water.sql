-- name: readings_outside_assignment
-- Sensor readings that belong to no assignment, to another container or batch than their
-- assignment's, or to a time outside it; those of no batch count for whoever was in the container
SELECT coalesce(r.batch_id, a.batch_id, (
           SELECT max(w.batch_id) FROM batch_batchcontainerassignment w
           WHERE w.container_id = r.container_id AND r.reading_time >= w.assignment_date
             AND (w.departure_date IS NULL OR r.reading_time < w.departure_date + 1)
       )) AS batch_id,
       a.batch_id AS other_batch_id, r.id, r.reading_time, r.batch_container_assignment_id
FROM environmental_environmentalreading r
LEFT JOIN batch_batchcontainerassignment a ON a.id = r.batch_container_assignment_id
WHERE a.id IS NULL
   OR r.container_id IS DISTINCT FROM a.container_id
   OR r.batch_id IS DISTINCT FROM a.batch_id
   OR r.reading_time < a.assignment_date
   OR r.reading_time >= a.departure_date + 1;

-- name: readings_stored_late
-- Readings that were stored before they were taken, or more than an hour after
SELECT r.batch_id, r.container_id, r.id, r.reading_time, r.created_at
FROM environmental_environmentalreading r
WHERE r.created_at < r.reading_time OR r.created_at > r.reading_time + interval '1 hour';

-- name: readings_wrong_for_water
-- Readings of salinity in halls, of what is dissolved in hall water at sea, and of turbidity anywhere
SELECT r.batch_id, r.container_id, r.id, r.reading_time, p.name
FROM environmental_environmentalreading r
JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
JOIN infrastructure_container c ON c.id = r.container_id
WHERE p.name ILIKE '%%turbidity%%'
   OR (p.name = 'Salinity' AND c.area_id IS NULL)
   OR (p.name IN ('CO2', 'Nitrite', 'Nitrate', 'Ammonium') AND c.area_id IS NOT NULL);

-- name: readings_in_one_pass
-- At most how many readings each of the three checks above finds, and none only if it finds none, in
-- one pass over them: a series (what one assignment's readings of one parameter are) is looked at by
-- its ends
WITH series AS (
    SELECT batch_container_assignment_id, container_id, batch_id, parameter_id,
           count(*) AS readings, min(reading_time) AS first, max(reading_time) AS last,
           count(*) FILTER (
               WHERE created_at < reading_time OR created_at > reading_time + interval '1 hour'
           ) AS late
    FROM environmental_environmentalreading
    GROUP BY batch_container_assignment_id, container_id, batch_id, parameter_id
)
SELECT sum(s.readings) FILTER (
           WHERE a.id IS NULL
              OR s.container_id IS DISTINCT FROM a.container_id
              OR s.batch_id IS DISTINCT FROM a.batch_id
              OR s.first < a.assignment_date
              OR s.last >= a.departure_date + 1
       ) AS readings_outside_assignment,
       sum(s.late) AS readings_stored_late,
       sum(s.readings) FILTER (
           WHERE p.name ILIKE '%%turbidity%%'
              OR (p.name = 'Salinity' AND c.area_id IS NULL)
              OR (p.name IN ('CO2', 'Nitrite', 'Nitrate', 'Ammonium') AND c.area_id IS NOT NULL)
       ) AS readings_wrong_for_water
FROM series s
LEFT JOIN batch_batchcontainerassignment a ON a.id = s.batch_container_assignment_id
LEFT JOIN environmental_environmentalparameter p ON p.id = s.parameter_id
LEFT JOIN infrastructure_container c ON c.id = s.container_id;

-- name: sampled_in_one_pass
-- Readings of sensors on every thirtieth day, from a table that is in one piece
SELECT sensor_id, container_id, batch_id, parameter_id, reading_time, value
FROM environmental_environmentalreading
WHERE sensor_id IS NOT NULL AND (reading_time::date - '1970-01-08') %% 30 = 0;

-- name: sampled_by_month
-- The same from a table that is partitioned by month: of each such day only its month is looked at
SELECT r.*
FROM generate_series(
    (SELECT floor((min(assignment_date) - '1970-01-08') / 30.0)::int
     FROM batch_batchcontainerassignment),
    (SELECT floor((max(history_date)::date - '1970-01-08') / 30.0)::int
     FROM batch_historicalbatchcontainerassignment)
) n
CROSS JOIN LATERAL (
    SELECT sensor_id, container_id, batch_id, parameter_id, reading_time, value
    FROM environmental_environmentalreading
    WHERE reading_time >= ('1970-01-08'::date + 30 * n)::timestamptz
      AND reading_time < ('1970-01-09'::date + 30 * n)::timestamptz
      AND sensor_id IS NOT NULL
    OFFSET 0
) r;

-- name: sensors_apart
-- Temperature sensors whose mean of a day is far from the median of those in the same water; of every
-- thirtieth day, for a sensor that is off stays so
WITH daily AS (
    SELECT r.sensor_id, r.container_id, min(r.batch_id) AS batch_id, c.hall_id, c.area_id,
           r.reading_time::date AS day, avg(r.value)::float8 AS celsius
    FROM (
        {sampled}
    ) r
    JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
    JOIN infrastructure_container c ON c.id = r.container_id
    WHERE p.name = 'Temperature'
    GROUP BY r.sensor_id, r.container_id, c.hall_id, c.area_id, r.reading_time::date
),
middle AS (
    SELECT hall_id, area_id, day, count(*) AS sensors,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY celsius) AS celsius
    FROM daily GROUP BY hall_id, area_id, day
)
SELECT d.batch_id, d.container_id, d.sensor_id, d.day, d.celsius, m.celsius AS others
FROM daily d
JOIN middle m ON m.day = d.day AND m.sensors > 2
             AND (m.hall_id = d.hall_id OR m.area_id = d.area_id)
WHERE abs(d.celsius - m.celsius) > %(sensor_apart_c)s;

-- name: weather_missing
-- Days of an area, between the first and the last of which there is weather at all, without exactly
-- four observations
WITH found AS (
    SELECT area_id, timestamp::date AS day, count(*) AS observations
    FROM environmental_weatherdata GROUP BY area_id, timestamp::date
),
days AS (
    SELECT day::date
    FROM generate_series((SELECT min(day) FROM found), (SELECT max(day) FROM found), '1 day') day
)
SELECT a.area_id, days.day, coalesce(f.observations, 0) AS observations
FROM (SELECT DISTINCT area_id FROM found) a
CROSS JOIN days
LEFT JOIN found f ON f.area_id = a.area_id AND f.day = days.day
WHERE coalesce(f.observations, 0) <> 4;

-- name: photoperiod_missing
-- Days of an area with weather and without exactly one row of daylight
WITH found AS (
    SELECT area_id, date AS day, count(*) AS days
    FROM environmental_photoperioddata GROUP BY area_id, date
)
SELECT w.area_id, w.day, coalesce(f.days, 0) AS found
FROM (
    SELECT DISTINCT area_id, timestamp::date AS day FROM environmental_weatherdata
) w
LEFT JOIN found f ON f.area_id = w.area_id AND f.day = w.day
WHERE coalesce(f.days, 0) <> 1;

-- name: day_length_wrong
-- Rows of daylight whose hours do not belong to the area's latitude and the day (sunrise equation with
-- Cooper's declination, refraction included), by more than a quarter of an hour
WITH sun AS (
    SELECT p.id, p.area_id, p.date, p.day_length_hours::float8 AS hours,
           radians(a.latitude::float8) AS phi,
           radians(-23.44) * cos(2 * pi() * (extract(doy FROM p.date)::float8 + 10) / 365.25)
               AS delta
    FROM environmental_photoperioddata p JOIN infrastructure_area a ON a.id = p.area_id
)
SELECT area_id, id, date, hours,
       24 / pi() * acos(greatest(least((sin(radians(-0.833)) - sin(phi) * sin(delta))
                                       / (cos(phi) * cos(delta)), 1), -1)) AS expected
FROM sun
WHERE abs(hours - 24 / pi() * acos(greatest(least((sin(radians(-0.833)) - sin(phi) * sin(delta))
                                                  / (cos(phi) * cos(delta)), 1), -1))) > 0.25;

-- name: transition_water_wrong
-- Moves of fish without exactly one row on the water that they came into, or with salinity in a hall
SELECT t.destination_batch_id AS batch_id, t.id, t.transfer_date, count(w.id) AS rows,
       max(w.salinity) AS salinity
FROM batch_batchtransfer t
LEFT JOIN environmental_stagetransitionenvironmental w ON w.batch_transfer_id = t.id
LEFT JOIN batch_batchcontainerassignment a ON a.id = t.destination_assignment_id
LEFT JOIN infrastructure_container c ON c.id = a.container_id
WHERE t.transfer_type = 'LIFECYCLE'
GROUP BY t.id, c.area_id
HAVING count(w.id) <> 1
    OR (c.area_id IS NULL AND max(w.salinity) IS NOT NULL)
    OR (c.area_id IS NOT NULL AND max(w.salinity) IS NULL);

-- name: parameters
-- Keys of what sensors measure, by name
SELECT name, id, unit FROM environmental_environmentalparameter ORDER BY id;

-- name: readings
-- Means of one parameter in one container, by stretches of time; parameters: stays, starts, ends
-- (one container's assignment for each place and time), parameter, stretch (week, day)
SELECT stay.number, date_trunc(%(stretch)s, r.reading_time AT TIME ZONE 'UTC')::date AS day,
       avg(r.value)::float8 AS mean, min(r.value)::float8 AS low, max(r.value)::float8 AS high,
       count(*) AS readings
FROM unnest(%(stays)s::bigint[], %(starts)s::date[], %(ends)s::date[])
     WITH ORDINALITY AS stay (id, first_day, last_day, number)
CROSS JOIN LATERAL (
    SELECT x.reading_time, x.value
    FROM environmental_environmentalreading x
    WHERE x.batch_container_assignment_id = stay.id AND x.parameter_id = %(parameter)s
      AND x.reading_time >= stay.first_day::timestamptz
      AND x.reading_time < (stay.last_day + 1)::timestamptz
) AS r
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: sampled_month
-- Readings of a month: how many, without batch or assignment, and outside the limits that the
-- parameter has; parameters: first_day, next_day
SELECT count(*), count(*) FILTER (WHERE r.batch_id IS NULL
                                     OR r.batch_container_assignment_id IS NULL),
       count(*) FILTER (WHERE r.value < p.min_value OR r.value > p.max_value)
FROM environmental_environmentalreading r
JOIN environmental_environmentalparameter p ON p.id = r.parameter_id
WHERE r.reading_time >= %(first_day)s::date::timestamptz
  AND r.reading_time < %(next_day)s::date::timestamptz;

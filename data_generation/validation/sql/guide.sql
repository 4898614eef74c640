-- name: batches
-- All batches
SELECT id, batch_number FROM batch_batch ORDER BY start_date, batch_number;

-- name: lives
-- Each batch with its stage and its last day: the day it ended, or the last of which data tell
SELECT b.id, b.batch_number, b.status, s.name AS stage, b.start_date AS first_day,
       greatest(b.start_date, CASE
           WHEN b.status <> 'ACTIVE' AND b.actual_end_date IS NOT NULL THEN b.actual_end_date
           ELSE greatest(
               (SELECT max(assignment_date) FROM batch_batchcontainerassignment a
                WHERE a.batch_id = b.id),
               (SELECT max(event_date) FROM batch_mortalityevent m WHERE m.batch_id = b.id),
               (SELECT max(feeding_date) FROM inventory_feedingevent f WHERE f.batch_id = b.id),
               (SELECT max(reading_time) FROM environmental_environmentalreading r
                WHERE r.batch_id = b.id)::date
           )
       END) AS last_day
FROM batch_batch b
JOIN batch_lifecyclestage s ON s.id = b.lifecycle_stage_id
WHERE b.id = ANY (%(ids)s::bigint[])
ORDER BY b.start_date, b.batch_number;

-- name: assignment_days
-- For each day that an assignment lived, the readings of sensors due and those found, and whether it
-- was silent: no reading though several active sensors were there. The day of a move belongs to the
-- new assignment; more than is due counts as what is due
WITH batch AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(last_days)s::date[]) AS b (id, last_day)
),
lived AS (
    SELECT a.batch_id, a.id AS assignment_id, a.container_id, day::date AS day,
           sensors.active * %(readings_per_day)s AS due,
           sensors.active >= %(silent_sensors)s AS several
    FROM batch
    JOIN batch_batchcontainerassignment a ON a.batch_id = batch.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS active FROM infrastructure_sensor s
        WHERE s.container_id = a.container_id AND s.active
    ) sensors
    CROSS JOIN LATERAL generate_series(
        a.assignment_date, coalesce(a.departure_date - 1, batch.last_day), interval '1 day'
    ) AS day
),
read AS (
    SELECT batch_id, container_id, reading_time::date AS day, count(*) AS found
    FROM environmental_environmentalreading
    WHERE batch_id = ANY (%(ids)s::bigint[]) AND NOT is_manual
    GROUP BY batch_id, container_id, reading_time::date
)
SELECT l.batch_id, l.assignment_id, l.container_id, l.day,
       least(coalesce(r.found, 0), l.due) AS found, l.due,
       l.several AND r.found IS NULL AS silent
FROM lived l
LEFT JOIN read r ON r.batch_id = l.batch_id AND r.container_id = l.container_id AND r.day = l.day;

-- name: data_completeness
-- Readings due and found, days that assignments lived, and those of which there is no reading
SELECT batch_id, coalesce(sum(due), 0)::bigint AS due, coalesce(sum(found), 0)::bigint AS found,
       count(*) AS days, count(*) FILTER (WHERE silent) AS silent_days
FROM ({rows}) AS lived
GROUP BY batch_id;

-- name: incomplete_days
-- Days of assignments of which readings are missing, the emptiest first
SELECT * FROM ({rows}) AS lived WHERE found < due OR due = 0
ORDER BY found - due, batch_id, day;

-- name: silent_parameters
-- Days on which none of a batch's sensors of a parameter read anything, and there were several
WITH batch AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(last_days)s::date[]) AS b (id, last_day)
),
read AS (
    SELECT DISTINCT batch_id, parameter_id, reading_time::date AS day
    FROM environmental_environmentalreading
    WHERE batch_id = ANY (%(ids)s::bigint[])
),
sensors AS (
    SELECT DISTINCT batch_id, container_id, parameter_id
    FROM environmental_environmentalreading
    WHERE batch_id = ANY (%(ids)s::bigint[])
),
due AS (
    SELECT a.batch_id, s.parameter_id, day::date AS day, count(*) AS sensors
    FROM batch
    JOIN batch_batchcontainerassignment a ON a.batch_id = batch.id
    JOIN sensors s ON s.batch_id = a.batch_id AND s.container_id = a.container_id
    CROSS JOIN LATERAL generate_series(
        a.assignment_date, coalesce(a.departure_date - 1, batch.last_day), interval '1 day'
    ) AS day
    GROUP BY a.batch_id, s.parameter_id, day::date
    HAVING count(*) >= %(silent_sensors)s
)
SELECT due.batch_id, due.day, p.name AS parameter, due.sensors
FROM due
JOIN environmental_environmentalparameter p ON p.id = due.parameter_id
WHERE NOT EXISTS (
    SELECT FROM read r
    WHERE r.batch_id = due.batch_id AND r.parameter_id = due.parameter_id AND r.day = due.day
);

-- name: orphaned_readings
-- Readings tied to no batch or to no assignment; the batch is the one that they name, or that was
-- in the container at that time
SELECT coalesce(r.batch_id, a.batch_id, present.batch_id) AS batch_id, r.id, r.reading_time,
       r.sensor_id, r.batch_container_assignment_id
FROM environmental_environmentalreading r
LEFT JOIN batch_batchcontainerassignment a ON a.id = r.batch_container_assignment_id
LEFT JOIN infrastructure_sensor s ON s.id = r.sensor_id
LEFT JOIN LATERAL (
    SELECT w.batch_id FROM batch_batchcontainerassignment w
    WHERE w.container_id = coalesce(r.container_id, s.container_id)
      AND r.reading_time >= w.assignment_date
      AND (w.departure_date IS NULL OR r.reading_time < w.departure_date + 1)
    ORDER BY w.assignment_date DESC LIMIT 1
) present ON true
WHERE (r.batch_id IS NULL OR r.batch_container_assignment_id IS NULL)
  AND coalesce(r.batch_id, a.batch_id, present.batch_id) = ANY (%(ids)s::bigint[]);

-- name: silo_levels
-- What each silo of a batch's halls and berths held, in kg, from each moment of its stay on; lots
-- without a history count with what they hold now
WITH batch AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(last_days)s::date[]) AS b (id, last_day)
),
stays AS (
    SELECT a.batch_id, c.hall_id, c.area_id,
           (coalesce(substring(c.name FROM '\d{1,9}$')::int, 1) - 1) / %(berth_cages)s AS berth,
           min(a.assignment_date) AS first_day,
           max(coalesce(a.departure_date, batch.last_day)) AS last_day
    FROM batch
    JOIN batch_batchcontainerassignment a ON a.batch_id = batch.id
    JOIN infrastructure_container c ON c.id = a.container_id
    GROUP BY a.batch_id, c.hall_id, c.area_id, berth
),
silos AS (
    SELECT f.id, f.name, f.capacity_kg, s.batch_id, min(s.first_day) AS first_day,
           max(s.last_day) AS last_day
    FROM stays s
    JOIN infrastructure_feedcontainer f ON f.hall_id = s.hall_id
      OR (f.area_id = s.area_id
          AND s.berth
              = (coalesce(substring(f.name FROM '\d{1,9}$')::int, 1) - 1) / %(berth_silos)s)
    GROUP BY f.id, s.batch_id
),
states AS (
    SELECT id, feed_container_id, history_date AS moment, history_id,
           CASE WHEN history_type = '-' THEN 0 ELSE quantity_kg END AS kg
    FROM inventory_historicalfeedcontainerstock
    WHERE feed_container_id IN (SELECT id FROM silos)
    UNION ALL
    SELECT s.id, s.feed_container_id, s.entry_date, 0, s.quantity_kg
    FROM inventory_feedcontainerstock s
    WHERE s.feed_container_id IN (SELECT id FROM silos)
      AND NOT EXISTS (SELECT FROM inventory_historicalfeedcontainerstock h WHERE h.id = s.id)
),
steps AS (
    SELECT feed_container_id, moment, history_id, id,
           kg - lag(kg, 1, 0) OVER (PARTITION BY id ORDER BY moment, history_id) AS change
    FROM states
),
levels AS (
    SELECT feed_container_id, moment, sum(change) OVER line AS kg, lead(moment) OVER line AS until
    FROM steps
    WINDOW line AS (PARTITION BY feed_container_id ORDER BY moment, history_id, id)
)
SELECT s.batch_id, s.id AS feed_container_id, s.name, l.moment, l.kg, s.capacity_kg
FROM silos s
JOIN levels l ON l.feed_container_id = s.id
 AND l.moment < s.last_day + 1 AND (l.until IS NULL OR l.until >= s.first_day);

-- name: feed_containers
-- For each batch its fullest silo and the moment
SELECT DISTINCT ON (batch_id) batch_id, name, moment, kg, capacity_kg
FROM ({rows}) AS levels
ORDER BY batch_id, kg / nullif(capacity_kg, 0) DESC NULLS FIRST, moment;

-- name: overfull_silos
-- Moments at which a silo of a batch's halls and berths held more than its capacity
SELECT * FROM ({rows}) AS levels WHERE kg > capacity_kg ORDER BY batch_id, moment;

-- name: stage_transitions
-- Stages entered and stages due by age, whether they were entered one after the other, and whether
-- the batch's own row says a stage in which it has fish
WITH batch AS (
    SELECT b.id, b.last_day, own.status, own.lifecycle_stage_id
    FROM unnest(%(ids)s::bigint[], %(last_days)s::date[]) AS b (id, last_day)
    JOIN batch_batch own ON own.id = b.id
),
ranks AS (
    SELECT id, row_number() OVER line AS rank, count(*) OVER (PARTITION BY species_id) AS stages
    FROM batch_lifecyclestage
    WINDOW line AS (PARTITION BY species_id ORDER BY "order")
),
entered AS (
    SELECT a.batch_id, r.rank, max(r.stages) AS stages, min(a.assignment_date) AS day
    FROM batch
    JOIN batch_batchcontainerassignment a ON a.batch_id = batch.id
    JOIN ranks r ON r.id = a.lifecycle_stage_id
    GROUP BY a.batch_id, r.rank
),
ordered AS (
    SELECT *, day >= lag(day, 1, day) OVER line
              AND rank = lag(rank, 1, rank - 1) OVER line + 1 AS in_turn
    FROM entered
    WINDOW line AS (PARTITION BY batch_id ORDER BY rank)
),
passed AS (
    SELECT batch_id, count(*) AS passed, min(rank) AS first, max(rank) AS last,
           max(stages) AS stages, min(day) AS began, bool_and(in_turn) AS in_order
    FROM ordered GROUP BY batch_id
),
latest AS (
    -- The most days after which the stage of a rank is entered, counted from the first.
    SELECT rank + 1 AS rank, sum(days + %(stage_wait_days)s) OVER (ORDER BY rank) AS days
    FROM unnest(%(stage_days)s::int[]) WITH ORDINALITY AS s (days, rank)
)
SELECT batch.id AS batch_id, coalesce(p.passed, 0) AS passed,
       coalesce(p.in_order, false) AS in_order,
       CASE WHEN batch.status = 'COMPLETED' THEN p.stages - p.first + 1
            ELSE 1 + (
                SELECT count(*) FROM latest l
                WHERE l.rank > p.first AND l.rank <= p.stages
                  AND l.days - coalesce((SELECT f.days FROM latest f WHERE f.rank = p.first), 0)
                      <= batch.last_day - p.began
            ) END AS due,
       coalesce(bool_or(a.lifecycle_stage_id = batch.lifecycle_stage_id) FILTER (WHERE a.is_active),
                max(r.rank) = p.last, false) AS row_agrees
FROM batch
LEFT JOIN passed p ON p.batch_id = batch.id
LEFT JOIN batch_batchcontainerassignment a ON a.batch_id = batch.id
LEFT JOIN ranks r ON r.id = batch.lifecycle_stage_id
GROUP BY batch.id, batch.status, batch.last_day, p.passed, p.in_order, p.first, p.last, p.stages,
         p.began;

-- name: stages_entered
-- The stages of a batch, and the days on which it entered and left them
SELECT b.batch_number, s.name AS stage, min(a.assignment_date) AS entered,
       max(a.departure_date) AS left_on, bool_or(a.is_active) AS still_there
FROM batch_batchcontainerassignment a
JOIN batch_batch b ON b.id = a.batch_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
WHERE b.id = ANY (%(ids)s::bigint[])
GROUP BY b.batch_number, s.name, s."order"
ORDER BY b.batch_number, s."order";

-- name: survival_rate
-- Eggs, fish alive, harvested and dead, and those dead before the day to which the range applies;
-- without a history of the first day, eggs are the sum of what became of them
WITH placed AS (
    SELECT h.batch_id, sum(h.population_count) AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
      AND b.id = ANY (%(ids)s::bigint[])
    GROUP BY h.batch_id
),
alive AS (
    SELECT batch_id, sum(population_count) AS fish
    FROM batch_batchcontainerassignment WHERE is_active GROUP BY batch_id
),
dead AS (
    SELECT m.batch_id, sum(m.count) AS fish,
           sum(m.count) FILTER (WHERE m.event_date < b.start_date + %(survival_day)s) AS early
    FROM batch_mortalityevent m JOIN batch_batch b ON b.id = m.batch_id
    WHERE b.id = ANY (%(ids)s::bigint[])
    GROUP BY m.batch_id
),
harvested AS (
    SELECT e.batch_id, sum(l.unit_count) AS fish
    FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
    GROUP BY e.batch_id
)
SELECT b.id AS batch_id, b.batch_number, coalesce(alive.fish, 0)::bigint AS alive,
       coalesce(harvested.fish, 0)::bigint AS harvested, coalesce(dead.fish, 0)::bigint AS dead,
       coalesce(dead.early, 0)::bigint AS dead_early,
       coalesce(placed.fish, coalesce(alive.fish, 0) + coalesce(harvested.fish, 0)
                             + coalesce(dead.fish, 0))::bigint AS eggs
FROM batch_batch b
LEFT JOIN placed ON placed.batch_id = b.id
LEFT JOIN alive ON alive.batch_id = b.id
LEFT JOIN dead ON dead.batch_id = b.id
LEFT JOIN harvested ON harvested.batch_id = b.id
WHERE b.id = ANY (%(ids)s::bigint[]);

-- name: audit_trail
-- History rows of a batch and of what hangs on it; parts: one for each history that is kept
SELECT batch_id, sum(rows)::bigint AS rows
FROM (
    {parts}
) AS counted
WHERE batch_id = ANY (%(ids)s::bigint[])
GROUP BY batch_id;

-- name: audit_of_batches
-- History rows of batches
SELECT id AS batch_id, count(*) AS rows FROM batch_historicalbatch GROUP BY id;

-- name: audit_of_stays
-- History rows of their assignments
SELECT batch_id, count(*) FROM batch_historicalbatchcontainerassignment GROUP BY batch_id;

-- name: audit_of_moves
-- History rows of transfers, for the batch that the fish came to
SELECT destination_batch_id, count(*) FROM batch_historicalbatchtransfer
GROUP BY destination_batch_id;

-- name: audit_of_samples
-- History rows of growth samples
SELECT a.batch_id, count(*)
FROM batch_historicalgrowthsample s
JOIN batch_batchcontainerassignment a ON a.id = s.assignment_id
GROUP BY a.batch_id;

-- name: audit_of_deaths
-- History rows of deaths
SELECT batch_id, count(*) FROM batch_historicalmortalityevent GROUP BY batch_id;

-- name: audit_of_meals
-- History rows of meals
SELECT batch_id, count(*) FROM inventory_historicalfeedingevent GROUP BY batch_id;

-- name: audit_of_harvests
-- History rows of harvests
SELECT batch_id, count(*) FROM harvest_historicalharvestevent GROUP BY batch_id;

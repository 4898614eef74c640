-- name: feedings_outside_assignment
-- Feeding events without an assignment, or outside its dates, or with another batch or container
SELECT f.batch_id, f.id, f.feeding_date, f.batch_assignment_id
FROM inventory_feedingevent f
LEFT JOIN batch_batchcontainerassignment a ON a.id = f.batch_assignment_id
WHERE a.id IS NULL
   OR f.container_id <> a.container_id
   OR f.batch_id <> a.batch_id
   OR f.feeding_date < a.assignment_date
   OR f.feeding_date > a.departure_date;

-- name: samples_outside_assignment
-- Growth samples outside their assignment's dates
SELECT a.batch_id, s.id, s.sample_date, s.assignment_id
FROM batch_growthsample s
LEFT JOIN batch_batchcontainerassignment a ON a.id = s.assignment_id
WHERE a.id IS NULL
   OR s.sample_date < a.assignment_date
   OR s.sample_date > a.departure_date;

-- name: mortalities_outside_assignment
-- Mortality events without an assignment, outside its dates, or of another batch
SELECT m.batch_id, m.id, m.event_date, m.assignment_id
FROM batch_mortalityevent m
LEFT JOIN batch_batchcontainerassignment a ON a.id = m.assignment_id
WHERE a.id IS NULL
   OR m.batch_id <> a.batch_id
   OR m.event_date < a.assignment_date
   OR m.event_date > a.departure_date;

-- name: fish_created_or_lost
-- Batches whose eggs are not the sum of fish alive, dead and harvested
WITH eggs AS MATERIALIZED (
    SELECT h.batch_id, sum(h.population_count) AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
    GROUP BY h.batch_id
),
alive AS MATERIALIZED (
    SELECT batch_id, sum(population_count) AS fish
    FROM batch_batchcontainerassignment
    GROUP BY batch_id
),
dead AS MATERIALIZED (
    SELECT batch_id, sum(count) AS fish FROM batch_mortalityevent GROUP BY batch_id
),
harvested AS MATERIALIZED (
    SELECT e.batch_id, sum(l.unit_count) AS fish
    FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
    GROUP BY e.batch_id
)
SELECT b.id AS batch_id, b.batch_number, eggs.fish AS eggs, alive.fish AS alive, dead.fish AS dead,
       harvested.fish AS harvested
FROM batch_batch b
LEFT JOIN eggs ON eggs.batch_id = b.id
LEFT JOIN alive ON alive.batch_id = b.id
LEFT JOIN dead ON dead.batch_id = b.id
LEFT JOIN harvested ON harvested.batch_id = b.id
WHERE coalesce(eggs.fish, 0) <>
      coalesce(alive.fish, 0) + coalesce(dead.fish, 0) + coalesce(harvested.fish, 0);

-- name: fish_created_or_lost_on_a_day
-- Days at whose end a batch's eggs are not the sum of its fish alive, dead and harvested so far
WITH states AS (
    SELECT DISTINCT ON (id, history_date::date)
           batch_id, history_date::date AS day, population_count, is_active
    FROM batch_historicalbatchcontainerassignment
    ORDER BY id, history_date::date, history_date DESC, history_id DESC
),
alive AS (
    SELECT batch_id, day, sum(population_count) FILTER (WHERE is_active) AS fish
    FROM states GROUP BY batch_id, day
),
eggs AS (
    SELECT h.batch_id, sum(h.population_count) AS fish
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
    GROUP BY h.batch_id
),
gone AS (
    SELECT batch_id, day, sum(fish) AS fish
    FROM (
        SELECT batch_id, event_date AS day, count::bigint AS fish FROM batch_mortalityevent
        UNION ALL
        SELECT e.batch_id, e.event_date::date, l.unit_count
        FROM harvest_harvestlot l JOIN harvest_harvestevent e ON e.id = l.event_id
    ) losses
    GROUP BY batch_id, day
),
running AS (
    SELECT a.batch_id, a.day, coalesce(a.fish, 0) AS alive,
           sum(coalesce(g.fish, 0)) OVER (PARTITION BY a.batch_id ORDER BY a.day) AS gone
    FROM alive a LEFT JOIN gone g ON g.batch_id = a.batch_id AND g.day = a.day
)
SELECT r.batch_id, r.day, e.fish AS eggs, r.alive, r.gone
FROM running r JOIN eggs e ON e.batch_id = r.batch_id
WHERE e.fish <> r.alive + r.gone;

-- name: feed_lots_unbalanced
-- Lots whose feed received is not what is left, was fed and was written off
WITH received AS (
    SELECT id, quantity_kg FROM inventory_historicalfeedcontainerstock WHERE history_type = '+'
),
fed AS (
    SELECT feed_stock_id AS id, sum(amount_kg) AS kg
    FROM inventory_feedingevent GROUP BY feed_stock_id
)
SELECT s.feed_container_id, s.id, received.quantity_kg AS received, s.quantity_kg AS left_kg,
       fed.kg AS fed, s.written_off_kg
FROM inventory_feedcontainerstock s
LEFT JOIN received ON received.id = s.id
LEFT JOIN fed ON fed.id = s.id
WHERE received.quantity_kg IS DISTINCT FROM
      s.quantity_kg + coalesce(fed.kg, 0) + coalesce(s.written_off_kg, 0)
   OR s.quantity_kg < 0;

-- name: purchases_not_received
-- Purchases that differ from what came into silos; but for opening stock that a clean-up took
-- away, which initialize_master_data puts back
SELECT min(r.feed_container_id) AS feed_container_id, p.id, p.quantity_kg,
       sum(r.quantity_kg) AS received
FROM inventory_feedpurchase p
LEFT JOIN inventory_historicalfeedcontainerstock r
       ON r.feed_purchase_id = p.id AND r.history_type = '+'
GROUP BY p.id, p.quantity_kg
HAVING p.quantity_kg IS DISTINCT FROM sum(r.quantity_kg)
   AND NOT (p.batch_number LIKE 'INIT-%%' AND count(r.id) = 0);

-- name: feed_not_bought
-- Feedings of no lot, of another feed than the lot's, or before the lot was bought
SELECT f.batch_id, f.id, f.feeding_date, f.amount_kg, f.feed_stock_id
FROM inventory_feedingevent f
LEFT JOIN inventory_feedcontainerstock s ON s.id = f.feed_stock_id
LEFT JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id
WHERE p.id IS NULL OR p.feed_id <> f.feed_id OR p.purchase_date > f.feeding_date;

-- name: silos_over_or_under
-- Moments at which a silo held more than its capacity or less than nothing
WITH states AS (
    SELECT id, feed_container_id, history_date, history_id,
           CASE WHEN history_type = '-' THEN 0 ELSE quantity_kg END AS kg
    FROM inventory_historicalfeedcontainerstock
),
steps AS (
    SELECT feed_container_id, history_date, history_id,
           kg - lag(kg, 1, 0) OVER (PARTITION BY id ORDER BY history_date, history_id) AS change
    FROM states
),
held AS (
    SELECT feed_container_id, history_date,
           sum(change) OVER (
               PARTITION BY feed_container_id ORDER BY history_date, history_id
           ) AS kg
    FROM steps
)
SELECT h.feed_container_id, h.history_date, h.kg, c.capacity_kg
FROM held h JOIN infrastructure_feedcontainer c ON c.id = h.feed_container_id
WHERE h.kg > c.capacity_kg OR h.kg < 0;

-- name: two_batches_in_a_container
-- Containers that held fish of two batches on one day
SELECT a.batch_id, b.batch_id AS other_batch_id, a.id, b.id AS other, a.container_id
FROM batch_batchcontainerassignment a
JOIN batch_batchcontainerassignment b
  ON b.container_id = a.container_id AND b.id > a.id AND b.batch_id <> a.batch_id
WHERE daterange(a.assignment_date, a.departure_date, '[]')
   && daterange(b.assignment_date, b.departure_date, '[]');

-- name: duplicate_readings
-- Two readings of one sensor at one moment
SELECT sensor_id, reading_time, count(*)
FROM environmental_environmentalreading
WHERE sensor_id IS NOT NULL
GROUP BY sensor_id, reading_time
HAVING count(*) > 1;

-- name: history_incomplete
-- Rows of tracked tables whose history has not exactly one creation row, or ends in another state
{branches};

-- name: histories_as_many
-- Whether a table has as many rows of history as rows
SELECT (SELECT count(*) FROM {history}) = (SELECT count(*) FROM {table});

-- name: histories_equal
-- Whether each row of a table has a creation row in its history that says the same; counted, so that
-- tables are hashed and not looked up row by row
SELECT count(*) = (SELECT count(*) FROM {table})
FROM {table} t
WHERE EXISTS (
    SELECT FROM {history} h
    WHERE h.{key} = t.{key} AND h.history_type = '+'
      AND ({columns_there}) IS NOT DISTINCT FROM ({columns_here})
);

-- name: history_of_no_table
-- The rows of the check above if there is nothing to look at
SELECT NULL::text AS source, NULL::bigint AS id, NULL::bigint AS batch_id,
       NULL::bigint AS feed_container_id, NULL::bigint AS container_id, NULL::bigint AS area_id
WHERE false;

-- name: history_of_a_table
-- The branch of the check above for one table; its batch, silo, container or area by its own columns
SELECT {name} AS source, coalesce(t.{key}, h.{key}) AS id, {batch} AS batch_id,
       {silo} AS feed_container_id, {container} AS container_id, {area} AS area_id
FROM (SELECT * FROM {table} WHERE {theirs}) t
FULL JOIN (
    SELECT DISTINCT ON (h.{key}) h.*, last.created
    FROM (
        SELECT {key}, max(history_date) AS moment,
               count(*) FILTER (WHERE history_type = '+') AS created
        FROM {history} WHERE {theirs} GROUP BY {key}
    ) last
    JOIN {history} h ON h.{key} = last.{key} AND h.history_date = last.moment
    ORDER BY h.{key}, h.history_id DESC
) h ON h.{key} = t.{key}
WHERE CASE WHEN t.{key} IS NULL THEN h.history_type <> '-'
           ELSE h.created IS DISTINCT FROM 1 OR h.history_type = '-'
                OR ({columns_there}) IS DISTINCT FROM ({columns_here}) END

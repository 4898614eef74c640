-- name: first_batch_in
-- A batch that has or had fish in one of the containers; parameters: containers
SELECT b.batch_number
FROM batch_batchcontainerassignment a JOIN batch_batch b ON b.id = a.batch_id
WHERE a.container_id = ANY (%(containers)s)
ORDER BY a.id
LIMIT 1;

-- name: assigned
-- Days on which containers hold fish, but for the batches named; an open end is null. Fish in a
-- tank that is none of these keep all of these in its hall from being used; parameters: containers,
-- but_for
SELECT a.container_id, a.assignment_date, a.departure_date
FROM batch_batchcontainerassignment a JOIN batch_batch b ON b.id = a.batch_id
WHERE a.container_id = ANY (%(containers)s) AND b.batch_number <> ALL (%(but_for)s)
UNION ALL
SELECT c.id, a.assignment_date, a.departure_date
FROM batch_batchcontainerassignment a
JOIN infrastructure_container stranger ON stranger.id = a.container_id
JOIN infrastructure_container c
    ON c.hall_id = stranger.hall_id AND c.id = ANY (%(containers)s)
WHERE stranger.id <> ALL (%(containers)s);

-- name: lots
-- Feed in silos, of the lots whose keys lie in some spans: keys of lot and purchase, the silo, what is
-- left in kg, when it came and when it last changed; parameters: silos, and firsts, lasts (arrays of
-- equal length)
SELECT s.id, s.feed_purchase_id, s.feed_container_id, s.quantity_kg, s.entry_date, s.updated_at
FROM inventory_feedcontainerstock s
WHERE s.feed_container_id = ANY (%(silos)s)
  AND EXISTS (SELECT FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS span (first, last)
              WHERE s.id BETWEEN span.first AND span.last);

-- name: kept
-- Days on which containers are kept for batches that are being generated, rest included;
-- parameters: containers
SELECT s.container_id, s.first_day, s.last_day
FROM data_generation.stay s JOIN data_generation.run r ON r.id = s.run_id
WHERE s.container_id = ANY (%(containers)s) AND r.finished_at IS NULL;

-- name: insert_stays
-- parameters: run, and containers, first_days, last_days (arrays of equal length)
INSERT INTO data_generation.stay (run_id, container_id, first_day, last_day)
SELECT %(run)s, s.*
FROM unnest(%(containers)s::bigint[], %(first_days)s::date[], %(last_days)s::date[]) AS s;

-- name: numbers
-- Numbers and start dates of the batches whose number begins so; parameters: pattern
SELECT batch_number, start_date FROM batch_batch WHERE batch_number LIKE %(pattern)s;

-- name: reserved_numbers
-- The same of batches that are being generated; parameters: pattern
SELECT batch_number, date '1970-01-01' + (itinerary ->> 'start_day')::int
FROM data_generation.run
WHERE kind = 'batch' AND finished_at IS NULL AND batch_number LIKE %(pattern)s;

-- name: forsaken
-- Batch runs whose batch was stored and has been deleted since
SELECT r.id
FROM data_generation.run r
WHERE r.kind = 'batch'
  AND EXISTS (SELECT FROM data_generation.unit u
              WHERE u.run_id = r.id AND u.kind = 'ledger' AND u.state = 'done')
  AND NOT EXISTS (SELECT FROM batch_batch b WHERE b.batch_number = r.batch_number);

-- name: silos_to_open
-- Which of the silos hold their opening stock as it was first written; parameters: silos, notes
SELECT DISTINCT s.feed_container_id
FROM inventory_feedcontainerstock s JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id
WHERE s.feed_container_id = ANY (%(silos)s) AND p.notes = %(notes)s;

-- name: drop_opening_stock
-- Deletes the opening stock that awaits the first batch in these silos, with its history: the
-- batch's own run delivers it, dated for its arrival; parameters: silos, notes
WITH waiting AS MATERIALIZED (
    SELECT s.id AS stock, p.id AS purchase
    FROM inventory_feedcontainerstock s JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id
    WHERE s.feed_container_id = ANY (%(silos)s) AND p.notes = %(notes)s
),
stock AS (
    DELETE FROM inventory_feedcontainerstock WHERE id IN (SELECT stock FROM waiting)
),
purchase AS (
    DELETE FROM inventory_feedpurchase WHERE id IN (SELECT purchase FROM waiting)
),
stock_history AS (
    DELETE FROM inventory_historicalfeedcontainerstock WHERE id IN (SELECT stock FROM waiting)
)
DELETE FROM inventory_historicalfeedpurchase WHERE id IN (SELECT purchase FROM waiting);

-- name: drop_eggs_without_batch
-- Deletes eggs whose identifiers begin so and whose batch somebody deleted, with what is known of the
-- supplier's lot, and their history; parameters: eggs
WITH unused AS MATERIALIZED (
    SELECT e.id
    FROM broodstock_eggproduction e
    WHERE starts_with(e.egg_batch_id, %(eggs)s)
      AND NOT EXISTS (SELECT FROM broodstock_batchparentage p WHERE p.egg_production_id = e.id)
),
bought AS (
    DELETE FROM broodstock_externaleggbatch WHERE egg_production_id IN (SELECT id FROM unused)
    RETURNING id
),
bought_history AS (
    DELETE FROM broodstock_historicalexternaleggbatch WHERE id IN (SELECT id FROM bought)
),
eggs AS (
    DELETE FROM broodstock_eggproduction WHERE id IN (SELECT id FROM unused)
)
DELETE FROM broodstock_historicaleggproduction WHERE id IN (SELECT id FROM unused);

-- name: set_capacities
-- Sets the capacity of silos that hold no more than that, and writes their history;
-- parameters: silos, capacities (arrays of equal length), moment
WITH wanted AS (
    SELECT * FROM unnest(%(silos)s::bigint[], %(capacities)s::numeric[]) AS w (id, capacity_kg)
),
held AS (
    SELECT feed_container_id AS id, sum(quantity_kg) AS kg
    FROM inventory_feedcontainerstock WHERE feed_container_id = ANY (%(silos)s)
    GROUP BY feed_container_id
),
changed AS (
    UPDATE infrastructure_feedcontainer c
    SET capacity_kg = wanted.capacity_kg, updated_at = greatest(c.updated_at, %(moment)s)
    FROM wanted LEFT JOIN held USING (id)
    WHERE c.id = wanted.id AND coalesce(held.kg, 0) <= wanted.capacity_kg
    RETURNING c.*
)
INSERT INTO infrastructure_historicalfeedcontainer
    (id, name, container_type, capacity_kg, active, area_id, hall_id, created_at, updated_at,
     history_date, history_change_reason, history_type, history_user_id)
SELECT id, name, container_type, capacity_kg, active, area_id, hall_id, created_at, updated_at,
       updated_at, 'Capacity as configured', '~', NULL
FROM changed;

-- name: known_purchases
-- Which of these purchases are stored; parameters: numbers
SELECT batch_number FROM inventory_feedpurchase WHERE batch_number = ANY (%(numbers)s);

-- name: drop_purchases_without_stock
-- Deletes those of these purchases whose stock is gone, with their history; parameters: numbers
WITH gone AS (
    DELETE FROM inventory_feedpurchase p
    WHERE p.batch_number = ANY (%(numbers)s)
      AND NOT EXISTS (SELECT FROM inventory_feedcontainerstock s WHERE s.feed_purchase_id = p.id)
    RETURNING p.id
)
DELETE FROM inventory_historicalfeedpurchase WHERE id IN (SELECT id FROM gone);

-- name: undo_calibrations
-- Gives sensors back what they said before runs calibrated them, by the last row of their history that
-- is no calibration; parameters: reason
UPDATE infrastructure_sensor s
SET last_calibration_date = before.last_calibration_date, updated_at = before.updated_at
FROM (
    SELECT DISTINCT ON (id) id, last_calibration_date, updated_at
    FROM infrastructure_historicalsensor
    WHERE history_change_reason IS DISTINCT FROM %(reason)s
    ORDER BY id, history_date DESC, history_id DESC
) before
WHERE before.id = s.id
  AND EXISTS (SELECT FROM infrastructure_historicalsensor h
              WHERE h.id = s.id AND h.history_change_reason = %(reason)s);

-- name: drop_calibrations
-- Deletes what the history of sensors says of calibrations; parameters: reason
DELETE FROM infrastructure_historicalsensor WHERE history_change_reason = %(reason)s;

-- name: numbers_of
-- Numbers of stored batches that begin with one of the prefixes and years; parameters: beginnings
SELECT batch_number FROM batch_batch
WHERE batch_number ^@ ANY (%(beginnings)s)
ORDER BY batch_number;

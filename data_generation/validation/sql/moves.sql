-- name: transfers_differ
-- Moves that do not fit the assignments that they connect: fish lost on the way, another number or day
-- at the arrival, or fish that came from nowhere. A container may be filled from several, on one day
-- or on several; its assignment begins with the first of them.
WITH moves AS (
    SELECT t.*, max(t.source_count) OVER whole
           - sum(t.transferred_count + t.mortality_count) OVER whole AS remaining,
           max(t.transfer_date) OVER whole AS last_date,
           min(t.transfer_date) OVER filled AS first_date,
           min(t.transferred_count) OVER filled_today AS arrived_least,
           sum(t.transferred_count) OVER filled_today AS arrived_today
    FROM batch_batchtransfer t
    WINDOW whole AS (PARTITION BY t.source_assignment_id),
           filled AS (PARTITION BY t.destination_assignment_id),
           filled_today AS (PARTITION BY t.destination_assignment_id, t.transfer_date)
)
SELECT t.destination_batch_id AS batch_id, t.id, t.transfer_date, t.source_count,
       t.transferred_count, t.mortality_count, t.remaining, came.population_count AS came,
       d.assignment_date, s.departure_date
FROM moves t
JOIN batch_batchcontainerassignment s ON s.id = t.source_assignment_id
JOIN batch_batchcontainerassignment d ON d.id = t.destination_assignment_id
LEFT JOIN batch_historicalbatchcontainerassignment came
       ON came.id = d.id AND came.history_type = '+'
WHERE t.source_count < t.transferred_count + t.mortality_count
   OR (t.remaining <> 0 AND s.departure_date IS NOT NULL)
   OR (t.transfer_date = t.first_date
       AND came.population_count NOT BETWEEN t.arrived_least AND t.arrived_today)
   OR d.assignment_date <> t.first_date OR s.departure_date < t.last_date
   OR s.batch_id <> t.source_batch_id OR d.batch_id <> t.destination_batch_id
UNION ALL
SELECT a.batch_id, a.id, a.assignment_date, NULL, NULL, NULL, NULL, came.population_count,
       a.assignment_date, a.departure_date
FROM batch_batchcontainerassignment a
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
JOIN batch_historicalbatchcontainerassignment came
  ON came.id = a.id AND came.history_type = '+' AND came.population_count > 0
WHERE s."order" > (SELECT min("order") FROM batch_lifecyclestage)
  AND NOT EXISTS (SELECT FROM batch_batchtransfer t WHERE t.destination_assignment_id = a.id);

-- name: assignment_state_wrong
-- Assignments that are active and departed, departed before they began, hold fish after their
-- departure, or whose biomass is not their fish times their weight
SELECT batch_id, id, is_active, assignment_date, departure_date, population_count, biomass_kg,
       avg_weight_g
FROM batch_batchcontainerassignment
WHERE is_active <> (departure_date IS NULL) OR departure_date < assignment_date
   OR (NOT is_active AND population_count > 0)
   OR abs(biomass_kg - population_count * avg_weight_g / 1000) > 0.01 + population_count * 0.00001;

-- name: batch_state_wrong
-- Batches that are over without an end date or with fish, that live without fish, or whose stage is not
-- one in which they have fish
SELECT b.id AS batch_id, b.batch_number, b.status, b.actual_end_date, live.containers, s.name
FROM batch_batch b
JOIN batch_lifecyclestage s ON s.id = b.lifecycle_stage_id
LEFT JOIN (
    SELECT batch_id, count(*) FILTER (WHERE is_active) AS containers,
           max(departure_date) AS last_day,
           array_agg(lifecycle_stage_id) FILTER (WHERE is_active) AS stages
    FROM batch_batchcontainerassignment GROUP BY batch_id
) live ON live.batch_id = b.id
WHERE (b.status = 'ACTIVE') <> (b.actual_end_date IS NULL)
   OR (b.status = 'ACTIVE') <> (coalesce(live.containers, 0) > 0)
   OR (b.status = 'ACTIVE' AND b.lifecycle_stage_id <> ALL (live.stages))
   OR (b.status <> 'ACTIVE' AND b.actual_end_date <> live.last_day);

-- name: too_many_batches
-- Batches that started while as many as the farm takes were live already, of those looked at
SELECT b.id AS batch_id, b.batch_number, b.start_date, count(*) AS live
FROM batch_batch b
JOIN batch_batch o ON o.id <> b.id AND o.start_date <= b.start_date
 AND (o.start_date, o.id) < (b.start_date, b.id)
 AND (o.actual_end_date IS NULL OR o.actual_end_date > b.start_date)
 AND (%(batches)s::bigint[] IS NULL OR o.id = ANY (%(batches)s::bigint[]))
GROUP BY b.id
HAVING count(*) >= %(max_live_batches)s;

-- name: feed_summaries_differ
-- Feeding summaries of containers and batches whose kilograms are not those of the feedings in their
-- time; a summary of at most seven days is one of a calendar week, a longer one of a stay or stage
WITH weeks AS MATERIALIZED (
    SELECT batch_assignment_id AS assignment_id, date_trunc('week', feeding_date) AS week,
           sum(amount_kg) AS kg
    FROM inventory_feedingevent
    GROUP BY batch_assignment_id, date_trunc('week', feeding_date)
),
stays AS (
    SELECT assignment_id, sum(kg) AS kg FROM weeks GROUP BY assignment_id
),
running AS (
    -- What a batch had been fed by the end of a day: a difference of two is what it was fed between.
    SELECT batch_id, feeding_date AS day,
           sum(sum(amount_kg)) OVER (PARTITION BY batch_id ORDER BY feeding_date) AS kg,
           lead(feeding_date, 1, 'infinity') OVER (PARTITION BY batch_id ORDER BY feeding_date)
               AS next_day
    FROM inventory_feedingevent
    GROUP BY batch_id, feeding_date
),
batch_sums AS (
    SELECT s.id, coalesce(last.kg, 0) - coalesce(before.kg, 0) AS kg
    FROM inventory_batchfeedingsummary s
    LEFT JOIN running last ON last.batch_id = s.batch_id
         AND s.period_end >= last.day AND s.period_end < last.next_day
    LEFT JOIN running before ON before.batch_id = s.batch_id
         AND s.period_start > before.day AND s.period_start <= before.next_day
)
SELECT s.batch_id, 'container' AS of, s.id, s.period_start, s.period_end, s.total_feed_kg,
       coalesce(w.kg, 0) AS fed
FROM inventory_containerfeedingsummary s
LEFT JOIN weeks w ON w.assignment_id = s.container_assignment_id
                 AND w.week = date_trunc('week', s.period_end)
WHERE s.period_end - s.period_start < 7 AND abs(s.total_feed_kg - coalesce(w.kg, 0)) > 0.005
UNION ALL
SELECT s.batch_id, 'container', s.id, s.period_start, s.period_end, s.total_feed_kg,
       coalesce(f.kg, 0)
FROM inventory_containerfeedingsummary s
LEFT JOIN stays f ON f.assignment_id = s.container_assignment_id
WHERE s.period_end - s.period_start >= 7 AND abs(s.total_feed_kg - coalesce(f.kg, 0)) > 0.005
UNION ALL
SELECT s.batch_id, 'batch', s.id, s.period_start, s.period_end, s.total_feed_kg,
       coalesce(b.kg, 0)
FROM inventory_batchfeedingsummary s JOIN batch_sums b ON b.id = s.id
WHERE abs(s.total_feed_kg - coalesce(b.kg, 0)) > 0.005;

-- name: feed_after_expiry
-- Feedings from a lot after its feed had expired
SELECT f.batch_id, f.id, f.feeding_date, p.expiry_date
FROM inventory_feedpurchase p
JOIN inventory_feedcontainerstock s ON s.feed_purchase_id = p.id
JOIN inventory_feedingevent f ON f.feed_stock_id = s.id
WHERE f.feeding_date > p.expiry_date;

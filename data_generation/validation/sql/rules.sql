-- name: hall_without_rest
-- Halls that took a batch less than the grace days after the last one left
WITH stays AS (
    SELECT c.hall_id, a.batch_id, min(a.assignment_date) AS first_day,
           max(coalesce(a.departure_date, 'infinity'::date)) AS last_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.hall_id IS NOT NULL
    GROUP BY c.hall_id, a.batch_id
),
gaps AS (
    SELECT hall_id, batch_id, first_day,
           lag(last_day) OVER (PARTITION BY hall_id ORDER BY first_day) AS left_on
    FROM stays
)
SELECT hall_id, batch_id, first_day, left_on FROM gaps
WHERE left_on = 'infinity' OR first_day - left_on < %(grace_days)s;

-- name: area_without_fallow
-- Sea areas that took a batch before they had lain fallow for their country's days
WITH stays AS (
    SELECT c.area_id, a.batch_id, min(a.assignment_date) AS first_day,
           max(coalesce(a.departure_date, 'infinity'::date)) AS last_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL
    GROUP BY c.area_id, a.batch_id
),
gaps AS (
    SELECT area_id, batch_id, first_day,
           lag(last_day) OVER (PARTITION BY area_id ORDER BY first_day) AS left_on
    FROM stays
),
fallow AS (
    SELECT g.id, f.days
    FROM infrastructure_geography g
    JOIN unnest(%(geographies)s::text[], %(fallow_days)s::int[]) AS f (name, days)
      ON f.name = g.name
)
SELECT gaps.area_id, gaps.batch_id, gaps.first_day, gaps.left_on
FROM gaps
JOIN infrastructure_area area ON area.id = gaps.area_id
JOIN fallow ON fallow.id = area.geography_id
WHERE gaps.left_on = 'infinity' OR gaps.first_day - gaps.left_on < fallow.days;

-- name: stages_out_of_order
-- Transfers that do not go one stage on
SELECT t.id, s.name AS from_stage, d.name AS to_stage
FROM batch_batchtransfer t
JOIN batch_lifecyclestage s ON s.id = t.source_lifecycle_stage_id
JOIN batch_lifecyclestage d ON d.id = t.destination_lifecycle_stage_id
WHERE t.transfer_type = 'LIFECYCLE' AND d."order" <> s."order" + 1;

-- name: stage_in_wrong_place
-- Assignments of sea fish in halls, or of freshwater fish in cages
SELECT a.id, s.name, c.hall_id, c.area_id
FROM batch_batchcontainerassignment a
JOIN infrastructure_container c ON c.id = a.container_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
WHERE (s.name = 'Adult') <> (c.area_id IS NOT NULL);

-- name: wrong_parameter_for_water
-- Sensors of salinity in halls, or of carbon dioxide and nitrogen at sea, or of turbidity
SELECT s.id, s.name
FROM infrastructure_sensor s
JOIN infrastructure_container c ON c.id = s.container_id
WHERE (s.sensor_type = 'SALINITY' AND c.hall_id IS NOT NULL)
   OR (s.sensor_type IN ('CO2', 'OTHER') AND c.area_id IS NOT NULL)
   OR s.name ILIKE '%%turbidity%%';

-- name: harvest_lots_differ
-- Harvest events that took more or fewer fish than were in the cage
SELECT e.id, e.assignment_id, sum(l.unit_count) AS harvested, before.population_count
FROM harvest_harvestevent e
JOIN harvest_harvestlot l ON l.event_id = e.id
JOIN LATERAL (
    SELECT h.population_count
    FROM batch_historicalbatchcontainerassignment h
    WHERE h.id = e.assignment_id AND h.history_date < e.event_date
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) before ON true
GROUP BY e.id, e.assignment_id, before.population_count
HAVING sum(l.unit_count) <> before.population_count;

-- name: delivered_too_soon
-- Feed that came into a silo less than the delivery time after its order
SELECT p.id, p.purchase_date, s.entry_date
FROM inventory_feedpurchase p
JOIN inventory_feedcontainerstock s ON s.feed_purchase_id = p.id
WHERE s.entry_date::date - p.purchase_date < %(delivery_days)s;

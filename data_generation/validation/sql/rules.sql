-- name: hall_without_rest
-- Halls that took a batch less than the grace days after another left
WITH stays AS (
    SELECT c.hall_id, a.batch_id, min(a.assignment_date) AS first_day,
           max(coalesce(a.departure_date, 'infinity'::date)) AS last_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.hall_id IS NOT NULL
    GROUP BY c.hall_id, a.batch_id
)
SELECT later.batch_id, earlier.batch_id AS other_batch_id, later.hall_id, later.first_day,
       earlier.last_day AS left_on
FROM stays later
JOIN stays earlier ON earlier.hall_id = later.hall_id
WHERE (earlier.first_day, earlier.batch_id) < (later.first_day, later.batch_id)
  AND later.first_day < earlier.last_day + %(grace_days)s;

-- name: area_without_fallow
-- Berths of sea areas, or areas of one berth, that took a batch before they had lain fallow for
-- their country's days; a berth's cages are numbered one after the other
WITH stays AS (
    SELECT c.area_id, a.batch_id,
           (coalesce(substring(c.name FROM '\d{1,9}$')::int, 1) - 1) / %(berth_cages)s AS berth,
           min(a.assignment_date) AS first_day,
           max(coalesce(a.departure_date, 'infinity'::date)) AS last_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL
    GROUP BY c.area_id, berth, a.batch_id
),
fallow AS (
    SELECT area.id AS area_id, f.days
    FROM infrastructure_area area
    JOIN infrastructure_geography g ON g.id = area.geography_id
    JOIN unnest(%(geographies)s::text[], %(fallow_days)s::int[]) AS f (name, days)
      ON f.name = g.name
)
SELECT later.batch_id, earlier.batch_id AS other_batch_id, later.area_id, later.berth,
       later.first_day, earlier.last_day AS left_on
FROM stays later
JOIN stays earlier ON earlier.area_id = later.area_id AND earlier.berth = later.berth
JOIN fallow ON fallow.area_id = later.area_id
WHERE (earlier.first_day, earlier.batch_id) < (later.first_day, later.batch_id)
  AND later.first_day < earlier.last_day + fallow.days;

-- name: stages_out_of_order
-- Transfers that do not go one stage on
SELECT t.destination_batch_id AS batch_id, t.source_batch_id AS other_batch_id, t.id,
       s.name AS from_stage, d.name AS to_stage
FROM batch_batchtransfer t
JOIN batch_lifecyclestage s ON s.id = t.source_lifecycle_stage_id
JOIN batch_lifecyclestage d ON d.id = t.destination_lifecycle_stage_id
WHERE t.transfer_type = 'LIFECYCLE' AND d."order" <> s."order" + 1;

-- name: stage_in_wrong_place
-- Assignments of sea fish in halls, or of freshwater fish in cages
SELECT a.batch_id, a.id, s.name, c.hall_id, c.area_id
FROM batch_batchcontainerassignment a
JOIN infrastructure_container c ON c.id = a.container_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
WHERE (s.name = 'Adult') <> (c.area_id IS NOT NULL);

-- name: container_overfull
-- Containers and sea areas that at a day's end held more fish, in kilograms, than they are made for, and
-- cages with more for each m³ than the fish's mean weight allows
WITH states AS (
    SELECT DISTINCT ON (id, history_date::date)
           batch_id, container_id, history_date::date AS day, biomass_kg, population_count, is_active
    FROM batch_historicalbatchcontainerassignment
    ORDER BY id, history_date::date, history_date DESC, history_id DESC
),
held AS MATERIALIZED (
    SELECT s.batch_id, s.container_id, c.area_id, s.day, sum(s.biomass_kg) AS kg,
           sum(s.population_count) AS fish, c.max_biomass_kg, c.volume_m3
    FROM states s JOIN infrastructure_container c ON c.id = s.container_id
    WHERE s.is_active
    GROUP BY s.batch_id, s.container_id, s.day, c.id
)
SELECT batch_id, container_id, area_id, day, kg, max_biomass_kg AS at_most
FROM held WHERE kg > max_biomass_kg
UNION ALL
SELECT h.batch_id, h.container_id, h.area_id, h.day, h.kg, d.kg_m3::numeric * h.volume_m3
FROM held h
JOIN LATERAL (
    SELECT min(x.kg_m3) AS kg_m3
    FROM unnest(%(density_up_to_g)s::float8[], %(density_kg_m3)s::float8[]) AS x (up_to_g, kg_m3)
    WHERE x.up_to_g >= 1000 * h.kg / nullif(h.fish, 0)
) d ON true
WHERE h.area_id IS NOT NULL AND h.kg <= h.max_biomass_kg AND h.kg > d.kg_m3 * h.volume_m3
UNION ALL
SELECT min(h.batch_id), NULL, h.area_id, h.day, sum(h.kg), a.max_biomass
FROM held h JOIN infrastructure_area a ON a.id = h.area_id
GROUP BY h.area_id, h.day, a.max_biomass
HAVING sum(h.kg) > a.max_biomass;

-- name: perhaps_overfull
-- What could break the rule above if fish were, from the first to the last day that a stay's history tells
-- of, always as many and as heavy as on their fullest: stays with more than their container takes, other
-- stays in a container on a stay's first day, first days on which an area would hold too much. Nothing of
-- these, and nothing was ever overfull.
WITH stays AS (
    -- A weight a little lower than it was, so that no rounding puts fish into a looser class.
    SELECT h.id, h.container_id, min(h.history_date)::date AS first_day,
           max(h.history_date)::date AS last_day, max(h.biomass_kg) AS kg,
           max(h.biomass_kg / (%(density_kg_m3)s::float8[])[1 + width_bucket(
               990 * h.biomass_kg::float8 / h.population_count, %(density_up_to_g)s::float8[]
           )]) FILTER (WHERE h.population_count > 0) AS needed_m3
    FROM batch_historicalbatchcontainerassignment h
    WHERE h.is_active
    GROUP BY h.id, h.container_id
),
held AS (
    SELECT s.*, c.area_id, c.max_biomass_kg, c.volume_m3
    FROM stays s JOIN infrastructure_container c ON c.id = s.container_id
)
SELECT (
    SELECT count(*) FROM held
    WHERE kg > max_biomass_kg OR (area_id IS NOT NULL AND needed_m3 > volume_m3)
), (
    SELECT count(*) FROM held s JOIN held o ON o.container_id = s.container_id AND o.id <> s.id
    WHERE s.first_day BETWEEN o.first_day AND o.last_day
), (
    SELECT count(*) FROM (
        SELECT s.id FROM held s
        JOIN held o ON o.area_id = s.area_id AND s.first_day BETWEEN o.first_day AND o.last_day
        JOIN infrastructure_area a ON a.id = s.area_id
        GROUP BY s.id, s.container_id, a.max_biomass
        HAVING sum(o.kg) > a.max_biomass
    ) crowded
);

-- name: wrong_parameter_for_water
-- Sensors of salinity in halls, or of carbon dioxide and nitrogen at sea, or of turbidity
SELECT s.container_id, s.id, s.name
FROM infrastructure_sensor s
JOIN infrastructure_container c ON c.id = s.container_id
WHERE (s.sensor_type = 'SALINITY' AND c.hall_id IS NOT NULL)
   OR (s.sensor_type IN ('CO2', 'OTHER') AND c.area_id IS NOT NULL)
   OR s.name ILIKE '%%turbidity%%';

-- name: harvest_lots_differ
-- Harvest events that took more or fewer fish than were in the cage
SELECT e.batch_id, e.id, e.assignment_id, sum(l.unit_count) AS harvested, before.population_count
FROM harvest_harvestevent e
JOIN harvest_harvestlot l ON l.event_id = e.id
JOIN LATERAL (
    SELECT h.population_count
    FROM batch_historicalbatchcontainerassignment h
    WHERE h.id = e.assignment_id AND h.history_date < e.event_date
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) before ON true
GROUP BY e.batch_id, e.id, e.assignment_id, before.population_count
HAVING sum(l.unit_count) <> before.population_count;

-- name: delivered_too_soon
-- Feed that came into a silo less than the delivery time after its order
SELECT s.feed_container_id, p.id, p.purchase_date, s.entry_date
FROM inventory_feedpurchase p
JOIN inventory_feedcontainerstock s ON s.feed_purchase_id = p.id
WHERE s.entry_date::date - p.purchase_date < %(delivery_days)s;

-- name: feed_not_first_in_first_out
-- Feedings from a lot while a lot of the same feed in the same hall or berth, which had come on an
-- earlier day, had stock left at the end of the day
WITH emptied AS (
    SELECT id, min(history_date) AS moment
    FROM inventory_historicalfeedcontainerstock
    WHERE quantity_kg = 0 OR history_type = '-'
    GROUP BY id
),
lots AS (
    SELECT s.id, s.entry_date::date AS came_on, p.feed_id, c.hall_id, c.area_id,
           (coalesce(substring(c.name FROM '\d{1,9}$')::int, 1) - 1)
               / CASE WHEN c.area_id IS NULL THEN 2147483647 ELSE %(berth_silos)s END AS berth,
           coalesce(e.moment::date, 'infinity'::date) AS empty_on
    FROM inventory_feedcontainerstock s
    JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id
    JOIN infrastructure_feedcontainer c ON c.id = s.feed_container_id
    LEFT JOIN emptied e ON e.id = s.id
),
lines AS (
    SELECT id, max(empty_on) OVER (
               PARTITION BY feed_id, hall_id, area_id, berth ORDER BY came_on
               RANGE BETWEEN UNBOUNDED PRECEDING AND interval '1 day' PRECEDING
           ) AS older_until
    FROM lots
)
SELECT f.batch_id, f.id, f.feeding_date, f.feed_stock_id, lines.older_until
FROM inventory_feedingevent f JOIN lines ON lines.id = f.feed_stock_id
WHERE f.feeding_date < lines.older_until;

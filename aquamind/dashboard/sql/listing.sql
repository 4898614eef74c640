-- name: batches
-- All batches with what is alive and harvested of them, the newest first. The country is that of
-- the place where the batch began
WITH live AS (
    SELECT batch_id, sum(population_count)::bigint AS fish, sum(biomass_kg)::float8 AS biomass_kg
    FROM batch_batchcontainerassignment
    WHERE departure_date IS NULL
    GROUP BY batch_id
), began AS (
    SELECT DISTINCT ON (a.batch_id) a.batch_id, g.name AS country,
           coalesce(s.name, area.name) AS site
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
    LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
    LEFT JOIN infrastructure_area area ON area.id = c.area_id
    LEFT JOIN infrastructure_geography g ON g.id = coalesce(s.geography_id, area.geography_id)
    ORDER BY a.batch_id, a.assignment_date, a.id
), eggs AS (
    SELECT p.batch_id, sum(e.egg_count)::bigint AS eggs
    FROM broodstock_batchparentage p
    JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
    GROUP BY p.batch_id
), cut AS (
    SELECT e.batch_id, sum(l.unit_count)::bigint AS fish, sum(l.live_weight_kg)::float8 AS kg
    FROM harvest_harvestevent e JOIN harvest_harvestlot l ON l.event_id = e.id
    GROUP BY e.batch_id
)
SELECT b.id, b.batch_number, coalesce(began.country, '') AS country, coalesce(began.site, '') AS site,
       b.status, b.start_date, b.actual_end_date, stage."order" AS stage_order,
       stage.name AS stage, eggs.eggs, coalesce(live.fish, 0) AS alive,
       coalesce(live.biomass_kg, 0) AS biomass_kg, coalesce(cut.fish, 0) AS harvested,
       coalesce(cut.kg, 0) AS harvested_kg
FROM batch_batch b
JOIN batch_lifecyclestage stage ON stage.id = b.lifecycle_stage_id
LEFT JOIN live ON live.batch_id = b.id
LEFT JOIN began ON began.batch_id = b.id
LEFT JOIN eggs ON eggs.batch_id = b.id
LEFT JOIN cut ON cut.batch_id = b.id
ORDER BY b.start_date DESC, b.batch_number;

-- name: feed
-- Feed given to batches in all their lives, in kg; parameters: batches
SELECT batch_id, sum(amount_kg)::float8 AS kg
FROM inventory_feedingevent
WHERE batch_id = ANY (%(batches)s)
GROUP BY batch_id;

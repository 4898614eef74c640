-- name: places
-- Halls and sea areas in which containers stand: country, name, kind of container, how many, and
-- whether it is at sea. The kind is that of which the place has most
SELECT place.sea, place.id, g.name AS geography, place.site, place.name,
       mode() WITHIN GROUP (ORDER BY t.name) AS kind, count(*)::int AS containers
FROM (
    SELECT false AS sea, h.id, s.geography_id, s.name AS site, h.name
    FROM infrastructure_hall h
    JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
    UNION ALL
    SELECT true, a.id, a.geography_id, a.name, a.name FROM infrastructure_area a
) AS place
JOIN infrastructure_geography g ON g.id = place.geography_id
JOIN infrastructure_container c
  ON CASE WHEN place.sea THEN c.area_id ELSE c.hall_id END = place.id
JOIN infrastructure_containertype t ON t.id = c.container_type_id
GROUP BY place.sea, place.id, g.name, place.site, place.name
ORDER BY place.sea, g.name, place.site, place.name, place.id;

-- name: sizes
-- Stations, areas, cages, containers, sensors and silos that stand
SELECT (SELECT count(*) FROM infrastructure_freshwaterstation),
       (SELECT count(*) FROM infrastructure_area),
       (SELECT count(*) FROM infrastructure_container WHERE area_id IS NOT NULL),
       (SELECT count(*) FROM infrastructure_container),
       (SELECT count(*) FROM infrastructure_sensor),
       (SELECT count(*) FROM infrastructure_feedcontainer WHERE hall_id IS NOT NULL);

-- name: batches
-- Every batch in the order of its start
SELECT b.id, b.batch_number, b.status, b.start_date, b.actual_end_date
FROM batch_batch b
ORDER BY b.start_date, b.id;

-- name: stays
-- When each assignment held fish: batch, place, container, stage; without an end it still does
SELECT a.id, a.batch_id, a.container_id, c.area_id IS NOT NULL AS sea,
       coalesce(c.area_id, c.hall_id) AS place, s.name AS stage, s."order" AS stage_order,
       a.assignment_date, a.departure_date,
       CASE WHEN a.is_active THEN a.population_count ELSE 0 END AS alive,
       CASE WHEN a.is_active THEN a.biomass_kg ELSE 0 END::float8 AS biomass_kg
FROM batch_batchcontainerassignment a
JOIN infrastructure_container c ON c.id = a.container_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
WHERE coalesce(c.area_id, c.hall_id) IS NOT NULL
ORDER BY a.assignment_date, a.id;

-- name: eggs
-- Fish with which each batch began
SELECT a.batch_id, sum(h.population_count)::bigint AS fish
FROM batch_batch b
JOIN batch_batchcontainerassignment a
  ON a.batch_id = b.id AND a.assignment_date = b.start_date
JOIN LATERAL (
    SELECT h.population_count FROM batch_historicalbatchcontainerassignment h
    WHERE h.id = a.id AND h.history_type = '+'
      AND h.history_date >= b.start_date AND h.history_date < b.start_date + 2
    LIMIT 1
) h ON true
GROUP BY a.batch_id
ORDER BY a.batch_id;

-- name: egg_sources
-- Batches by where their eggs came from
SELECT CASE WHEN bool_or(e.source_type = 'external') THEN 'external' ELSE 'internal' END, p.batch_id
FROM broodstock_batchparentage p
JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
GROUP BY p.batch_id
ORDER BY p.batch_id;

-- name: harvests
-- What was harvested, by batch, country, month and grade
SELECT e.batch_id, g.name AS geography, date_trunc('month', e.event_date AT TIME ZONE 'UTC')::date,
       p.name AS grade, p.id AS grade_order, sum(l.unit_count)::bigint AS fish,
       sum(l.live_weight_kg)::float8 AS live_kg,
       coalesce(sum(l.gutted_weight_kg), 0)::float8 AS gutted_kg
FROM harvest_harvestlot l
JOIN harvest_harvestevent e ON e.id = l.event_id
JOIN harvest_productgrade p ON p.id = l.product_grade_id
JOIN batch_batchcontainerassignment a ON a.id = e.assignment_id
JOIN infrastructure_container c ON c.id = a.container_id
LEFT JOIN infrastructure_area ar ON ar.id = c.area_id
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
JOIN infrastructure_geography g ON g.id = coalesce(ar.geography_id, s.geography_id)
GROUP BY e.batch_id, g.name, 3, p.name, p.id
ORDER BY 3, e.batch_id, p.id;

-- name: sales
-- What each batch brought
SELECT e.batch_id, sum(t.amount)::float8
FROM finance_intercompanytransaction t
JOIN harvest_harvestevent e ON e.id = t.event_id
WHERE t.amount IS NOT NULL
GROUP BY e.batch_id
ORDER BY e.batch_id;

-- name: feeding
-- Feed given by month and batch, at sea and in fresh water: kg, cost, meals; summed by container
-- before anything is joined: millions of rows
WITH given AS MATERIALIZED (
    SELECT batch_id, container_id, date_trunc('month', feeding_date::timestamp) AS month,
           sum(amount_kg) AS kg, coalesce(sum(feed_cost), 0) AS cost, count(*) AS meals,
           max(feeding_date) AS last_day
    FROM inventory_feedingevent
    GROUP BY 1, 2, 3
)
SELECT g.month::date, g.batch_id, c.area_id IS NOT NULL AS sea, sum(g.kg)::float8,
       sum(g.cost)::float8, sum(g.meals)::bigint, max(g.last_day)
FROM given g
JOIN infrastructure_container c ON c.id = g.container_id
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- name: deliveries
-- Feed filled into silos by month and size of pellet: kg, cost, lots
SELECT date_trunc('month', s.entry_date AT TIME ZONE 'UTC')::date AS month, f.size_category,
       sum(h.quantity_kg)::float8 AS kg, sum(h.quantity_kg * p.cost_per_kg)::float8 AS cost,
       count(*) AS lots
FROM inventory_feedcontainerstock s
JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id
JOIN inventory_feed f ON f.id = p.feed_id
JOIN inventory_historicalfeedcontainerstock h ON h.id = s.id AND h.history_type = '+'
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: purchases
-- Feed bought by month: kg, cost, purchases
SELECT date_trunc('month', purchase_date::timestamp)::date AS month, sum(quantity_kg)::float8 AS kg,
       sum(quantity_kg * cost_per_kg)::float8 AS cost, count(*) AS purchases
FROM inventory_feedpurchase
GROUP BY 1
ORDER BY 1;

-- name: silos
-- What is in the silos now, what was written off, how much they hold. AquaMind's own schema has no
-- column for what was written off: null there
SELECT coalesce(sum(s.quantity_kg), 0)::float8,
       CASE WHEN count(*) = 0 THEN 0
            ELSE sum((to_jsonb(s) ->> 'written_off_kg')::numeric) END::float8,
       (SELECT coalesce(sum(capacity_kg), 0)::float8 FROM infrastructure_feedcontainer)
FROM inventory_feedcontainerstock s;

-- name: written_off
-- Feed written off by the month in which the lot last changed
SELECT date_trunc('month', s.updated_at AT TIME ZONE 'UTC')::date AS month,
       sum((to_jsonb(s) ->> 'written_off_kg')::numeric)::float8 AS kg
FROM inventory_feedcontainerstock s
WHERE (to_jsonb(s) ->> 'written_off_kg')::numeric > 0
GROUP BY 1
ORDER BY 1;

-- name: conversion
-- Feed and growth of the containers' weekly summaries by month and stage
SELECT date_trunc('month', f.period_end::timestamp)::date AS month, s.name AS stage,
       s."order" AS stage_order, sum(f.total_feed_kg)::float8 AS feed_kg,
       sum(f.growth_kg)::float8 AS growth_kg
FROM inventory_containerfeedingsummary f
JOIN batch_batchcontainerassignment a ON a.id = f.container_assignment_id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
WHERE f.period_end - f.period_start < 7 AND f.growth_kg IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 3;

-- Check feed inventory levels
SELECT 
    fc.name,
    fc.capacity_kg / 1000 as capacity_tonnes,
    COALESCE(SUM(fcs.quantity_kg), 0) / 1000 as current_tonnes,
    ROUND(COALESCE(SUM(fcs.quantity_kg), 0) / fc.capacity_kg * 100, 1) as pct_full
FROM infrastructure_feedcontainer fc
LEFT JOIN inventory_feedcontainerstock fcs ON fcs.feed_container_id = fc.id
GROUP BY fc.id, fc.name, fc.capacity_kg
ORDER BY fc.name
LIMIT 20;

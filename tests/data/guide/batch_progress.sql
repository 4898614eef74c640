-- Check batch progress
SELECT 
    b.batch_number,
    b.lifecycle_stage_id,
    ls.name as stage,
    COUNT(DISTINCT er.id) as env_readings,
    COUNT(DISTINCT fe.id) as feeding_events
FROM batch_batch b
LEFT JOIN batch_lifecyclestage ls ON b.lifecycle_stage_id = ls.id
LEFT JOIN environmental_environmentalreading er ON er.batch_id = b.id
LEFT JOIN inventory_feedingevent fe ON fe.batch_id = b.id
WHERE b.batch_number LIKE 'FI-2024-%'
GROUP BY b.batch_number, b.lifecycle_stage_id, ls.name;

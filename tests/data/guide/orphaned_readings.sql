-- Check for orphaned readings
SELECT COUNT(*) as orphaned_readings
FROM environmental_environmentalreading
WHERE batch_id IS NULL;

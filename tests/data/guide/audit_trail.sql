-- Check audit trail activity
SELECT 
    'Batch' as model,
    COUNT(*) as history_records
FROM batch_historicalbatch
UNION ALL
SELECT 
    'Assignment',
    COUNT(*)
FROM batch_historicalbatchcontainerassignment
UNION ALL
SELECT 
    'Mortality',
    COUNT(*)
FROM batch_historicalmortalityevent;

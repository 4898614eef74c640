-- name: faults
-- Rows that should not be, in tables small enough to count: stays with wrong dates, lots below zero,
-- samples outside their stay, lice in fresh water
SELECT
    (SELECT count(*) FROM batch_batchcontainerassignment a
     JOIN batch_batch b ON b.id = a.batch_id
     WHERE a.assignment_date < b.start_date OR a.departure_date < a.assignment_date) AS stays,
    (SELECT count(*) FROM inventory_feedcontainerstock WHERE quantity_kg < 0) AS silos,
    (SELECT count(*) FROM batch_growthsample s
     JOIN batch_batchcontainerassignment a ON a.id = s.assignment_id
     WHERE s.sample_date < a.assignment_date OR s.sample_date > a.departure_date) AS samples,
    (SELECT count(*) FROM health_licecount l
     JOIN infrastructure_container c ON c.id = l.container_id WHERE c.hall_id IS NOT NULL) AS lice;

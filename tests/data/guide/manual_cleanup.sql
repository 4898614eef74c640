-- Delete all batch data
DELETE FROM batch_mortalityevent;
DELETE FROM batch_growthsample;
DELETE FROM environmental_environmentalreading;
DELETE FROM inventory_feedingevent;
DELETE FROM health_journalentry;
DELETE FROM batch_batchcontainerassignment;
DELETE FROM batch_batch;

-- Delete auto-generated feed purchases
DELETE FROM inventory_feedpurchase WHERE batch_number LIKE 'AUTO-%';

-- Delete feed stock
DELETE FROM inventory_feedcontainerstock;

-- Delete historical records
DELETE FROM batch_historicalbatch;
DELETE FROM batch_historicalbatchcontainerassignment;
DELETE FROM batch_historicalmortalityevent;
DELETE FROM environmental_historicalenvironmentalreading;
DELETE FROM inventory_historicalfeedingevent;

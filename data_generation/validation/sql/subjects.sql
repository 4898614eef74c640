-- name: batches
-- batches
SELECT FROM batch_batch
WHERE (%(batches)s::bigint[] IS NULL OR id = ANY (%(batches)s::bigint[]));

-- name: stays
-- stays of a batch in a container
SELECT FROM batch_batchcontainerassignment
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: states_of_stays
-- history of stays
SELECT FROM batch_historicalbatchcontainerassignment
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: stays_at_sea
-- stays at sea
SELECT FROM batch_batchcontainerassignment a
JOIN infrastructure_container c ON c.id = a.container_id AND c.area_id IS NOT NULL
WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]));

-- name: moves
-- moves of fish
SELECT FROM batch_batchtransfer
WHERE (%(batches)s::bigint[] IS NULL OR destination_batch_id = ANY (%(batches)s::bigint[]));

-- name: readings
-- readings
SELECT FROM environmental_environmentalreading
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: feedings
-- feedings
SELECT FROM inventory_feedingevent
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: growth_samples
-- growth samples
SELECT FROM batch_growthsample t
JOIN batch_batchcontainerassignment a ON a.id = t.assignment_id
WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]));

-- name: deaths
-- deaths
SELECT FROM batch_mortalityevent
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: death_records
-- deaths or their records
SELECT FROM batch_mortalityevent
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
UNION ALL
SELECT FROM health_mortalityrecord
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: health_rows
-- treatments, lice counts or journal entries
SELECT FROM health_journalentry
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
UNION ALL
SELECT FROM health_treatment
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
UNION ALL
SELECT FROM health_licecount
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: health_samplings
-- health samplings
SELECT FROM health_healthsamplingevent t
JOIN batch_batchcontainerassignment a ON a.id = t.assignment_id
WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]));

-- name: lab_samples
-- lab samples
SELECT FROM health_healthlabsample t
JOIN batch_batchcontainerassignment a ON a.id = t.batch_container_assignment_id
WHERE (%(batches)s::bigint[] IS NULL OR a.batch_id = ANY (%(batches)s::bigint[]));

-- name: treatments
-- treatments
SELECT FROM health_treatment
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: vaccinations
-- vaccinations
SELECT FROM health_treatment
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[])) AND vaccination_type_id IS NOT NULL;

-- name: lice_counts
-- lice counts
SELECT FROM health_licecount
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: diagnoses
-- diagnoses, or deaths of a disease
SELECT FROM health_journalentry
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[])) AND category = 'diagnosis'
UNION ALL
SELECT FROM health_mortalityrecord m
JOIN health_mortalityreason r ON r.id = m.reason_id AND r.name = ANY (%(diseases)s::text[])
WHERE (%(batches)s::bigint[] IS NULL OR m.batch_id = ANY (%(batches)s::bigint[]));

-- name: lots
-- lots of feed
SELECT FROM inventory_feedcontainerstock
WHERE (%(batches)s::bigint[] IS NULL OR feed_container_id = ANY (%(silos)s::bigint[]));

-- name: states_of_lots
-- history of lots of feed
SELECT FROM inventory_historicalfeedcontainerstock
WHERE (%(batches)s::bigint[] IS NULL OR feed_container_id = ANY (%(silos)s::bigint[]));

-- name: purchases
-- purchases of feed
SELECT FROM inventory_feedpurchase p
LEFT JOIN inventory_feedcontainerstock s ON s.feed_purchase_id = p.id
WHERE (%(batches)s::bigint[] IS NULL OR s.feed_container_id = ANY (%(silos)s::bigint[]));

-- name: feed_summaries
-- feeding summaries
SELECT FROM inventory_containerfeedingsummary
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]))
UNION ALL
SELECT FROM inventory_batchfeedingsummary
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: harvests
-- harvests
SELECT FROM harvest_harvestevent
WHERE (%(batches)s::bigint[] IS NULL OR batch_id = ANY (%(batches)s::bigint[]));

-- name: harvest_lots
-- harvested lots
SELECT FROM harvest_harvestlot t
JOIN harvest_harvestevent e ON e.id = t.event_id
WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]));

-- name: sales
-- sales
SELECT FROM finance_intercompanytransaction t
JOIN harvest_harvestevent e ON e.id = t.event_id
WHERE (%(batches)s::bigint[] IS NULL OR e.batch_id = ANY (%(batches)s::bigint[]));

-- name: eggs
-- egg productions
SELECT FROM broodstock_eggproduction t
LEFT JOIN broodstock_batchparentage p ON p.egg_production_id = t.id
WHERE (%(batches)s::bigint[] IS NULL OR p.batch_id = ANY (%(batches)s::bigint[]));

-- name: pairs
-- breeding pairs
SELECT FROM broodstock_eggproduction t
LEFT JOIN broodstock_batchparentage p ON p.egg_production_id = t.id
WHERE (%(batches)s::bigint[] IS NULL OR p.batch_id = ANY (%(batches)s::bigint[])) AND t.pair_id IS NOT NULL;

-- name: parents
-- broodstock fish
SELECT FROM broodstock_broodstockfish
WHERE (%(batches)s::bigint[] IS NULL OR container_id = ANY (%(containers)s::bigint[]));

-- name: weather
-- weather
SELECT FROM environmental_weatherdata
WHERE (%(batches)s::bigint[] IS NULL OR area_id = ANY (%(areas)s::bigint[]));

-- name: daylight
-- rows of daylight
SELECT FROM environmental_photoperioddata
WHERE (%(batches)s::bigint[] IS NULL OR area_id = ANY (%(areas)s::bigint[]));

-- name: sensors
-- sensors
SELECT FROM infrastructure_sensor
WHERE (%(batches)s::bigint[] IS NULL OR container_id = ANY (%(containers)s::bigint[]));

-- name: batch
-- One batch by its number; parameters: number
SELECT b.id, b.batch_number, b.status, b.start_date, b.expected_end_date, b.actual_end_date,
       b.notes, stage.name AS stage, species.name AS species,
       species.scientific_name
FROM batch_batch b
JOIN batch_lifecyclestage stage ON stage.id = b.lifecycle_stage_id
JOIN batch_species species ON species.id = b.species_id
WHERE b.batch_number = %(number)s;

-- name: stays
-- The batch's assignments with their places, in order of time; parameters: batch
SELECT a.id, a.assignment_date, a.departure_date, a.population_count AS fish,
       (a.updated_at AT TIME ZONE 'UTC')::date AS known_until,
       a.biomass_kg::float8 AS biomass_kg, a.avg_weight_g::float8 AS weight_g,
       c.id AS container_id, c.name AS container, stage."order" AS stage_order,
       stage.name AS stage, area.id AS area_id,
       coalesce(s.name || ', ' || h.name, area.name, '') AS place
FROM batch_batchcontainerassignment a
JOIN infrastructure_container c ON c.id = a.container_id
JOIN batch_lifecyclestage stage ON stage.id = a.lifecycle_stage_id
LEFT JOIN infrastructure_hall h ON h.id = c.hall_id
LEFT JOIN infrastructure_freshwaterstation s ON s.id = h.freshwater_station_id
LEFT JOIN infrastructure_area area ON area.id = c.area_id
WHERE a.batch_id = %(batch)s
ORDER BY a.assignment_date, a.id;

-- name: weeks
-- Fish and biomass of the batch at the end of every seventh day, from the assignments' history;
-- parameters: batch, first, end (the day after the last)
SELECT week::date AS day, sum(past.population_count)::bigint AS fish,
       sum(past.biomass_kg)::float8 AS biomass_kg
FROM batch_batchcontainerassignment a
CROSS JOIN generate_series(%(first)s::timestamptz, %(end)s::timestamptz, '7 days') AS week
CROSS JOIN LATERAL (
    SELECT h.population_count, h.biomass_kg
    FROM batch_historicalbatchcontainerassignment h
    WHERE h.id = a.id AND h.history_date >= week AND h.history_date < week + interval '1 day'
      AND h.history_date >= %(first)s::timestamptz AND h.history_date < %(end)s::timestamptz
    ORDER BY h.history_date DESC LIMIT 1
) past
WHERE a.batch_id = %(batch)s
  AND week >= a.assignment_date
  AND week < coalesce(a.departure_date, 'infinity')
GROUP BY week
HAVING sum(past.population_count) > 0
ORDER BY week;

-- name: samples
-- Weights as sampled, by week; parameters: batch, first, end
SELECT date_trunc('week', g.sample_date)::date AS day, sum(g.sample_size)::int AS fish,
       (sum(g.avg_weight_g * g.sample_size) / nullif(sum(g.sample_size), 0))::float8 AS weight_g,
       min(g.min_weight_g)::float8 AS lightest_g, max(g.max_weight_g)::float8 AS heaviest_g
FROM batch_batchcontainerassignment a
JOIN batch_growthsample g ON g.assignment_id = a.id
 AND g.sample_date >= %(first)s::date AND g.sample_date < %(end)s::date
WHERE a.batch_id = %(batch)s
GROUP BY 1
ORDER BY 1;

-- name: feed
-- Feed given by month and product; parameters: batch, first, end
SELECT e.month, trim(f.brand || ' ' || f.name) AS feed, e.kg::float8 AS kg, e.cost::float8 AS cost,
       e.meals
FROM (
    SELECT date_trunc('month', feeding_date)::date AS month, feed_id, sum(amount_kg) AS kg,
           sum(feed_cost) AS cost, count(*) AS meals
    FROM inventory_feedingevent
    WHERE batch_id = %(batch)s AND feeding_date >= %(first)s::date AND feeding_date < %(end)s::date
    GROUP BY 1, 2
) e
JOIN inventory_feed f ON f.id = e.feed_id
ORDER BY 1, 2;

-- name: deaths
-- Dead fish by month and cause; parameters: batch, first, end
SELECT date_trunc('month', event_date)::date AS month, cause, sum(count)::bigint AS fish
FROM batch_mortalityevent
WHERE batch_id = %(batch)s AND event_date >= %(first)s::date AND event_date < %(end)s::date
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: lice
-- Lice counts by day, all cages together, with the country of one of them; parameters: batch
SELECT (l.count_date AT TIME ZONE 'UTC')::date AS day, count(*) AS cages, min(g.name) AS country,
       sum(l.adult_female_count)::float8 / nullif(sum(l.fish_sampled), 0) AS females,
       sum(l.adult_female_count + l.adult_male_count + l.juvenile_count)::float8
           / nullif(sum(l.fish_sampled), 0) AS lice
FROM health_licecount l
LEFT JOIN infrastructure_container c ON c.id = l.container_id
LEFT JOIN infrastructure_area area ON area.id = c.area_id
LEFT JOIN infrastructure_geography g ON g.id = area.geography_id
WHERE l.batch_id = %(batch)s
GROUP BY 1
ORDER BY 1;

-- name: treatments
-- Treatments and vaccinations, one row for each kind and round: containers treated less than a
-- fortnight after each other are one round; parameters: batch
WITH given AS (
    SELECT (treatment_date AT TIME ZONE 'UTC')::date AS day, treatment_type,
           split_part(description, ':', 1) AS name, split_part(description, ': ', 2) AS reason,
           withholding_period_days, container_id
    FROM health_treatment
    WHERE batch_id = %(batch)s
), marked AS (
    SELECT *, (day - lag(day) OVER (PARTITION BY treatment_type, name ORDER BY day) > 14)::int
        AS begins
    FROM given
), rounds AS (
    SELECT *, sum(coalesce(begins, 1)) OVER (PARTITION BY treatment_type, name ORDER BY day) AS round
    FROM marked
)
SELECT min(day) AS first, max(day) AS last, treatment_type AS kind, name, min(reason) AS reason,
       count(DISTINCT container_id) AS containers,
       max(withholding_period_days) AS withholding_days
FROM rounds
GROUP BY treatment_type, name, round
ORDER BY 1, name;

-- name: diagnoses
-- Diseases that were confirmed, one row for each outbreak: confirmations less than six weeks after
-- each other are one; parameters: batch
WITH confirmed AS (
    SELECT (entry_date AT TIME ZONE 'UTC')::date AS day, container_id,
           split_part(description, ' confirmed by ', 1) AS disease
    FROM health_journalentry
    WHERE batch_id = %(batch)s AND category = 'diagnosis'
), marked AS (
    SELECT *, (day - lag(day) OVER (PARTITION BY disease ORDER BY day) > 42)::int AS begins
    FROM confirmed
), outbreaks AS (
    SELECT *, sum(coalesce(begins, 1)) OVER (PARTITION BY disease ORDER BY day) AS outbreak
    FROM marked
)
SELECT disease, count(DISTINCT container_id) AS containers, min(day) AS first, max(day) AS last
FROM outbreaks
GROUP BY disease, outbreak
ORDER BY first, disease;

-- name: lab
-- Laboratory samples by kind and finding; parameters: batch
SELECT t.name AS kind, coalesce(s.findings_summary, '') AS finding, count(*) AS samples,
       min(s.sample_date) AS first, max(s.sample_date) AS last
FROM batch_batchcontainerassignment a
JOIN health_healthlabsample s ON s.batch_container_assignment_id = a.id
JOIN health_sampletype t ON t.id = s.sample_type_id
WHERE a.batch_id = %(batch)s
GROUP BY 1, 2
ORDER BY samples DESC, 1, 2;

-- name: harvest
-- Harvest by grade; parameters: batch
SELECT g.name AS grade, sum(l.unit_count)::bigint AS fish,
       sum(l.live_weight_kg)::float8 AS live_kg, sum(l.gutted_weight_kg)::float8 AS gutted_kg,
       min(e.event_date AT TIME ZONE 'UTC')::date AS first,
       max(e.event_date AT TIME ZONE 'UTC')::date AS last
FROM harvest_harvestevent e
JOIN harvest_harvestlot l ON l.event_id = e.id
JOIN harvest_productgrade g ON g.id = l.product_grade_id
WHERE e.batch_id = %(batch)s
GROUP BY g.id, g.name
ORDER BY g.id;

-- name: harvest_days
-- Live weight harvested by day; parameters: batch
SELECT (e.event_date AT TIME ZONE 'UTC')::date AS day, count(DISTINCT e.id) AS cages,
       sum(l.live_weight_kg)::float8 AS kg
FROM harvest_harvestevent e JOIN harvest_harvestlot l ON l.event_id = e.id
WHERE e.batch_id = %(batch)s
GROUP BY 1
ORDER BY 1;

-- name: eggs
-- Where the eggs came from: own parents, or a supplier's load; parameters: batch
SELECT e.source_type, sum(e.egg_count)::bigint AS eggs, count(*) AS lots,
       min(e.production_date AT TIME ZONE 'UTC')::date AS first,
       count(DISTINCT pair.female_fish_id) AS females, count(DISTINCT pair.male_fish_id) AS males,
       plan.name AS plan, supplier.name AS supplier,
       external.batch_number AS supplier_batch, external.provenance_data AS provenance
FROM broodstock_batchparentage p
JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
LEFT JOIN broodstock_breedingpair pair ON pair.id = e.pair_id
LEFT JOIN broodstock_breedingplan plan ON plan.id = pair.plan_id
LEFT JOIN broodstock_externaleggbatch external ON external.egg_production_id = e.id
LEFT JOIN broodstock_eggsupplier supplier ON supplier.id = external.supplier_id
WHERE p.batch_id = %(batch)s
GROUP BY e.source_type, plan.name, supplier.name, external.batch_number, external.provenance_data
ORDER BY 1, 4;

-- name: parents
-- Own parents of the batch, those with most eggs first; parameters: batch
SELECT pair.female_fish_id AS female, pair.male_fish_id AS male, sum(e.egg_count)::bigint AS eggs,
       female.traits ->> 'pit_tag' AS female_tag, male.traits ->> 'pit_tag' AS male_tag,
       female.traits ->> 'weight_kg' AS female_kg,
       female.traits ->> 'growth_index' AS female_growth,
       male.traits ->> 'growth_index' AS male_growth
FROM broodstock_batchparentage p
JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
JOIN broodstock_breedingpair pair ON pair.id = e.pair_id
JOIN broodstock_broodstockfish female ON female.id = pair.female_fish_id
JOIN broodstock_broodstockfish male ON male.id = pair.male_fish_id
WHERE p.batch_id = %(batch)s
GROUP BY 1, 2, 4, 5, 6, 7, 8
ORDER BY eggs DESC, 1, 2;

-- name: mixed
-- Batches that this one was mixed from; parameters: batch
SELECT b.batch_number, c.percentage::float8 AS percentage, c.population_count AS fish
FROM batch_batchcomposition c JOIN batch_batch b ON b.id = c.source_batch_id
WHERE c.mixed_batch_id = %(batch)s
ORDER BY c.percentage DESC, b.batch_number;

-- name: transfers
-- Moves from stage to stage; parameters: batch
SELECT source.name AS from_stage, coalesce(destination.name, source.name) AS to_stage,
       min(t.transfer_date) AS first, max(t.transfer_date) AS last, count(*) AS moves,
       sum(t.transferred_count)::bigint AS fish, sum(t.mortality_count)::bigint AS dead
FROM batch_batchtransfer t
JOIN batch_lifecyclestage source ON source.id = t.source_lifecycle_stage_id
LEFT JOIN batch_lifecyclestage destination ON destination.id = t.destination_lifecycle_stage_id
WHERE t.source_batch_id = %(batch)s
GROUP BY source."order", 1, 2
ORDER BY 3, source."order";

-- name: chain
-- From one assignment back to the egg: each step is what fish were moved from. Where fish came
-- from several containers, all are steps of the same generation; parameters: assignment
WITH RECURSIVE back (id, generation) AS (
    SELECT %(assignment)s::bigint, 0
    UNION
    SELECT t.source_assignment_id, back.generation + 1
    FROM back JOIN batch_batchtransfer t ON t.destination_assignment_id = back.id
    WHERE t.source_assignment_id IS NOT NULL AND back.generation < 50
)
SELECT id, max(generation) AS generation
FROM back
GROUP BY id
ORDER BY generation DESC, id;

-- name: step
-- What fish lived through in one assignment; parameters: assignment, first, end (the day after the
-- last)
SELECT
    (SELECT sum(f.amount_kg)::float8 FROM inventory_feedingevent f
     WHERE f.batch_assignment_id = %(assignment)s
       AND f.feeding_date >= %(first)s::date AND f.feeding_date < %(end)s::date) AS feed_kg,
    (SELECT sum(t.transferred_count)::bigint FROM batch_batchtransfer t
     WHERE t.destination_assignment_id = %(assignment)s) AS fish_in,
    (SELECT h.population_count FROM batch_historicalbatchcontainerassignment h
     WHERE h.id = %(assignment)s AND h.history_date >= %(first)s::timestamptz
       AND h.history_date < %(first)s::timestamptz + interval '7 days'
     ORDER BY h.history_date LIMIT 1) AS fish_first,
    (SELECT h.avg_weight_g::float8 FROM batch_historicalbatchcontainerassignment h
     WHERE h.id = %(assignment)s AND h.history_date >= %(first)s::timestamptz
       AND h.history_date < %(first)s::timestamptz + interval '7 days'
     ORDER BY h.history_date LIMIT 1) AS weight_in_g;

-- name: deaths_have_assignment
-- Whether deaths are known by assignment; the tables that AquaMind itself made know the batch only
SELECT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = to_regclass('batch_mortalityevent') AND attname = 'assignment_id'
) AS known;

-- name: step_deaths
-- Dead fish of one assignment; parameters: assignment, first, end (the day after the last)
SELECT sum(count)::bigint AS dead FROM batch_mortalityevent
WHERE assignment_id = %(assignment)s
  AND event_date >= %(first)s::date AND event_date < %(end)s::date;

-- name: temperature_parameter
SELECT min(id) AS id FROM environmental_environmentalparameter WHERE name = 'Temperature';

-- name: daily
-- Daily mean of a parameter in one assignment; parameters: assignment, parameter, first, end
SELECT (reading_time AT TIME ZONE 'UTC')::date AS day, avg(value)::float8 AS value
FROM environmental_environmentalreading
WHERE batch_container_assignment_id = %(assignment)s AND parameter_id = %(parameter)s
  AND reading_time >= %(first)s::timestamptz AND reading_time < %(end)s::timestamptz
GROUP BY 1
ORDER BY 1;

-- name: longest
-- The batch with most stays
SELECT b.batch_number
FROM batch_batch b JOIN batch_batchcontainerassignment a ON a.batch_id = b.id
GROUP BY b.id
ORDER BY count(*) DESC, sum(coalesce(a.departure_date, a.assignment_date) - a.assignment_date) DESC
LIMIT 1;

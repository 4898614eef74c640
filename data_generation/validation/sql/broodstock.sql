-- name: eggs_unbalanced
-- Batches whose eggs are not the sum of the egg productions that they descend from
WITH placed AS (
    SELECT h.batch_id, sum(h.population_count) AS eggs
    FROM batch_historicalbatchcontainerassignment h
    JOIN batch_batch b ON b.id = h.batch_id
    WHERE h.history_type = '+' AND h.assignment_date = b.start_date
    GROUP BY h.batch_id
),
produced AS (
    SELECT p.batch_id, sum(e.egg_count) AS eggs
    FROM broodstock_batchparentage p
    JOIN broodstock_eggproduction e ON e.id = p.egg_production_id
    GROUP BY p.batch_id
)
SELECT b.id AS batch_id, b.batch_number, placed.eggs AS placed, produced.eggs AS produced
FROM batch_batch b
LEFT JOIN placed ON placed.batch_id = b.id
LEFT JOIN produced ON produced.batch_id = b.id
WHERE coalesce(placed.eggs, 0) <> coalesce(produced.eggs, 0);

-- name: egg_productions_unfit
-- Egg productions used by more or fewer than one batch, made after it came, own eggs without a pair or
-- more than the pair gave, and bought eggs without a supplier's lot or with a pair
SELECT u.batch_id, e.id, e.egg_batch_id, e.source_type, e.pair_id, u.batches, x.lots, given.eggs,
       pair.progeny_count
FROM broodstock_eggproduction e
LEFT JOIN (
    SELECT egg_production_id, count(*) AS batches, min(batch_id) AS batch_id,
           min(assignment_date) AS assigned
    FROM broodstock_batchparentage GROUP BY egg_production_id
) u ON u.egg_production_id = e.id
LEFT JOIN (
    SELECT egg_production_id, count(*) AS lots
    FROM broodstock_externaleggbatch GROUP BY egg_production_id
) x ON x.egg_production_id = e.id
LEFT JOIN broodstock_breedingpair pair ON pair.id = e.pair_id
LEFT JOIN (
    SELECT pair_id, sum(egg_count) AS eggs FROM broodstock_eggproduction GROUP BY pair_id
) given ON given.pair_id = e.pair_id
WHERE coalesce(u.batches, 0) <> 1 OR u.assigned < e.production_date
   OR (e.source_type = 'internal') <> (e.pair_id IS NOT NULL)
   OR (e.source_type = 'external') <> (coalesce(x.lots, 0) = 1)
   OR given.eggs > pair.progeny_count OR e.production_date < pair.pairing_date;

-- name: parents_unfit
-- Pairs of which a parent is of the wrong sex, was dead, not yet mature, or came to the spawning tanks
-- after the pairing, females that were stripped twice, and pairings outside their plan
WITH parents AS (
    SELECT id AS pair_id, plan_id, pairing_date, female_fish_id AS fish_id, 'female' AS sex
    FROM broodstock_breedingpair
    UNION ALL
    SELECT id, plan_id, pairing_date, male_fish_id, 'male' FROM broodstock_breedingpair
),
died AS (
    SELECT id, min(history_date) AS moment
    FROM broodstock_historicalbroodstockfish WHERE health_status = 'deceased' GROUP BY id
),
moved AS (
    SELECT fish_id, min(movement_date) AS moment FROM broodstock_fishmovement GROUP BY fish_id
),
used AS (
    SELECT female_fish_id AS fish_id, count(*) AS pairs
    FROM broodstock_breedingpair GROUP BY female_fish_id
),
descent AS (
    SELECT e.pair_id, min(p.batch_id) AS batch_id
    FROM broodstock_eggproduction e
    JOIN broodstock_batchparentage p ON p.egg_production_id = e.id
    GROUP BY e.pair_id
)
SELECT d.batch_id, p.pair_id, p.fish_id, p.sex, p.pairing_date, f.traits, died.moment AS died,
       moved.moment AS moved
FROM parents p
JOIN broodstock_broodstockfish f ON f.id = p.fish_id
JOIN broodstock_breedingplan plan ON plan.id = p.plan_id
LEFT JOIN died ON died.id = p.fish_id
LEFT JOIN moved ON moved.fish_id = p.fish_id
LEFT JOIN used ON used.fish_id = p.fish_id
LEFT JOIN descent d ON d.pair_id = p.pair_id
WHERE f.traits ->> 'sex' <> p.sex OR died.moment <= p.pairing_date
   OR moved.moment >= p.pairing_date OR used.pairs > 1
   OR extract(year FROM p.pairing_date) - (f.traits ->> 'year_class')::int < %(mature_years)s
   OR p.pairing_date NOT BETWEEN plan.start_date AND plan.end_date;

-- name: parents_in_wrong_tank
-- Broodstock fish that are not where their last movement took them, and movements to where they were
WITH last AS (
    SELECT DISTINCT ON (fish_id) fish_id, to_container_id
    FROM broodstock_fishmovement ORDER BY fish_id, movement_date DESC, id DESC
)
SELECT f.container_id, f.id, last.to_container_id
FROM broodstock_broodstockfish f JOIN last ON last.fish_id = f.id
WHERE last.to_container_id <> f.container_id
UNION ALL
SELECT m.to_container_id, m.fish_id, m.from_container_id
FROM broodstock_fishmovement m
WHERE m.to_container_id = m.from_container_id;

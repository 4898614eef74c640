-- name: harvest_facts_differ
-- Harvest lots without exactly one fact of the same kilograms, fish, grade and batch, or facts of no
-- lot
SELECT coalesce(e.batch_id, f.dim_batch_id) AS batch_id, l.id AS lot_id, f.fact_id,
       l.live_weight_kg, f.quantity_kg, l.unit_count, f.unit_count AS fact_count
FROM harvest_harvestlot l
JOIN harvest_harvestevent e ON e.id = l.event_id
FULL JOIN (
    SELECT *, count(*) OVER (PARTITION BY lot_id) AS facts FROM finance_factharvest
) f ON f.lot_id = l.id
WHERE l.id IS NULL OR f.fact_id IS NULL OR f.facts > 1
   OR f.quantity_kg <> l.live_weight_kg OR f.unit_count <> l.unit_count
   OR f.product_grade_id <> l.product_grade_id OR f.event_id <> l.event_id
   OR f.dim_batch_id <> e.batch_id OR f.event_date <> e.event_date;

-- name: sales_differ
-- Harvests of a grade that were not sold exactly once, sales of nothing harvested, and sales whose
-- amount is not the gutted kilograms times a price in whole hundredths, rounded
WITH sold AS (
    SELECT t.tx_id, t.event_id, p.product_grade_id, round(t.amount * 100) AS ore, t.posting_date,
           count(*) OVER (PARTITION BY t.event_id, p.product_grade_id) AS sales
    FROM finance_intercompanytransaction t
    JOIN finance_intercompanypolicy p ON p.policy_id = t.policy_id
),
harvested AS (
    SELECT event_id, product_grade_id, sum(gutted_weight_kg) * 1000 AS gutted_g
    FROM harvest_harvestlot GROUP BY event_id, product_grade_id
)
SELECT e.batch_id, e.id AS event_id, s.tx_id, h.product_grade_id, h.gutted_g, s.ore
FROM harvested h
FULL JOIN sold s ON s.event_id = h.event_id AND s.product_grade_id = h.product_grade_id
LEFT JOIN harvest_harvestevent e ON e.id = coalesce(h.event_id, s.event_id)
WHERE s.tx_id IS NULL OR h.event_id IS NULL OR s.sales > 1
   OR s.posting_date <> e.event_date::date
   OR s.ore <> floor((h.gutted_g * round(s.ore * 1000 / nullif(h.gutted_g, 0)) + 500) / 1000);

-- name: exports_differ
-- Sales that are exported without exactly one line of the same amount, grade and batch in an export
-- of their days, or that have a line while they are pending
SELECT e.batch_id, t.tx_id, t.state, t.amount, l.line_id, l.amount AS line_amount
FROM finance_intercompanytransaction t
JOIN harvest_harvestevent e ON e.id = t.event_id
JOIN finance_intercompanypolicy p ON p.policy_id = t.policy_id
LEFT JOIN (
    SELECT *, count(*) OVER (PARTITION BY transaction_id) AS lines FROM finance_navexportline
) l ON l.transaction_id = t.tx_id
LEFT JOIN finance_navexportbatch x ON x.batch_id = l.batch_id
WHERE (t.state = 'pending') <> (l.line_id IS NULL)
   OR l.lines > 1 OR l.amount <> t.amount OR l.product_grade_id <> p.product_grade_id
   OR l.batch_id_int <> e.batch_id
   OR t.posting_date NOT BETWEEN x.date_from AND x.date_to;

-- name: harvest_waste_differs
-- Harvests whose waste is not what lies between live and gutted weight
WITH lots AS (
    SELECT event_id, sum(live_weight_kg - gutted_weight_kg) AS kg
    FROM harvest_harvestlot GROUP BY event_id
),
waste AS (
    SELECT event_id, sum(weight_kg) AS kg FROM harvest_harvestwaste GROUP BY event_id
)
SELECT e.batch_id, e.id, lots.kg AS lost, waste.kg AS waste
FROM harvest_harvestevent e
LEFT JOIN lots ON lots.event_id = e.id
LEFT JOIN waste ON waste.event_id = e.id
WHERE coalesce(lots.kg, 0) <> coalesce(waste.kg, 0);

-- name: feed_cost_differs
-- Lots whose feedings do not add up to the price that was paid for what was fed of them
SELECT s.feed_container_id, s.id, f.kg, p.cost_per_kg, f.cost
FROM (
    SELECT feed_stock_id, sum(amount_kg) AS kg, sum(feed_cost) AS cost
    FROM inventory_feedingevent GROUP BY feed_stock_id
) f
JOIN inventory_feedcontainerstock s ON s.id = f.feed_stock_id
JOIN inventory_feedpurchase p ON p.id = s.feed_purchase_id
WHERE abs(f.cost - f.kg * p.cost_per_kg) > 0.01;

-- name: survival
-- Share of the eggs that is harvested, mean of the completed batches
SELECT country AS label, 100 * avg(harvested / nullif(eggs, 0)) AS value
FROM realism_cycle WHERE completed GROUP BY 1 ORDER BY 1;

-- name: ova_to_smolt
-- Share of the eggs that is put to sea, mean of the batches all of which have come there
SELECT country AS label, 100 * avg(put_to_sea / nullif(eggs, 0)) AS value
FROM realism_cycle WHERE all_moved AND put_to_sea > 0 GROUP BY 1 ORDER BY 1;

-- name: sea_loss
-- Share of the fish put to sea that die there, mean of the completed batches
SELECT country AS label, 100 * avg(dead_at_sea / nullif(harvested + dead_at_sea, 0)) AS value
FROM realism_cycle WHERE completed GROUP BY 1 ORDER BY 1;

-- name: site_month
-- Deaths in per cent of the stock by area and month; gone when the connection closes
CREATE TEMP TABLE realism_site_month AS
WITH stock AS (
    SELECT s.area_id, s.country, date_trunc('month', d.day)::date AS month, sum(d.fish) AS fish_days,
           count(DISTINCT d.day) AS days
    FROM realism_day d JOIN realism_stay s USING (stay_id)
    WHERE s.area_id IS NOT NULL AND d.fish > 0 GROUP BY 1, 2, 3
),
dead AS (
    SELECT s.area_id, date_trunc('month', d.day)::date AS month, sum(d.fish) AS fish
    FROM realism_dead d JOIN realism_stay s USING (stay_id)
    WHERE s.area_id IS NOT NULL GROUP BY 1, 2
)
SELECT t.area_id, t.country, t.month, t.days, t.fish_days, coalesce(d.fish, 0) AS dead,
       100 * coalesce(d.fish, 0) / t.fish_days * 30.44 AS percent
FROM stock t LEFT JOIN dead d USING (area_id, month);

-- name: site_month_median
-- The middle of all areas' months with fish
SELECT country AS label, percentile_cont(0.5) WITHIN GROUP (ORDER BY percent) AS value
FROM realism_site_month WHERE days >= 20 GROUP BY 1 ORDER BY 1;

-- name: site_month_mean
-- Mean of all fish: dead of a hundred a month
SELECT country AS label, 100 * sum(dead) / sum(fish_days) * 30.44 AS value
FROM realism_site_month GROUP BY 1 ORDER BY 1;

-- name: site_month_worst
-- The worst month of an area
SELECT country AS label, max(percent) AS value
FROM realism_site_month WHERE days >= 20 GROUP BY 1 ORDER BY 1;

-- name: autumn_deaths
-- Deaths a fish and day at sea in August to November over those of the whole year, every month with
-- the same weight
WITH months AS (
    SELECT extract(month FROM month)::int AS month, sum(dead) / sum(fish_days) AS rate
    FROM realism_site_month GROUP BY 1
)
SELECT 'sea' AS label, (avg(rate) FILTER (WHERE month BETWEEN 8 AND 11) / nullif(avg(rate), 0))::float8 AS value
FROM months HAVING count(*) = 12;

-- name: causes
-- Deaths at sea by cause; gone when the connection closes
CREATE TEMP TABLE realism_cause AS
SELECT d.cause, 100 * sum(d.fish) / sum(sum(d.fish)) OVER () AS percent
FROM realism_dead d JOIN realism_stay s USING (stay_id) WHERE s.stage = 'Adult' GROUP BY 1;

-- name: cause_infectious
-- Deaths at sea by infectious disease
SELECT 'sea' AS label, percent AS value FROM realism_cause WHERE cause = 'DISEASE';

-- name: cause_injury
-- Deaths at sea by injury: handling and predators
SELECT 'sea' AS label, sum(percent) AS value FROM realism_cause
WHERE cause IN ('HANDLING', 'PREDATION') HAVING count(*) > 0;

-- name: cause_unknown
-- Deaths at sea without known cause
SELECT 'sea' AS label, percent AS value FROM realism_cause WHERE cause = 'UNKNOWN';

-- name: cause_environment
-- Deaths at sea by storm, algae, jellyfish, heat and lack of oxygen
SELECT 'sea' AS label, percent AS value FROM realism_cause WHERE cause = 'ENVIRONMENTAL';

-- name: cause_other
-- Deaths at sea of runts, deformed and mature fish
SELECT 'sea' AS label, percent AS value FROM realism_cause WHERE cause = 'OTHER';

-- name: mass_event
-- Environmental deaths of an area within ten days: the largest number and the largest share of the
-- stock, and the share of all such deaths that the worst twentieth of the ten-day spells makes
WITH spells AS (
    SELECT s.area_id, floor((d.day - DATE '2000-01-01') / 10.0) AS spell, sum(d.fish) AS dead,
           min(d.day) AS day
    FROM realism_dead d JOIN realism_stay s USING (stay_id)
    WHERE s.area_id IS NOT NULL AND d.cause = 'ENVIRONMENTAL' GROUP BY 1, 2
),
stocked AS (
    SELECT p.*, 100 * p.dead / (
        SELECT sum(d.fish) FROM realism_day d JOIN realism_stay s USING (stay_id)
        WHERE s.area_id = p.area_id AND d.day = p.day) AS percent,
        percent_rank() OVER (ORDER BY p.dead) AS rank
    FROM spells p
)
SELECT unnest(ARRAY['largest, fish', 'largest, %% of the stock',
                    'share of the worst twentieth, %%']) AS label,
       unnest(ARRAY[max(dead), max(percent), 100 * sum(dead) FILTER (WHERE rank >= 0.95) / sum(dead)])
       AS value
FROM stocked HAVING count(*) > 0;

-- name: counted
-- Lice a fish at each count, with place, day and the site's limit; gone when the connection closes
CREATE TEMP TABLE realism_lice AS
SELECT l.batch_id, l.container_id, c.area_id, g.name AS country, l.count_date::date AS day,
       l.fish_sampled, l.adult_female_count::float8 / nullif(l.fish_sampled, 0) AS female,
       (l.adult_female_count + l.adult_male_count + l.juvenile_count)::float8
           / nullif(l.fish_sampled, 0) AS lice,
       x.female AS most
FROM health_licecount l JOIN infrastructure_container c ON c.id = l.container_id
JOIN infrastructure_area a ON a.id = c.area_id JOIN infrastructure_geography g ON g.id = a.geography_id
LEFT JOIN unnest(%(limit_countries)s::text[], %(limit_months)s::int[], %(limits)s::float8[])
     AS x (country, month, female)
     ON x.country = g.name AND x.month = extract(month FROM l.count_date);

-- name: index_counted
CREATE INDEX ON realism_lice (container_id, day);

-- name: deloused
-- Treatments against lice, a row for each cage; gone when the connection closes
CREATE TEMP TABLE realism_deloused AS
SELECT t.batch_assignment_id AS stay_id, t.batch_id, t.container_id, t.treatment_date::date AS day,
       split_part(t.description, ': ', 1) AS method, s.country, s.area_id
FROM health_treatment t JOIN realism_stay s ON s.stay_id = t.batch_assignment_id
WHERE t.description LIKE '%%lice above%%';

-- name: lice_count_days
-- Days from one count of a cage to the next, the most; fish counted
SELECT 'most days between' AS label, max(days)::float8 AS value FROM (
    SELECT day - lag(day) OVER (PARTITION BY batch_id, container_id ORDER BY day) AS days
    FROM realism_lice) AS gaps HAVING max(days) IS NOT NULL
UNION ALL SELECT 'fewest fish a count', min(fish_sampled) FROM realism_lice HAVING count(*) > 0;

-- name: lice_female
-- Adult females a fish in spring (February to June) and autumn (August to November)
SELECT country || CASE WHEN extract(month FROM day) BETWEEN 2 AND 6 THEN ', spring' ELSE ', autumn' END
       AS label, avg(female) AS value
FROM realism_lice WHERE extract(month FROM day) BETWEEN 2 AND 6 OR extract(month FROM day) BETWEEN 8 AND 11
GROUP BY 1 ORDER BY 1;

-- name: lice_season
-- Adult females in August to November over those in February to May, every month with the same weight
WITH months AS (
    SELECT extract(month FROM day)::int AS month, avg(female) AS female FROM realism_lice GROUP BY 1
)
SELECT 'sea' AS label, (avg(female) FILTER (WHERE month BETWEEN 8 AND 11)
       / nullif(avg(female) FILTER (WHERE month BETWEEN 2 AND 5), 0))::float8 AS value
FROM months HAVING count(*) = 12;

-- name: lice_over_limit
-- Share of the counts of a site whose mean lies over its limit
WITH site AS (
    SELECT area_id, country, day, avg(female) AS female, min(most) AS most
    FROM realism_lice GROUP BY 1, 2, 3
)
SELECT country AS label, 100 * avg((female > most)::int)::float8 AS value
FROM site WHERE most IS NOT NULL GROUP BY 1 ORDER BY 1;

-- name: untreated
-- Growth of adult females a day between two counts of a site with no treatment in 30 days before the
-- second, where there is something to count and it is warm enough (8 to 13 °C)
CREATE TEMP TABLE realism_untreated AS
WITH site AS (
    SELECT batch_id, area_id, day, avg(female) AS female FROM realism_lice GROUP BY 1, 2, 3
),
pairs AS (
    SELECT batch_id, area_id, day, female, lag(female) OVER w AS before, day - lag(day) OVER w AS days
    FROM site WINDOW w AS (PARTITION BY batch_id, area_id ORDER BY day)
)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ln(p.female / p.before) / p.days) AS rate
FROM pairs p JOIN realism_sea t ON t.area_id = p.area_id AND t.day = p.day
WHERE p.before >= 0.1 AND p.female > 0 AND t.t BETWEEN 8 AND 13
  AND NOT EXISTS (SELECT FROM realism_deloused d WHERE d.batch_id = p.batch_id
                  AND d.day BETWEEN p.day - 30 AND p.day)
HAVING count(*) > 0;

-- name: lice_growth
-- That growth in per cent, the middle of all pairs of counts
SELECT 'sites' AS label, 100 * (exp(rate) - 1) AS value FROM realism_untreated;

-- name: delousings
-- Treatments of a site against lice in a cycle, mean of the completed batches; cages within two weeks
-- are one treatment
WITH marked AS (
    SELECT batch_id, day, (day - lag(day) OVER (PARTITION BY batch_id ORDER BY day) > 14)::int AS anew
    FROM (SELECT DISTINCT batch_id, day FROM realism_deloused) AS days
)
SELECT c.country AS label, avg(coalesce(n.rounds, 0))::float8 AS value
FROM realism_cycle c
LEFT JOIN (SELECT batch_id, count(*) FILTER (WHERE anew IS NULL OR anew = 1) AS rounds
           FROM marked GROUP BY 1) n USING (batch_id)
WHERE c.completed GROUP BY 1 ORDER BY 1;

-- name: delousing_efficacy
-- How much fewer adult females were counted within five days after a treatment than at the last count
-- before it, had they gone on growing as where nothing is done (Henderson & Tilton 1955); by kind
SELECT kind AS label, 100 * (1 - sum(after) / nullif(sum(expected), 0)) AS value FROM (
    SELECT CASE WHEN d.method LIKE 'Fresh%%' THEN 'fresh water' WHEN d.method LIKE 'Thermal%%' THEN 'thermal'
                WHEN d.method LIKE 'Mech%%' THEN 'mechanical' WHEN d.method LIKE 'Emam%%' THEN 'in feed'
                ELSE 'bath' END AS kind,
           b.female * exp((a.day - b.day) * u.rate) AS expected, a.female AS after
    FROM realism_deloused d CROSS JOIN realism_untreated u
    JOIN LATERAL (SELECT female, day FROM realism_lice l WHERE l.container_id = d.container_id
                  AND l.day <= d.day AND l.day > d.day - 15 ORDER BY l.day DESC LIMIT 1) b ON true
    JOIN LATERAL (SELECT female, day FROM realism_lice l WHERE l.container_id = d.container_id
                  AND l.day > d.day AND l.day <= d.day + 5 ORDER BY l.day LIMIT 1) a ON true
    WHERE d.method NOT LIKE 'Emam%%'
) AS pairs GROUP BY 1 ORDER BY 1;

-- name: raised_mortality
-- Share of treatments of a cage after which more than two in a thousand fish died of it in five days
SELECT kind AS label, 100 * avg((dead > 0.002 * stock)::int)::float8 AS value FROM (
    SELECT CASE WHEN d.method LIKE 'Thermal%%' THEN 'thermal' WHEN d.method LIKE 'Mech%%' THEN 'mechanical'
                WHEN d.method LIKE 'Hydrogen%%' THEN 'hydrogen peroxide' ELSE 'other baths' END AS kind,
           (SELECT coalesce(sum(x.fish), 0) FROM realism_dead x WHERE x.stay_id = d.stay_id
            AND x.day BETWEEN d.day AND d.day + 4 AND x.description LIKE 'Gill bleeding%%') AS dead,
           (SELECT y.fish FROM realism_day y WHERE y.stay_id = d.stay_id AND y.day = d.day) AS stock
    FROM realism_deloused d WHERE d.method NOT LIKE 'Emam%%'
) AS given GROUP BY 1 ORDER BY 1;

-- name: treatment_success
-- Treatments whose outcome is successful or partial, of those that are judged
SELECT 'successful' AS label, 100 * avg((outcome = 'successful')::int)::float8 AS value
FROM health_treatment WHERE outcome <> 'pending' HAVING count(*) > 0
UNION ALL
SELECT 'successful or partial', 100 * avg((outcome IN ('successful', 'partial'))::int)::float8
FROM health_treatment WHERE outcome <> 'pending' HAVING count(*) > 0;

-- name: outbreaks_a_cycle
-- Outbreaks at sea of a completed batch
SELECT c.country AS label, (count(o.disease)::float8 / count(DISTINCT c.batch_id)) AS value
FROM realism_cycle c LEFT JOIN realism_outbreak o ON o.batch_id = c.batch_id AND o.stage = 'Adult'
WHERE c.completed GROUP BY 1 ORDER BY 1;

-- name: outbreak_onset_weeks
-- Weeks at sea when an outbreak began, by disease
SELECT o.disease AS label, avg(o.first_day - c.sea_day) / 7 AS value
FROM realism_outbreak o JOIN realism_cycle c USING (batch_id)
WHERE o.stage = 'Adult' AND o.disease IN ('Pancreas disease', 'Cardiomyopathy syndrome',
      'Heart and skeletal muscle inflammation', 'Infectious pancreatic necrosis')
GROUP BY 1 ORDER BY 1;

-- name: cms_weight
-- Mean weight at which cardiomyopathy syndrome began
SELECT 'mean' AS label, avg(g) AS value FROM realism_outbreak
WHERE disease = 'Cardiomyopathy syndrome' HAVING count(*) > 0;

-- name: outbreak_season
-- Share of outbreaks that began in the season of the disease
SELECT disease AS label, 100 * avg((CASE
           WHEN disease LIKE 'Amoebic%%' THEN extract(month FROM first_day) BETWEEN 7 AND 12
           WHEN disease LIKE 'Winter%%' THEN extract(month FROM first_day) NOT BETWEEN 5 AND 10
       END)::int)::float8 AS value
FROM realism_outbreak WHERE disease IN ('Amoebic gill disease', 'Winter ulcer')
GROUP BY 1 ORDER BY 1;

-- name: pd_season
-- Share of outbreaks of pancreas disease that began in August to October
SELECT 'sea' AS label, 100 * avg((extract(month FROM first_day) BETWEEN 8 AND 10)::int)::float8 AS value
FROM realism_outbreak WHERE disease = 'Pancreas disease' HAVING count(*) >= 5;

-- name: outbreak_days
-- Days from the first to the last death by a disease in a container, mean of those that ended
SELECT disease AS label, avg(days) AS value FROM (
    SELECT substr(d.description, 10) AS disease, d.stay_id,
           (max(d.day) - min(d.day) + 1)::float8 AS days, max(d.day) AS last_day
    FROM realism_dead d WHERE d.description LIKE 'Signs of %%' AND d.description NOT LIKE 'Signs of dis%%'
    GROUP BY 1, 2
) AS outbreak JOIN realism_stay s USING (stay_id)
WHERE outbreak.last_day + 7 < coalesce(s.last_day, (SELECT max(day) FROM realism_dead))
GROUP BY 1 ORDER BY 1;

-- name: outbreak_loss
-- Share of the stock of the place that an outbreak killed: mean of three or more that were over before
-- the fish were moved or harvested and the data end
SELECT o.disease AS label, 100 * avg(o.dead / o.stock) AS value
FROM realism_outbreak o
WHERE o.stock > 0 AND o.last_day + 7 < (SELECT max(day) FROM realism_dead) AND NOT EXISTS (
    SELECT FROM realism_stay s WHERE s.batch_id = o.batch_id
    AND coalesce(-s.hall_id, s.area_id) = o.place AND s.last_day <= o.last_day + 7)
GROUP BY 1 HAVING count(*) >= 3 ORDER BY 1;

-- name: vaccination_weight
-- Weight of fish at vaccination: the smallest mean of a tank, and the mean of all
WITH given AS (
    SELECT d.g FROM health_treatment t
    JOIN realism_day d ON d.stay_id = t.batch_assignment_id AND d.day = t.treatment_date::date
    WHERE t.treatment_type = 'vaccination'
)
SELECT 'lowest' AS label, min(g) AS value FROM given HAVING count(*) > 0
UNION ALL SELECT 'mean', avg(g) FROM given HAVING count(*) > 0;

-- name: vaccination_onset
-- Degree-days from the last vaccination of a batch to its first fish at sea, the fewest
WITH given AS (
    SELECT t.batch_id, max(t.treatment_date)::date AS day FROM health_treatment t
    WHERE t.treatment_type = 'vaccination' GROUP BY 1
)
SELECT 'fewest' AS label, min(degree_days) AS value FROM (
    SELECT g.batch_id, (c.sea_day - g.day) * avg(w.t) AS degree_days
    FROM given g JOIN realism_cycle c USING (batch_id)
    JOIN realism_stay s ON s.batch_id = g.batch_id AND s.hall_id IS NOT NULL
    JOIN realism_water w ON w.stay_id = s.stay_id AND w.day BETWEEN g.day AND c.sea_day
    WHERE c.sea_day IS NOT NULL GROUP BY g.batch_id, c.sea_day, g.day
) AS batch HAVING count(*) > 0;

-- name: lab_days
-- Days from a lab sample to its answer: mean, and the 95th of a hundred
SELECT 'mean' AS label, avg(date_results_received - sample_date)::float8 AS value
FROM health_healthlabsample HAVING count(*) > 0
UNION ALL
SELECT '95 of 100 within', percentile_cont(0.95) WITHIN GROUP (
    ORDER BY date_results_received - sample_date)
FROM health_healthlabsample HAVING count(*) > 0;

-- name: lab_types
-- Kinds of lab sample taken
SELECT 'kinds' AS label, count(DISTINCT sample_type_id)::float8 AS value FROM health_healthlabsample;

-- name: noticed
-- Share of the outbreaks that a lab sample was taken in within six weeks, and that are in the journal
SELECT unnest(ARRAY['lab sample', 'journal']) AS label, unnest(ARRAY[
    100 * avg((EXISTS (SELECT FROM health_healthlabsample l
               JOIN realism_stay s ON s.stay_id = l.batch_container_assignment_id
               WHERE s.batch_id = o.batch_id
                 AND l.sample_date BETWEEN o.first_day - 7 AND o.first_day + 42
                 AND l.findings_summary LIKE '%%' || o.disease))::int)::float8,
    100 * avg((EXISTS (SELECT FROM health_journalentry j WHERE j.batch_id = o.batch_id
               AND j.category = 'diagnosis' AND j.description LIKE o.disease || ' confirmed%%'
               AND j.entry_date::date BETWEEN o.first_day - 7 AND o.first_day + 42))::int)::float8
]) AS value
FROM realism_outbreak o WHERE o.dead >= 20 AND o.last_day - o.first_day >= 14 HAVING count(*) > 0;

-- name: stock
-- Fish-days and biomass-days of each batch and stage by month: the sums, over the month's days, of
-- what lived at the end of each day. Summed by stay before anything is joined: millions of rows
WITH lived AS MATERIALIZED (
    SELECT id, date_trunc('month', history_date AT TIME ZONE 'UTC') AS month,
           sum(population_count)::bigint AS fish_days, sum(biomass_kg) AS kg_days
    FROM batch_historicalbatchcontainerassignment
    WHERE history_type = '~' AND is_active
    GROUP BY 1, 2
)
SELECT l.month::date, a.batch_id, s.name AS stage, s."order" AS stage_order,
       sum(l.fish_days)::bigint, sum(l.kg_days)::float8
FROM lived l
JOIN batch_batchcontainerassignment a ON a.id = l.id
JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 4;

-- name: deaths
-- Deaths by month, batch, cause, and whether they were at sea; summed by stay before anything is
-- joined: millions of rows
WITH died AS MATERIALIZED (
    SELECT assignment_id, date_trunc('month', event_date::timestamp) AS month, cause,
           sum(count)::bigint AS fish, count(*) AS rows, max(event_date) AS last_day
    FROM batch_mortalityevent
    GROUP BY 1, 2, 3
)
SELECT d.month::date, a.batch_id, c.area_id IS NOT NULL AS sea, d.cause,
       sum(d.fish)::bigint, sum(d.rows)::bigint, max(d.last_day)
FROM died d
JOIN batch_batchcontainerassignment a ON a.id = d.assignment_id
JOIN infrastructure_container c ON c.id = a.container_id
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;

-- name: deaths_by_batch
-- The same where a death does not say its stay, as in AquaMind's own tables: at sea from the day on
-- which the batch's first fish came there
WITH died AS MATERIALIZED (
    SELECT batch_id, event_date, cause, sum(count)::bigint AS fish, count(*) AS rows
    FROM batch_mortalityevent
    GROUP BY 1, 2, 3
),
went_to_sea AS (
    SELECT a.batch_id, min(a.assignment_date) AS first_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL
    GROUP BY a.batch_id
)
SELECT date_trunc('month', d.event_date::timestamp)::date AS month, d.batch_id,
       coalesce(d.event_date >= w.first_day, false) AS sea, d.cause, sum(d.fish)::bigint,
       sum(d.rows)::bigint, max(d.event_date)
FROM died d
LEFT JOIN went_to_sea w ON w.batch_id = d.batch_id
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;

-- name: reasons
-- Deaths by the reason that was found, at sea and in fresh water, by batch
SELECT r.name, c.area_id IS NOT NULL AS sea, m.batch_id, sum(m.count)::bigint AS fish
FROM health_mortalityrecord m
JOIN health_mortalityreason r ON r.id = m.reason_id
JOIN infrastructure_container c ON c.id = m.container_id
GROUP BY r.name, sea, m.batch_id
ORDER BY r.name, sea, m.batch_id;

-- name: growth
-- Mean weight of each batch's samples by stretches of four weeks since its start
SELECT a.batch_id, floor((s.sample_date - b.start_date) / 28.0)::int AS stretch,
       avg(s.sample_date - b.start_date)::float8 AS age_days, avg(s.avg_weight_g)::float8 AS weight_g,
       count(*) AS samples
FROM batch_growthsample s
JOIN batch_batchcontainerassignment a ON a.id = s.assignment_id
JOIN batch_batch b ON b.id = a.batch_id
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: diagnoses
-- Diagnoses that a laboratory confirmed: disease, batch, place, first day, containers
SELECT split_part(j.description, ' confirmed by the laboratory', 1) AS disease, j.batch_id,
       c.area_id IS NOT NULL AS sea, coalesce(c.area_id, c.hall_id) AS place,
       min(j.entry_date AT TIME ZONE 'UTC')::date AS first_day,
       count(DISTINCT j.container_id)::int AS containers
FROM health_journalentry j
JOIN infrastructure_container c ON c.id = j.container_id
WHERE j.category = 'diagnosis'
GROUP BY 1, 2, 3, 4
ORDER BY first_day, disease, j.batch_id, place;

-- name: journal
-- Journal entries by month and category
SELECT date_trunc('month', entry_date AT TIME ZONE 'UTC')::date, category, count(*)
FROM health_journalentry
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: treatments
-- Treatments by day, place and what was given, with their outcomes; vaccinations too
SELECT (t.treatment_date AT TIME ZONE 'UTC')::date AS day, c.area_id IS NOT NULL AS sea,
       coalesce(c.area_id, c.hall_id) AS place, t.treatment_type,
       split_part(t.description, ':', 1) AS name,
       t.description LIKE '%% lice %%' AS against_lice, t.outcome, count(*) AS containers
FROM health_treatment t
JOIN infrastructure_container c ON c.id = t.container_id
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 5, 7;

-- name: lice
-- Adult female lice a fish, mean over the cages counted in a week, by sea area; the weeks begin on
-- Mondays
SELECT date_trunc('week', l.count_date AT TIME ZONE 'UTC')::date AS week, c.area_id AS place,
       (sum(l.adult_female_count)::float8 / nullif(sum(l.fish_sampled), 0)) AS adult_females,
       count(*) AS counts
FROM health_licecount l
JOIN infrastructure_container c ON c.id = l.container_id
WHERE c.area_id IS NOT NULL AND l.fish_sampled > 0
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: lice_above_limit
-- Days on which the mean count of a batch's cages in an area reached the limit of its country and
-- month, and whether a treatment against lice followed within `days` or was under way; parameters:
-- geographies, months, limits, days
WITH limits AS (
    SELECT * FROM unnest(%(geographies)s::text[], %(months)s::int[], %(limits)s::float8[])
        AS x (geography, month, females)
),
counts AS (
    SELECT l.batch_id, c.area_id, (l.count_date AT TIME ZONE 'UTC')::date AS day,
           sum(l.adult_female_count)::float8 / nullif(sum(l.fish_sampled), 0) AS females
    FROM health_licecount l
    JOIN infrastructure_container c ON c.id = l.container_id
    WHERE c.area_id IS NOT NULL AND l.fish_sampled > 0
    GROUP BY 1, 2, 3
),
given AS (
    SELECT DISTINCT t.batch_id, (t.treatment_date AT TIME ZONE 'UTC')::date AS day
    FROM health_treatment t WHERE t.description LIKE '%% lice %%'
),
slaughter AS (
    SELECT batch_id, min(event_date AT TIME ZONE 'UTC')::date AS first_day
    FROM harvest_harvestevent GROUP BY batch_id
)
SELECT count(*) AS above,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM given g WHERE g.batch_id = c.batch_id
             AND g.day BETWEEN c.day - %(days)s::int AND c.day + %(days)s::int
       )) AS treated,
       count(*) FILTER (WHERE s.first_day <= c.day + %(days)s::int) AS before_harvest
FROM counts c
JOIN infrastructure_area a ON a.id = c.area_id
JOIN infrastructure_geography g ON g.id = a.geography_id
JOIN limits x ON x.geography = g.name AND x.month = extract(month FROM c.day)
LEFT JOIN slaughter s ON s.batch_id = c.batch_id
WHERE c.females >= x.females;

-- name: compliance
-- Rules of treatment: harvests inside a withholding period, cages harvested after a treatment, and
-- batches at sea that were vaccinated before
WITH went_to_sea AS (
    SELECT a.batch_id, min(a.assignment_date) AS first_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL
    GROUP BY a.batch_id
)
SELECT
    (SELECT count(DISTINCT e.id)
     FROM harvest_harvestevent e JOIN health_treatment t ON t.batch_assignment_id = e.assignment_id
     WHERE (e.event_date AT TIME ZONE 'UTC')::date
           < (t.treatment_date AT TIME ZONE 'UTC')::date + t.withholding_period_days
       AND t.treatment_date <= e.event_date) AS withheld,
    (SELECT count(*) FROM harvest_harvestevent) AS harvests,
    (SELECT count(*) FROM went_to_sea) AS at_sea,
    (SELECT count(*) FROM went_to_sea w WHERE EXISTS (
         SELECT FROM health_treatment t
         WHERE t.batch_id = w.batch_id AND t.treatment_type = 'vaccination'
           AND (t.treatment_date AT TIME ZONE 'UTC')::date < w.first_day
     )) AS vaccinated;

-- name: site_events
-- Storms, blooms and the like as the health journal has them: sea area, day, what
SELECT DISTINCT c.area_id, (j.entry_date AT TIME ZONE 'UTC')::date AS day, j.description, j.severity
FROM health_journalentry j
JOIN infrastructure_container c ON c.id = j.container_id
WHERE j.category = 'action' AND c.area_id IS NOT NULL
ORDER BY day, c.area_id, j.description;

-- name: health_rows_outside_stay
-- Treatments, lice counts, journal entries, mortality records, lab samples and health samplings of a
-- container in which their batch was not on that day, or of another batch than their assignment's
WITH noted AS (
    SELECT 'health_treatment' AS source, id, batch_id, container_id,
           treatment_date::date AS day, batch_assignment_id AS assignment_id
    FROM health_treatment
    UNION ALL
    SELECT 'health_licecount', id, batch_id, container_id, count_date::date, NULL
    FROM health_licecount
    UNION ALL
    SELECT 'health_journalentry', id, batch_id, container_id, entry_date::date, NULL
    FROM health_journalentry WHERE container_id IS NOT NULL
    UNION ALL
    SELECT 'health_mortalityrecord', id, batch_id, container_id, event_date::date, NULL
    FROM health_mortalityrecord
)
SELECT n.batch_id, n.source, n.id, n.container_id, n.day
FROM noted n
WHERE NOT EXISTS (
    SELECT FROM batch_batchcontainerassignment a
    WHERE a.batch_id = n.batch_id AND a.container_id = n.container_id
      AND n.day >= a.assignment_date AND n.day <= coalesce(a.departure_date, 'infinity')
      AND a.id = coalesce(n.assignment_id, a.id)
)
UNION ALL
SELECT a.batch_id, 'health_healthlabsample', s.id, a.container_id, s.sample_date
FROM health_healthlabsample s
JOIN batch_batchcontainerassignment a ON a.id = s.batch_container_assignment_id
WHERE s.sample_date < a.assignment_date OR s.sample_date > a.departure_date
UNION ALL
SELECT a.batch_id, 'health_healthsamplingevent', s.id, a.container_id, s.sampling_date
FROM health_healthsamplingevent s
JOIN batch_batchcontainerassignment a ON a.id = s.assignment_id
WHERE s.sampling_date < a.assignment_date OR s.sampling_date > a.departure_date;

-- name: mortality_records_differ
-- Containers in which a batch's mortality records are not the sum of its mortality events. What dies in
-- small numbers is recorded at the month's end; in a month that is not over records may be fewer
WITH over AS (
    SELECT CASE WHEN max(event_date)
                     = (date_trunc('month', max(event_date)) + interval '1 month - 1 day')::date
                THEN 'infinity'::date
                ELSE date_trunc('month', max(event_date))::date END AS day
    FROM batch_mortalityevent
),
events AS (
    SELECT a.batch_id, a.container_id, sum(d.fish) AS fish, sum(d.over) AS over
    FROM (
        SELECT assignment_id, sum(count) AS fish,
               sum(count) FILTER (WHERE event_date < (SELECT day FROM over)) AS over
        FROM batch_mortalityevent GROUP BY assignment_id
    ) d
    JOIN batch_batchcontainerassignment a ON a.id = d.assignment_id
    GROUP BY a.batch_id, a.container_id
),
records AS (
    SELECT batch_id, container_id, sum(count) AS fish,
           sum(count) FILTER (WHERE event_date < (SELECT day FROM over)) AS over
    FROM health_mortalityrecord GROUP BY batch_id, container_id
)
SELECT coalesce(e.batch_id, r.batch_id) AS batch_id,
       coalesce(e.container_id, r.container_id) AS container_id,
       e.fish AS in_events, r.fish AS in_records
FROM events e
FULL JOIN records r ON r.batch_id = e.batch_id AND r.container_id = e.container_id
WHERE e.over IS DISTINCT FROM r.over OR coalesce(r.fish, 0) > coalesce(e.fish, 0);

-- name: lab_dates_out_of_order
-- Lab samples sent before they were taken, or answered before they were sent
SELECT a.batch_id, s.id, s.sample_date, s.date_sent_to_lab, s.date_results_received
FROM health_healthlabsample s
JOIN batch_batchcontainerassignment a ON a.id = s.batch_container_assignment_id
WHERE s.date_sent_to_lab < s.sample_date OR s.date_results_received < s.date_sent_to_lab;

-- name: health_samplings_differ
-- Health samplings whose figures are not those of their fish, or whose fish lack a score
WITH scored AS (
    SELECT individual_fish_observation_id AS id, count(*) AS scores
    FROM health_fishparameterscore GROUP BY individual_fish_observation_id
),
fish AS (
    SELECT f.sampling_event_id AS id, count(*) AS fish, avg(f.weight_g) AS mean_g,
           min(f.weight_g) AS min_g, max(f.weight_g) AS max_g, avg(f.length_cm) AS mean_cm,
           min(coalesce(s.scores, 0)) AS fewest_scores
    FROM health_individualfishobservation f LEFT JOIN scored s ON s.id = f.id
    GROUP BY f.sampling_event_id
)
SELECT a.batch_id, e.id, e.sampling_date, e.number_of_fish_sampled, f.fish, e.avg_weight_g,
       f.mean_g, f.fewest_scores
FROM health_healthsamplingevent e
JOIN batch_batchcontainerassignment a ON a.id = e.assignment_id
LEFT JOIN fish f ON f.id = e.id
WHERE f.fish IS DISTINCT FROM e.number_of_fish_sampled
   OR abs(f.mean_g - e.avg_weight_g) > 0.011
   OR abs(f.mean_cm - e.avg_length_cm) > 0.011
   OR f.min_g <> e.min_weight_g OR f.max_g <> e.max_weight_g
   OR f.fewest_scores <> (SELECT count(*) FROM health_healthparameter WHERE is_active);

-- name: harvested_in_withholding
-- Harvests of fish on a day on which a treatment's withholding period had not passed; treatments in
-- fresh water count for the whole batch
SELECT h.batch_id, h.id, h.event_date, t.id AS treatment_id, t.treatment_date,
       t.withholding_period_days
FROM health_treatment t
JOIN infrastructure_container c ON c.id = t.container_id
JOIN harvest_harvestevent h ON h.batch_id = t.batch_id
WHERE t.withholding_period_days > 0
  AND (h.assignment_id = t.batch_assignment_id OR c.area_id IS NULL)
  AND h.event_date::date BETWEEN t.treatment_date::date
                             AND t.treatment_date::date + t.withholding_period_days;

-- name: vaccinated_too_small
-- Vaccinations of containers in which the mean fish weighed less than the vaccines allow
SELECT t.batch_id, t.id, t.treatment_date, weighed.avg_weight_g
FROM health_treatment t
JOIN LATERAL (
    SELECT avg_weight_g FROM batch_historicalbatchcontainerassignment h
    WHERE h.id = t.batch_assignment_id AND h.history_date <= t.treatment_date
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) weighed ON true
WHERE t.vaccination_type_id IS NOT NULL AND weighed.avg_weight_g < %(vaccination_weight_min_g)s;

-- name: unvaccinated_at_sea
-- Batches that came to sea without a vaccination before
WITH came AS (
    SELECT a.batch_id, min(a.assignment_date) AS first_day
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL
      AND EXISTS (SELECT FROM batch_batchtransfer t WHERE t.destination_assignment_id = a.id)
    GROUP BY a.batch_id
)
SELECT came.batch_id, came.first_day
FROM came
WHERE NOT EXISTS (
    SELECT FROM health_treatment t
    WHERE t.batch_id = came.batch_id AND t.vaccination_type_id IS NOT NULL
      AND t.treatment_date < came.first_day
);

-- name: lice_in_fresh_water
-- Lice counts in a hall
SELECT l.batch_id, l.id, l.count_date, l.container_id
FROM health_licecount l
JOIN infrastructure_container c ON c.id = l.container_id
WHERE c.area_id IS NULL;

-- name: lice_not_counted
-- Stays at sea in which more days passed without a lice count than the counting interval
WITH lived AS (
    SELECT batch_id, max(history_date)::date AS last_day
    FROM batch_historicalbatchcontainerassignment
    WHERE history_type = '~'
    GROUP BY batch_id
),
bounds AS (
    SELECT a.id, a.batch_id, a.container_id, a.assignment_date,
           coalesce(a.departure_date, lived.last_day) AS last_day
    FROM batch_batchcontainerassignment a
    JOIN lived ON lived.batch_id = a.batch_id
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL AND EXISTS (
        SELECT FROM batch_historicalbatchcontainerassignment h
        WHERE h.id = a.id AND h.history_type = '+' AND h.population_count > 0
    )
),
moments AS (
    SELECT id, batch_id, assignment_date AS day FROM bounds
    UNION ALL
    SELECT id, batch_id, last_day FROM bounds
    UNION ALL
    SELECT b.id, b.batch_id, l.count_date::date
    FROM bounds b
    JOIN health_licecount l ON l.batch_id = b.batch_id AND l.container_id = b.container_id
     AND l.count_date::date BETWEEN b.assignment_date AND b.last_day
),
gaps AS (
    SELECT id, batch_id, day, day - lag(day) OVER (PARTITION BY id ORDER BY day) AS days
    FROM moments
)
SELECT batch_id, id, day AS until, days FROM gaps WHERE days > %(lice_count_days)s;

-- name: lice_limit_ignored
-- Counts at which a site's mean of adult females was above the limit of its country and month, and no
-- treatment followed in time; but for sites that were harvested soon, fish new to the sea, and days
-- with a treatment under way
WITH limits AS (
    SELECT * FROM unnest(%(lice_geographies)s::text[], %(lice_months)s::int[],
                         %(lice_limits)s::float8[]) AS x (geography, month, females)
),
counted AS (
    SELECT l.batch_id, c.area_id, l.count_date::date AS day,
           avg(l.adult_female_count::float8 / nullif(l.fish_sampled, 0)) AS females
    FROM health_licecount l
    JOIN infrastructure_container c ON c.id = l.container_id
    WHERE c.area_id IS NOT NULL
    GROUP BY l.batch_id, c.area_id, l.count_date::date
),
lasts AS (
    SELECT batch_id, max(day) AS day FROM counted GROUP BY batch_id
),
stays AS (
    SELECT a.batch_id, c.area_id, max(a.assignment_date) AS last_arrival,
           min(coalesce(a.departure_date, 'infinity')) AS first_departure
    FROM batch_batchcontainerassignment a
    JOIN infrastructure_container c ON c.id = a.container_id
    WHERE c.area_id IS NOT NULL
    GROUP BY a.batch_id, c.area_id
),
treated AS (
    SELECT DISTINCT t.batch_id, c.area_id, t.treatment_date::date AS day
    FROM health_treatment t
    JOIN infrastructure_container c ON c.id = t.container_id
    WHERE c.area_id IS NOT NULL AND t.description ILIKE '%%: %%lice%%'
)
SELECT n.batch_id, n.area_id, n.day, n.females, l.females AS at_most
FROM counted n
JOIN infrastructure_area area ON area.id = n.area_id
JOIN infrastructure_geography g ON g.id = area.geography_id
JOIN limits l ON l.geography = g.name AND l.month = extract(month FROM n.day)
JOIN stays s ON s.batch_id = n.batch_id AND s.area_id = n.area_id
JOIN lasts ON lasts.batch_id = n.batch_id
WHERE n.females > l.females + 1e-9
  AND n.day + %(lice_harvest_days)s < s.first_departure
  AND n.day >= s.last_arrival + %(lice_young_days)s
  AND n.day + %(lice_action_days)s <= lasts.day
  AND NOT EXISTS (
      SELECT FROM treated t
      WHERE t.batch_id = n.batch_id AND t.area_id = n.area_id
        AND t.day BETWEEN n.day - %(lice_action_days)s AND n.day + %(lice_action_days)s
  );

-- name: treatment_without_reason
-- Treatments without a reason within the days before: a diagnosis of the disease that they are said
-- to be against, a lice count at the limit, a day of the preventive plan, or, for a vaccination,
-- a life stage in which fish are vaccinated
WITH given AS (
    SELECT t.id, t.batch_id, t.container_id, t.treatment_date::date AS day,
           CASE WHEN t.vaccination_type_id IS NOT NULL THEN 'vaccination'
                WHEN t.description LIKE '%%: against %%' THEN 'disease'
                WHEN t.description ILIKE '%%: %%lice%%' THEN 'lice'
                ELSE 'other' END AS kind,
           split_part(t.description, ': ', 2) AS reason, s.name AS stage, c.area_id,
           t.treatment_date::date - a.assignment_date AS into_stay
    FROM health_treatment t
    LEFT JOIN batch_batchcontainerassignment a ON a.id = t.batch_assignment_id
    LEFT JOIN batch_lifecyclestage s ON s.id = a.lifecycle_stage_id
    LEFT JOIN infrastructure_container c ON c.id = t.container_id
),
crossed AS (
    SELECT l.batch_id, c.area_id, l.count_date::date AS day
    FROM health_licecount l
    JOIN infrastructure_container c ON c.id = l.container_id
    JOIN infrastructure_area area ON area.id = c.area_id
    JOIN infrastructure_geography g ON g.id = area.geography_id
    JOIN unnest(%(lice_geographies)s::text[], %(lice_months)s::int[],
                %(lice_limits)s::float8[]) AS x (geography, month, females)
      ON x.geography = g.name AND x.month = extract(month FROM l.count_date)
    GROUP BY l.batch_id, c.area_id, l.count_date::date, x.females
    -- A mean that is the limit itself lies on this side or that of it, as its rows happen to be
    -- added, here and on the farm.
    HAVING avg(l.adult_female_count::float8 / nullif(l.fish_sampled, 0)) > x.females - 1e-9
),
diagnosed AS (
    SELECT batch_id, container_id, entry_date::date AS day,
           split_part(description, ' confirmed by the laboratory', 1) AS disease
    FROM health_journalentry WHERE category = 'diagnosis'
)
SELECT g.batch_id, g.id, g.day, g.container_id, g.stage, g.reason
FROM given g
WHERE g.kind = 'disease' AND NOT EXISTS (
    SELECT FROM diagnosed d
    WHERE d.batch_id = g.batch_id AND d.container_id = g.container_id
      AND g.reason = 'against ' || d.disease
      AND d.day BETWEEN g.day - %(treatment_reason_days)s AND g.day
)
UNION ALL
SELECT g.batch_id, g.id, g.day, g.container_id, g.stage, g.reason
FROM given g
WHERE g.kind = 'lice' AND NOT EXISTS (
    SELECT FROM crossed x
    WHERE x.batch_id = g.batch_id AND x.area_id = g.area_id
      AND x.day BETWEEN g.day - %(treatment_reason_days)s AND g.day
)
UNION ALL
SELECT g.batch_id, g.id, g.day, g.container_id, g.stage, g.reason
FROM given g
LEFT JOIN unnest(%(preventive_reasons)s::text[], %(preventive_stages)s::text[],
                 %(preventive_days)s::int[]) AS p (reason, stage, day)
  ON p.reason = g.reason AND p.stage = g.stage AND p.day = g.into_stay
WHERE g.kind = 'other' AND p.reason IS NULL
UNION ALL
SELECT g.batch_id, g.id, g.day, g.container_id, g.stage, g.reason
FROM given g
WHERE g.kind = 'vaccination'
  AND NOT coalesce(g.stage = ANY (%(vaccination_stages)s::text[]), false);

-- name: outbreak_not_everywhere
-- Outbreaks that are not seen in the journal, in lab samples, in treatments and in deaths alike; one
-- that went on for less than 30 days may have passed before it was diagnosed
WITH diagnosed AS (
    SELECT batch_id, container_id, entry_date::date AS day,
           split_part(description, ' confirmed by the laboratory', 1) AS disease
    FROM health_journalentry WHERE category = 'diagnosis'
),
sampled AS (
    SELECT DISTINCT a.batch_id, a.container_id, s.date_results_received AS day,
           split_part(s.findings_summary, 'agree with ', 2) AS disease
    FROM health_healthlabsample s
    JOIN batch_batchcontainerassignment a ON a.id = s.batch_container_assignment_id
    WHERE s.findings_summary LIKE '%%agree with%%' AND s.notes = 'Taken on suspicion'
),
given AS (
    SELECT batch_id, container_id, treatment_date::date AS day,
           split_part(description, ': against ', 2) AS disease
    FROM health_treatment WHERE description LIKE '%%: against %%'
),
dead AS (
    SELECT m.batch_id, r.name AS disease, min(m.event_date)::date AS first_day,
           max(m.event_date)::date AS last_day
    FROM health_mortalityrecord m
    JOIN health_mortalityreason r ON r.id = m.reason_id
    WHERE r.name = ANY (%(diseases)s::text[])
    GROUP BY m.batch_id, r.name
)
SELECT d.batch_id, d.container_id, d.day, d.disease, 'mortality records' AS missing_in
FROM diagnosed d
WHERE NOT EXISTS (
    SELECT FROM dead x
    WHERE x.batch_id = d.batch_id AND x.disease = d.disease
      AND d.day BETWEEN x.first_day - 30 AND x.last_day + 30
)
UNION ALL
SELECT batch_id, container_id, day, disease,
       CASE WHEN s.batch_id IS NULL THEN 'lab samples' ELSE 'journal' END
FROM diagnosed d
FULL JOIN sampled s USING (batch_id, container_id, day, disease)
WHERE d.batch_id IS NULL OR s.batch_id IS NULL
UNION ALL
SELECT d.batch_id, d.container_id, d.day, d.disease, 'treatments'
FROM diagnosed d
WHERE NOT EXISTS (
    SELECT FROM given g
    WHERE g.batch_id = d.batch_id AND g.container_id = d.container_id
      AND g.disease = d.disease AND g.day BETWEEN d.day AND d.day + %(treatment_reason_days)s
)
UNION ALL
SELECT x.batch_id, NULL, x.first_day, x.disease, 'journal'
FROM dead x
WHERE x.last_day - x.first_day > 30
  AND NOT EXISTS (
      SELECT FROM diagnosed d
      WHERE d.batch_id = x.batch_id AND d.disease = x.disease
        AND d.day BETWEEN x.first_day - 30 AND x.last_day + 30
  );

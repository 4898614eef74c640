-- name: alive
-- Parent fish alive in each container by their history up to a moment; parameters: before
SELECT container_id, count(*) AS fish
FROM (
    SELECT DISTINCT ON (id) id, container_id, health_status
    FROM broodstock_historicalbroodstockfish
    WHERE history_date < %(before)s::timestamptz
    ORDER BY id, history_date DESC, history_id DESC
) AS newest
WHERE health_status <> 'deceased'
GROUP BY container_id;

-- name: lice_limits
-- Adult females a fish at which a site is treated, January to December, by the country's name, as
-- the newest run is configured
WITH newest AS (SELECT config FROM data_generation.run ORDER BY id DESC LIMIT 1)
SELECT country.value ->> 'name', ARRAY(
    SELECT element::float8
    FROM jsonb_array_elements_text(country.value #> '{health,lice_limit_female}') AS element
)
FROM newest, jsonb_each(newest.config -> 'countries') AS country;

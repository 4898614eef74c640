-- Sets what differs from what is wanted, of the settings that this server knows; parameters: their
-- names and what is wanted, two arrays of equal length
SELECT set_config(s.name, s.wanted, false)
FROM unnest(%s::text[], %s::text[]) AS s (name, wanted)
-- NULL for a setting that came with a later version.
WHERE current_setting(s.name, true) <> s.wanted

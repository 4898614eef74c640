-- Before rows of a table are deleted, let the transaction use general plans: PostgreSQL would else
-- plan each cascade into a partitioned table anew for every single row, since the estimate for one
-- given key is always the lower one. Ends with the transaction. Placeholders are identifiers: table,
-- function.
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    RETURN NULL;
END
$body$;
CREATE TRIGGER plan_cascades_once BEFORE DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();

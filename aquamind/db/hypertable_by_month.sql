-- Make an empty table TimescaleDB's hypertable with chunks of a month.
-- Placeholders are text literals: table, column, pk. Foreign keys, unique constraints and indexes
-- stay as they are; the primary key takes the time column in, as each unique key of a hypertable must.
DO $block$
DECLARE
    primary_key text;
    has_rows boolean;
BEGIN
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', {table});
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', {table}) INTO has_rows;
    IF has_rows THEN
        RAISE EXCEPTION 'table % already holds rows and cannot be divided in place', {table}
            USING HINT = 'Empty the table, migrate, and load the rows again.';
    END IF;
    SELECT conname INTO STRICT primary_key
    FROM pg_constraint
    WHERE conrelid = format('%I', {table})::regclass AND contype = 'p';
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', {table}, primary_key);
    EXECUTE format(
        'ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (%I, %I)', {table}, primary_key, {pk}, {column}
    );
    PERFORM create_hypertable(
        format('%I', {table})::regclass, {column}::name,
        chunk_time_interval => INTERVAL '1 month', create_default_indexes => false
    );
END
$block$

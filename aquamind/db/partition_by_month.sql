-- Rebuild an empty table, under its own name, as RANGE-partitioned by a time column.
-- Placeholders are text literals: table, column, pk, old, sequence, default; and
-- constraints_and_indexes.sql.
-- Constraints and indexes keep their names. Check and NOT NULL constraints come with LIKE.
-- The key's identity becomes an owned sequence: PostgreSQL before 17 has no identity columns on
-- partitioned tables.
DO $block$
DECLARE
    saved text[];
    statement text;
    key_type text;
    has_rows boolean;
BEGIN
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', {table});
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', {table}) INTO has_rows;
    IF has_rows THEN
        RAISE EXCEPTION 'table % already holds rows and cannot be partitioned in place', {table}
            USING HINT = 'Empty the table, migrate, and load the rows again.';
    END IF;

    SELECT format_type(atttypid, atttypmod) INTO STRICT key_type
    FROM pg_attribute
    WHERE attrelid = format('%I', {table})::regclass AND attname = {pk};

    saved := {constraints_and_indexes};

    EXECUTE format('ALTER TABLE %I RENAME TO %I', {table}, {old});
    EXECUTE format(
        'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED '
        'INCLUDING STORAGE INCLUDING COMMENTS) PARTITION BY RANGE (%I)',
        {table}, {old}, {column}
    );
    EXECUTE format('DROP TABLE %I', {old});

    EXECUTE format('CREATE SEQUENCE %I AS %s OWNED BY %I.%I', {sequence}, key_type, {table}, {pk});
    EXECUTE format(
        'ALTER TABLE %I ALTER COLUMN %I SET DEFAULT nextval(%L)',
        {table}, {pk}, format('%I', {sequence})
    );
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (%I, %I)', {table}, {pk}, {column});
    FOREACH statement IN ARRAY saved LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', {default}, {table});
END
$block$

-- Replace the foreign key of one column by one of the same name and deferrability that does `action`
-- (CASCADE, SET NULL or NO ACTION) when the row that it refers to is deleted.
-- Placeholders are text literals: table, column, action. Partitions follow their table.
DO $block$
DECLARE
    statement text;
BEGIN
    SELECT format(
        'ALTER TABLE %I DROP CONSTRAINT %I, '
        'ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s (%I) ON DELETE %s%s',
        {table}, key.conname,
        key.conname, {column}, key.confrelid::regclass, target.attname, {action},
        CASE WHEN key.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED'
             WHEN key.condeferrable THEN ' DEFERRABLE'
             ELSE '' END
    )
    INTO statement
    FROM pg_constraint AS key
    JOIN pg_attribute AS origin
        ON origin.attrelid = key.conrelid AND key.conkey = ARRAY[origin.attnum]
    JOIN pg_attribute AS target
        ON target.attrelid = key.confrelid AND key.confkey = ARRAY[target.attnum]
    WHERE key.conrelid = format('%I', {table})::regclass
        AND key.contype = 'f'
        AND origin.attname = {column};
    IF statement IS NULL THEN
        RAISE EXCEPTION 'table % has no foreign key on column %', {table}, {column};
    END IF;
    EXECUTE statement;
END
$block$

-- An array of the statements that give a table its unique constraints, foreign keys and indexes, under
-- their names. The placeholder is a text literal: table.
ARRAY(
    SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', {table}, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE conrelid = format('%I', {table})::regclass AND contype IN ('u', 'f')
    ORDER BY contype DESC, conname
) || ARRAY(
    SELECT pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = format('%I', {table})::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    ORDER BY indexrelid
)

-- First days of the months that have rows in a table. Placeholders: table, column.
SELECT DISTINCT date_trunc('month', {column})::date FROM {table}

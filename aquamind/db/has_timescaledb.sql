-- Whether TimescaleDB is installed in this database, or could be: its library is loaded and its
-- files are there. Without the library, CREATE EXTENSION would end the connection.
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') AS installed,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
       AND current_setting('shared_preload_libraries') ~ '(^|,)[^,]*timescaledb' AS available

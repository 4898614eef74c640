-- name: create
-- Tables of runs. `version` lets a later release recognise an older layout.
-- `tables_in` is the schema of the tables that the runs fill; an earlier release did not note it.
CREATE SCHEMA IF NOT EXISTS data_generation;

CREATE TABLE IF NOT EXISTS data_generation.layout (
    version integer PRIMARY KEY
);
ALTER TABLE data_generation.layout ADD COLUMN IF NOT EXISTS tables_in text;
INSERT INTO data_generation.layout (version) VALUES (4) ON CONFLICT DO NOTHING;

-- One dataset: what it is (identity) and how far it was asked to go (goal, until). Kind `years` is a farm
-- over the years, of which there is one at a time; kind `batch` is one batch of the event engine.
-- `offsets` tells stored keys from run-local ones.
CREATE TABLE IF NOT EXISTS data_generation.run (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind              text        NOT NULL CHECK (kind IN ('years', 'batch')),
    batch_number      text,
    itinerary         jsonb,
    fingerprint       text        NOT NULL,
    config            jsonb       NOT NULL,
    seed              bigint      NOT NULL,
    profile           text        NOT NULL,
    overlay           jsonb       NOT NULL,
    generator_version text        NOT NULL,
    numpy_version     text        NOT NULL,
    offsets           jsonb       NOT NULL,
    goal              smallint    NOT NULL,
    until             date        NOT NULL,
    started_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at       timestamptz,
    CHECK ((kind = 'batch') = (batch_number IS NOT NULL AND itinerary IS NOT NULL))
);

-- Days on which a container is kept for a batch that is not finished, rest included.
CREATE TABLE IF NOT EXISTS data_generation.stay (
    run_id       bigint NOT NULL REFERENCES data_generation.run ON DELETE CASCADE,
    container_id bigint NOT NULL,
    first_day    date   NOT NULL,
    last_day     date   NOT NULL,
    PRIMARY KEY (run_id, container_id)
);

-- The highest key that runs have taken of each table, stored or still to be stored.
CREATE TABLE IF NOT EXISTS data_generation.key_top (
    table_name text   PRIMARY KEY,
    top        bigint NOT NULL
);

-- The farm whose infrastructure the database holds, at most one: the profile, and what was laid over it.
CREATE TABLE IF NOT EXISTS data_generation.farm (
    single  boolean PRIMARY KEY DEFAULT true CHECK (single),
    profile text    NOT NULL,
    overlay jsonb   NOT NULL
);

-- One row for each unit: days of one month, as ledger or as readings; written in the transaction that
-- stores its rows. A pending readings unit carries the order that a worker expands.
CREATE TABLE IF NOT EXISTS data_generation.unit (
    run_id         bigint           NOT NULL REFERENCES data_generation.run ON DELETE CASCADE,
    session        smallint         NOT NULL,
    first_day      date             NOT NULL,
    last_day       date             NOT NULL,
    kind           text             NOT NULL CHECK (kind IN ('ledger', 'readings')),
    state          text             NOT NULL CHECK (state IN ('pending', 'done')),
    expected_rows  bigint           NOT NULL DEFAULT 0,
    rows           jsonb            NOT NULL DEFAULT '{}',
    seconds        double precision NOT NULL DEFAULT 0,
    peak_memory_mb double precision NOT NULL DEFAULT 0,
    keys           bigint           NOT NULL DEFAULT 0,
    committed_at   timestamptz,
    payload        bytea,
    PRIMARY KEY (run_id, first_day, kind),
    CHECK ((state = 'pending') = (payload IS NOT NULL))
);
ALTER TABLE data_generation.unit ALTER COLUMN payload SET STORAGE EXTERNAL;

-- The ledger's state at the end of the last stored day.
CREATE TABLE IF NOT EXISTS data_generation.snapshot (
    run_id   bigint PRIMARY KEY REFERENCES data_generation.run ON DELETE CASCADE,
    last_day date  NOT NULL,
    arrays   bytea NOT NULL
);
ALTER TABLE data_generation.snapshot ALTER COLUMN arrays SET STORAGE EXTERNAL;

-- name: may_create
-- Whether the role may make a schema in this database
SELECT has_database_privilege(current_database(), 'CREATE');

-- name: exists
SELECT to_regclass('data_generation.snapshot') IS NOT NULL;

-- name: layout
-- The layout's version; the schema of the tables that the runs fill, NULL if nobody has noted it;
-- the schema of the tables that this session sees; whether there is any run
SELECT max(version),
       -- An earlier release's table lacks the column.
       max(to_jsonb(layout) ->> 'tables_in'),
       coalesce(
           (SELECT relnamespace::regnamespace::text
            FROM pg_class WHERE oid = to_regclass('batch_batch')),
           current_schema()
       ),
       EXISTS (SELECT FROM data_generation.run)
FROM data_generation.layout;

-- name: note_tables
-- Notes where the tables are that the runs fill; parameters: tables_in
UPDATE data_generation.layout SET tables_in = %(tables_in)s;

-- name: knows_farms
-- Databases of before there was such a table gain it with their next farm
SELECT to_regclass('data_generation.farm') IS NOT NULL;

-- What is never rebuilt: who may write which projection, how far each has read, who holds what, and
-- what went wrong on the way.

CREATE SCHEMA billhook;

CREATE TABLE billhook.projections (
    name text COLLATE "C" PRIMARY KEY,
    schema text COLLATE "C" NOT NULL UNIQUE,
    role text COLLATE "C" NOT NULL,            -- live, building, old
    generation bigint NOT NULL DEFAULT 1,      -- rises with every promote
    fold_version integer NOT NULL,             -- of the program that builds it
    livemode boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX projections_one_live ON billhook.projections (role) WHERE role = 'live';

-- One row a partition. The compare-and-set on it is the first statement of every batch.
CREATE TABLE billhook.offsets (
    projection text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    first_offset bigint NOT NULL DEFAULT 0,    -- where it began to read
    next_offset bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,           -- rises with every owner and every rewind
    fingerprint text COLLATE "C",              -- of record next_offset - 1
    complete_to timestamptz,                   -- all that was in the log at this time is folded
    halted timestamptz,                        -- too many dead letters; only an operator resumes
    stop_at bigint,                            -- frozen: never past this offset
    minute timestamptz,                        -- the minute that minute_records counts
    minute_records bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (projection, topic, partition)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE billhook.leases (
    name text COLLATE "C" PRIMARY KEY,         -- stripe.events/3, sweep, relay, worker/<holder>
    holder text COLLATE "C" NOT NULL,
    until timestamptz NOT NULL
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The id is drawn under the organization's lock, one at a time: it is the `version` of a change.
CREATE TABLE billhook.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    topic text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text NOT NULL,
    headers jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- One row a (subscription, member, step): never twice.
CREATE TABLE billhook.notices (
    subscription text COLLATE "C" NOT NULL,
    member text COLLATE "C" NOT NULL,
    step text COLLATE "C" NOT NULL,
    notice text COLLATE "C" NOT NULL,          -- the notice-id
    organization text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,           -- sent, skipped, covered by another
    recorded_at timestamptz NOT NULL DEFAULT now(),
    claimed_by text COLLATE "C",
    claimed_at timestamptz,
    delivered_at timestamptz,
    PRIMARY KEY (subscription, member, step)
);
CREATE INDEX notices_notice ON billhook.notices (notice);

CREATE TABLE billhook.dead_letters (
    projection text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    event_id text COLLATE "C",                 -- as the record's header says, if it does
    reason text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    PRIMARY KEY (projection, topic, partition, record_offset)
);
CREATE INDEX dead_letters_died_at ON billhook.dead_letters (projection, died_at);

-- Rows of the application's table that could not be mirrored; '' is the table itself.
CREATE TABLE billhook.mirror_errors (
    organization text COLLATE "C" PRIMARY KEY,
    sqlstate text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now()
);

-- What the views show for an organization that the log never named.
CREATE TABLE billhook.unknown_access (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    plan text COLLATE "C" NOT NULL,
    features jsonb NOT NULL
);

CREATE TABLE billhook.schema_version (
    scope text COLLATE "C" NOT NULL,           -- control, or a projection's schema
    number integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, number)
);

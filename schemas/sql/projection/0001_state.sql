-- One projection: everything in it is a function of the log and can be rebuilt. Ids are texts in the
-- order of their bytes; an object of a connected account carries it in front (acct_1/sub_1). No
-- foreign keys (children arrive before their parents), no checks on Stripe's words.

CREATE SCHEMA :schema;

-- The journal: one row an event id.
CREATE TABLE :schema.events (
    id text COLLATE "C" PRIMARY KEY,
    type text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    customer text COLLATE "C",
    created timestamptz,
    api_version text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    received_at timestamptz NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    deliveries bigint NOT NULL
);

-- Facts: what one event says of one object, as canonical text.
CREATE TABLE :schema.customer_facts (
    object text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    event text COLLATE "C" NOT NULL,
    api_version text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,           -- first, middle, last: within its second
    evidence text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    replaced text COLLATE "C" NOT NULL,
    PRIMARY KEY (object, created, event)
);

CREATE TABLE :schema.subscription_facts (
    object text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    event text COLLATE "C" NOT NULL,
    api_version text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    replaced text COLLATE "C" NOT NULL,
    last_of_second boolean NOT NULL,           -- holds its second's last state
    PRIMARY KEY (object, created, event)
);

CREATE TABLE :schema.invoice_facts (
    object text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    event text COLLATE "C" NOT NULL,
    api_version text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    replaced text COLLATE "C" NOT NULL,
    PRIMARY KEY (object, created, event)
);

-- Snapshots: the current fact, and what is derived from the set. A customer row that is not known
-- only exists to be locked; its id may then be that of another object.
CREATE TABLE :schema.customers (
    id text COLLATE "C" PRIMARY KEY,
    known boolean NOT NULL DEFAULT false,
    event text COLLATE "C",
    event_created timestamptz,
    ambiguous boolean NOT NULL DEFAULT false,
    deleted boolean NOT NULL DEFAULT false,
    metadata_organization text COLLATE "C",
    created timestamptz,
    organization text COLLATE "C"              -- derived; null while unmapped
) WITH (fillfactor = 80);
CREATE INDEX customers_organization ON :schema.customers (organization)
    WHERE organization IS NOT NULL;

CREATE TABLE :schema.subscriptions (
    id text COLLATE "C" PRIMARY KEY,
    event text COLLATE "C" NOT NULL,
    event_created timestamptz NOT NULL,
    ambiguous boolean NOT NULL,
    deleted boolean NOT NULL,
    begun boolean NOT NULL,                    -- was more than incomplete once
    status text COLLATE "C" NOT NULL,
    customer text COLLATE "C",
    latest_invoice text COLLATE "C",
    items jsonb NOT NULL,
    period_start timestamptz,
    period_end timestamptz,
    trial_end timestamptz,
    cancel_at timestamptz,
    cancel_at_period_end boolean NOT NULL,
    metadata_organization text COLLATE "C",
    created timestamptz,
    organization text COLLATE "C"
) WITH (fillfactor = 80);
CREATE INDEX subscriptions_customer ON :schema.subscriptions (customer);
CREATE INDEX subscriptions_organization ON :schema.subscriptions (organization);

CREATE TABLE :schema.invoices (
    id text COLLATE "C" PRIMARY KEY,
    event text COLLATE "C" NOT NULL,
    event_created timestamptz NOT NULL,
    ambiguous boolean NOT NULL,
    status text COLLATE "C" NOT NULL,
    customer text COLLATE "C",
    subscription text COLLATE "C",
    billing_reason text COLLATE "C",
    attempt_count bigint NOT NULL,
    amount_due bigint,                         -- minor units of currency
    amount_remaining bigint,
    currency text COLLATE "C",
    finalized_at timestamptz,
    paid_at timestamptz,
    voided_at timestamptz,
    marked_uncollectible_at timestamptz,
    created timestamptz,
    -- Registers: what its facts leave for ever.
    first_failure timestamptz,
    last_failure timestamptz,
    last_action_required timestamptz,
    first_seen_paid timestamptz,
    first_seen_forgiven timestamptz,
    first_seen timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX invoices_subscription ON :schema.invoices (subscription);

CREATE TABLE :schema.checkout_sessions (
    id text COLLATE "C" PRIMARY KEY,
    event text COLLATE "C" NOT NULL,
    event_created timestamptz NOT NULL,
    api_version text COLLATE "C" NOT NULL,
    mode text COLLATE "C" NOT NULL,
    customer text COLLATE "C",
    subscription text COLLATE "C",
    client_reference text COLLATE "C",
    organization text COLLATE "C",             -- its own metadata's
    created timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX checkout_sessions_customer ON :schema.checkout_sessions (customer);
CREATE INDEX checkout_sessions_subscription ON :schema.checkout_sessions (subscription);

CREATE TABLE :schema.mappings (
    event text COLLATE "C" PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    customer text COLLATE "C",                 -- null: the organization exists
    organization_created timestamptz,
    created timestamptz NOT NULL
);
CREATE INDEX mappings_organization ON :schema.mappings (organization, customer);
CREATE INDEX mappings_customer ON :schema.mappings (customer) WHERE customer IS NOT NULL;

-- Refused attempts to take money, of the customer who was to pay.
CREATE TABLE :schema.declines (
    customer text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    api_version text COLLATE "C" NOT NULL,
    invoice text COLLATE "C",
    code text COLLATE "C" NOT NULL,            -- Stripe's word for why
    PRIMARY KEY (customer, event)
);

CREATE TABLE :schema.dunning_cases (
    subscription text COLLATE "C" NOT NULL,
    anchor timestamptz NOT NULL,
    ended_at timestamptz,
    members text[] COLLATE "C" NOT NULL,
    last_failure timestamptz NOT NULL,
    action_required boolean NOT NULL,
    paid boolean NOT NULL,
    forgiven boolean NOT NULL,
    PRIMARY KEY (subscription, anchor)
) WITH (fillfactor = 80);

-- One row an organization that any fact ever named. Without as_of it only exists to be locked.
CREATE TABLE :schema.standings (
    organization text COLLATE "C" PRIMARY KEY,
    plan text COLLATE "C",
    subscription_status text COLLATE "C" NOT NULL DEFAULT '',
    access text COLLATE "C" NOT NULL DEFAULT '',
    reason text COLLATE "C" NOT NULL DEFAULT '',
    in_dunning boolean NOT NULL DEFAULT false,
    grace_until timestamptz,
    restricted_until timestamptz,
    next_change_at timestamptz,
    stale boolean NOT NULL DEFAULT false,
    features jsonb NOT NULL DEFAULT '{}',      -- null: unlimited
    customer text COLLATE "C",
    subscription text COLLATE "C",
    as_of timestamptz
) WITH (fillfactor = 80);
CREATE INDEX standings_next_change_at ON :schema.standings (next_change_at)
    WHERE next_change_at IS NOT NULL;
-- The application's own texts have the database's collation, and a view over both must find either
-- by its index.
CREATE INDEX standings_lookup ON :schema.standings ((organization COLLATE "default"));

-- What fold version 2 keeps besides.

ALTER TABLE :schema.customers
    ADD COLUMN seen boolean NOT NULL DEFAULT false,  -- its beginning or its present was seen
    ADD COLUMN deleted_at timestamptz;            -- the first second of a customer.deleted

ALTER TABLE :schema.subscriptions
    ADD COLUMN paused_for text COLLATE "C",       -- Stripe's word for why, if the current fact tells it
    ADD COLUMN pending_update_until timestamptz,  -- a change kept aside until it is paid
    ADD COLUMN pending_items jsonb,               -- what it would be then
    ADD COLUMN currency text COLLATE "C",         -- in which it is paid, if the current fact tells it
    ADD COLUMN ended_at timestamptz,              -- first terminal second, or its customer's deletion
    ADD COLUMN pause text COLLATE "C",            -- why it is paused, by all of its facts
    ADD COLUMN pause_settled_at timestamptz,      -- when that for which it is paused was paid
    -- For each item whose price carries no lookup key any more the last that it had, else ''.
    ADD COLUMN keys_seen text[] COLLATE "C" NOT NULL DEFAULT '{}';

ALTER TABLE :schema.checkout_sessions
    ADD COLUMN completed boolean NOT NULL DEFAULT false;  -- the customer agreed

-- Of a subscription schedule the greatest fact, as schemas/stripe/facts.hpp has it.
CREATE TABLE :schema.schedules (
    id text COLLATE "C" PRIMARY KEY,
    event text COLLATE "C" NOT NULL,
    event_created timestamptz NOT NULL,
    api_version text COLLATE "C" NOT NULL,
    customer text COLLATE "C",
    subscription text COLLATE "C",                -- null until it has started
    status text COLLATE "C" NOT NULL,
    over boolean NOT NULL,                        -- completed, canceled or released
    first boolean NOT NULL,                       -- told by *.created
    phase_start timestamptz,                      -- of the current phase
    next_at timestamptz,                          -- when the next begins
    next_items jsonb NOT NULL                     -- what the subscription has then
);
CREATE INDEX schedules_subscription ON :schema.schedules (subscription);

ALTER TABLE :schema.mappings
    ADD COLUMN subscription text COLLATE "C";     -- an operator's override for this one alone

ALTER TABLE :schema.standings
    ADD COLUMN quantity bigint,                   -- seats; null: none has a number
    -- Of living subscriptions, in no list of plans.toml.
    ADD COLUMN unlisted_prices text[] COLLATE "C" NOT NULL DEFAULT '{}',
    ADD COLUMN billing_interval text COLLATE "C",  -- day, week, month, year
    ADD COLUMN billing_interval_count bigint,
    ADD COLUMN currency text COLLATE "C",
    ADD COLUMN amount bigint,                     -- of the next period at list prices, in minor units
    ADD COLUMN renews_at timestamptz,
    ADD COLUMN cancels_at timestamptz,
    ADD COLUMN trial_ends_at timestamptz,
    ADD COLUMN pending_change jsonb;              -- plan, quantity, at, until

-- What is known of a second stands with the fact that holds its last state. A batch reads of a long
-- history only the seconds that turn, and those around its own.
ALTER TABLE :schema.subscription_facts
    ADD COLUMN turns boolean NOT NULL DEFAULT false,
    ADD COLUMN ambiguous boolean NOT NULL DEFAULT false;
CREATE INDEX subscription_facts_turns ON :schema.subscription_facts (object, created) WHERE turns;
ALTER TABLE :schema.customer_facts
    ADD COLUMN last_of_second boolean NOT NULL DEFAULT false,
    ADD COLUMN turns boolean NOT NULL DEFAULT false,
    ADD COLUMN ambiguous boolean NOT NULL DEFAULT false;
CREATE INDEX customer_facts_turns ON :schema.customer_facts (object, created) WHERE turns;
ALTER TABLE :schema.invoice_facts
    ADD COLUMN last_of_second boolean NOT NULL DEFAULT false,
    ADD COLUMN turns boolean NOT NULL DEFAULT false,
    ADD COLUMN ambiguous boolean NOT NULL DEFAULT false;
CREATE INDEX invoice_facts_turns ON :schema.invoice_facts (object, created) WHERE turns;

-- Of a subscription's invoices those that ever failed, and what overtook them.
CREATE INDEX invoices_failed ON :schema.invoices (subscription) WHERE first_failure IS NOT NULL;
CREATE INDEX invoices_paid ON :schema.invoices (subscription, created)
    WHERE first_seen_paid IS NOT NULL;

-- Of a customer's refusals those of an invoice, and those of a moment.
CREATE INDEX declines_created ON :schema.declines (customer, created);
CREATE INDEX declines_invoice ON :schema.declines (customer, invoice, created)
    WHERE invoice IS NOT NULL;

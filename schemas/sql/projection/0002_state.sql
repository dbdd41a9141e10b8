-- What fold version 2 keeps besides.

ALTER TABLE :schema.customers
    ADD COLUMN seen boolean NOT NULL DEFAULT false,  -- its beginning or its present was seen
    ADD COLUMN deleted_at timestamptz;            -- the first second of a customer.deleted

ALTER TABLE :schema.subscriptions
    ADD COLUMN paused_for text COLLATE "C",       -- Stripe's word for why, if the current fact tells it
    ADD COLUMN pending_update_until timestamptz,  -- a change kept aside until it is paid
    ADD COLUMN ended_at timestamptz,              -- first terminal second, or its customer's deletion
    ADD COLUMN pause text COLLATE "C",            -- why it is paused, by all of its facts
    ADD COLUMN pause_settled_at timestamptz,      -- when that for which it is paused was paid
    -- For each item whose price carries no lookup key any more the last that it had, else ''.
    ADD COLUMN keys_seen text[] COLLATE "C" NOT NULL DEFAULT '{}';

ALTER TABLE :schema.checkout_sessions
    ADD COLUMN completed boolean NOT NULL DEFAULT false;  -- the customer agreed

ALTER TABLE :schema.mappings
    ADD COLUMN subscription text COLLATE "C";     -- an operator's override for this one alone

ALTER TABLE :schema.standings
    ADD COLUMN quantity bigint,                   -- seats; null: none has a number
    -- Of living subscriptions, in no list of plans.toml.
    ADD COLUMN unlisted_prices text[] COLLATE "C" NOT NULL DEFAULT '{}';

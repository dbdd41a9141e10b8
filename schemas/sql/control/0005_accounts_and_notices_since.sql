-- The connected accounts whose events a projection folds beside those of the account itself; fixed
-- when the projection is made.
ALTER TABLE billhook.projections ADD COLUMN accounts text[] COLLATE "C" NOT NULL DEFAULT '{}';

-- One row: what fell due before is told to nobody, so that whoever begins with Billhook mails no
-- customer for the past. Empty, there is no bound.
CREATE TABLE billhook.notices_since (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    since timestamptz NOT NULL
);

-- Of every feature in the plans what it is: {"seats": "limit", "notes": "switch"}.
ALTER TABLE billhook.unknown_access ADD COLUMN types jsonb NOT NULL DEFAULT '{}';

-- The notifier has leases of its own kind and sees no others: it cannot stop the fold or the relay.
ALTER TABLE billhook.leases ENABLE ROW LEVEL SECURITY;
CREATE POLICY each_its_own ON billhook.leases USING (
    current_user <> 'billhook_notifier' OR starts_with(name, 'notifier/')
    OR starts_with(name, 'billing.notices/'));
-- But it must see that recovery publishes: no mail goes meanwhile.
CREATE POLICY recovery_is_seen ON billhook.leases FOR SELECT USING (name = 'recovery');

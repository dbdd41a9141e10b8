-- What became of a notice that was to be sent. Claimed without an outcome: somebody sends it now, or
-- died over it and nobody knows whether it arrived; it is never sent again by itself.

ALTER TABLE billhook.notices RENAME COLUMN delivered_at TO finished_at;
ALTER TABLE billhook.notices
    ADD COLUMN outcome text COLLATE "C",       -- delivered, overtaken, failed
    ADD COLUMN cause text COLLATE "C";         -- why it was overtaken, failed, or is in doubt
CREATE INDEX notices_unfinished ON billhook.notices (claimed_at)
    WHERE claimed_at IS NOT NULL AND outcome IS NULL;

-- The notifier has leases of its own kind and sees no others: it cannot stop the fold or the relay.
ALTER TABLE billhook.leases ENABLE ROW LEVEL SECURITY;
CREATE POLICY each_its_own ON billhook.leases USING (
    current_user <> 'billhook_notifier' OR starts_with(name, 'notifier/')
    OR starts_with(name, 'billing.notices/'));
-- But it must see that recovery publishes: no mail goes meanwhile.
CREATE POLICY recovery_is_seen ON billhook.leases FOR SELECT USING (name = 'recovery');

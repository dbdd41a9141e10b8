-- What became of a notice that was to be sent. Claimed without an outcome: somebody sends it now, or
-- died over it and nobody knows whether it arrived; it is never sent again by itself.

ALTER TABLE billhook.notices RENAME COLUMN delivered_at TO finished_at;
ALTER TABLE billhook.notices
    ADD COLUMN outcome text COLLATE "C",       -- delivered, overtaken, failed
    ADD COLUMN cause text COLLATE "C";         -- why it was overtaken, failed, or is in doubt
CREATE INDEX notices_unfinished ON billhook.notices (claimed_at)
    WHERE claimed_at IS NOT NULL AND outcome IS NULL;

-- The connected accounts whose events a projection folds beside those of the account itself; fixed
-- when the projection is made.
ALTER TABLE billhook.projections ADD COLUMN accounts text[] COLLATE "C" NOT NULL DEFAULT '{}';

-- One row: what fell due before is told to nobody, so that whoever begins with Billhook mails no
-- customer for the past. Empty, there is no bound.
CREATE TABLE billhook.notices_since (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    since timestamptz NOT NULL
);

-- The texts of plans.toml that were applied; the highest version is in force. Whoever adds one raises
-- the generation of every projection in the same transaction, so that no worker writes by an older.

CREATE TABLE billhook.plans (
    version bigint PRIMARY KEY,
    toml text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

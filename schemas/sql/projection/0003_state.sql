-- What fold version 3 keeps besides.

ALTER TABLE :schema.mappings
    ALTER COLUMN organization DROP NOT NULL,      -- null: takes back what was said of the customer
    ADD COLUMN actor text,                        -- the operator who said so
    ADD COLUMN reason text;

-- What operators gave an organization, and took back (`source=operator`).
CREATE TABLE :schema.grants (
    event text COLLATE "C" PRIMARY KEY,
    organization text COLLATE "C" NOT NULL,
    revokes text COLLATE "C",                     -- the grant that this one takes back
    plan text COLLATE "C",                        -- full access on at least this one
    full_access boolean NOT NULL,                 -- on whatever plan it has
    features jsonb NOT NULL,                      -- at least these
    exempt boolean NOT NULL,                      -- no case reduces anything or sends notices
    trial_extension bigint,                       -- seconds, of the organization's own trial
    until timestamptz,                            -- of all but the trial's extension
    actor text NOT NULL,
    reason text NOT NULL,
    created timestamptz NOT NULL
);
CREATE INDEX grants_organization ON :schema.grants (organization);

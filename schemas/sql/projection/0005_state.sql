-- What fold version 5 keeps besides.

ALTER TABLE :schema.mappings
    ADD COLUMN updated_at timestamptz,            -- of the organization, in the directory that keeps it
    ADD COLUMN name text,                         -- the latest one's
    ADD COLUMN deleted boolean NOT NULL DEFAULT false;  -- in the directory, at `created`; changes no access

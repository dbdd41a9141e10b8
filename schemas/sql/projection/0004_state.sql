-- What fold version 4 keeps besides.

ALTER TABLE :schema.schedules
    ADD COLUMN ends_at timestamptz;               -- when it cancels the subscription; null: never

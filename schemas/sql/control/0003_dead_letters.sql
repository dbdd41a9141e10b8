-- How a dead letter was settled: retried (its record was sent again and could be
-- folded) or discarded, for the reason in `note`.

ALTER TABLE billhook.dead_letters
    ADD COLUMN resolution text COLLATE "C",
    ADD COLUMN note text COLLATE "C";
CREATE INDEX dead_letters_body ON billhook.dead_letters (projection, md5(body));

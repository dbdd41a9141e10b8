-- What operators did beside the log: plans put in force, projections made live, dead letters discarded,
-- offsets moved. Written in the transaction of the act. What they said in the log (grants, links) stands
-- in the projections, and nowhere twice.

CREATE TABLE billhook.acts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    subject text NOT NULL,
    actor text NOT NULL,
    reason text
);
CREATE INDEX acts_at ON billhook.acts (at);

-- What the billing API asks besides organization_access, replaced together with the views.

-- How far each partition of a topic is folded: everything below `next_offset` is in the standings.
CREATE OR REPLACE VIEW billing.progress AS
SELECT o.partition, o.next_offset, o.topic COLLATE "default" AS topic
FROM billhook.offsets o
WHERE o.projection = ':projection';

-- The customers at Stripe that the fold says are an organization's; of our own account, none of a
-- connected one.
CREATE OR REPLACE VIEW billing.organization_customers AS
SELECT c.organization AS organization_id,  -- "C", as the index is
       regexp_replace(c.id, '^.*/', '') COLLATE "default" AS stripe_customer_id,
       c.created,
       c.deleted
FROM :schema.customers c
WHERE c.organization IS NOT NULL AND c.id NOT LIKE '%/%';

-- Its subscriptions: which live, and which were a trial at Stripe.
CREATE OR REPLACE VIEW billing.organization_subscriptions AS
SELECT s.organization AS organization_id,  -- "C", as the index is
       regexp_replace(s.id, '^.*/', '') COLLATE "default" AS stripe_subscription_id,
       regexp_replace(s.customer, '^.*/', '') COLLATE "default" AS stripe_customer_id,
       s.status COLLATE "default" AS subscription_status,
       s.created,
       s.ended_at,
       s.begun AND s.trial_end IS NOT NULL AS had_trial
FROM :schema.subscriptions s
WHERE s.organization IS NOT NULL;

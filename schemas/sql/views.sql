-- The application's door: views over the live projection (functions: gates.sql), replaced by every migrate
-- and promote. Columns are only ever added at the end. Ids are Stripe's own, without the account.

CREATE SCHEMA IF NOT EXISTS billing;

-- Whoever reads organization_access holds it before the horizon in it. They are replaced in that order,
-- too, so that replacing them and reading never wait for each other; the first one needs a name to speak of.
DO $$
BEGIN
    IF to_regclass('billing.horizon') IS NULL THEN
        CREATE VIEW billing.horizon AS SELECT 'epoch'::timestamptz AS at;
    END IF;
END
$$;

CREATE OR REPLACE VIEW billing.organization_access AS
SELECT s.organization COLLATE "default" AS organization_id,
       s.plan COLLATE "default" AS plan,
       s.subscription_status COLLATE "default" AS subscription_status,
       s.access COLLATE "default" AS access,
       s.reason COLLATE "default" AS reason,
       s.in_dunning,
       s.grace_until,
       s.restricted_until,
       s.next_change_at,
       s.stale,
       s.features,
       regexp_replace(s.customer, '^.*/', '') COLLATE "default" AS stripe_customer_id,
       regexp_replace(s.subscription, '^.*/', '') COLLATE "default" AS stripe_subscription_id,
       CASE WHEN s.next_change_at IS NULL OR s.next_change_at > (SELECT h.at FROM billing.horizon h)
            THEN greatest(s.as_of, (SELECT h.at FROM billing.horizon h))
            ELSE s.as_of END AS as_of,
       s.quantity,
       cardinality(s.unlisted_prices) > 0 AS unlisted,
       s.billing_interval COLLATE "default" AS billing_interval,
       s.billing_interval_count,
       s.currency COLLATE "default" AS currency,
       s.amount,
       s.renews_at,
       s.cancels_at,
       s.trial_ends_at,
       s.pending_change,
       (SELECT m.name FROM :schema.mappings m
        WHERE m.organization = s.organization AND m.name IS NOT NULL
        ORDER BY m.updated_at DESC NULLS LAST, m.event DESC LIMIT 1) AS name,
       (SELECT max(m.created) FROM :schema.mappings m
        WHERE m.organization = s.organization AND m.deleted) AS deleted_at
FROM :schema.standings s
WHERE s.as_of IS NOT NULL
UNION ALL  -- whom the log never named, as worker/domain/unheard.cpp has it
SELECT o.id::text COLLATE "default",
       u.plan COLLATE "default",
       'trial'::text,
       'full'::text,
       'unknown'::text,
       false,
       NULL::timestamptz,
       NULL::timestamptz,
       NULL::timestamptz,
       false,
       u.features,
       NULL::text,
       NULL::text,
       (SELECT h.at FROM billing.horizon h),
       NULL::bigint,
       false,
       NULL::text,
       NULL::bigint,
       NULL::text,
       NULL::bigint,
       NULL::timestamptz,
       NULL::timestamptz,
       NULL::timestamptz,
       NULL::jsonb,
       NULL::text,
       NULL::timestamptz
FROM public.organizations o
CROSS JOIN billhook.unknown_access u
WHERE NOT EXISTS (
    SELECT FROM :schema.standings s
    WHERE (s.organization COLLATE "default") = (o.id::text COLLATE "default")
      AND s.as_of IS NOT NULL
);

-- Up to when everything in the log is folded: min(complete_to), 1970 while any partition is not
-- complete. One row. A view of its own, so that a question that does not ask for `as_of` never reads it.
CREATE OR REPLACE VIEW billing.horizon AS
SELECT CASE WHEN count(*) = count(o.complete_to) THEN coalesce(min(o.complete_to), 'epoch')
            ELSE 'epoch'::timestamptz END AS at
FROM billhook.offsets o
WHERE o.projection = ':projection';

-- Transitions of each subscription in event order, one row a second: that second's last state. The
-- deletion of its customer ends it, too, if no fact of its own did before.
CREATE OR REPLACE VIEW billing.subscription_history AS
SELECT s.organization COLLATE "default" AS organization_id,
       regexp_replace(f.object, '^.*/', '') COLLATE "default" AS stripe_subscription_id,
       f.created AS occurred_at,
       f.status COLLATE "default" AS subscription_status,
       lag(f.status) OVER (PARTITION BY s.organization, f.object ORDER BY f.created)
           COLLATE "default" AS previous_status,
       regexp_replace(s.customer, '^.*/', '') COLLATE "default" AS stripe_customer_id,
       f.event COLLATE "default" AS event_id
FROM (SELECT object, created, event,
             CASE WHEN place = 'last' THEN 'canceled' ELSE content::jsonb ->> 'status' END AS status
      FROM :schema.subscription_facts
      WHERE last_of_second
      UNION ALL
      SELECT own.id, c.deleted_at, c.event, 'canceled'
      FROM :schema.subscriptions own
      JOIN :schema.customers c ON c.id = own.customer AND c.deleted_at = own.ended_at
      WHERE NOT EXISTS (SELECT FROM :schema.subscription_facts told
                        WHERE told.object = own.id AND told.created = c.deleted_at
                          AND told.last_of_second)) f
LEFT JOIN :schema.subscriptions s ON s.id = f.object;

-- Customers of whom Stripe spoke and who, or one of whose subscriptions, belong to no organization.
CREATE OR REPLACE VIEW billing.unmapped_customers AS
SELECT regexp_replace(c.id, '^.*/', '') COLLATE "default" AS stripe_customer_id,
       c.created,
       c.event_created AS last_heard_at,
       (SELECT count(*) FROM :schema.subscriptions s
        WHERE s.customer = c.id AND s.organization IS NULL) AS unmapped_subscriptions
FROM :schema.customers c
WHERE c.known
  AND c.organization IS NULL
  AND (EXISTS (SELECT FROM :schema.subscriptions s
               WHERE s.customer = c.id AND s.organization IS NULL)
       OR NOT EXISTS (SELECT FROM :schema.subscriptions s WHERE s.customer = c.id));

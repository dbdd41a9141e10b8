-- The application's table, for a new application that asked for it (--with-organizations).
CREATE TABLE public.organizations (
    id text PRIMARY KEY,
    name text,
    stripe_customer_id varchar UNIQUE,
    subscription_status varchar DEFAULT 'trial',
    subscription_plan varchar DEFAULT 'basic',
    created_at timestamptz DEFAULT now()
);

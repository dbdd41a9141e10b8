-- What Billhook's roles may do with the application's own table: read the key, created_at and the
-- three mirrored columns, write those three. Run by `billhook migrate` as its own user; what that
-- may not grant is collected in the setting billhook.missing of the transaction. :owner is the role
-- that owns Billhook's views.
DO $organizations$
DECLARE
    each record;
    missing text := '';
BEGIN
    FOR each IN
        SELECT wanted.role, wanted.privilege, a.attname AS column_name
        FROM (VALUES
            (':owner', 'SELECT', '{id,created_at,stripe_customer_id,subscription_status,subscription_plan}'::text[]),
            ('billhook_worker', 'SELECT', '{id,created_at,stripe_customer_id,subscription_status,subscription_plan}'),
            ('billhook_worker', 'UPDATE', '{stripe_customer_id,subscription_status,subscription_plan}'),
            ('billhook_ops', 'SELECT', '{id,created_at,stripe_customer_id,subscription_status,subscription_plan}')
        ) AS wanted (role, privilege, columns)
        JOIN pg_catalog.pg_roles r ON r.rolname = wanted.role
        JOIN pg_catalog.pg_attribute a
            ON a.attrelid = 'public.organizations'::regclass AND a.attname = ANY (wanted.columns)
               AND NOT a.attisdropped
        WHERE NOT pg_catalog.has_column_privilege(
            wanted.role, 'public.organizations', a.attname, wanted.privilege)
    LOOP
        BEGIN
            EXECUTE pg_catalog.format('GRANT %s (%I) ON public.organizations TO %I',
                                      each.privilege, each.column_name, each.role);
        EXCEPTION WHEN insufficient_privilege THEN NULL;
        END;
        -- Without the grant option there is only a warning.
        IF NOT pg_catalog.has_column_privilege(
            each.role, 'public.organizations', each.column_name, each.privilege) THEN
            missing := missing || pg_catalog.format(
                E'GRANT %s (%I) ON public.organizations TO %I;\n',
                each.privilege, each.column_name, each.role);
        END IF;
    END LOOP;
    FOR each IN
        SELECT r.rolname AS role FROM pg_catalog.pg_roles r
        WHERE r.rolname IN (':owner', 'billhook_worker')
          AND NOT pg_catalog.has_schema_privilege(r.rolname, 'public', 'USAGE')
    LOOP
        missing := missing
            || pg_catalog.format(E'GRANT USAGE ON SCHEMA public TO %I;\n', each.role);
    END LOOP;
    PERFORM pg_catalog.set_config(
        'billhook.missing',
        coalesce(pg_catalog.current_setting('billhook.missing', true), '') || missing, true);
END
$organizations$;

-- What Billhook's roles may do in its own schemas, and no more; :schema is the live projection's.
-- `billhook migrate` runs this every time. (The application's table: organizations.sql.)
DO $grants$
DECLARE
    each record;
BEGIN
    -- It once had whole rows.
    IF EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = 'billhook_notifier'
               AND NOT r.rolsuper
               AND pg_catalog.has_table_privilege(r.oid, 'billhook.notices', 'UPDATE')) THEN
        REVOKE UPDATE ON billhook.notices FROM billhook_notifier;
    END IF;
    FOR each IN
        SELECT wanted.* FROM (VALUES
            ('billhook_worker', 'USAGE ON SCHEMA billhook, :schema, billing'),
            ('billhook_worker', 'SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA :schema'),
            ('billhook_worker', 'DELETE ON :schema.dunning_cases, :schema.customer_facts, '
                ':schema.subscription_facts, :schema.invoice_facts'),
            ('billhook_worker', 'SELECT, INSERT, UPDATE ON billhook.offsets'),
            ('billhook_worker', 'SELECT, INSERT, UPDATE, DELETE ON billhook.leases, '
                'billhook.mirror_errors'),
            ('billhook_worker', 'SELECT ON billhook.projections, billhook.plans, billhook.notices_since, '
                'billhook.schema_version'),
            ('billhook_worker', 'SELECT, INSERT ON billhook.notices, billhook.dead_letters'),
            ('billhook_worker', 'SELECT, INSERT, DELETE ON billhook.outbox'),
            ('billhook_worker', 'USAGE ON SEQUENCE billhook.outbox_id_seq'),
            ('billhook_worker', 'SELECT ON ALL TABLES IN SCHEMA billing'),
            ('billhook_notifier', 'USAGE ON SCHEMA billhook, :schema'),
            ('billhook_notifier', 'SELECT, UPDATE (claimed_by, claimed_at, finished_at, outcome, cause) '
                'ON billhook.notices'),
            ('billhook_notifier', 'SELECT ON billhook.projections, :schema.dunning_cases, '
                ':schema.subscriptions, :schema.standings'),
            ('billhook_notifier', 'SELECT (event, organization, until, revokes) ON :schema.grants'),
            -- Of its own kind alone, by the policy of the table. A lease saves work and fences nothing.
            ('billhook_notifier', 'SELECT, INSERT, UPDATE, DELETE ON billhook.leases'),
            ('billhook_app', 'USAGE ON SCHEMA billing'),
            ('billhook_app', 'SELECT ON ALL TABLES IN SCHEMA billing'),
            ('billhook_app', 'EXECUTE ON ALL FUNCTIONS IN SCHEMA billing'),
            ('billhook_api', 'USAGE ON SCHEMA billing'),
            ('billhook_api', 'SELECT ON ALL TABLES IN SCHEMA billing'),
            ('billhook_api', 'EXECUTE ON ALL FUNCTIONS IN SCHEMA billing'),
            ('billhook_ops', 'USAGE ON SCHEMA billhook, :schema, billing'),
            ('billhook_ops', 'SELECT ON ALL TABLES IN SCHEMA billhook, :schema, billing'),
            ('billhook_ops', 'EXECUTE ON ALL FUNCTIONS IN SCHEMA billing')
        ) AS wanted (role, privileges)
        JOIN pg_catalog.pg_roles r ON r.rolname = wanted.role
    LOOP
        EXECUTE pg_catalog.format('GRANT %s TO %I', each.privileges, each.role);
    END LOOP;
END
$grants$;

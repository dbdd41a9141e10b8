-- Billhook's roles and their settings; what each may do stands in grants.sql. `billhook migrate` runs
-- this every time; it is safe to run twice, and writes only what differs. An administrator may also
-- run it with psql. Each role is a login role itself, since settings made by ALTER ROLE do not pass
-- to members; passwords are set apart from this file.
--
-- The timeouts guard against accidents and not against whoever holds a password: Postgres lets every role
-- set its own, for a session and for good. migrate puts them back, doctor misses them. What else can be
-- forbidden, by an administrator alone: hardening.sql.
--
-- What the user who runs it may not do is collected, a line each with the command to run as an
-- administrator, in the setting billhook.missing of the transaction.

DO $roles$
DECLARE
    each record;
    missing text := '';
BEGIN
    FOR each IN
        SELECT * FROM (VALUES
            ('billhook_owner'), ('billhook_worker'), ('billhook_notifier'), ('billhook_app'),
            ('billhook_ops'), ('billhook_api')
        ) AS wanted (role)
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = wanted.role)
    LOOP
        BEGIN
            EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN', each.role);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;  -- another migrate was faster
            WHEN insufficient_privilege THEN
                missing := missing || pg_catalog.format(E'CREATE ROLE %I LOGIN;\n', each.role);
        END;
    END LOOP;

    FOR each IN
        SELECT wanted.* FROM (VALUES
            ('billhook_owner', 'search_path', '""'),
            ('billhook_owner', 'lock_timeout', '5s'),
            -- A worker that stalls must not hold its partition's row for long.
            ('billhook_worker', 'search_path', '""'),
            ('billhook_worker', 'statement_timeout', '15s'),
            ('billhook_worker', 'lock_timeout', '5s'),
            ('billhook_worker', 'idle_in_transaction_session_timeout', '4s'),
            -- A plan cached over an empty table would stay a sequential scan for ever.
            ('billhook_worker', 'enable_seqscan', 'off'),
            -- A plan that reads a table of one row looks dear without them: it would be compiled
            -- anew each time, and a batch's statements planned anew for each batch.
            ('billhook_worker', 'jit', 'off'),
            ('billhook_worker', 'plan_cache_mode', 'force_generic_plan'),
            ('billhook_notifier', 'search_path', '""'),
            ('billhook_notifier', 'statement_timeout', '10s'),
            ('billhook_notifier', 'lock_timeout', '2s'),
            ('billhook_notifier', 'idle_in_transaction_session_timeout', '10s'),
            ('billhook_app', 'search_path', '""'),
            ('billhook_app', 'statement_timeout', '30s'),
            ('billhook_app', 'lock_timeout', '5s'),
            ('billhook_app', 'idle_in_transaction_session_timeout', '60s'),
            ('billhook_api', 'search_path', '""'),
            ('billhook_api', 'statement_timeout', '5s'),
            ('billhook_api', 'lock_timeout', '2s'),
            ('billhook_api', 'idle_in_transaction_session_timeout', '5s'),
            ('billhook_api', 'default_transaction_read_only', 'on'),
            ('billhook_ops', 'search_path', '""'),
            ('billhook_ops', 'statement_timeout', '10min'),
            ('billhook_ops', 'lock_timeout', '5s'),
            ('billhook_ops', 'idle_in_transaction_session_timeout', '60s'),
            ('billhook_ops', 'default_transaction_read_only', 'on')
        ) AS wanted (role, setting, value)
        JOIN pg_catalog.pg_roles r ON r.rolname = wanted.role
        WHERE (wanted.setting || '=' || wanted.value) <> ALL (coalesce(r.rolconfig, '{}'))
    LOOP
        BEGIN
            IF each.setting = 'search_path' THEN
                EXECUTE pg_catalog.format('ALTER ROLE %I SET search_path = ''''', each.role);
            ELSE
                EXECUTE pg_catalog.format(
                    'ALTER ROLE %I SET %I = %L', each.role, each.setting, each.value);
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            missing := missing || pg_catalog.format(
                E'ALTER ROLE %I SET %I = %s;\n', each.role, each.setting,
                CASE each.setting WHEN 'search_path' THEN ''''''
                                  ELSE pg_catalog.quote_literal(each.value) END);
        END;
    END LOOP;

    PERFORM pg_catalog.set_config(
        'billhook.missing',
        coalesce(pg_catalog.current_setting('billhook.missing', true), '') || missing, true);
END
$roles$;

-- For an administrator who wants it, in the database that Billhook uses; nothing of Billhook needs what is
-- forbidden here, nor that it is. Postgres gives both to everybody, and they can only be taken from
-- everybody: another user of the database who does need one gets it back by name
-- (GRANT TEMPORARY ON DATABASE ... TO ...). The local stack runs it.

DO $hardening$
DECLARE
    each record;
BEGIN
    EXECUTE pg_catalog.format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC',
                              pg_catalog.current_database());
    -- Large objects: no table's privileges keep anybody from filling the disk with them.
    FOR each IN
        SELECT p.oid::pg_catalog.regprocedure AS name FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
          AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea')
    LOOP
        EXECUTE pg_catalog.format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', each.name);
    END LOOP;
END
$hardening$;

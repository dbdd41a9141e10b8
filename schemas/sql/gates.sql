-- The application's questions, replaced together with the views. They are plpgsql for the plan that it
-- keeps for the session: one of SQL plans its views anew at every call, which takes several times as
-- long as the question. Of an organization with a standing they read that row alone, by its primary key.

CREATE OR REPLACE VIEW billing.standing_features AS
SELECT s.organization AS organization_id, s.features  -- "C", as the index is
FROM :schema.standings s
WHERE s.as_of IS NOT NULL;

CREATE OR REPLACE VIEW billing.application_organizations AS
SELECT o.id FROM public.organizations o;

-- One row: what an organization has that the log never named, and of every feature what it is.
CREATE OR REPLACE VIEW billing.trial_features AS
SELECT u.features, u.types FROM billhook.unknown_access u;

-- The features of the plans in force: `switch` or `limit`.
CREATE OR REPLACE FUNCTION billing.features() RETURNS TABLE (name text, type text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $features$
    SELECT each.key, each.value
    FROM billing.trial_features t CROSS JOIN jsonb_each_text(t.types) each
    ORDER BY each.key COLLATE "C"
$features$;

-- The value of a feature of which no standing of the organization speaks; null if there is no such
-- feature. A plan without it gives nothing, an organization that only the application has what its
-- trial does, one that nobody ever saw everything.
CREATE OR REPLACE FUNCTION billing.feature_otherwise(
    organization text, feature text, has_standing boolean
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $feature_otherwise$
DECLARE
    value jsonb;
BEGIN
    IF organization IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'the organization is null';
    END IF;
    SELECT CASE
               WHEN (t.types ? feature_otherwise.feature) IS NOT TRUE THEN NULL
               WHEN feature_otherwise.has_standing THEN 'false'::jsonb
               WHEN EXISTS (SELECT FROM billing.application_organizations o WHERE :is_organization)
                   THEN coalesce(t.features -> feature_otherwise.feature, 'false')
               ELSE 'null'::jsonb
           END
    INTO value
    FROM billing.trial_features t;
    RETURN value;
END
$feature_otherwise$;

CREATE OR REPLACE FUNCTION billing.refuse_feature(feature text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $refuse_feature$
BEGIN
    RAISE invalid_parameter_value USING MESSAGE = format(
        'no plan has a feature %s; there are %s',
        coalesce('"' || feature || '"', 'null'),
        (SELECT string_agg(f.name, ', ') FROM billing.features() f)
    );
END
$refuse_feature$;

-- A switch as it stands, a limit if anything is left of it; null of nothing. Put in the place where it
-- is asked, so it must not be strict: what is strict by declaration alone stays a call.
CREATE OR REPLACE FUNCTION billing.allows(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $allows$
    SELECT CASE jsonb_typeof(value)
               WHEN 'boolean' THEN value::boolean
               WHEN 'number' THEN value::numeric > 0
               WHEN 'null' THEN true
           END
$allows$;

-- What a limit leaves: null is unlimited, which a switch is that is on.
CREATE OR REPLACE FUNCTION billing.limited_to(value jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $limited_to$
    SELECT CASE jsonb_typeof(value)
               WHEN 'boolean' THEN CASE WHEN value::boolean THEN NULL ELSE 0 END
               WHEN 'number' THEN value::bigint
           END
$limited_to$;

-- May the organization use the feature? One that nobody ever saw may all. A null organization and an
-- unknown feature are errors.
CREATE OR REPLACE FUNCTION billing.can(organization text, feature text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $can$
DECLARE
    allowed boolean;
    value jsonb;  -- of its own: around a call, `allows` would be a call as well
BEGIN
    SELECT billing.allows(s.features -> can.feature) INTO allowed
    FROM billing.standing_features s
    WHERE s.organization_id = can.organization;
    IF allowed IS NULL THEN
        value := billing.feature_otherwise(organization, feature, FOUND);
        allowed := billing.allows(value);
        IF allowed IS NULL THEN
            PERFORM billing.refuse_feature(feature);
        END IF;
    END IF;
    RETURN allowed;
END
$can$;

-- As billing.can, but `otherwise` where no plan has such a feature.
CREATE OR REPLACE FUNCTION billing.can_or(organization text, feature text, otherwise boolean)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $can_or$
DECLARE
    allowed boolean;
    value jsonb;  -- of its own: around a call, `allows` would be a call as well
BEGIN
    SELECT billing.allows(s.features -> can_or.feature) INTO allowed
    FROM billing.standing_features s
    WHERE s.organization_id = can_or.organization;
    IF allowed IS NULL THEN
        value := billing.feature_otherwise(organization, feature, FOUND);
        allowed := billing.allows(value);
        IF allowed IS NULL THEN
            RETURN otherwise;
        END IF;
    END IF;
    RETURN allowed;
END
$can_or$;

-- How much of it? Null is unlimited: a switch that is on, and an organization that nobody ever saw. A
-- null organization and an unknown feature are errors.
CREATE OR REPLACE FUNCTION billing.limit_of(organization text, feature text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $limit_of$
DECLARE
    value jsonb;
BEGIN
    SELECT s.features -> limit_of.feature INTO value
    FROM billing.standing_features s
    WHERE s.organization_id = limit_of.organization;
    IF value IS NULL THEN
        value := billing.feature_otherwise(organization, feature, FOUND);
        IF value IS NULL THEN
            PERFORM billing.refuse_feature(feature);
        END IF;
    END IF;
    RETURN billing.limited_to(value);
END
$limit_of$;

-- Both answers in one row, always one, of a function that is put in the caller's FROM: only where no
-- standing speaks of the feature is anything called.
CREATE OR REPLACE FUNCTION billing.gate(organization text, feature text)
RETURNS TABLE (allowed boolean, "limit" bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $gate$
    SELECT coalesce(
               billing.allows(s.features -> gate.feature),
               billing.can(gate.organization, gate.feature)
           ),
           CASE WHEN s.features ? gate.feature
               THEN billing.limited_to(s.features -> gate.feature)
               ELSE billing.limit_of(gate.organization, gate.feature)
           END
    FROM (SELECT) asked
    LEFT JOIN billing.standing_features s ON s.organization_id = gate.organization
$gate$;

-- For applications whose keys are no text. A question of one expression is put in the caller's place,
-- and costs nothing.
CREATE OR REPLACE FUNCTION billing.can(organization uuid, feature text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT billing.can(organization::text, feature)';

CREATE OR REPLACE FUNCTION billing.can(organization bigint, feature text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT billing.can(organization::text, feature)';

CREATE OR REPLACE FUNCTION billing.can_or(organization uuid, feature text, otherwise boolean)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT billing.can_or(organization::text, feature, otherwise)';

CREATE OR REPLACE FUNCTION billing.can_or(organization bigint, feature text, otherwise boolean)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT billing.can_or(organization::text, feature, otherwise)';

CREATE OR REPLACE FUNCTION billing.limit_of(organization uuid, feature text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT billing.limit_of(organization::text, feature)';

CREATE OR REPLACE FUNCTION billing.limit_of(organization bigint, feature text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT billing.limit_of(organization::text, feature)';

CREATE OR REPLACE FUNCTION billing.gate(organization uuid, feature text)
RETURNS TABLE (allowed boolean, "limit" bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT g.allowed, g.limit FROM billing.gate(organization::text, feature) g';

CREATE OR REPLACE FUNCTION billing.gate(organization bigint, feature text)
RETURNS TABLE (allowed boolean, "limit" bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT g.allowed, g.limit FROM billing.gate(organization::text, feature) g';

#!/usr/bin/env bash
# A database and a log of an earlier release (tests/upgrade/fold_1) under the present program: migrate,
# replay, --verify, promote. Nothing is lost on the way.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

start_stack "$folder/stack"
release=$repository/tests/upgrade/fold_1

# The stack's empty database and log become the earlier release's. Its workers will not touch a projection
# that another fold version built: they end, and are started again until one of their own is live.
sql "DROP SCHEMA billing, billhook, billing_1 CASCADE" >/dev/null 2>&1
sql "DROP TABLE public.organizations CASCADE" >/dev/null 2>&1
gunzip <"$release/database.sql.gz" | psql -X -q -v ON_ERROR_STOP=1 -1 "$DATABASE_URL" >/dev/null ||
    fail "the earlier release's database could not be restored"
gunzip <"$release/log.jsonl.gz" | "$BILLHOOK_BIN/billhook-log" "$BILLHOOK_KAFKA_BROKERS" load stripe.events
answers="SELECT organization_id, plan, subscription_status, access, reason FROM billing.organization_access ORDER BY 1"
sql "$answers" >"$folder/before"
(($(wc -l <"$folder/before") > 30)) || fail "the earlier release knew fewer organizations: this proves nothing"

"$billhook" migrate --config "$folder/stack/migrate.toml"
[[ $(sql "$answers") == "$(cat "$folder/before")" ]] || fail "migrate alone changed what the application reads"

"$billhook" replay --into upgraded 2>/dev/null | tail -1
"$billhook" replay --into upgraded --verify >"$folder/verify" 2>/dev/null ||
    { cat "$folder/verify" && fail "the log gives something else"; }
"$billhook" promote upgraded 2>/dev/null | head -1
"$billhook" status --wait 60s >/dev/null || fail "the workers did not go on"
[[ $(sql "SELECT name FROM billhook.projections WHERE role = 'live'") == upgraded ]] || fail "upgraded is not live"

consumed=$(sql "SELECT sum(next_offset - first_offset) FROM billhook.offsets WHERE projection = 'upgraded'")
deliveries=$(sql "SELECT sum(deliveries) FROM billing_2.events")
dead=$(sql "SELECT count(*) FROM billhook.dead_letters WHERE projection = 'upgraded'")
echo "accounting: $consumed consumed = $deliveries deliveries + $dead dead letters"
((consumed == deliveries + dead)) || fail "I5: $consumed consumed, $deliveries deliveries, $dead dead letters"

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

# Whom today's rules answer otherwise, and by which rule. Beside them only what fold 1 did not keep is new
# (seats, price and dates), and features follow from access. A difference that is not here is a fault of ours.
cat >"$folder/rules" <<'END'
org_8ztp9uqb_h access restricted -> none # paused as its trial ended without a card: [paused] trial_over gives none
org_8ztp9uqb_m unlisted_prices -> price_1addon # an extra beside the plan that no list has is said
org_upgrade_before subscription_status none -> trial, access none -> full, reason trial_over -> unknown, stale false -> true # nobody saw the beginning of its customer: an address is no sign of life
org_upgrade_manual access none -> full, reason unpaid -> paid, in_dunning true -> false, grace_until 2026-10-27T16:20:42Z -> none, restricted_until 2026-11-10T16:20:42Z -> none # an invoice made by hand is not what the subscription owes
org_upgrade_paused access restricted -> none, reason paused -> unpaid, in_dunning false -> true, grace_until none -> 2026-10-17T16:20:42Z, restricted_until none -> 2026-10-31T16:20:42Z # a pause settles nothing
org_upgrade_unlisted unlisted_prices -> price_x # a contract at a price that no list has is said
END
differing() {
    local new='(quantity|billing_interval(_count)?|currency|amount|(renews|cancels|trial_ends)_at) none -> [^ ,]+|pending_change none -> \{[^}]*\}'
    grep '^org_' "$1" | sed -E "s/(, )?(features \{[^}]*\} -> \{[^}]*\}|$new)//g; s/  +/ /g; s/ , / /; / \$/d"
}
"$billhook" promote upgraded --dry-run >"$folder/changes" 2>/dev/null
for said in verify changes; do
    diff <(sed 's/ # .*//' "$folder/rules") <(differing "$folder/$said") ||
        fail "$said: no rule explains these differences (<: the rules', >: what came)"
done

"$billhook" promote upgraded 2>/dev/null | head -1
"$billhook" status --wait 60s >/dev/null || fail "the workers did not go on"
[[ $(sql "SELECT name FROM billhook.projections WHERE role = 'live'") == upgraded ]] || fail "upgraded is not live"

(($(sql "SELECT count(*) FROM billing.features()") > 0)) || fail "the gates know no feature"

# What no list has is said by all who are asked.
"$billhook" doctor >"$folder/doctor" 2>&1 || true
for price in price_1addon price_x; do
    grep -q "1 organizations pay price $price, which plans.toml does not list" "$folder/doctor" ||
        { cat "$folder/doctor" && fail "doctor does not name $price"; }
done
[[ $("$billhook" status --json) == *'"unlisted":2,"unlisted_prices":["price_1addon","price_x"]'* ]] ||
    fail "status does not name what no list has"

consumed=$(sql "SELECT sum(next_offset - first_offset) FROM billhook.offsets WHERE projection = 'upgraded'")
deliveries=$(sql "SELECT sum(deliveries) FROM billing_2.events")
dead=$(sql "SELECT count(*) FROM billhook.dead_letters WHERE projection = 'upgraded'")
echo "accounting: $consumed consumed = $deliveries deliveries + $dead dead letters"
((consumed == deliveries + dead)) || fail "I5: $consumed consumed, $deliveries deliveries, $dead dead letters"

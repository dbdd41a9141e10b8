#!/usr/bin/env bash
# What operators say is in the log: a grant, its revoke, a link, an override and what takes them back change
# the answers and those alone, are explained and listed, and a replay of the log gives all of it again.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

start_stack "$folder/stack"
"$billhook" simulate --organizations "${ORGANIZATIONS:-40}" --seed "${SEED:-3}" --wait 120s >"$folder/simulate.log" 2>&1 ||
    { tail -20 "$folder/simulate.log" >&2 && fail "simulate"; }

answer_of() {
    sql "SELECT concat_ws(' ', coalesce(plan, '-'), access, reason) FROM billing.organization_access WHERE organization_id = '$1'"
}
# found PATTERN: reads to the end, so that nobody who prints meets a closed pipe.
found() { grep "$1" >/dev/null; }
folded() { "$billhook" status --wait 60s >/dev/null || fail "not folded in time"; }
id_in() { sed -n 's/^{"id":"\([^"]*\)".*/\1/p' <<<"$1"; }
# expect CODE COMMAND...
expect() {
    local wanted=$1 code=0
    shift
    "$@" >"$folder/out" 2>&1 || code=$?
    ((code == wanted)) || { cat "$folder/out" >&2 && fail "exit $code instead of $wanted: $*"; }
}

locked=$(sql "SELECT organization_id FROM billing.organization_access WHERE access = 'none' AND reason <> 'unknown' ORDER BY 1 LIMIT 1")
before=$(answer_of "$locked")
[[ $locked ]] || fail "nobody is locked out: this proves little"

# A grant, and its revoke.
made=$("$billhook" grant "$locked" --plan pro --until 2099-03-01 --reason 'a pilot' --actor ada --json)
grant=$(id_in "$made")
folded
[[ $(answer_of "$locked") == *" full granted" ]] || fail "after the grant: $(answer_of "$locked")"
"$billhook" grants list "$locked" | found "$grant.*in force.*plan pro.*ada.*a pilot" || fail "grants list"
"$billhook" explain "$locked" | found "ada gave it plan pro until 2099-03-01 00:00 UTC, because: a pilot" || fail "explain"
expect 0 "$billhook" revoke "$grant" --reason 'it is over' --actor bob
folded
[[ $(answer_of "$locked") == "$before" ]] || fail "after the revoke: $(answer_of "$locked"), before: $before"
expect 1 "$billhook" revoke "$grant" --reason again
expect 1 "$billhook" revoke grant_nobodys --reason x
"$billhook" grants list "$locked" --all | found "$grant.*revoked" || fail "grants list --all"

# One that stays, so that the replay meets it, and what is refused.
expect 0 "$billhook" grant "$locked" --access full --exempt --feature patients_max=4321 --until 2099-03-01 --reason 'goodwill'
expect 1 "$billhook" grant org_of_nobody --plan pro --until 2099-03-01 --reason x
expect 2 "$billhook" grant "$locked" --plan gold --until 2099-03-01 --reason x
expect 2 "$billhook" grant "$locked" --feature no_such=3 --until 2099-03-01 --reason x
grep -q 'no_such is a feature of no plan in force; they have.* patients_max' "$folder/out" || fail "the known features are not named"
expect 2 "$billhook" grant "$locked" --plan pro --until 2001-01-01 --reason x
expect 2 "$billhook" grant "$locked" --plan pro --reason 'no end'
expect 2 "$billhook" grant "$locked" --plan pro --until 2099-03-01

# Links: whoever is mapped already moves only if somebody says so.
customer=$(sql "SELECT customer FROM billing_1.mappings m JOIN billing_1.customers c ON c.id = m.customer WHERE c.metadata_organization IS NULL AND c.organization = m.organization AND c.organization <> '$locked' ORDER BY 1 LIMIT 1")
owner=$(sql "SELECT organization FROM billing_1.customers WHERE id = '$customer'")
[[ $customer && $owner ]] || fail "no customer is mapped by a record"
expect 2 "$billhook" link "$customer" "$owner"
expect 2 "$billhook" link "$owner" "$(printf 'cus_\xff')"
expect 1 "$billhook" link org_of_nobody "$customer"
expect 4 "$billhook" link "$locked" "$customer" </dev/null
expect 0 "$billhook" link "$locked" "$customer" --yes --reason 'bought'
folded
[[ $(sql "SELECT organization FROM billing_1.customers WHERE id = '$customer'") == "$locked" ]] || fail "the link moved nothing"
expect 0 "$billhook" unlink "$locked" "$customer"
folded
[[ $(sql "SELECT organization FROM billing_1.customers WHERE id = '$customer'") != "$locked" ]] || fail "the unlink took nothing back"
expect 1 "$billhook" unlink "$customer"
SECONDS=0
expect 3 "$billhook" link "$owner" "$customer" --yes --kafka-brokers 127.0.0.1:1
((SECONDS < 30)) || fail "a link waited $SECONDS s for a broker that is away"

# Many at once: nothing is said while a line is wrong, and what is said already is not said again.
records() { sql "SELECT count(*) FROM billing_1.mappings"; }
other=$(sql "SELECT organization_id FROM billing.organization_access WHERE organization_id <> '$locked' ORDER BY 1 LIMIT 1")
named=$(sql "SELECT id FROM billing_1.customers WHERE metadata_organization IS NOT NULL AND organization <> '$locked' ORDER BY 1 LIMIT 1")
said=$(records)
printf 'organization,customer\n%s,cus_bulk1\ncus_bulk2,%s\n%s\n' "$locked" "$locked" "$other" >"$folder/links.csv"
expect 2 "$billhook" link --csv "$folder/links.csv"
grep -q "links.csv:3: .*swapped" "$folder/out" && grep -q "links.csv:4: not two cells" "$folder/out" || fail "not every mistake has its line"
printf '%s,cus_bulk1\norg_of_nobody,cus_bulk2\n' "$locked" >"$folder/links.csv"
expect 1 "$billhook" link --csv "$folder/links.csv"
grep -q "links.csv:2: org_of_nobody" "$folder/out" || fail "an unknown organization has no line"
printf 'organization,customer\r\n"%s",cus_bulk1\r\n%s,cus_bulk2\r\n%s,%s\r\n' "$locked" "$other" "$locked" "$named" >"$folder/links.csv"
expect 0 "$billhook" link --csv "$folder/links.csv" --dry-run
grep -q "3 of 3 would be published; 0 said already" "$folder/out" || { cat "$folder/out" >&2 && fail "the dry run"; }
expect 4 "$billhook" link --csv "$folder/links.csv" </dev/null
grep -q "^4: $named stays" "$folder/out" || fail "what stands against a line has no line"
folded
(($(records) == said)) || fail "a refused list said something"
expect 0 "$billhook" link --csv "$folder/links.csv" --yes --json
grep -q '"published":3,"said_already":0,' "$folder/out" || fail "not all three were published"
folded
(($(records) == said + 3)) || fail "the list left $(records) records of $said + 3"
[[ $(sql "SELECT organization FROM billing_1.mappings WHERE customer = 'cus_bulk2'") == "$other" ]] || fail "line 3 is not said"
expect 0 "$billhook" link --csv "$folder/links.csv" --json
grep -q '"published":0,"said_already":3,' "$folder/out" || fail "what was said is said again"
expect 0 "$billhook" unlink "$locked" "$named"

# An override of what Stripe's metadata say, and back.
moved=$(sql "SELECT id FROM billing_1.subscriptions WHERE metadata_organization IS NOT NULL AND organization <> '$locked' ORDER BY 1 LIMIT 1")
whose=$(sql "SELECT organization FROM billing_1.subscriptions WHERE id = '$moved'")
expect 2 "$billhook" link --subscription "$moved" "$locked"
expect 0 "$billhook" link --subscription "$moved" "$locked" --override --reason 'sold'
folded
[[ $(sql "SELECT organization FROM billing_1.subscriptions WHERE id = '$moved'") == "$locked" ]] || fail "the override moved nothing"
"$billhook" explain "$locked" | found "override of subscription $moved" || fail "explain names no override"
expect 0 "$billhook" unlink --subscription "$moved" --reason 'not sold'
folded
[[ $(sql "SELECT organization FROM billing_1.subscriptions WHERE id = '$moved'") == "$whose" ]] || fail "the override stays"
expect 0 "$billhook" link --subscription "$moved" "$locked" --override
folded

# Plans are an act beside the log.
sed '/^\[plans.pro\]/,/^\[/ s/patients_max = [0-9-]*/patients_max = 4321/' "$BILLHOOK_PLANS" >"$folder/plans.toml"
expect 0 "$billhook" plans apply "$folder/plans.toml" --yes --actor ada --reason 'more patients'
"$billhook" audit --since 1h >"$folder/audit"
for kind in grant revoke link unlink override plans_apply; do
    grep -q " $kind " "$folder/audit" || { cat "$folder/audit" >&2 && fail "audit lists no $kind"; }
done
grep -q "plans_apply.*ada.*more patients" "$folder/audit" || fail "audit does not say who and why"

check_accounting
"$billhook" replay --into again --verify >"$folder/replay.log" 2>&1 ||
    { tail -40 "$folder/replay.log" >&2 && fail "the log gives something else"; }
tail -1 "$folder/replay.log"

#!/usr/bin/env bash
# Ids, types, organizations, prices and refusals that a terminal would obey, or that would show a reader what
# is not there, enter the log: whatever a command prints of them is written out, as text and as JSON.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

start_stack "$folder/stack"

# ESC, BEL, C1, DEL, a new line, and a turned order; in JSON and as it is.
readonly written='\u001b[2J\u0007\u009b31m\u007f\r\nFAKE\u202e\u2066'
hostile=$(printf '\x1b[2J\x07\xc2\x9b31m\x7f\r\nFAKE\xe2\x80\xae\xe2\x81\xa6')
now=$(date +%s)
sent=0
# tell TYPE OBJECT: an event about a JSON object.
tell() {
    sent=$((sent + 1))
    printf '{"id":"evt_%s%s","object":"event","api_version":"2025-09-30.clover","created":%s,"livemode":false,"type":"%s","data":{"object":%s}}' \
        "$sent" "$written" "$now" "$1" "$2" >"$folder/event.json"
    "$billhook" send "$folder/event.json" >/dev/null || fail "send $1"
}
tell customer.created "{\"id\":\"cus_1$written\",\"object\":\"customer\",\"created\":$now,\"livemode\":false,\"metadata\":{\"organization_id\":\"org_1$written\"}}"
tell customer.subscription.created "{\"id\":\"sub_1$written\",\"object\":\"subscription\",\"created\":$now,\"livemode\":false,\"customer\":\"cus_1$written\",\"status\":\"act$written\",\"metadata\":{},\"items\":{\"data\":[{\"id\":\"si_1\",\"quantity\":1,\"price\":{\"id\":\"price_1$written\",\"lookup_key\":\"key$written\"},\"current_period_start\":$now,\"current_period_end\":$((now + 86400))}]}}"
tell charge.failed "{\"id\":\"ch_1\",\"object\":\"charge\",\"created\":$now,\"livemode\":false,\"customer\":\"cus_1$written\",\"failure_code\":\"lost$written\"}"
tell "weird.type$written" "{\"id\":\"x_1$written\",\"object\":\"weird\"}"
printf '{"id":"evt_bad%s' "$written" >"$folder/event.json"
"$billhook" send "$folder/event.json" >/dev/null || fail "send"
"$billhook" status --wait 60s >/dev/null || fail "not folded in time"
organization=org_1$hostile
(($(sql "SELECT count(*) FROM billing_1.standings WHERE organization LIKE 'org\_1%'") == 1)) || fail "the organization is not there"

# shown COMMAND...: what it prints, on both ways out, has nothing of all that.
shown() {
    "$@" >"$folder/out" 2>&1 </dev/null || (($? <= 4)) || fail "$* ended oddly"
    ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b\x8e\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]' "$folder/out" ||
        { od -c "$folder/out" | head -40 >&2 && fail "a terminal would obey what is printed by: ${*:2:2}"; }
    ! grep -q '^FAKE' "$folder/out" || { cat "$folder/out" >&2 && fail "a line is not ours, printed by: ${*:2:2}"; }
}
# names COMMAND...: the same, and the hostile text is among what it prints, written out.
names() {
    shown "$@"
    grep -qF '\u001b[2J' "$folder/out" || { cat "$folder/out" >&2 && fail "nothing of it is printed by: ${*:2:2}"; }
}

for event in 1 2 3 4; do
    names "$billhook" events show "evt_$event$hostile"
    names "$billhook" events show "evt_$event$hostile" --json
done
names "$billhook" events show "evt_none$hostile"
for command in explain forecast; do
    names "$billhook" $command "$organization"
    names "$billhook" $command "$organization" --json
    names "$billhook" $command "org_none$hostile"
done
names "$billhook" status
names "$billhook" status --json
names "$billhook" doctor
letter=$("$billhook" dead-letters list | awk '/\// { print $1; exit }')
[[ $letter ]] || fail "nothing is a dead letter"
for json in '' --json; do
    shown "$billhook" dead-letters list $json
    shown "$billhook" dead-letters show "$letter" $json
    shown "$billhook" notices list $json
    shown "$billhook" projections list $json
done
names "$billhook" dead-letters show "9/9$hostile"
names "$billhook" dead-letters --projection "NONSENSE$hostile" list
grep -q "there is no projection NONSENSE" "$folder/out" || fail "a projection that is not there is none"

# What people type is refused or comes back written out.
for id in "$hostile" "$(printf 'org_\xff')"; do
    shown "$billhook" link "$id" cus_2
    shown "$billhook" grant "$id" --access full --until 2099-01-01 --reason x
    shown "$billhook" grant org_1 --access full --until 2099-01-01 --reason "$id"
    shown "$billhook" revoke "$id" --reason x
done
(($(sql "SELECT count(*) FROM billing_1.mappings") + $(sql "SELECT count(*) FROM billing_1.grants") == 0)) || fail "what no terminal can show was said"
printf 'org_1,cus_%s\n' "$hostile" >"$folder/links.csv"
shown "$billhook" link --csv "$folder/links.csv"
"$billhook" link org_2 cus_2 --new --yes >/dev/null
"$billhook" status --wait 60s >/dev/null || fail "not folded in time"
shown "$billhook" audit
shown "$billhook" unlink "cus_1$hostile"
names "$billhook" "no_command$hostile"
names "$billhook" replay --into "pg_catalog$hostile"
shown "$billhook" replay --into pg_catalog
grep -q "'pg_catalog' is no name for a projection" "$folder/out" || { cat "$folder/out" >&2 && fail "a projection is named as a schema of Postgres"; }
(ulimit -v 4000000; shown timeout 60 "$billhook" send /dev/zero)
grep -q "/dev/zero: is larger" "$folder/out" || { head -c 300 "$folder/out" >&2 && fail "send reads a device without end"; }
echo "printed: $sent hostile events"

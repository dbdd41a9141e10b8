#!/usr/bin/env bash
# A promote while workers run and the application reads: nothing is lost or doubled, whoever reads sees
# all of the old or all of the new, and it goes back. Then dead letters: kept, sent again, settled.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

undo() { touch "$folder/end"; }
start_stack "$folder/stack"

live_schema() { sql "SELECT schema FROM billhook.projections WHERE role = 'live'"; }
# I5 of the projection that is live now.
check_live() {
    "$billhook" status --wait 120s >/dev/null || fail "not everything was folded"
    local answer
    answer=$(sql "SELECT (SELECT sum(next_offset - first_offset) FROM billhook.offsets o JOIN billhook.projections p ON p.name = o.projection WHERE p.role = 'live') || ' ' || ((SELECT sum(deliveries) FROM $(live_schema).events) + (SELECT count(*) FROM billhook.dead_letters d JOIN billhook.projections p ON p.name = d.projection WHERE p.role = 'live'))")
    echo "consumed, accounted for: $answer"
    [[ ${answer% *} == "${answer#* }" ]] || fail "I5: $answer"
}

"$billhook" simulate --organizations 100 --seed 3 --wait 120s >"$folder/simulate.log" 2>&1 ||
    fail "simulate found differences"

# All rows of the new one carry a mark; a reader that sees some with and some without saw a mixture.
sed 's/^\(features = {\)/\1 marked = true,/' "$BILLHOOK_PLANS" >"$folder/marked.toml"
"$billhook" replay --into marked --with-plans "$folder/marked.toml" >/dev/null 2>&1
counts="SELECT count(*) FILTER (WHERE features ? 'marked') || ' ' || count(*) FROM billing.organization_access WHERE access <> 'none' AND plan IS NOT NULL;"
# Two read by the view, one holds another view before and asks the function after.
readers=()
for ((reader = 0; reader < 3; ++reader)); do
    (
        while [[ ! -e $folder/end ]]; do
            if ((reader < 2)); then
                echo "$counts"
            else
                echo "BEGIN; SELECT FROM billing.subscription_history LIMIT 0; SELECT FROM pg_sleep(0.05) LIMIT 0; $counts"
                echo "SELECT WHERE NOT billing.can('nobody', 'treatment_notes'); COMMIT;"
            fi
            sleep 0.01
        done | psql -X -q -A -t "$BILLHOOK_APP_DATABASE_URL" >"$folder/reads.$reader" 2>&1
    ) &
    readers+=($!)
done
sleep 1
"$billhook" promote marked --with-plans "$folder/marked.toml" | head -1
sleep 1
touch "$folder/end"
wait "${readers[@]}"
! grep -q ERROR "$folder"/reads.* || fail "a reader failed: $(grep -h ERROR "$folder"/reads.* | head -1)"
old=$(cat "$folder"/reads.* | awk '$1 == 0' | wc -l)
new=$(cat "$folder"/reads.* | awk '$1 == $2' | wc -l)
all=$(cat "$folder"/reads.* | wc -l)
echo "$all reads: $old of the old, $new of the new"
((old > 0 && new > 0 && old + new == all)) || fail "readers saw a mixture"
check_live

# Back, while much is delivered, and over again.
"$billhook" simulate --organizations 100 --seed 4 --rate 150 --wait 240s >"$folder/simulate.log" 2>&1 &
simulate_pid=$!
sleep 2
for name in billing_1 marked billing_1; do
    "$billhook" promote "$name" --patience 120s 2>"$folder/promote.err" | head -1 ||
        { tail -5 "$folder/promote.err" >&2 && fail "promote $name under load"; }
    [[ $(sql "SELECT name FROM billhook.projections WHERE role = 'live'") == "$name" ]] ||
        { tail -5 "$folder/promote.err" >&2 && fail "$name is not live"; }
done
"$billhook" promote billing_1 || fail "what is live already is no failure"
kill -0 "$simulate_pid" 2>/dev/null || echo "(the deliveries ended before the last promote)"
wait "$simulate_pid" || { tail -40 "$folder/simulate.log" >&2 && fail "simulate found differences"; }
tail -1 "$folder/simulate.log"
check_live
"$billhook" projections drop marked
"$billhook" replay --into check --verify 2>/dev/null | tail -1 || fail "the log gives something else"
"$billhook" projections drop check >/dev/null

# A record that no program can read, and one that the database refuses until it is mended.
printf '{"id":' >"$folder/bad.json"
"$billhook" send "$folder/bad.json" >/dev/null
sql "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN IF NEW.id = 'evt_refused' THEN RAISE SQLSTATE '22023'; END IF; RETURN NEW; END \$\$"
sql "CREATE TRIGGER refuse BEFORE INSERT ON billing_1.events FOR EACH ROW EXECUTE FUNCTION public.refuse()"
created=$(date +%s)
printf '{"id":"evt_refused","object":"event","api_version":"2024-06-20","created":%s,"livemode":false,"type":"customer.created","data":{"object":{"id":"cus_refused","object":"customer","created":%s,"livemode":false,"metadata":{"organization_id":"org_refused"}}}}' "$created" "$created" >"$folder/refused.json"
"$billhook" send "$folder/refused.json" >/dev/null
check_live
"$billhook" dead-letters list
refused=$("$billhook" dead-letters list | awk '/evt_refused/ { print $1 }')
bad=$("$billhook" dead-letters list | awk '/evt_refused/ { next } /\// { print $1; exit }')
[[ $refused && $bad ]] || fail "two dead letters were expected"
! "$billhook" dead-letters retry "$bad" || fail "what no program can read was folded"
sql "DROP TRIGGER refuse ON billing_1.events"
"$billhook" dead-letters retry "$refused" || fail "what was mended was not folded"
[[ $(sql "SELECT count(*) FROM billing.organization_access WHERE organization_id = 'org_refused'") == 1 ]] ||
    fail "the mended record has no effect"
"$billhook" dead-letters discard "$bad" --reason 'sent by a test'
[[ $("$billhook" dead-letters list) == "no dead letters" ]] || fail "a dead letter is still open"
check_live
sql "UPDATE billhook.offsets SET halted = now() WHERE partition = 1"
! "$billhook" offsets show >/dev/null || fail "a halted partition was not told"
"$billhook" dead-letters resume
"$billhook" offsets show >/dev/null || fail "the partition did not go on"

#!/usr/bin/env bash
# An account with three months of history is taken over as deploy/adoption.md says: each of the page's commands
# ("$ " lines) is typed as it stands, in its order, adopt once more after it was killed several times. No mail for
# the past; every organization as the simulator knows it, or named with its reason; a second run changes nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

api_pid=
undo() { [[ -z $api_pid ]] || kill "$api_pid" 2>/dev/null || true; }
start_stack "$folder/stack"
export PATH=$BILLHOOK_BIN:$PATH
until=$(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M:%SZ)
lives=(--organizations "${ORGANIZATIONS:-150}" --seed "${SEED:-44}" --until "$until" --prefix adopted)

mapfile -t commands < <(sed -n 's/^\$ //p' "$repository/deploy/adoption.md")

# typed CODES: the page's next command must end with one of the codes.
typed() {
    ((${#commands[@]})) || fail "the page has no more commands"
    local command=${commands[0]} code=0
    commands=("${commands[@]:1}")
    (cd "$folder" && bash -c "$command") >"$folder/said" 2>"$folder/complained" || code=$?
    echo "$command: $code; $(tail -1 "$folder/complained")"
    [[ " $1 " == *" $code "* ]] ||
        { cat "$folder/said" "$folder/complained" >&2 && fail "'$command' ended with $code, not $1"; }
}

# The application's rows, and no webhook at all.
"$billhook" simulate "${lives[@]}" --lose 1 --wait 60s >"$folder/rows" 2>&1 || true
[[ $(tail -1 "$folder/rows") == *" organizations compared, "* ]] ||
    { tail -5 "$folder/rows" >&2 && fail "nothing was compared"; }
"$billhook" stripe-api "${lives[@]}" --faults 0.05 >"$folder/api" 2>&1 &
api_pid=$!
until [[ -s $folder/api ]]; do sleep 0.1; done
STRIPE_API_BASE=$(head -1 "$folder/api")
export STRIPE_API_BASE STRIPE_SECRET_KEY=sk_test_simulated0000000

typed 0
grep -q '^\[plans\.' "$folder/plans.draft.toml" || fail "the draft has no plan"
typed 0
typed 0
RANDOM=${SEED:-44}
for ((deaths = 0; deaths < 4; ++deaths)); do
    "$billhook" adopt >"$folder/killed" 2>&1 &
    sleep "$((RANDOM % 3)).$((RANDOM % 10))"
    kill -KILL $! 2>/dev/null || true
    wait $! 2>/dev/null || true
done
typed "0 1"
cat "$folder/said" | tail -30
published=$(sql "SELECT sum(next_offset) FROM billhook.offsets")
typed "0 1"
cp "$folder/said" "$folder/report.json"
[[ $published == $(sql "SELECT sum(next_offset) FROM billhook.offsets") ]] || fail "the second run published"
typed "0 1"
cat "$folder/said"
typed 0
((${#commands[@]} == 0)) || fail "not typed: ${commands[*]}"

sent=$(sql "SELECT count(*) FROM billhook.notices WHERE state = 'sent'")
((sent == 0)) || fail "$sent notices were sent for the past"

code=0
"$billhook" simulate "${lives[@]}" --compare --json --wait 60s >"$folder/compare" 2>"$folder/compare.err" || code=$?
((code <= 1)) || { tail -20 "$folder/compare.err" >&2 && fail "simulate ended with $code"; }
sql "SELECT organization FROM billing_1.standings WHERE cardinality(unlisted_prices) > 0" >"$folder/unlisted"
sql "SELECT id, organization FROM billing_1.subscriptions WHERE organization IS NOT NULL" >"$folder/subscriptions"
# What only lost events told is named: the key that a price had before it was moved (a price of no list). A row of
# the application may name a customer that the account never had: it is misnamed, and nothing to wait for. And who owes
# again after a write-off is assumed to have been active in between.
python3 - "$folder" <<'END' || fail "the adopted account is not as Stripe has it"
import json, sys
folder = sys.argv[1]
report, truth = (json.load(open(f"{folder}/{name}")) for name in ("report.json", "compare"))
unlisted = set(open(f"{folder}/unlisted").read().split())
subscriptions = dict(line.split("|") for line in open(f"{folder}/subscriptions").read().split())
assumed = {subscriptions.get(each["object"]) for each in report["differences"] if each["cause"] == "assumed"}
wrong = [each for each in truth["differences"] if each["organization"] not in unlisted | assumed]
left = [each for each in report["differences"] if each["cause"] != "assumed"]
wrong += [each for each in left if each["cause"] != "misnamed" or not each["object"].endswith("before")]
named = {each["customer"] for each in report["misnamed"]}
wrong += [each for each in left if each["object"] not in named]
wrong += [each for each in report["stale"] if each in {each["organization"] for each in report["misnamed"]}]
wrong += [name for name in ("events", "readings", "notices") if report[name]]
print(truth["compared"], "compared,", len(truth["differences"]), "differ and are named;", report["mapped"], "customers mapped,",
      len(report["unmapped"]), "unmapped,", len(report["unlisted"]), "prices of no list")
for each in wrong:
    print("wrong:", each)
sys.exit(bool(wrong))
END
check_accounting

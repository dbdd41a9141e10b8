#!/usr/bin/env bash
# I1, I2: the broker stands still while honest clients post. Whatever is refused is told when to come again
# and is served then; each 200 is an event of the journal, and one that was answered 200 at once is there
# once; memory stays bounded. PAUSE, SECONDS_BESIDE, CLIENTS: how long, before and after, how many.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

undo() { [[ ! ${broker:-} ]] || kill -CONT "$broker" 2>/dev/null || true; }
start_stack "$folder/stack"
broker=$(cat "$folder/stack/run/kafka.pid")

"$BILLHOOK_BIN/billhook-loads" broker-paused --broker "$broker" --gateway "$(cat "$folder/stack/run/ingest.pid")" \
    --pause "${PAUSE:-15}" --seconds "${SECONDS_BESIDE:-3}" --clients "${CLIENTS:-64}" --served "$folder/served" \
    >"$folder/out" || { cat "$folder/out" >&2 && fail "what was refused"; }
cat "$folder/out"
grep -q '^meanwhile .* [1-9][0-9]* \+[0-9.]* \+[0-9.]*$' "$folder/out" || fail "nothing was refused: the test proved little"
check_accounting

# comm and join want the order of bytes.
export LC_ALL=C
sql "SELECT id || ' ' || deliveries FROM billing_1.events WHERE type = 'load.posted'" | sort >"$folder/journal"
sort "$folder/served" >"$folder/served.sorted"
lost=$(join -v1 "$folder/served.sorted" "$folder/journal" | wc -l)
doubled=$(join "$folder/served.sorted" "$folder/journal" | grep ' at_once ' | grep -vc ' 1$' || true)
((lost == 0)) || fail "$lost events were answered 200 and are not there"
((doubled == 0)) || fail "$doubled events that were answered 200 at once came twice"
memory=$(sed -n 's/.*, \([0-9]*\) KiB in all$/\1/p' "$folder/out")
((memory < 204800)) || fail "the gateway took $memory KiB"
echo "$(wc -l <"$folder/served") events answered 200: 0 lost, 0 doubled"

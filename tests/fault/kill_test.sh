#!/usr/bin/env bash
# I7: workers, the gateway, Postgres and the broker are killed with -9 while lives are delivered, each
# several times. Afterwards every organization equals the simulator's truth, and the accounting is exact.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

start_stack "$folder/stack"

"$billhook" simulate --organizations "${ORGANIZATIONS:-120}" --seed "${SEED:-5}" \
    --rate "${RATE:-60}" --wait 240s >"$folder/simulate.log" 2>&1 &
simulate_pid=$!

kills=0
victims=(worker-1 ingest postgres worker-2 kafka worker-1 postgres ingest kafka worker-2)
for victim in "${victims[@]}"; do
    sleep 2.5
    kill -0 "$simulate_pid" 2>/dev/null || break
    pid=$(cat "$folder/stack/run/$victim.pid" 2>/dev/null || true)
    [[ $pid ]] && kill -9 "$pid" 2>/dev/null && kills=$((kills + 1)) && echo "killed $victim"
done
wait "$simulate_pid" || { tail -40 "$folder/simulate.log" >&2 && fail "simulate found differences"; }
tail -1 "$folder/simulate.log"
((kills >= 5)) || fail "only $kills kills landed while lives were delivered: the test proved little"
check_accounting
echo "$kills kills survived"

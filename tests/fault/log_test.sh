#!/usr/bin/env bash
# The log is another one: recreated, cut at its beginning, or the database went back to an older state.
# It is detected, nothing is skipped by itself, and it is recovered by a command.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

start_stack "$folder/stack"
topics() { "$BILLHOOK_BIN/billhook-topics" "$BILLHOOK_KAFKA_BROKERS" "$@"; }
until_shown() {
    for ((tries = 0; tries < 100; ++tries)); do
        ! "$billhook" offsets show >"$folder/shown" 2>&1 || { sleep 0.2 && continue; }
        grep -q "$1" "$folder/shown" && return
        sleep 0.2
    done
    cat "$folder/shown" >&2
    fail "not detected: $1"
}
simulate() {
    "$billhook" simulate --organizations 60 --prefix "$1" --seed 6 --until "$until" --wait 120s \
        >"$folder/simulate.log" 2>&1 || { tail -5 "$folder/simulate.log" >&2 && return 1; }
    echo "$1: $(tail -1 "$folder/simulate.log")"
}
until=$(date -u -d '2 minutes ago' +%Y-%m-%dT%H:%M:%SZ)

echo "-- the topic is deleted and made again"
simulate first || fail "simulate found differences"
organizations=$(sql "SELECT count(*) FROM billing_1.standings")
topics delete stripe.events
sleep 2
"$billhook" migrate --with-organizations >/dev/null
until_shown 'recreated'
next=$(sql "SELECT sum(next_offset) FROM billhook.offsets")
! "$billhook" offsets rebase >"$folder/plan" 2>&1 || fail "rebase without --yes must refuse"
[[ $(sql "SELECT sum(next_offset) FROM billhook.offsets") == "$next" ]] || fail "something was moved without --yes"
"$billhook" offsets rebase --yes | tail -1
simulate second || fail "after a rebase simulate found differences"
check_accounting
(($(sql "SELECT count(*) FROM billing_1.standings") > organizations)) || fail "the new log has no effect"
! "$billhook" replay --into lacking >/dev/null 2>&1 || fail "a replay without the first log must be asked for"

echo "-- records are gone before they were read"
for worker in worker-1 worker-2; do kill -STOP "$(cat "$folder/stack/run/$worker.pid")"; done
sleep 4
! simulate third 2>/dev/null || fail "nobody folds, and simulate is content"
lost=0
while read -r partition from to; do
    topics cut stripe.events "$partition" "$to" && lost=$((lost + to - from))
done < <("$billhook" offsets show --json 2>/dev/null |
    grep -o '"partition":[0-9]*,"next_offset":[0-9]*,"epoch":[0-9]*,"log_from":[0-9]*,"log_to":[0-9]*' |
    sed 's/[^0-9,]//g; s/,/ /g' | awk '$5 > $2 { print $1, $2, $5 }')
((lost > 0)) || fail "nothing was cut"
for worker in worker-1 worker-2; do kill -CONT "$(cat "$folder/stack/run/$worker.pid")"; done
until_shown 'were never read and are gone'
! "$billhook" offsets rebase >"$folder/plan" || fail "rebase without --yes must refuse"
told=$(sed -n 's/.*, \([0-9]*\) are gone.*/\1/p' "$folder/plan" | awk '{ all += $1 } END { print all }')
((told == lost)) || fail "$lost records are gone, $told were told"
"$billhook" offsets rebase --yes | tail -1
check_accounting
simulate third || fail "delivered again, simulate found differences"

echo "-- the database goes back to an older state"
superuser=postgresql://postgres:$(cat "$folder/stack/secrets/superuser")@${DATABASE_URL#*@}
pg_dump -Fc "$superuser" >"$folder/older"
simulate fourth || fail "simulate found differences"
server=${superuser%/*}/postgres
psql -X -q "$server" -c "DROP DATABASE billhook WITH (FORCE)" -c "CREATE DATABASE billhook OWNER billhook_owner"
pg_restore -d "$superuser" "$folder/older" || fail "the older state cannot be restored"
simulate fourth || fail "after a failover simulate found differences"
check_accounting
"$billhook" offsets show >/dev/null || fail "a partition stands still"

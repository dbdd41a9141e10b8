#!/usr/bin/env bash
# I7: the broker, and then Postgres, stand still for longer than every deadline, several times, while
# lives are delivered, the billing API is asked and reconcile heals. No process ends, the log names the
# cause, every organization equals the simulator's truth, no notice is mailed twice, and the accounting is
# exact. With FREEZES ("kafka:14 postgres:40", seconds) all of those, also when nothing is delivered any
# more: tests/fault/campaign.
set -euo pipefail
for part in stack beside; do . "$(dirname "${BASH_SOURCE[0]}")/$part.sh"; done
begin_test

frozen=
undo() {
    [[ ! $frozen ]] || kill -CONT $frozen 2>/dev/null || true
    stop_beside
}
start_stack "$folder/stack"
lives=(--organizations "${ORGANIZATIONS:-100}" --seed "${SEED:-5}" --prefix freeze
    --until "$(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M:%SZ)")
start_beside "${lives[@]}"

pid_of() { cat "$folder/stack/run/$1.pid"; }
remember_processes

"$billhook" simulate "${lives[@]}" --rate "${RATE:-30}" --wait "${WAIT:-240s}" >"$folder/simulate.log" 2>&1 &
simulate_pid=$!

# A process and all that came of it.
family_of() {
    local child
    echo "$1"
    for child in $(pgrep -P "$1" || true); do family_of "$child"; done
}
# freeze NAME SECONDS: all of its processes.
freeze() {
    frozen=$(family_of "$(pid_of "$1")")
    kill -STOP $frozen 2>/dev/null || true  # a child may have ended meanwhile
    sleep "$2"
    kill -CONT $frozen 2>/dev/null || true
    frozen=
    echo "$1 stood still for $2 s"
}
loaded=0
idle=0
for each in ${FREEZES:-kafka:14 kafka:14 postgres:14 kafka:14 postgres:14 kafka:14}; do
    sleep 3
    if kill -0 "$simulate_pid" 2>/dev/null; then
        loaded=$((loaded + 1))
    elif [[ ${FREEZES:-} ]]; then
        idle=$((idle + 1))
    else
        break
    fi
    freeze "${each%:*}" "${each#*:}"
done
wait "$simulate_pid" || { tail -40 "$folder/simulate.log" >&2 && fail "simulate found differences"; }
tail -1 "$folder/simulate.log"
((loaded >= 4)) || fail "only $loaded freezes while lives were delivered: the test proved little"

check_processes
check_beside
check_causes || fail "nobody noticed anything"
check_accounting
check_mails
echo "$loaded freezes under load and $idle idle survived"

#!/usr/bin/env bash
# Two processes of billhook-api are killed with -9 while many buy, at a Stripe that loses answers, answers
# 500 and locks: what is counted are the objects at Stripe and the customers in the log. CI takes a slice;
# all of it: KILLS=1000 ORGANIZATIONS=200 tests/fault/api_kill_test.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

kills=${KILLS:-25}
organizations=${ORGANIZATIONS:-8}
seed=${SEED:-1}
stripe_pid=
undo() { [[ ! $stripe_pid ]] || kill -9 "$stripe_pid" 2>/dev/null || true; }

start_stack "$folder/stack"
start_shop --faults 0.08 --seed "$seed"
token=$("$billhook" token --name backend 2>"$folder/token.toml")
write_api_settings </dev/null

python3 "$repository/tests/fault/api_kills.py" "$BILLHOOK_BIN/billhook-api" "$folder/api.toml" "$folder" \
    "$stripe" rk_test_of_nobody "$token" --kills "$kills" --organizations "$organizations" --seed "$seed" ||
    { tail -n 3 "$folder"/api-*.log "$folder/stripe" >&2 && fail "something is doubled, missing or answered wrongly"; }

# The log says the same: each organization is one customer, and nothing was left unread.
"$billhook" status --wait 120s >/dev/null || fail "not everything was folded"
[[ $(sql "SELECT count(*) FROM billhook.dead_letters") == 0 ]] || fail "there are dead letters"
folded=$(sql "SELECT count(DISTINCT id) || ' ' || count(DISTINCT organization) FROM billing_1.customers WHERE known")
[[ $folded == "$organizations $organizations" ]] || fail "customers and organizations in the log: $folded"
echo "$kills kills survived"

#!/usr/bin/env bash
# I8: while disordered lives are delivered, the log gives again what workers made of it; also when the
# replay is killed with -9 on its way. Other plans show in the organizations that they change, and in no
# others. SEEDS=20 tests/fault/replay_test.sh runs twenty on one stack; FIRST=6 SEEDS=5 runs five from the
# sixth on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

start_stack "$folder/stack"

for ((seed = ${FIRST:-1}; seed < ${FIRST:-1} + ${SEEDS:-2}; ++seed)); do
    "$billhook" simulate --organizations "${ORGANIZATIONS:-80}" --seed "$seed" --rate "${RATE:-150}" \
        --duplicates 0.2 --reorder 0.3 --late 0.1 --wait 240s >"$folder/simulate.log" 2>&1 &
    simulate_pid=$!
    sleep 3
    # Killed several times before it may end.
    kills=0
    for ((kill = 0; kill < 3; ++kill)); do
        "$billhook" replay --into "seed_$seed" >/dev/null 2>&1 &
        sleep 0.3
        ! kill -9 $! 2>/dev/null || kills=$((kills + 1))
        wait $! 2>/dev/null || true
    done
    ((kills > 0)) || fail "no replay was killed: this proves little"
    kill -0 "$simulate_pid" 2>/dev/null || fail "the deliveries ended too early: this proves little"
    "$billhook" replay --into "seed_$seed" --verify >"$folder/replay.log" 2>&1 ||
        { tail -40 "$folder/replay.log" >&2 && fail "seed $seed: the log gives something else"; }
    kill -0 "$simulate_pid" 2>/dev/null || echo "(the deliveries of seed $seed ended before the comparison)"
    wait "$simulate_pid" || { tail -20 "$folder/simulate.log" >&2 && fail "simulate found differences"; }
    echo "seed $seed: $(grep "records folded" "$folder/replay.log"); $(tail -1 "$folder/replay.log"); $(tail -1 "$folder/simulate.log")"
    "$billhook" projections drop "seed_$seed" >/dev/null
done
check_accounting
(($(sql "SELECT count(*) FROM billhook.projections") == 1)) || fail "a projection is left over"

# Pro has a limit more: just those with that plan and some access are told, with what changes.
sed '/^\[plans.pro\]/,/^\[/ s/patients_max = [0-9-]*/patients_max = 4321/' "$BILLHOOK_PLANS" >"$folder/plans.toml"
cmp -s "$BILLHOOK_PLANS" "$folder/plans.toml" && fail "the plans are the same: this proves nothing"
"$billhook" replay --into other --with-plans "$folder/plans.toml" >/dev/null 2>&1
"$billhook" promote other --with-plans "$folder/plans.toml" --dry-run >"$folder/dry" 2>/dev/null
expected=$(sql "SELECT string_agg(organization, ' ' ORDER BY organization) FROM billing_1.standings WHERE plan = 'pro' AND access <> 'none'")
told=$(sed -n 's/^\(org_[^ ]*\)  *features .*/\1/p' "$folder/dry" | tr '\n' ' ' | sed 's/ $//')
[[ $expected && $told == "$expected" ]] || fail "told: $told; expected: $expected"
echo "other plans: $(wc -w <<<"$told") organizations would change, as they should"

# A replay tells nobody.
before=$(sql "SELECT (SELECT count(*) FROM billhook.notices) || ' ' || (SELECT last_value FROM billhook.outbox_id_seq)")
"$billhook" replay --into silent >/dev/null 2>&1
after=$(sql "SELECT (SELECT count(*) FROM billhook.notices) || ' ' || (SELECT last_value FROM billhook.outbox_id_seq)")
[[ $before == "$after" ]] || fail "a replay wrote notices or changes: $before, then $after"

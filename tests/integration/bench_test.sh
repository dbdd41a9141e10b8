#!/usr/bin/env bash
# billhook bench, quickly: it measures every size, and refuses a database that is in use. What it
# measures is not judged here: machines are noisy.
set -euo pipefail

if [[ ! ${BILLHOOK_TEST_DATABASE_URL:-} || ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_TEST_DATABASE_URL or BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}
admin() { psql -X -q -v ON_ERROR_STOP=1 "$BILLHOOK_TEST_DATABASE_URL" -c "$1"; }

name=billhook_bench_$$
admin "CREATE DATABASE $name"
trap 'admin "DROP DATABASE $name WITH (FORCE)"' EXIT
bench() {
    "$BILLHOOK_BIN/billhook" bench "$@" --plans deploy/plans.example.toml \
        --database-url "${BILLHOOK_TEST_DATABASE_URL%/*}/$name"
}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for role in OWNER WORKER NOTIFIER APP OPS; do
    export "BILLHOOK_ROLE_PASSWORD_$role=pw"
done
told=$(bench history --largest 1000 --json)
[[ $(grep -o '"facts":' <<<"$told" | wc -l) == 19 ]] || fail "not six things in three sizes, and all in bulk: $told"
! grep -q '_us":0[,}]' <<<"$told" || fail "something cost nothing: $told"
status=0
bench history >/dev/null 2>&1 || status=$?
((status == 4)) || fail "a database in use was answered with $status"

admin "DROP DATABASE $name WITH (FORCE)"
admin "CREATE DATABASE $name"
told=$(bench tables --rows 100000 --json)
[[ $told =~ '"rows":1'[0-9]{3}, && $told =~ '"rows":1'[0-9]{5}, ]] || fail "not two sizes: $told"
! grep -q '_ns":0[,}]' <<<"$told" || fail "something cost nothing: $told"

admin "DROP DATABASE $name WITH (FORCE)"
admin "CREATE DATABASE $name"
told=$(bench worker --organizations 20 --alone 20 --json)
[[ $told == '{"consumers":'*'"in_batches":{"events":'*'"by_one_consumer":{'*'"one_by_one":{"events":20,'*'"copy":{'*'"table":"standings"'* ]] ||
    fail "not all, one by one, copied and updated: $told"
! grep -qE '"(per_second|client_cpu_ns|wal_bytes)":0[,}]' <<<"$told" || fail "something cost nothing: $told"

admin "DROP DATABASE $name WITH (FORCE)"
admin "CREATE DATABASE $name"
told=$(bench renewal --organizations 100 --json)
[[ $told == '{"organizations":120,"due":{"items":120,'*'"day":{"items":360,'* ]] || fail "not all of them: $told"
! grep -qE '"(per_second|wal_bytes)":0[,}]' <<<"$told" || fail "something cost nothing: $told"

# Without a database.
told=$("$BILLHOOK_BIN/billhook" bench fold --plans deploy/plans.example.toml --json)
[[ $(grep -o '"beside":' <<<"$told" | wc -l) == 5 ]] || fail "not five parts: $told"
! grep -qE '"(ns|beside_ns)":0[,}]' <<<"$told" || fail "something cost nothing: $told"

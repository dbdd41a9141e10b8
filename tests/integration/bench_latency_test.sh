#!/usr/bin/env bash
# tools/bench/latency and tools/bench/catch-up, quickly: every event is answered, folded and seen. What they
# measure is not judged here.
set -euo pipefail

if [[ ! ${BILLHOOK_TEST_KAFKA_BROKERS:-} || ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_TEST_KAFKA_BROKERS or BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
told=$(tools/bench/latency -- --rate 100 --seconds 2 --json)
[[ $told == '{"posts":200,"refused":0,"not_folded":0,'* ]] || fail "not every event was folded: $told"
! grep -qE '"(p50_us|worker_kibibytes)":0[,}]' <<<"$told" || fail "something took no time: $told"
told=$(tools/bench/catch-up --organizations 30 --json 1x1 2x1)
[[ $(grep -o '"seconds":' <<<"$told" | wc -l) == 2 ]] || fail "not two rounds: $told"
! grep -q '_cpu_ns":0[,}]' <<<"$told" || fail "something cost nothing: $told"

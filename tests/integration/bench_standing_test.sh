#!/usr/bin/env bash
# tools/bench/standing, quickly: billhook-api answers every question. What it measures is not judged here.
set -euo pipefail

if [[ ! ${BILLHOOK_TEST_DATABASE_URL:-} || ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_TEST_DATABASE_URL or BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
told=$(tools/bench/standing --organizations 1000 -- --seconds 1 --rounds 1 --connections 8 --json)
[[ $(grep -o '"refused":0,' <<<"$told" | wc -l) == 2 ]] || { echo "FAILED: not two without a refusal: $told" && exit 1; }
! grep -qE '"(accepted|processor_ns)":0[,}]' <<<"$told" || { echo "FAILED: something cost nothing: $told" && exit 1; }

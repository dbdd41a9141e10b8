#!/usr/bin/env bash
# tools/bench/ingest, quickly: all that it starts answers every post. What it measures is not judged here.
set -euo pipefail

if [[ ! ${BILLHOOK_TEST_KAFKA_BROKERS:-} || ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_TEST_KAFKA_BROKERS or BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
told=$(tools/bench/ingest -- --seconds 1 --rounds 1 --connections 8 --json)
[[ $(grep -o '"refused":0,' <<<"$told" | wc -l) == 3 ]] || { echo "FAILED: not three without a refusal: $told" && exit 1; }
! grep -qE '"(accepted|processor_ns)":0[,}]' <<<"$told" || { echo "FAILED: something cost nothing: $told" && exit 1; }
[[ $told =~ '"broker":{"messages_per_second":'[1-9] ]] || { echo "FAILED: the broker was not asked alone: $told" && exit 1; }

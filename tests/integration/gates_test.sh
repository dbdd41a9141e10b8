#!/usr/bin/env bash
# tools/bench/gates, quickly: it asks every question of every kind of organization and key. What it
# measures is not judged here: machines are noisy.
set -euo pipefail

if [[ ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
told=$(tools/bench/gates --organizations 1000 --questions 1 --json)
python3 - "$told" <<'END' || fail "not what it promises: $told"
import json, sys
told = json.loads(sys.argv[1])
assert told["organizations"] == 1000 and told["select_1_us"] > 0
asked = [(each["keys"], each["organization"], each["question"]) for each in told["questions"]]
functions = [(who, what) for who in ("standing", "row", "nobody") for what in ("can", "limit_of", "gate")]
wanted = {(keys, *each) for keys in ("text", "uuid", "bigint") for each in functions + [("standing", "access"), ("standing", "key"), ("standing", "call")]}
assert set(asked) == wanted and len(asked) == len(wanted)
assert all(each["us"] > 0 and each["ratio"] > 0 and each["server_us"] > 0 for each in told["questions"])
END
status=0
tools/bench/gates --organizations few >/dev/null 2>&1 || status=$?
((status == 2)) || fail "a number that is none was answered with $status"

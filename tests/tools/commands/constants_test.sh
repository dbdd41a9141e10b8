#!/usr/bin/env bash
# What `billhook plans constants` writes is code: Python imports it and mypy reads it, Go builds it, Node
# loads it (its types taken out) and tsc reads it. Whoever is not there is skipped aloud.
set -euo pipefail

if [[ ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null || { echo "without $1: ${*:2}" && false; }; }

cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat deploy/plans.example.toml >"$folder/plans.toml"
printf '[plans.only_a_name]\nfeatures = { "2fa" = true, "with-dash" = 3 }\nlookup_keys = ["only_a_name"]\n' \
    >>"$folder/plans.toml"
constants() { "$BILLHOOK_BIN/billhook" plans constants "$folder/plans.toml" "$@"; }

constants --python >"$folder/billing.py"
constants --typescript >"$folder/billing.ts"
mkdir "$folder/billing"
constants --go >"$folder/billing/billing.go"
status=0
constants --go --python >/dev/null 2>&1 || status=$?
((status == 2)) || fail "two languages at once were answered with $status"

if has python3 'Python is not tried'; then
    (cd "$folder" && python3 -W error - <<'END') || fail "Python does not take it"
import billing
assert billing.FEATURE_TREATMENT_NOTES == "treatment_notes" and billing.FEATURE_2FA == "2fa"
assert billing.PLAN_ONLY_A_NAME == "only_a_name"
END
    if has mypy 'its types are not'; then
        mypy --strict --cache-dir "$folder/cache" "$folder/billing.py" || fail "mypy does not take it"
    fi
fi
if has go 'Go is not tried'; then
    [[ -z $(gofmt -l "$folder/billing") ]] || fail "gofmt would have it otherwise"
    (cd "$folder/billing" && printf 'module billing\n' >go.mod && GOCACHE=$folder/go GOFLAGS=-mod=mod go vet .) ||
        fail "Go does not take it"
fi
if has node 'TypeScript is not tried'; then
    sed '/^export type /d' "$folder/billing.ts" >"$folder/billing.mjs"
    (cd "$folder" && node --input-type=module -e '
        const billing = await import(process.cwd() + "/billing.mjs");
        if (billing.FEATURE_WITH_DASH !== "with-dash") process.exit(1);') || fail "Node does not take it"
    if has tsc 'its types are not'; then
        tsc --noEmit --strict "$folder/billing.ts" || fail "tsc does not take it"
    fi
fi

#!/usr/bin/env bash
# stripe_mock.sh FOLDER PORT: becomes Stripe's own mock of its API (a Go module, fetched into FOLDER at
# its first use), which checks every request against the published OpenAPI. First line: its process id,
# or why it cannot be had.
set -euo pipefail
folder=$1 port=$2

if [[ ! -x $folder/stripe-mock ]]; then
    command -v go >/dev/null || { echo "SKIPPED: stripe-mock needs go, which is not installed" && exit; }
    log=$(GOBIN=$folder timeout 480 go install github.com/stripe/stripe-mock@v0.203.0 2>&1) ||
        { echo "SKIPPED: stripe-mock cannot be fetched: ${log##*$'\n'}" && exit; }
fi
echo $$
# Its HTTPS port would be a fixed one, which two tests at once cannot both have.
exec "$folder/stripe-mock" -http-addr "127.0.0.1:$port" -https-addr 127.0.0.1:0 2>&1

#!/usr/bin/env bash
# The process billhook-api beside a whole stack: what it answers is what the database says, whoever may not
# ask is told so, it ends as it is told to, and a killed one leaves nothing that the next would miss.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

api_pid=
undo() { [[ ! $api_pid ]] || kill -9 "$api_pid" 2>/dev/null || true; }

token=bhk_$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')
start_api() {
    "$BILLHOOK_BIN/billhook-api" --config "$folder/api.toml" >"$folder/api.log" 2>&1 &
    api_pid=$!
    until grep -q 'serving' "$folder/api.log"; do
        kill -0 "$api_pid" 2>/dev/null || { cat "$folder/api.log" >&2 && fail "billhook-api did not start"; }
        sleep 0.1
    done
    base=http://127.0.0.1:$(grep -o ' port=[0-9]*' "$folder/api.log" | head -1 | cut -d= -f2)
    admin=http://127.0.0.1:$(grep -o 'admin_port=[0-9]*' "$folder/api.log" | head -1 | cut -d= -f2)
}
# status PATH [CURL_FLAG...]: the status alone.
status() { curl -sS -o "$folder/answer" -w '%{http_code}' "${@:2}" "$base$1"; }
with_token=(-H "Authorization: Bearer $token")
expect() { [[ $2 == "$3" ]] || { cat "$folder/answer" >&2 && fail "$1: $2, not $3"; }; }

start_stack "$folder/stack"
"$billhook" simulate --organizations 12 --months 2 --seed 5 >"$folder/simulation" 2>&1 ||
    { tail -5 "$folder/simulation" >&2 && fail "simulate"; }

cat >"$folder/api.toml" <<END
plans = "$BILLHOOK_PLANS"
[kafka]
brokers = "$BILLHOOK_KAFKA_BROKERS"
[database]
url = "$BILLHOOK_API_DATABASE_URL"
[stripe]
secret_key = "rk_test_of_nobody"
[api]
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
[[api.access.service_tokens]]
name = "backend"
sha256 = "$(printf %s "$token" | sha256sum | cut -d' ' -f1)"
END
chmod 600 "$folder/api.toml"
start_api

# Whoever may not ask.
expect "no token" "$(status /v1/plans)" 401
expect "another token" "$(status /v1/plans -H "Authorization: Bearer ${token}x")" 401
expect "an organization that nobody knows" "$(status /v1/organizations/org_nobody/standing "${with_token[@]}")" 404
expect "no such call" "$(status /v1/organizations "${with_token[@]}")" 404
expect "plans" "$(status /v1/plans "${with_token[@]}")" 200
grep -q '"plan":"pro"' "$folder/answer" || fail "no plan pro among the plans"

# What the database says, of everybody.
feature=$(sql "SELECT name FROM billing.features() WHERE type = 'switch' ORDER BY 1 LIMIT 1")
asked=0
while IFS='|' read -r organization access reason can; do
    path=/v1/organizations/$organization
    expect "$organization" "$(status "$path/standing" "${with_token[@]}")" 200
    grep -qF "\"access\":\"$access\",\"reason\":\"$reason\"" "$folder/answer" ||
        { cat "$folder/answer" >&2 && fail "$organization is $access, $reason"; }
    expect "$organization's gate" "$(status "$path/can/$feature" "${with_token[@]}")" 200
    grep -qF "\"allowed\":$can" "$folder/answer" || { cat "$folder/answer" >&2 && fail "$organization: $can"; }
    asked=$((asked + 1))
done < <(sql "SELECT organization_id, access, reason, billing.can(organization_id, '$feature')::text
    FROM billing.organization_access ORDER BY 1")
((asked >= 12)) || fail "only $asked organizations were asked about"

# Ready, and nothing secret in what it says of itself.
until [[ $(curl -sS -o /dev/null -w '%{http_code}' "$admin/readyz") == 200 ]]; do sleep 0.2; done
curl -sS "$admin/metrics" >"$folder/metrics"
! grep -qF -e "$token" -e rk_test_of_nobody "$folder/metrics" "$folder/api.log" || fail "a secret is told"

# A kill costs nothing; a SIGTERM ends it well.
kill -9 "$api_pid"
wait "$api_pid" || true
start_api
expect "after a kill" "$(status /v1/plans "${with_token[@]}")" 200
kill -TERM "$api_pid"
ended=0
wait "$api_pid" || ended=$?
api_pid=
expect "after SIGTERM" "$ended" 0

# A key of the other mode is refused at the start.
sed 's/rk_test_/rk_live_/' "$folder/api.toml" >"$folder/live.toml"
ended=0
"$BILLHOOK_BIN/billhook-api" --config "$folder/live.toml" >"$folder/live.log" 2>&1 || ended=$?
expect "a key of the other mode" "$ended" 2
echo "$asked organizations were answered as the database says"

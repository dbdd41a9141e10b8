# Sourced after stack.sh: what tools/run does not start, beside its stack: the billing API with somebody who
# asks it, and reconcile as a service, which heals while webhooks are under way: what Stripe says at the end
# of the lives, from the middle of them on. Uses the stack's settings in this shell's environment.

declare -A beside_pid=()

# start_beside LIVES...: the words by which `billhook simulate` makes the lives that the stack is told.
start_beside() {
    local token
    token=$("$billhook" token --name backend 2>"$folder/token.toml")
    serve_stripe lives "$@"
    serve_stripe shop --sells
    cat >"$folder/api.toml" <<END
plans = "$BILLHOOK_PLANS"
allow_weak_durability = true
[kafka]
brokers = "$BILLHOOK_KAFKA_BROKERS"
[database]
url = "$BILLHOOK_API_DATABASE_URL"
[stripe]
secret_key = "sk_test_simulated0000000"
api_base = "$(head -1 "$folder/shop")"
[api]
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
return_origins = "https://app.example.com"
organization_rate = 100000
[api.access]
issuer = "https://try.example.com"
$(cat "$folder/token.toml")
END
    chmod 600 "$folder/api.toml"
    STRIPE_API_BASE=$(head -1 "$folder/lives") STRIPE_SECRET_KEY=sk_test_simulated0000000 \
        run_beside reconcile sh -c 'sleep 10 && exec "$@"' later \
        "$billhook" reconcile --heal --every 20s --reconcile-admin-listen 127.0.0.1:0
    run_beside api "$BILLHOOK_BIN/billhook-api" --config "$folder/api.toml"
    until grep -q 'serving' "$folder/api"; do
        kill -0 "${beside_pid[api]}" 2>/dev/null || { cat "$folder/api" >&2 && not_run "billhook-api did not start"; }
        sleep 0.1
    done
    api=http://127.0.0.1:$(grep -o ' port=[0-9]*' "$folder/api" | head -1 | cut -d= -f2)
    (umask 077 && echo "Authorization: Bearer $token" >"$folder/authorization")
    as_backend=(-H "@$folder/authorization")  # others read command lines
    [[ $(sell org_beside) == 201 ]] || fail "nothing can be bought"
    until [[ $(ask /v1/organizations/org_beside/standing) == 200 ]]; do sleep 0.2; done
    run_beside asker ask_again
}

# run_beside NAME COMMAND...: what it says is in the file of its name.
run_beside() {
    "${@:2}" >"$folder/$1" 2>&1 &
    beside_pid[$1]=$!
}

# serve_stripe NAME FLAG...: the first line of its file is where it is.
serve_stripe() {
    run_beside "$1" "$billhook" stripe-api "${@:2}"
    until grep -q '^http' "$folder/$1"; do
        kill -0 "${beside_pid[$1]}" 2>/dev/null || { cat "$folder/$1" >&2 && not_run "the simulated Stripe did not start"; }
        sleep 0.1
    done
}

# ask PATH [CURL_FLAG...]: the status; 000 if there is no answer.
ask() { curl -s -m 90 -o /dev/null -w '%{http_code}' "${as_backend[@]}" "${@:2}" "$api$1" || true; }
sell() { ask "/v1/organizations/$1/subscription" -X POST -d '{"plan":"pro","interval":"month"}'; }

# Somebody reads every half second and buys at each tenth time: "read STATUS", "bought STATUS".
ask_again() {
    local number
    for ((number = 1; ; ++number)); do
        if ((number % 10)); then
            echo "read $(ask /v1/organizations/org_beside/standing)"
        else
            echo "bought $(sell "org_beside_$number")"
        fi
        sleep 0.5
    done
}

# None of them ended, each was told of trouble by 503 and nothing else, and serves again.
check_beside() {
    local name
    for name in "${!beside_pid[@]}"; do
        kill -0 "${beside_pid[$name]}" 2>/dev/null || { tail -5 "$folder/$name" >&2 && fail "$name ended"; }
    done
    kill "${beside_pid[asker]}"
    unset 'beside_pid[asker]'
    sort "$folder/asker" | uniq -c
    ! grep -qvE '^(read (200|503)|bought (201|503))$' "$folder/asker" || fail "the api answered something else"
    echo "reconcile: $(grep -c 'compared with Stripe' "$folder/reconcile" || true) passes," \
        "$(grep -c 'pass given up' "$folder/reconcile" || true) given up," \
        "$(grep 'compared with Stripe' "$folder/reconcile" | grep -o ' healed=[0-9]*' | awk -F= '{ n += $2 } END { print n + 0 }') healed"
    grep -q 'compared with Stripe' "$folder/reconcile" || fail "reconcile never compared"
    [[ $(ask /v1/plans) == 200 && $(sell org_beside_end) == 201 ]] || fail "the api serves no more"
}

stop_beside() {
    local pid
    for pid in "${beside_pid[@]}"; do kill "$pid" 2>/dev/null || true; done
}

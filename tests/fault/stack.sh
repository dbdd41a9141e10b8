# Sourced by the fault tests: a whole stack of tools/run in a folder of its own.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stack_pid=

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# Nothing could be shown, neither way: tests/mutants/run tells it from a failure by this code.
not_run() {
    printf 'NOT RUN: %s\n' "$*" >&2
    exit 77
}

# How every fault test begins: `billhook`, and a `folder` of its own, which is gone at the end together
# with the stack. A test that has more to undo redefines `undo`, which runs before that.
begin_test() {
    if [[ ! -x ${BILLHOOK_BIN:-/nowhere}/billhook ]]; then
        echo "SKIPPED: BILLHOOK_BIN is not set; run it by tools/test"
        exit 0
    fi
    billhook=$BILLHOOK_BIN/billhook
    folder=$(mktemp -d)
    chmod 711 "$folder"  # the account of Postgres must pass through it
    trap 'undo; stop_stack; rm -rf "$folder"' EXIT
}
undo() { :; }

# launch FOLDER [FLAG...]: tools/run with an empty database and log, until it is up; its settings are then
# in this shell's environment, what it says in FOLDER.log.
launch() {
    local folder=$1
    shift
    "$repository/tools/run" --fresh --folder "$folder" "$@" >"$folder.log" 2>&1 &
    stack_pid=$!
    until [[ -s $folder/env ]]; do
        kill -0 "$stack_pid" 2>/dev/null || { tail -20 "$folder.log" >&2 && not_run "the stack did not start"; }
        sleep 0.2
    done
    . "$folder/env"
}

# start_stack FOLDER [FLAG...]: without a simulation.
start_stack() { launch "$1" --no-simulate "${@:2}"; }

stop_stack() {
    [[ $stack_pid ]] || return 0
    kill -TERM "$stack_pid" 2>/dev/null || true
    wait "$stack_pid" || true
    stack_pid=
}

# start_shop [FLAG...]: a simulated Stripe that sells, at `stripe`; its process is `stripe_pid`, for `undo` to end.
start_shop() {
    "$billhook" stripe-api --sells --key rk_test_of_nobody --port 0 "$@" >"$folder/stripe" 2>&1 &
    stripe_pid=$!
    until grep -qs '^http' "$folder/stripe"; do
        kill -0 "$stripe_pid" 2>/dev/null || { cat "$folder/stripe" >&2 && not_run "the simulated Stripe did not start"; }
        sleep 0.1
    done
    stripe=$(grep -m1 '^http' "$folder/stripe")
}

# write_api_settings: of a billhook-api beside the stack and the shop, which believes the token of
# $folder/token.toml, in $folder/api.toml; tables of [api] are read from the standard input.
write_api_settings() {
    cat - "$folder/token.toml" >"$folder/api.tables"
    cat >"$folder/api.toml" <<END
plans = "$BILLHOOK_PLANS"
[kafka]
brokers = "$BILLHOOK_KAFKA_BROKERS"
[database]
url = "$BILLHOOK_API_DATABASE_URL"
[stripe]
secret_key = "rk_test_of_nobody"
api_base = "$stripe"
[api]
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
return_origins = "https://app.example.com"
organization_rate = 100000
$(cat "$folder/api.tables")
END
    chmod 600 "$folder/api.toml"
}

# remember_processes, and at the end check_processes: none of those that tools/run started ended meanwhile.
remember_processes() { remembered=$(pids_of_billhook); }
pids_of_billhook() { cat "$folder"/stack/run/{ingest,worker-1,worker-2,notifier}.pid; }
check_processes() {
    local pid
    [[ $(pids_of_billhook) == "$remembered" ]] || fail "a process ended and was started anew"
    for pid in $remembered; do
        kill -0 "$pid" || fail "process $pid ended"
    done
}

# What went wrong for a while is named in the log of whoever met it.
check_causes() {
    # Whether a worker's own step fails depends on what it was at; deliveries that wait are always noticed.
    local logs=("$folder"/stack/log/{ingest,worker-1,worker-2}.log)
    grep -hE 'a step failed|does not acknowledge' "${logs[@]}" >"$folder/failures" || return 1
    ! grep -vE ' cause="?[A-Z0-9_a-z]' "$folder/failures" || fail "a failure without its cause"
    grep -oE ' cause=("[^"]*"|[^ ]*)' "$folder/failures" | sort | uniq -c
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1"; }

# Every record is accounted for: consumed = deliveries + dead letters, nothing lags (I5).
check_accounting() {
    "$billhook" status --wait 120s >/dev/null || fail "not everything was folded"
    local consumed deliveries dead ends
    consumed=$(sql "SELECT sum(next_offset - first_offset) FROM billhook.offsets")
    deliveries=$(sql "SELECT coalesce(sum(deliveries), 0) FROM billing_1.events")
    dead=$(sql "SELECT count(*) FROM billhook.dead_letters")
    echo "accounting: $consumed consumed = $deliveries deliveries + $dead dead letters"
    ((consumed == deliveries + dead)) || fail "I5: $consumed consumed, $deliveries deliveries, $dead dead letters"
    ((consumed > 0)) || fail "nothing was consumed"
}

# No notice was mailed twice; each has its mail by its id. Waits for those that are being sent.
check_mails() {
    local until=$((SECONDS + 120)) twice
    while [[ $(sql "SELECT count(*) FROM billhook.notices WHERE claimed_at IS NOT NULL AND outcome IS NULL") != 0 ]]; do
        ((SECONDS < until)) || fail "a notice is being sent for two minutes"
        sleep 1
    done
    twice=$(mails | uniq -d | wc -l)
    ((twice == 0)) || fail "$twice notices were mailed twice"
    echo "$(mails | wc -l) mails, none twice"
}
mails() { grep -ihrs '^Message-ID:' "$folder/stack/mail" | tr -d '\r' | sort || true; }

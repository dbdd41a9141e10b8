# What benches start for themselves: servers in `folder`, which end with the script. To be sourced after say.sh,
# packages.sh, ports.sh, processes.sh, kafka.sh, postgres.sh, secrets.sh and test_postgres.sh.

# begin_bench: `bin`, `folder`, and the traps.
begin_bench() {
    bin=${BILLHOOK_BIN:-$repository/build/release/bin}
    [[ -x $bin/billhook ]] || fail $exit_usage "there is no $bin/billhook: tools/build makes it"
    forget_inherited_settings
    folder=$(mktemp -d)
    chmod 755 "$folder"  # the account postgres walks through it
    readonly mark=$folder/ secrets=$folder/secrets
    trap end_bench EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}
children=()
end_bench() {
    end_step
    local pid
    for pid in "${children[@]}"; do end_pid "$pid" KILL 5; done
    end_pid_in "$folder/postgres.pid" "$mark" QUIT 20
    rm -rf "$folder"
}

# begin NAME COMMAND...: a server in the background, whose output goes to a file of its name.
begin() {
    "${@:2}" >"$folder/$1.log" 2>&1 </dev/null 9>&- &
    children+=($!)
    disown
}

# begin_kafka: `brokers`, with the topics.
begin_kafka() {
    local kafka_version=4.1 kafka_port controller_port
    ensure_kafka $kafka_version "$folder/fetch.log"
    free_port kafka_port 0
    free_port controller_port 0
    brokers=127.0.0.1:$kafka_port
    write_kafka_settings "$folder/kafka" "$kafka_port" "$controller_port"
    begin kafka run_kafka "$folder/kafka" $kafka_version
    step 'starting Kafka' "$folder/start.log" wait_for_port "$kafka_port" 120 "${children[-1]}" ||
        fail $exit_unreachable "Kafka did not start: $(tail -n 3 "$folder/kafka.log")"
    local topic
    for topic in stripe.events billing.changes billing.notices; do
        step "making $topic" "$folder/topic.log" "$bin/billhook-topics" "$brokers" create $topic ||
            fail $exit_unreachable "the topic could not be made: $(tail -n 1 "$folder/topic.log")"
    done
}

# begin_postgres: `postgres_port`; unlike a test's what it commits reaches the disk.
begin_postgres() {
    free_port postgres_port 0
    launch_test_postgres "$folder" "$postgres_port" 'fsync = on' 'shared_buffers = 1GB' 'max_wal_size = 8GB'
    await_test_postgres "$folder" "$postgres_port"
}

# as ROLE SECRET DATABASE: a URL.
as() { printf 'postgresql://%s:%s@127.0.0.1:%s/%s' "$1" "$(secret "$2")" "$postgres_port" "$3"; }
# admin DATABASE: runs what comes on stdin.
admin() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$(as postgres superuser "$1")"; }

# make_projection DATABASE: migrated, and empty.
make_projection() {
    admin postgres <<<"CREATE DATABASE $1" &&
        "$bin/billhook" migrate --no-topics --with-organizations --plans "$repository/deploy/plans.example.toml" \
            --database-url "$(as postgres superuser "$1")" &&
        admin "$1" <<<"ALTER ROLE billhook_worker PASSWORD '$(secret worker)'"
}

# begin_gateway: `gateway_port`, with a secret in STRIPE_WEBHOOK_SECRET.
begin_gateway() {
    STRIPE_WEBHOOK_SECRET=$(secret webhook whsec_)
    export STRIPE_WEBHOOK_SECRET
    free_port gateway_port 0
    begin billhook-ingest "$bin/billhook-ingest" --kafka-brokers "$brokers" --allow-weak-durability \
        --ingest-listen "127.0.0.1:$gateway_port" --ingest-admin-listen 127.0.0.1:0
    wait_for_port "$gateway_port" 30 "${children[-1]}" ||
        fail $exit_unreachable "billhook-ingest did not start: $(tail -n 3 "$folder/billhook-ingest.log")"
}

# begin_worker NAME DATABASE [FLAG...]
begin_worker() {
    BILLHOOK_DATABASE_URL=$(as billhook_worker worker "$2") begin "$1" "$bin/billhook-worker" --kafka-brokers "$brokers" \
        --plans "$repository/deploy/plans.example.toml" --worker-admin-listen 127.0.0.1:0 "${@:3}"
}

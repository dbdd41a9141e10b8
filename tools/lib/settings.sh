# What the processes of tools/run are told, and what tools/run tells others. To be sourced after
# secrets.sh; uses the variables of tools/run.

bin=$repository/build/release/bin

# role_url ROLE SECRET: the database's URL with that role in the owner's place.
role_url() {
    local rest=${owner_url#*://}
    [[ ${rest%%/*} != *@* ]] || rest=${rest#*@}
    printf 'postgresql://%s:%s@%s' "$1" "$(secret "$2")" "$rest"
}

webhook_url() { printf 'http://127.0.0.1:%s/stripe/webhook' "$ingest_port"; }

# write_private FILE: what comes on stdin, for the owner's eyes only, whole or not at all.
write_private() {
    (umask 077 && cat >"$1.new")
    mv "$1.new" "$1"
}

# A path or a password as a TOML string.
quoted() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# Four files, since each process should know only what it needs: the gateway has no database, and only
# `migrate` knows the passwords of all roles, where it is the one to set them.
write_settings() {
    {
        shared_settings
        gateway_settings
    } | write_private "$local/ingest.toml"
    {
        shared_settings
        printf '\n[database]\nurl = %s\n' "$(quoted "$(role_url billhook_worker worker)")"
        gateway_settings
    } | write_private "$local/billhook.toml"
    {
        shared_settings
        if [[ $given_database ]]; then
            printf '\n[database.role_passwords]\n'
            local role
            for role in worker notifier app ops api; do
                printf 'billhook_%s = %s\n' "$role" "$(quoted "$(secret "$role")")"
            done
        fi
    } | write_private "$local/migrate.toml"
    {
        shared_settings
        printf '\n[database]\nurl = %s\n' "$(quoted "$(role_url billhook_notifier notifier)")"
        notifier_settings
    } | write_private "$local/notifier.toml"
}

shared_settings() {
    printf 'plans = %s\n' "$(quoted "$plans")"
    # One broker of our own cannot replicate.
    [[ $given_brokers && ! $allow_weak_durability ]] || printf 'allow_weak_durability = true\n'
    printf '\n[kafka]\nbrokers = %s\n' "$(quoted "$brokers")"
    [[ $given_brokers ]] || printf 'replication = 1\n'
}

gateway_settings() {
    cat <<END

[ingest]
listen = "127.0.0.1:$ingest_port"
admin_listen = "127.0.0.1:$ingest_admin_port"

[[ingest.endpoints]]
name = "local"
path = "/stripe/webhook"

[[ingest.endpoints.secrets]]
name = "local"
value = "$(secret webhook whsec_)"
END
}

migrate() {
    as_owner migrate --with-organizations --notices-since 1970-01-01 &&
        upgrade_projection &&
        as_owner plans apply "$plans" --yes
}

as_owner() { DATABASE_URL=$owner_url "$bin/billhook" "$@" --config "$local/migrate.toml"; }

# What an earlier checkout folded is folded again by the rules of this one, from the log.
upgrade_projection() {
    local built mine
    mine=$("$bin/billhook" --version | sed -n 's/.*fold version \([0-9]*\)$/\1/p')
    built=$(as_owner projections list --json | grep -o '{[^{}]*"role":"live"[^{}]*}' |
        grep -o '"fold_version":[0-9]*' | cut -d: -f2)
    [[ $built == "$mine" ]] || { as_owner replay --into "fold_$mine" && as_owner promote "fold_$mine"; }
}

start_ingest() {
    exec "$bin/billhook-ingest" --config "$local/ingest.toml"
}

start_worker-1() {
    exec "$bin/billhook-worker" --config "$local/billhook.toml" \
        --worker-admin-listen "127.0.0.1:$worker_1_port"
}

start_worker-2() {
    exec "$bin/billhook-worker" --config "$local/billhook.toml" \
        --worker-admin-listen "127.0.0.1:$worker_2_port"
}

start_notifier() {
    exec "$bin/billhook-notifier" --config "$local/notifier.toml"
}

# For the simulation, for tests and for a person's shell: all that one needs to talk to this stack.
write_env() {
    {
        exported BILLHOOK_BIN "$bin"
        exported BILLHOOK_WEBHOOK_URL "$(webhook_url)"
        exported STRIPE_WEBHOOK_SECRET "$(secret webhook)"
        exported BILLHOOK_INGEST_ADMIN_URL "http://127.0.0.1:$ingest_admin_port"
        exported BILLHOOK_LIVEMODE false
        exported DATABASE_URL "$owner_url"
        exported BILLHOOK_WORKER_DATABASE_URL "$(role_url billhook_worker worker)"
        exported BILLHOOK_APP_DATABASE_URL "$(role_url billhook_app app)"
        exported BILLHOOK_API_DATABASE_URL "$(role_url billhook_api api)"
        exported BILLHOOK_KAFKA_BROKERS "$brokers"
        exported BILLHOOK_CONFIG "$local/billhook.toml"
        exported BILLHOOK_PLANS "$plans"
    } | write_private "$local/env"
}

simulation() {
    . "$local/env"
    exec "$bin/billhook" simulate --organizations "$organizations" --months "$months" --seed "$seed" \
        ${yes:+--yes}
}

show_where_to_look() {
    local shown=$local
    [[ $PWD != "$repository" ]] || shown=${local#"$repository"/}
    cat <<END

Up until Ctrl-C. Where to look next:
  webhook    $(webhook_url)  (its secret: STRIPE_WEBHOOK_SECRET in $shown/env)
  metrics    http://127.0.0.1:$ingest_admin_port/metrics (ingest), http://127.0.0.1:$worker_1_port/metrics and http://127.0.0.1:$worker_2_port/metrics (workers), http://127.0.0.1:$notifier_port/metrics (notifier)
  brokers    $brokers
  e-mails    $shown/mail  (an .eml and an .html each; . $shown/env && \$BILLHOOK_BIN/billhook notices list)
  status     . $shown/env && \$BILLHOOK_BIN/billhook status
  the answer . $shown/env && psql "\$BILLHOOK_APP_DATABASE_URL" -c 'SELECT * FROM billing.organization_access LIMIT 5'
  logs       $shown/log/{ingest,worker-1,worker-2,notifier,postgres,kafka}.log

END
}

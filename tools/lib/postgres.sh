# A private Postgres cluster on 127.0.0.1. To be sourced after say.sh and ports.sh.

readonly postgres_programs=/usr/lib/postgresql/15/bin

# use_cluster FOLDER: the other functions speak of the cluster in FOLDER from now on.
# Postgres refuses to run as root, so root lends it Debian's account `postgres`; where that account may
# not walk down to the folder (a clone below /root), it also gets the right to pass through folders.
use_cluster() {
    cluster=$1
    mkdir -p "$cluster"
    unprivileged=()
    ((EUID == 0)) || return 0
    chown postgres:postgres "$cluster"
    unprivileged=(setpriv --reuid postgres --regid postgres --clear-groups)
    if ! may_write; then
        unprivileged+=(--inh-caps=+dac_override --ambient-caps=+dac_override)
        may_write || fail $exit_unreachable "the account postgres cannot reach $cluster: every folder above it" \
            "must let others pass (chmod o+x), or run as a user other than root"
    fi
}

# Whether Postgres may. `test -w` would not know of the right lent: access(2) forgets it.
may_write() { (cd / && "${unprivileged[@]}" sh -c ': >"$0/.reached" && rm "$0/.reached"' "$cluster" 2>/dev/null); }

# make_cluster PASSWORD_FILE [SETTING...]: once; the superuser is `postgres`. A cluster that was not
# finished is made anew.
make_cluster() {
    local password_file=$1
    shift
    [[ ! -f $cluster/data/PG_VERSION ]] || return 0
    rm -rf "$cluster/new" "$cluster/data"
    (
        cd "$cluster"
        "${unprivileged[@]}" sh -c 'umask 077 && cat >password' <"$password_file"
        "${unprivileged[@]}" "$postgres_programs/initdb" --pgdata=new --username=postgres \
            --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --pwfile=password
        rm password
        printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" \
            'log_min_error_statement = panic' 'log_parameter_max_length_on_error = 0' "$@" \
            >>new/postgresql.conf
        mv new data
    ) || return 1
}

# run_postgres PORT: becomes the server, in the foreground; to be run in a subshell.
run_postgres() {
    cd "$cluster"
    exec "${unprivileged[@]}" "$postgres_programs/postgres" -D "$cluster/data" -p "$1"
}

# sql PORT DATABASE PASSWORD_FILE: runs what comes on stdin, as the superuser.
sql() {
    (
        cd /
        PGPASSWORD=$(cat "$3") PGCONNECT_TIMEOUT=5 psql -X -q -A -t -v ON_ERROR_STOP=1 \
            -h 127.0.0.1 -p "$1" -U postgres -d "$2"
    )
}

# wait_for_postgres PORT PASSWORD_FILE PID SECONDS
wait_for_postgres() {
    local until=$((SECONDS + $4))
    until sql "$1" postgres "$2" <<<'SELECT' >/dev/null 2>&1; do
        kill -0 "$3" 2>/dev/null && ((SECONDS < until)) || return 1
        sleep 0.2
    done
}

# make_database PORT SUPERUSER_PASSWORD_FILE: the database `billhook` and its roles, each with the secret
# of its name; `billhook_owner`, whose it is, may make no roles. Fit to be repeated.
make_database() {
    local role
    sql "$1" postgres "$2" <<END || return
SELECT 'CREATE ROLE billhook_owner'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'billhook_owner') \\gexec
ALTER ROLE billhook_owner LOGIN NOCREATEROLE;
SELECT 'CREATE DATABASE billhook OWNER billhook_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'billhook') \\gexec
END
    sql "$1" billhook "$2" < <(
        cat "$repository/deploy/postgres/roles.sql" "$repository/deploy/postgres/hardening.sql"
        for role in owner worker notifier app ops api; do
            echo "ALTER ROLE billhook_$role PASSWORD '$(secret "$role")';"
        done
    )
}

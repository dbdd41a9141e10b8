# A throw-away Postgres for tests. To be sourced after say.sh, postgres.sh and secrets.sh; `repository`
# is the root folder, `secrets` the folder of secrets.

# launch_test_postgres FOLDER PORT [SETTING...]: makes the cluster FOLDER/postgres and starts it; its
# process id goes to FOLDER/postgres.pid. Then wait_for_postgres. Processes are killed in tests, never
# the machine: what is written need not reach the disk.
launch_test_postgres() {
    local password
    password=$(secret superuser)
    use_cluster "$1/postgres"
    step "making a Postgres cluster" "$1/initdb.log" make_cluster "$secrets/superuser" \
        'fsync = off' 'max_connections = 200' 'shared_buffers = 64MB' "${@:3}" || exit 1
    setsid "$BASH" -c '. "$0/say.sh"; . "$0/postgres.sh"; use_cluster "$1"; run_postgres "$2"' \
        "$repository/tools/lib" "$cluster" "$2" >"$1/postgres.log" 2>&1 </dev/null 9>&- &
    say $! >"$1/postgres.pid"
    disown
    export BILLHOOK_TEST_DATABASE_URL=postgresql://postgres:$password@127.0.0.1:$2/postgres
}

# await_test_postgres FOLDER PORT
await_test_postgres() {
    step "starting Postgres" "$1/start.log" \
        wait_for_postgres "$2" "$secrets/superuser" "$(cat "$1/postgres.pid")" 60 ||
        fail $exit_unreachable "Postgres did not start; see $1/postgres.log"
}

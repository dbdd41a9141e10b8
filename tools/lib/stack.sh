# The children of tools/run: how each is started, watched, started again and stopped. To be sourced after
# say.sh, ports.sh and processes.sh. `local` is the folder below which everything lives; the functions
# start_NAME become the process (they end in exec).

declare -A child_pid=() child_since=() child_quick_ends=() child_due=()

# start_child NAME: in the background, in a process group of its own: a Ctrl-C at the terminal is for
# tools/run alone, which stops its children in order.
start_child() {
    local name=$1
    set -m
    ("start_$name" "$name") >>"$local/log/$name.log" 2>&1 </dev/null 9>&- &
    set +m
    child_pid[$name]=$!
    disown
    child_since[$name]=$SECONDS
    child_due[$name]=
    write_pid "$name"
}

write_pid() {
    say "${child_pid[$1]}" >"$local/run/$1.pid.new"
    mv "$local/run/$1.pid.new" "$local/run/$1.pid"
}

# watch_children: starts what has died; at once, or later and later for one that keeps dying young.
watch_children() {
    local name
    for name in "${!child_pid[@]}"; do
        if [[ ${child_due[$name]} ]]; then
            ((SECONDS >= child_due[$name])) || continue
            start_child "$name"
            say "$name: started again, pid ${child_pid[$name]}"
        elif ! kill -0 "${child_pid[$name]}" 2>/dev/null; then
            plan_restart "$name"
        fi
    done
}

plan_restart() {
    local name=$1 wait=0 lived=$((SECONDS - child_since[$1]))
    if ((lived >= 10)); then
        child_quick_ends[$name]=0
    else
        wait=$((2 ** ${child_quick_ends[$name]:-0} - 1))
        ((wait <= 30)) || wait=30
        child_quick_ends[$name]=$((${child_quick_ends[$name]:-0} + 1))
    fi
    local when=
    ((wait == 0)) || when=" in $wait s"
    say "$name (pid ${child_pid[$name]}) has died after $lived s; starting it again$when; its log: $local/log/$name.log"
    child_due[$name]=$((SECONDS + wait))
}

# stop_child NAME SIGNAL SECONDS
stop_child() {
    [[ -n ${child_pid[$1]:-} ]] || return 0
    end_pid "${child_pid[$1]}" "$2" "$3"
    unset "child_pid[$1]"
    rm -f "$local/run/$1.pid"
}

# Who writes goes first, then the log, then the database. The two halves of a pair stop side by side.
stop_children() {
    local name
    # The shop still posts what happened: before the gateway goes.
    stop_child api TERM 20
    stop_child shop TERM 10
    for name in ingest worker-1 worker-2 notifier; do
        [[ -z ${child_pid[$name]:-} ]] || kill -s TERM "${child_pid[$name]}" 2>/dev/null || true
    done
    stop_child ingest TERM 20
    stop_child worker-1 TERM 20
    stop_child worker-2 TERM 20
    stop_child notifier TERM 40
    stop_child mail TERM 10
    stop_child stripe-api TERM 10
    stop_child kafka TERM 30
    stop_child postgres INT 30
}

# end_leftovers: children of a tools/run that was killed; their pid files tell, their command lines confirm.
end_leftovers() {
    local name found=
    for name in api shop ingest worker-1 worker-2 notifier mail stripe-api kafka postgres; do
        [[ -z $(pid_in "$local/run/$name.pid" "$local/") ]] || found+=" $name"
    done
    [[ -z $found ]] || say "an earlier tools/run was killed; ending what it left:$found"
    for name in api shop ingest worker-1 worker-2 notifier mail stripe-api kafka; do
        end_pid_in "$local/run/$name.pid" "$local/" TERM 20
    done
    end_pid_in "$local/run/postgres.pid" "$local/" INT 30
    rm -f "$local/env"
}

show_log_of() {
    say "the end of $local/log/$1.log:"
    tail -n 15 "$local/log/$1.log" >&2
}

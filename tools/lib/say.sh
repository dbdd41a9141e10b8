# What the scripts print, how they end, and how a long step shows that it is alive. To be sourced.

readonly exit_usage=2 exit_unreachable=3 exit_refused=4

say() { printf '%s\n' "$*"; }

# fail CODE MESSAGE...: one line on stderr that says what and what to do; ends the script.
fail() {
    local code=$1
    shift
    printf 'tools/%s: %s\n' "${0##*/}" "$*" >&2
    exit "$code"
}

# step LABEL LOG COMMAND...: runs COMMAND in a process group of its own, its output in LOG, and shows
# the seconds that pass and ninja's counter. Returns COMMAND's status. A trap may end it by end_step.
step_pid=
step() {
    local label=$1 log=$2 began=$SECONDS shown=0 status=0
    shift 2
    mkdir -p "${log%/*}"
    set -m
    # 9 is the caller's lock: what outlives a killed caller must not go on holding it.
    "$@" >"$log" 2>&1 </dev/null 9>&- &
    step_pid=$!
    set +m
    while kill -0 "$step_pid" 2>/dev/null; do
        sleep 0.2
        show_step
    done
    wait "$step_pid" || status=$?
    step_pid=
    if ((status != 0)); then
        end_of_line "$label: failed after $((SECONDS - began)) s; the end of $log:"
        tail -n 40 "$log" >&2
    elif ((SECONDS - began >= 1)) || [[ -t 1 ]]; then
        end_of_line "$label: done in $((SECONDS - began)) s"
    fi
    return "$status"
}

# Uses the variables of step: on a terminal one line that is rewritten, elsewhere a line now and then.
show_step() {
    local passed=$((SECONDS - began)) counter
    ((passed > shown)) || return 0
    counter=$(tail -c 2000 "$log" | grep -ao '\[[0-9]*/[0-9]*\]' | tail -n 1) || true
    if [[ -t 1 ]]; then
        printf '\r\033[K%s: %s s %s' "$label" "$passed" "$counter"
        shown=$passed
    elif ((shown == 0 || passed >= shown + 15)); then
        say "$label ... $passed s $counter"
        shown=$passed
    fi
}

end_of_line() {
    if [[ -t 1 ]]; then printf '\r\033[K'; fi
    say "$1"
}

# Ends a step that still runs, with everything that it started.
end_step() {
    [[ -n $step_pid ]] || return 0
    kill -TERM -- "-$step_pid" 2>/dev/null || true
    kill -CONT -- "-$step_pid" 2>/dev/null || true  # who was suspended could not hear it
    wait "$step_pid" 2>/dev/null || true
    step_pid=
}

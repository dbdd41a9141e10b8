# Processes known by a file with their id. To be sourced after say.sh.

# pid_in FILE MARK: the process id in FILE, if that process lives and has MARK in its command line:
# after a crash or a boot the number may belong to somebody else.
pid_in() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return 0
    [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 0
    if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$2"; then say "$pid"; fi
}

# end_pid PID SIGNAL SECONDS: SIGNAL, then, when the time is up, KILL.
end_pid() {
    local until=$((SECONDS + $3))
    kill -s "$2" "$1" 2>/dev/null || return 0
    kill -s CONT "$1" 2>/dev/null || true  # who was suspended could not hear it
    while is_alive "$1"; do
        if ((SECONDS >= until)); then
            say "process $1 did not end within $3 s; killing it"
            kill -s KILL "$1" 2>/dev/null || true
            until=$((SECONDS + 3600))
        fi
        sleep 0.1
    done
}

# A zombie is dead: whose child it is does not matter here.
is_alive() {
    local state
    state=$(sed -n 's/^State:[^A-Z]*\([A-Z]\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 1
    [[ -n $state && $state != Z ]]
}

# end_pid_in FILE MARK SIGNAL SECONDS
end_pid_in() {
    local pid
    pid=$(pid_in "$1" "$2")
    [[ -z $pid ]] || end_pid "$pid" "$3" "$4"
    rm -f "$1"
}

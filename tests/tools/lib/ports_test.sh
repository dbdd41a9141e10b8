#!/usr/bin/env bash
# tools/lib/ports.sh: whose port it is.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$repository/tools/lib/ports.sh"

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# listener VARIABLE PORT: a process that listens there, beside others that do (SO_REUSEPORT).
listeners=()
trap '((${#listeners[@]} == 0)) || kill "${listeners[@]}" 2>/dev/null || true' EXIT
listener() {
    local -n started=$1
    perl -MSocket -e '
        socket(my $s, PF_INET, SOCK_STREAM, 0) or die;
        setsockopt($s, SOL_SOCKET, SO_REUSEPORT, 1) or die;
        bind($s, sockaddr_in(shift, INADDR_LOOPBACK)) or die $!;
        listen($s, 5) or die;
        sleep' "$2" &
    started=$!
    listeners+=("$started")
    for _ in {1..200}; do
        (($(sockets_on "$2" | wc -l) < ${#listeners[@]})) || return 0
        sleep 0.05
    done
    fail "nobody listens on $2"
}

free_port port 0
! is_listening "$port" || fail "a free port is taken"
! listens_alone $$ "$port" || fail "nobody listens, yet we do"

listener first "$port"
is_listening "$port" || fail "a taken port is free"
listens_alone "$first" "$port" || fail "the listener is not the listener"
! listens_alone $$ "$port" || fail "another process's port is ours"
wait_for_port "$port" 1 "$first" || fail "the listener was not found"
! wait_for_port "$port" 1 $$ || fail "another process's port was waited for successfully"

listener second "$port"
! listens_alone "$first" "$port" || fail "a port of two processes is one's alone"
! listens_alone "$second" "$port" || fail "a port of two processes is the other's alone"

free_port other "$port"
((other != port)) || fail "a taken port was given out"
echo "whose port it is: known"

# Free ports. To be sourced after say.sh.

# sockets_on PORT: the inodes of the sockets that listen on it, at any address, whoever they belong to.
# Asked of the kernel: a trial bind could succeed beside another stack's SO_REUSEPORT listener.
sockets_on() {
    local hex
    printf -v hex ':%04X' "$1"
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
        awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }'
}

# is_listening PORT: does anybody on this machine listen on it?
is_listening() { [[ -n $(sockets_on "$1") ]]; }

# listens_alone PID PORT: is it this process that listens there, and nobody else? That somebody answers
# proves little: it may be the process of another stack.
listens_alone() {
    local inode found=
    for inode in $(sockets_on "$2"); do
        found=$(find "/proc/$1/fd" -lname "socket:\\[$inode\\]" -print -quit 2>/dev/null)
        [[ $found ]] || return 1
    done
    [[ $found ]]
}

# reserve_port PORT: false if another living script has chosen it and may not listen yet. Two stacks that
# start at once must not take the same port between the look and the bind.
reserve_port() {
    local folder=${TMPDIR:-/tmp}/billhook-ports owner
    mkdir -p -m 1777 "$folder" 2>/dev/null && [[ -w $folder ]] || return 0
    (set -o noclobber && echo $$ >"$folder/$1") 2>/dev/null && return
    owner=$(cat "$folder/$1" 2>/dev/null) || return 0
    [[ $owner == $$ ]] && return
    [[ $owner && -d /proc/$owner ]] && return 1
    # What another account's script left can be neither overwritten nor in the way.
    { echo $$ >"$folder/$1"; } 2>/dev/null || true
}

# free_port VARIABLE PREFERRED: sets VARIABLE to PREFERRED or, when that is taken, to the next port that is
# free and was not given out before. PREFERRED 0: any, below the range that the kernel hands out.
declare -A given_ports=()
free_port() {
    local -n chosen_port=$1
    local candidate=$2
    ((candidate != 0)) || candidate=$((15000 + RANDOM % 15000))
    while is_listening "$candidate" || [[ -n ${given_ports[$candidate]:-} ]] ||
        ! reserve_port "$candidate"; do
        candidate=$((candidate + 1))
        ((candidate < 32768)) || candidate=10240
    done
    given_ports[$candidate]=1
    chosen_port=$candidate
}

# wait_for_port PORT SECONDS PID: true as soon as PID listens; false when time is up or PID is gone.
wait_for_port() {
    local until=$((SECONDS + $2))
    while ! listens_alone "$3" "$1"; do
        kill -0 "$3" 2>/dev/null && ((SECONDS < until)) || return 1
        sleep 0.1
    done
}

# http_ok PORT PATH: is the answer of 127.0.0.1 to a GET a 200?
http_ok() (
    line=
    exec 2>/dev/null 8<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&8
    IFS= read -r -t 5 line <&8 || true
    [[ $line == 'HTTP/1.'[01]' 200'* ]]
)

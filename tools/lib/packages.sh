# Debian's packages: the one list, and how the missing ones come in. To be sourced after say.sh.

readonly build_packages=(
    g++ cmake ninja-build ccache pkg-config ca-certificates
    libboost1.81-dev libboost-context1.81-dev libssl-dev librdkafka-dev libpqxx-dev
    rapidjson-dev libcli11-dev libspdlog-dev libfmt-dev libtomlplusplus-dev
    prometheus-cpp-dev libcurl4-openssl-dev libjemalloc-dev
    doctest-dev librapidcheck-dev libbenchmark-dev
)
readonly clang_packages=(clang-16 libclang-rt-16-dev)
# The formatter and the linter are of one version: another one lays out and warns otherwise.
readonly format_packages=(clang-format-16)
readonly tidy_packages=(clang-tidy-16 "${clang_packages[@]}")
readonly postgres_packages=(postgresql-15 postgresql-client-15)
readonly kafka_packages=(default-jre-headless maven ca-certificates)
readonly mail_packages=(python3 python3-aiosmtpd openssl)
readonly test_packages=(python3 python3-pip patch "${mail_packages[@]}")

# ensure_packages NAME...: installs what is missing; asks apt nothing when nothing is. What cannot be
# had is named (exit 3).
ensure_packages() {
    local missing=()
    mapfile -t missing < <(missing_of "$@")
    ((${#missing[@]})) || return 0
    say "Debian packages to install: ${missing[*]}"
    become_root_by_sudo "${missing[*]}"
    local log=$repository/.local/log/packages.log
    step "apt-get update" "$log" as_root apt-get update ||
        say "apt-get update failed; trying with the package lists that are there"
    keep_debian_from_starting_a_cluster "${missing[@]}"
    step "installing ${#missing[@]} packages" "$log" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confold "${missing[@]}" || true
    mapfile -t missing < <(missing_of "${missing[@]}")
    ((${#missing[@]} == 0)) ||
        fail $exit_unreachable "these Debian packages could not be had: ${missing[*]} (see $log)"
}

missing_of() {
    local name state
    for name in "$@"; do
        state=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) || true
        [[ $state == installed ]] || say "$name"
    done
}

# A password is asked for here, in the foreground, and not behind a progress line.
become_root_by_sudo() {
    ((EUID != 0)) || return 0
    command -v sudo >/dev/null ||
        fail $exit_unreachable "not root and no sudo: ask an administrator to install $1"
    sudo -v || fail $exit_unreachable "sudo refused; these packages are missing: $1"
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

# The server's package would start a cluster of its own at its first installation. Ours is private.
keep_debian_from_starting_a_cluster() {
    local file=/etc/postgresql-common/createcluster.conf
    [[ " $* " == *" postgresql-15 "* ]] || return 0
    ! grep -qs '^ *create_main_cluster' "$file" || return 0
    as_root mkdir -p "${file%/*}"
    say 'create_main_cluster = false' | as_root tee -a "$file" >/dev/null
}

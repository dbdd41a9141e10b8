# Random secrets in files that only their owner may read. To be sourced after say.sh.

# What the caller's shell happens to hold must not change what is started or tested; NAMES are kept.
forget_inherited_settings() {
    local name
    for name in $(compgen -e); do
        [[ " $* " != *" $name "* ]] || continue
        case $name in
            BILLHOOK_* | STRIPE_* | DATABASE_URL | PG*) unset "$name" ;;
        esac
    done
}

# secret NAME [PREFIX]: the secret of that name below `secrets`, made at its first use.
secret() {
    local file=$secrets/$1
    if [[ ! -s $file ]]; then
        (
            umask 077
            mkdir -p "$secrets"
            printf '%s%s\n' "${2:-}" "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" >"$file.new"
            mv "$file.new" "$file"
        )
    fi
    cat "$file"
}

# exported NAME VALUE: a line for a file that a shell sources.
exported() {
    printf "export %s='%s'\n" "$1" "${2//\'/\'\\\'\'}"
}

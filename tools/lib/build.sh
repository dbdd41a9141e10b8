# Configure and build a preset. To be sourced after say.sh; `repository` is the root folder.

# preset_exists NAME, or the script ends with the list of those that do.
check_preset() {
    [[ -f $repository/tools/presets/$1.cmake ]] && return
    local known
    known=$(cd "$repository/tools/presets" && printf '%s ' *.cmake)
    fail $exit_usage "no preset '$1'; there are: ${known//.cmake/}"
}

packages_of_preset() {
    printf "%s\n" "${build_packages[@]}"
    [[ $1 != clang && $1 != fuzz ]] || printf "%s\n" "${clang_packages[@]}"
}

# prepare_preset PRESET: configured, and ours until descriptor 7 is closed: two builds of one preset take
# turns. ccache finds the objects of other clones, too: paths are relative to the root, and debug
# information may name the first clone's folder.
prepare_preset() {
    local preset=$1 folder=$repository/build/$1
    mkdir -p "$folder"
    export CCACHE_BASEDIR=$repository CCACHE_NOHASHDIR=1
    exec 7>"$folder/.building"
    if ! flock -n 7; then
        step "waiting for another build of '$preset'" "$folder/wait.log" flock 7 || return 1
    fi
    if [[ ! -f $folder/build.ninja || ! -f $folder/compile_commands.json ||
        $repository/tools/presets/$preset.cmake -nt $folder/CMakeCache.txt ]]; then
        step "configuring $preset" "$folder/configure.log" \
            cmake -C "$repository/tools/presets/$preset.cmake" -S "$repository" -B "$folder" -G Ninja ||
            return 1
    fi
}

# configure_preset PRESET: what a tool that reads compile commands needs.
configure_preset() {
    prepare_preset "$1" || return 1
    exec 7>&-
}

# build_preset PRESET [TARGET...]: all targets when none is named.
build_preset() {
    local preset=$1 folder=$repository/build/$1
    shift
    prepare_preset "$preset" || return 1
    step "building $preset" "$folder/build.log" ninja -C "$folder" -j "$(build_jobs)" "$@" || return 1
    exec 7>&-
}

# One compiler a core, but no more than fit into the memory: Beast and Boost take a gigabyte and a half.
build_jobs() {
    local cores gigabytes
    cores=$(nproc)
    gigabytes=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
    ((gigabytes < cores)) && cores=$gigabytes
    say $((cores > 0 ? cores : 1))
}

#!/usr/bin/env bash
# The README's tour, its kill of a worker included, command by command; see readme.py.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

launch "$folder/stack"
until grep -q 'Up until Ctrl-C' "$folder/stack.log"; do
    kill -0 "$stack_pid" 2>/dev/null || { tail -20 "$folder/stack.log" >&2 && fail "the tour did not begin"; }
    sleep 0.2
done
for private in kafka mail; do
    [[ $(stat -c %a "$folder/stack/$private") == 700 ]] || fail "others may read $folder/stack/$private"
done
python3 "$repository/tests/fault/readme.py" "$repository/README.md" "$folder/stack" "$folder/stack.log"

#!/usr/bin/env bash
# I4, end to end: the same lives, delivered in true order to one fresh stack and fully shuffled with
# duplicates to another, leave identical projection tables.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

until=$(date -u -d '2 minutes ago' +%Y-%m-%dT%H:%M:%SZ)

# Each table of the projection as sorted text, but the columns that arrival may change. The sweep's
# mapping records carry the time of their publication, which is no part of the comparison.
dump() {
    local table columns
    sql "SELECT table_name FROM information_schema.tables WHERE table_schema = 'billing_1' ORDER BY 1" |
        while read -r table; do
            columns=$(sql "SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position)
                FROM information_schema.columns WHERE table_schema = 'billing_1' AND table_name = '$table'
                AND (table_name, column_name) NOT IN (('events','outcome'),('events','deliveries'),
                    ('events','topic'),('events','partition'),('events','record_offset'),
                    ('events','received_at'),('standings','as_of'),('mappings','created'))")
            echo "== $table"
            if [[ $table == events ]]; then
                sql "SELECT $columns FROM billing_1.events WHERE type <> 'billhook.mapping' ORDER BY id"
            else
                sql "SELECT $columns FROM billing_1.$table" | LC_ALL=C sort
            fi
        done
}

deliver() {
    local name=$1
    shift
    start_stack "$folder/stack"
    "$billhook" simulate --organizations "${ORGANIZATIONS:-100}" --seed "${SEED:-11}" \
        --prefix order --until "$until" --wait 120s "$@" >"$folder/$name.log" 2>&1 ||
        { tail -30 "$folder/$name.log" >&2 && fail "simulate ($name)"; }
    tail -1 "$folder/$name.log"
    check_accounting
    dump >"$folder/$name.dump"
    stop_stack
}

deliver true_order --order true --duplicates 0 --reorder 0 --late 0
deliver shuffled --order shuffled --duplicates 0.3
lines=$(wc -l <"$folder/true_order.dump")
((lines > 500)) || fail "the dump has only $lines lines"
# Whom the sweep met before the log named them is a matter of time. Mapping records are events like others:
# the table is compared for those that both logs have, what they did to all other tables in full.
mapped() { grep -o '^map_[^|]*' "$folder/$1.dump" | LC_ALL=C sort; }
compared() { grep -v '^map_' "$folder/$1.dump" && grep -F -f "$folder/in_both" "$folder/$1.dump"; }
LC_ALL=C comm -12 <(mapped true_order) <(mapped shuffled) >"$folder/in_both"
[[ -s $folder/in_both ]] || fail "the two logs share no mapping record"
diff <(compared true_order) <(compared shuffled) >"$folder/diff.log" ||
    { head -40 "$folder/diff.log" >&2 && fail "the tables differ"; }
echo "$lines rows, no difference"

#!/usr/bin/env bash
# The database and log of each earlier release (tests/upgrade/fold_N) under the present program: migrate,
# replay, --verify, promote. Nothing is lost on the way.
#   upgrade_test.sh [fold_N...]    only from those
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

answers="SELECT organization_id, plan, subscription_status, access, reason FROM billing.organization_access ORDER BY 1"

# The stack's empty database and log become the earlier release's. Its workers will not touch a projection
# that another fold version built: they end, and are started again until one of their own is live.
restore() {
    sql "DROP SCHEMA billing, billhook, billing_1 CASCADE" >/dev/null 2>&1
    sql "DROP TABLE public.organizations CASCADE" >/dev/null 2>&1
    gunzip <"$1/database.sql.gz" | psql -X -q -v ON_ERROR_STOP=1 -1 "$DATABASE_URL" >/dev/null ||
        fail "the earlier release's database could not be restored"
    gunzip <"$1/log.jsonl.gz" | "$BILLHOOK_BIN/billhook-log" "$BILLHOOK_KAFKA_BROKERS" load stripe.events
}

# What differs, without what the release did not keep (`new`: a pattern): no rule of ours changed there.
differing() {
    grep '^org_' "$1" | sed -E "s/(, )?($new)//g; s/  +/ /g; s/ , / /; / \$/d"
}

check_unlisted() {
    "$billhook" doctor >"$folder/doctor" 2>&1 || true
    local price
    for price in price_1addon price_x; do
        grep -q "1 organizations pay price $price, which plans.toml does not list" "$folder/doctor" ||
            { cat "$folder/doctor" && fail "doctor does not name $price"; }
    done
    [[ $("$billhook" status --json) == *'"unlisted":2,"unlisted_prices":["price_1addon","price_x"]'* ]] ||
        fail "status does not name what no list has"
}

# What Clerk said, version 4 left in the log alone.
check_names() {
    local names
    names=$(sql "SELECT string_agg(concat_ws(' ', organization_id, name, deleted_at IS NOT NULL), ', ' ORDER BY organization_id)
        FROM billing.organization_access WHERE name IS NOT NULL")
    [[ $names == 'org_upgrade_gone Gone t, org_upgrade_named Renamed f' ]] || fail "the names are: $names"
}

walk() {
    local name=$1 release=$repository/tests/upgrade/$1 said
    local folder=$folder/$name
    start_stack "$folder"
    restore "$release"
    sql "$answers" >"$folder/before"
    (($(wc -l <"$folder/before") > 30)) || fail "$name knew fewer organizations: this proves nothing"

    "$billhook" migrate --config "$folder/migrate.toml"
    [[ $(sql "$answers") == "$(cat "$folder/before")" ]] || fail "migrate alone changed what the application reads"

    "$billhook" replay --into upgraded 2>/dev/null | tail -1
    "$billhook" replay --into upgraded --verify >"$folder/verify" 2>/dev/null ||
        { cat "$folder/verify" && fail "the log gives something else"; }

    # Whom today's rules answer otherwise stands in `rules`, and by which rule. A difference that is not there
    # is a fault of ours.
    local new='never'
    [[ $name != fold_1 ]] ||
        new='features \{[^}]*\} -> \{[^}]*\}|(quantity|billing_interval(_count)?|currency|amount|(renews|cancels|trial_ends)_at) none -> [^ ,]+|pending_change none -> \{[^}]*\}'
    "$billhook" promote upgraded --dry-run >"$folder/changes" 2>/dev/null
    for said in verify changes; do
        diff <(sed 's/ # .*//' "$release/rules") <(differing "$folder/$said") ||
            fail "$name, $said: no rule explains these differences (<: the rules', >: what came)"
    done

    "$billhook" promote upgraded 2>/dev/null | head -1
    "$billhook" status --wait 60s >/dev/null || fail "the workers did not go on"
    [[ $(sql "SELECT name FROM billhook.projections WHERE role = 'live'") == upgraded ]] || fail "upgraded is not live"
    (($(sql "SELECT count(*) FROM billing.features()") > 0)) || fail "the gates know no feature"
    [[ $name != fold_1 ]] || check_unlisted  # what no list has is said by all who are asked
    [[ $name != fold_4 ]] || check_names

    local consumed deliveries dead
    consumed=$(sql "SELECT sum(next_offset - first_offset) FROM billhook.offsets WHERE projection = 'upgraded'")
    deliveries=$(sql "SELECT sum(deliveries) FROM billing_2.events")
    dead=$(sql "SELECT count(*) FROM billhook.dead_letters WHERE projection = 'upgraded'")
    echo "$name: $consumed consumed = $deliveries deliveries + $dead dead letters"
    ((consumed == deliveries + dead)) || fail "I5: $consumed consumed, $deliveries deliveries, $dead dead letters"
    stop_stack
}

(($#)) || set -- fold_1 fold_2 fold_3 fold_4
for name in "$@"; do
    walk "$name"
done

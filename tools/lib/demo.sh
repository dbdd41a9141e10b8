# `tools/run --demo dunning`: two organizations whose payment fails, in two minutes. To be sourced after
# settings.sh; uses the variables of tools/run.

# A policy of seconds, else the plans that were given.
demo_plans() {
    sed -e '/^\[dunning\]/,/^restricted_features/d' -e '/^\[plans\.enterprise\.dunning\]/,/^grace/d' "$1"
    cat <<'END'

[dunning]
grace = "30s"
restricted = "30s"
notices = ["0s", "10s", "20s"]
settle = "2s"
restricted_features = { prioritized_max = 0 }
END
}

use_demo_plans() {
    demo_plans "$plans" >"$local/demo-plans.toml"
    plans=$local/demo-plans.toml
}

# demo_event TYPE OBJECT: posts an event about the object (JSON) as Stripe would, signed, created now.
demo_event() {
    demo_events=$((demo_events + 1))
    local file=$demo_folder/$demo_events.json
    printf '{"id":"evt_%s%s","object":"event","api_version":"2024-06-20","created":%s,"livemode":%s,"pending_webhooks":1,"request":null,"type":"%s","data":{"object":%s}}' \
        "$demo_mark" "$demo_events" "$(date +%s)" "$BILLHOOK_LIVEMODE" "$1" "$2" >"$file"
    "$bin/billhook" send "$file" >/dev/null || fail $exit_unreachable "an event was not taken; see $local/log/ingest.log"
}

# demo_customer LIFE, demo_subscription LIFE STATUS, demo_invoice LIFE STATUS ATTEMPTS: as JSON.
demo_customer() {
    printf '{"id":"cus_%s%s","object":"customer","created":%s,"email":"owner@%s.example","name":"The %s practice","livemode":%s,"metadata":{"organization_id":"org_%s%s"}}' \
        "$demo_mark" "$1" "$demo_began" "$1" "$1" "$BILLHOOK_LIVEMODE" "$demo_mark" "$1"
}

demo_subscription() {
    printf '{"id":"sub_%s%s","object":"subscription","customer":"cus_%s%s","status":"%s","created":%s,"start_date":%s,"cancel_at":null,"cancel_at_period_end":false,"trial_end":null,"latest_invoice":"in_%s%s","livemode":%s,"metadata":{},"current_period_start":%s,"current_period_end":%s,"items":{"object":"list","data":[{"id":"si_%s%s","object":"subscription_item","quantity":1,"price":{"id":"price_%s","object":"price","lookup_key":"pro_monthly","product":"prod_%s","currency":"eur","unit_amount":4900}}]}}' \
        "$demo_mark" "$1" "$demo_mark" "$1" "$2" "$demo_began" "$demo_began" "$demo_mark" "$1" \
        "$BILLHOOK_LIVEMODE" "$demo_began" $((demo_began + 2592000)) "$demo_mark" "$1" "$demo_mark" "$demo_mark"
}

demo_invoice() {
    local remaining=4900 paid_at=null
    [[ $2 != paid ]] || { remaining=0 && paid_at=$(date +%s); }
    printf '{"id":"in_%s%s","object":"invoice","customer":"cus_%s%s","subscription":"sub_%s%s","status":"%s","billing_reason":"subscription_cycle","attempt_count":%s,"amount_due":4900,"amount_paid":%s,"amount_remaining":%s,"currency":"eur","created":%s,"livemode":%s,"status_transitions":{"finalized_at":%s,"paid_at":%s,"voided_at":null,"marked_uncollectible_at":null}}' \
        "$demo_mark" "$1" "$demo_mark" "$1" "$demo_mark" "$1" "$2" "$3" $((4900 - remaining)) "$remaining" \
        "$demo_began" "$BILLHOOK_LIVEMODE" "$demo_began" "$paid_at"
}

# Both begin as good customers; then the month's payment fails.
demo_begin() {
    local life
    for life in pays leaves; do
        demo_event customer.created "$(demo_customer "$life")"
        demo_event customer.subscription.created "$(demo_subscription "$life" active)"
    done
}

demo_fail() {
    local life
    for life in pays leaves; do
        demo_event invoice.payment_failed "$(demo_invoice "$life" open 1)"
        demo_event customer.subscription.updated "$(demo_subscription "$life" past_due)"
    done
}

demo_recover() {
    demo_event invoice.paid "$(demo_invoice pays paid 2)"
    demo_event customer.subscription.updated "$(demo_subscription pays active)"
}

demo_cancel() { demo_event customer.subscription.deleted "$(demo_subscription leaves canceled)"; }

# The standings of both, a line each, as the application reads them.
demo_standings() {
    psql -X -q -A -t -F ' ' "$BILLHOOK_APP_DATABASE_URL" -c "SELECT rpad(organization_id, 22),
        rpad(subscription_status, 10), rpad(access, 11), reason FROM billing.organization_access
        WHERE organization_id LIKE 'org_$demo_mark%' ORDER BY 1"
}

# show_news: the standings and e-mails that were not shown yet.
declare -A demo_shown=()
show_news() {
    local line
    while IFS= read -r line; do
        [[ $line && -z ${demo_shown[$line]:-} ]] || continue
        # An organization may come back to where it was: only its latest line counts as shown.
        local organization=${line%% *} each
        for each in "${!demo_shown[@]}"; do
            [[ $each != "$organization "* ]] || unset "demo_shown[$each]"
        done
        demo_shown[$line]=1
        printf '%4s s  %s\n' $((SECONDS - demo_second)) "$line"
    done <<<"$(demo_standings)"
    for line in "$local"/mail/*.eml; do
        [[ -f $line && -z ${demo_shown[$line]:-} ]] || continue
        demo_shown[$line]=1
        printf '%4s s      e-mail to %s: %s\n' $((SECONDS - demo_second)) \
            "$(sed -n 's/^To: <\(.*\)>.*/\1/p;T;q' "$line")" "$(basename "$line" .eml)"
    done
}

# until_second N: shows what is new until then.
until_second() {
    while ((SECONDS - demo_second < $1)); do
        show_news
        watch_children
        sleep 0.5
    done
}

demo_dunning() {
    . "$local/env"
    demo_began=$(date +%s) demo_events=0 demo_second=$SECONDS
    demo_mark=demo$(printf '%x' "$demo_began")_
    demo_folder=$(mktemp -d)
    local each
    for each in "$local"/mail/*.eml; do demo_shown[$each]=1; done
    say "A dunning life in two minutes: 30 s of grace, 30 s restricted, then nothing; reminders at 10 and 20 s."
    printf '%6s  %-22s %-10s %-11s %s\n' after organization status access reason
    demo_begin
    until_second 8
    say "        the month's payment fails for both"
    demo_fail
    until_second 48
    say "        the one that pays does so"
    demo_recover
    until_second 84
    say "        Stripe cancels the one that leaves"
    demo_cancel
    until_second 104
    rm -rf "$demo_folder"
    say "The e-mails: $local/mail (an .html of each for a browser); what became of each notice:"
    DATABASE_URL=$DATABASE_URL "$bin/billhook" notices list --limit 20
}

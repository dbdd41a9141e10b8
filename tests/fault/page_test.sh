#!/usr/bin/env bash
# `tools/run --demo billing`, walked: the page is served, and what is bought, ended, owed and paid on it and at the
# simulated Stripe is in the standing. In a browser, too, where there is one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

launch "$folder/stack" --demo billing
until grep -q '_stripe/$' "$folder/stack.log"; do
    kill -0 "$stack_pid" 2>/dev/null || { tail -20 "$folder/stack.log" >&2 && fail "the demo did not begin"; }
    sleep 0.2
done
link_after() { grep -A1 "^  $1\$" "$folder/stack.log" | tail -1 | tr -d ' '; }
admin=$(link_after 'an administrator')
member=$(link_after 'a member')
shop=$(grep -o 'http://[^ ]*/_stripe/$' "$folder/stack.log")
base=${admin%/page/*}
home=$base/v1/organizations/org_demo

# status METHOD URL [CURL_FLAG...]: the status; body and head are in files.
status() { curl -sS -o "$folder/answer" -D "$folder/head" -w '%{http_code}' -X "$1" "${@:3}" "$2"; }
as() { printf 'Authorization: Bearer %s' "${1##*token=}"; }
said() { grep -o "\"$1\":\"[^\"]*\"" "$folder/answer" | head -1 | cut -d'"' -f4; }
expect() { [[ $2 == "$3" ]] || { cat "$folder/answer" >&2 && fail "$1: $2, not $3"; }; }
# stands TEXT: the standing says it before long.
stands() {
    local until=$((SECONDS + 60))
    until [[ $(status GET "$home/standing" -H "$(as "$admin")") == 200 ]] && grep -qF "$1" "$folder/answer"; do
        ((SECONDS < until)) || { cat "$folder/answer" >&2 && fail "the standing does not say $1"; }
        sleep 0.3
    done
}

# The page and all that it names.
expect "the page" "$(status GET "${admin%%#*}")" 200
grep -qi '^content-security-policy: default-src' "$folder/head" || fail "no policy"
for file in $(grep -o '\(src\|href\)="[^"]*"' "$folder/answer" | cut -d'"' -f2) config.json; do
    expect "$file" "$(status GET "$base/page/$file")" 200
done
expect "the script" "$(status GET "$(said stripe_js)")" 200

# What a member and an administrator are told.
stands '"reason":"trial"'
grep -qF '"role":"admin"' "$folder/answer" || fail "the administrator is none"
expect "a member" "$(status GET "$home/standing" -H "$(as "$member")")" 200
grep -qF '"role":"member"' "$folder/answer" || fail "the member is none"
expect "a member who buys" "$(status POST "$home/subscription" -H "$(as "$member")" -d '{}')" 403
expect "plans" "$(status GET "$base/v1/plans" -H "$(as "$admin")")" 200
grep -qF '"amount_minor":7900' "$folder/answer" || fail "the plans have no prices"

# What is bought is paid when the browser has confirmed it, and Stripe has told so.
expect "a subscription" "$(status POST "$home/subscription" -H "$(as "$admin")" \
    -d '{"plan":"pro","interval":"month","quantity":2}')" 201
expect "its confirmation" "$(status POST "${shop}confirm" --data-urlencode "client_secret=$(said client_secret)")" 200
stands '"reason":"paid"'

# The portal ends it, and the page takes that back.
expect "the portal" "$(status GET "$home/portal?return_url=${admin%%#*}" -H "$(as "$admin")" -H 'Accept: application/json')" 200
portal=$(said url)
expect "its page" "$(status GET "$portal")" 200
subscription=$(grep -o 'sub_sold[0-9]*' "$folder/answer" | head -1)
expect "a cancellation there" "$(status POST "$portal" -d "act=cancel&of=$subscription")" 303
stands '"cancels_at":"'
sleep 2.2 # Stripe dates by the second: of two changes within two the second shows late
expect "a resumption" "$(status POST "$home/resume" -H "$(as "$admin")" -d '{}')" 200
stands '"cancels_at":null'

# A declined renewal is a debt, and the link of the open invoice pays it.
sleep 2.2
expect "a declined renewal" "$(status POST "$shop" -d "act=fail&of=$subscription")" 303
stands '"reason":"grace"'
expect "open invoices" "$(status GET "$home/invoices/open" -H "$(as "$admin")")" 200
expect "a payment" "$(status POST "$(said link)" -d act=pay)" 303
stands '"in_dunning":false'
[[ $(sql "SELECT count(*) FROM billhook.dead_letters") == 0 ]] || fail "something is a dead letter"

# The same by a person, of another organization.
if command -v chromium-headless-shell chromium >/dev/null; then
    sql "INSERT INTO public.organizations (id) VALUES ('org_seen')"
    link() {
        printf '%s/page/#organization=org_seen&token=%s' "$base" "$("$billhook" token --session org_seen --role "$1" \
            --key "$folder/stack/secrets/session.pem" --issuer https://demo.billhook.example --lives 3600)"
    }
    "$repository/tests/page/tour" "$folder/pictures" "$(link admin)" "$(link member)" "$shop"
    echo "the page and the demo are walked"
else
    echo "SKIPPED: without chromium-headless-shell nobody looks at the page; all else passed"
fi

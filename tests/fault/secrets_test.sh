#!/usr/bin/env bash
# I9: marked secrets go through a whole stack, the billing API and reconcile, by good ways and by mistaken
# ones. They appear in nothing that a process or a command says, in no metric and no error body, in no command
# line and no environment of what runs on, and in no file that another account could read.
set -euo pipefail
for part in stack beside; do . "$(dirname "${BASH_SOURCE[0]}")/$part.sh"; done
begin_test
readonly said=$folder/said
mkdir "$said"
watcher_pid=
undo() {
    stop_beside
    [[ ! $watcher_pid ]] || kill "$watcher_pid" 2>/dev/null || true
}

# Every command line that there is meanwhile; whoever runs this test has other things in his.
watch_command_lines() {
    while true; do
        cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' || true
        sleep 0.5
    done
}
watch_command_lines >"$folder/command_lines" 2>/dev/null &
watcher_pid=$!

start_stack "$folder/stack"
readonly stack=$folder/stack
umask 077  # what follows is this test's own
export BILLHOOK_LOG_LEVEL=debug
start_beside --organizations 5 --prefix secrets --until "$(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M:%SZ)"

# What is secret: of the stack, of the API, of a Clerk endpoint beside it, and of what Stripe tells.
random() { od -An -N12 -tx1 /dev/urandom | tr -d ' \n'; }
clerk=$(openssl rand -base64 24)
wrong=$(random) told=$(random)
{
    cat "$stack"/secrets/*
    sed 's/.*Bearer //' "$folder/authorization"
    printf '%s\n' sk_test_simulated0000000 "$clerk" "$wrong" "$told"
} >"$folder/marks"
(($(wc -l <"$folder/marks") >= 10)) || fail "there are too few secrets: this proves little"

# A gateway, a worker and a notifier that say everything.
{
    sed -E 's/^(admin_listen|listen) = .*/\1 = "127.0.0.1:0"/' "$stack/ingest.toml"
    printf '[[ingest.endpoints]]\nname = "people"\npath = "/clerk/webhook"\nkind = "clerk"\n'
    printf '[[ingest.endpoints.secrets]]\nname = "people"\nvalue = "whsec_%s"\n' "$clerk"
} >"$folder/ingest.toml"
sed -E 's/^admin_listen = .*/admin_listen = "127.0.0.1:0"/' "$stack/notifier.toml" >"$folder/notifier.toml"
run_beside talking-ingest "$BILLHOOK_BIN/billhook-ingest" --config "$folder/ingest.toml"
run_beside talking-worker "$BILLHOOK_BIN/billhook-worker" --config "$stack/billhook.toml" --worker-admin-listen 127.0.0.1:0
run_beside talking-notifier "$BILLHOOK_BIN/billhook-notifier" --config "$folder/notifier.toml"
# port_in LOG [NAME]: the port that a process says it has.
port_in() { grep -o " ${2:-port}=[0-9]*" "$1" | head -1 | cut -d= -f2; }
until grep -q 'admin_port=' "$folder"/talking-ingest; do sleep 0.2; done

# Events with all that must not be told, and bodies that cannot be read.
now=$(date +%s)
event() {
    printf '{"id":"evt_secret_%s","object":"event","api_version":"2025-09-30.clover","created":%s,"livemode":false,"type":"%s","data":{"object":%s}}' \
        "$1" "$now" "$2" "$3" >"$folder/event.$1.json"
}
customer='"customer":"cus_secret","livemode":false,"created":'$now
event 1 customer.created "{\"id\":\"cus_secret\",\"object\":\"customer\",\"created\":$now,\"livemode\":false,\"email\":\"a@$told.example\",\"name\":\"$told\",\"phone\":\"$told\",\"description\":\"$told\",\"metadata\":{\"organization_id\":\"org_secret\",\"note\":\"$told\"}}"
event 2 invoice.payment_failed "{\"id\":\"in_secret\",\"object\":\"invoice\",$customer,\"status\":\"open\",\"billing_reason\":\"subscription_cycle\",\"amount_due\":100,\"amount_paid\":0,\"amount_remaining\":100,\"currency\":\"eur\",\"attempt_count\":1,\"hosted_invoice_url\":\"https://invoice.stripe.com/$told\",\"invoice_pdf\":\"https://pay.stripe.com/$told\",\"customer_email\":\"a@$told.example\",\"confirmation_secret\":{\"client_secret\":\"pi_1_secret_$told\"}}"
event 3 payment_intent.payment_failed "{\"id\":\"pi_secret\",\"object\":\"payment_intent\",$customer,\"client_secret\":\"pi_1_secret_$told\",\"last_payment_error\":{\"message\":\"$told\"}}"
event 4 charge.failed "{\"id\":\"ch_secret\",\"object\":\"charge\",$customer,\"failure_code\":\"card_declined\",\"failure_message\":\"$told\",\"receipt_url\":\"https://pay.stripe.com/$told\",\"payment_method_details\":{\"card\":{\"fingerprint\":\"$told\"}}}"
event 5 checkout.session.completed "{\"id\":\"cs_secret\",\"object\":\"checkout.session\",$customer,\"mode\":\"subscription\",\"url\":\"https://checkout.stripe.com/$told\",\"client_secret\":\"cs_1_secret_$told\",\"client_reference_id\":\"org_secret\"}"
event 6 billing_portal.session.created "{\"id\":\"bps_secret\",\"object\":\"billing_portal.session\",\"url\":\"https://billing.stripe.com/$told\"}"
printf '{"id":"evt_secret_7","broken":"%s' "$told" >"$folder/event.7.json"
printf '%s' "$told" >"$folder/event.8.json"

# say NAME COMMAND...: what it says, on both ways out, is searched.
say() { "${@:2}" >"$said/$1" 2>&1 </dev/null || true; }
talking=http://127.0.0.1:$(port_in "$folder/talking-ingest")
for each in "$folder"/event.*.json; do
    BILLHOOK_WEBHOOK_URL=$talking/stripe/webhook say "send.${each##*/}" "$billhook" send "$each"
    grep -q 200 "$said/send.${each##*/}" || { cat "$said/send.${each##*/}" >&2 && fail "send $each"; }
    say forged curl -sS -H "Stripe-Signature: t=$now,v1=$(printf '0%.0s' {1..64})" --data-binary "@$each" "$talking/stripe/webhook"
    say forged.clerk curl -sS -H 'svix-id: a' -H "svix-timestamp: $now" -H 'svix-signature: v1,AAAA' \
        --data-binary "@$each" "$talking/clerk/webhook"
done
grep -q bad_signature "$said/forged" && grep -q bad_signature "$said/forged.clerk" || fail "forged requests were not refused"
"$billhook" status --wait 120s >/dev/null || fail "not everything was folded"

# The API: what an administrator is given are secrets of their own; what is refused tells nobody's.
given() { curl -sS "${as_backend[@]}" -o "$folder/given" "$@"; }
given "$api/v1/organizations/org_beside/portal" -H 'Accept: application/json'
grep -o -E 'https?://[^"]*' "$folder/given" >>"$folder/marks" || { cat "$folder/given" >&2 && fail "no portal"; }
given "$api/v1/organizations/org_secret_buyer/subscription" -X POST -d '{"plan":"pro","interval":"month"}'
grep -o '"client_secret":"[^"]*"' "$folder/given" | cut -d'"' -f4 >>"$folder/marks" || { cat "$folder/given" >&2 && fail "no client_secret"; }
printf 'Authorization: Bearer %s' "$wrong" >"$folder/wrong"
say api.401 curl -sS -i -H "@$folder/wrong" "$api/v1/plans"
say api.404 curl -sS -i "${as_backend[@]}" "$api/v1/organizations/org_nobody/standing"
say api.400 curl -sS -i "${as_backend[@]}" -X POST -d "{\"plan\":\"$wrong\"}" "$api/v1/organizations/org_beside/subscription"
say api.standing curl -sS -i "${as_backend[@]}" "$api/v1/organizations/org_secret/standing"

# Every command that shows something.
letter=$("$billhook" dead-letters list | awk '/\// { print $1; exit }')
for json in '' --json; do
    say "status$json" "$billhook" status $json
    say "doctor$json" "$billhook" doctor $json
    for number in {1..8}; do say "event.$number$json" "$billhook" events show "evt_secret_$number" $json; done
    say "letters$json" "$billhook" dead-letters list $json
    say "letter$json" "$billhook" dead-letters show "$letter" $json
    say "notices$json" "$billhook" notices list $json
    say "audit$json" "$billhook" audit $json
    for each in org_secret org_beside org_secret_buyer; do
        say "explain.$each$json" "$billhook" explain "$each" $json
        say "forecast.$each$json" "$billhook" forecast "$each" $json
    done
done
grep -q 'evt_secret_4' "$said/event.4" || { cat "$said/event.4" >&2 && fail "the event is not shown"; }

# Mistakes with a secret in them: whoever makes one is told where, and not what.
urls=0 keys=0 mistakes=0
database_port=$(sed 's#.*:\([0-9]*\)/.*#\1#' <<<"$DATABASE_URL")
for url in "postgresql://billhook_owner:$wrong@127.0.0.1:$database_port/billhook" "postgresql://billhook_owner:$wrong@[bad" \
    "postgres:$wrong" "postgresql://u:p@127.0.0.1:$wrong/b"; do
    for command in status doctor 'projections list' migrate; do
        # shellcheck disable=SC2086
        DATABASE_URL=$url say "url.$((++urls)).${command%% *}" "$billhook" $command
    done
done
for key in "pk_test_$wrong" "rk_live_$wrong" "$wrong" "rk_test_$wrong"; do
    STRIPE_API_BASE=$(head -1 "$folder/lives") STRIPE_SECRET_KEY=$key say "key.$((++keys))" "$billhook" backfill --since 1d --yes
    STRIPE_WEBHOOK_SECRET=$key say "webhook.$keys" "$billhook" send "$folder/event.1.json"
    STRIPE_WEBHOOK_SECRET=$key say "ingest.$keys" timeout 5 "$BILLHOOK_BIN/billhook-ingest"
done
# mistaken TEXT: a file of settings.
mistaken() {
    printf '%b' "$1" >"$folder/mistaken.toml"
    say "mistaken.$((++mistakes))" timeout 5 "$BILLHOOK_BIN/billhook-ingest" --config "$folder/mistaken.toml"
    say "mistaken.api.$mistakes" timeout 5 "$BILLHOOK_BIN/billhook-api" --config "$folder/mistaken.toml"
}
mistaken "[stripe]\nsecret_key = \"rk_test_$wrong\n"
mistaken "[stripe]\nsecret_key = rk_test_$wrong\n"
mistaken "[stripe]\nsecret_key = [\"rk_test_$wrong\"]\n"
mistaken "[stripe]\nsecret_key_ = \"rk_test_$wrong\"\n"
mistaken "[database]\nurl = \"$wrong\"\nurl = \"$wrong\"\n"
mistaken "[database.role_passwords]\nbillhook_nobody = \"$wrong\"\n"
mistaken "[smtp]\npassword = { $wrong = \"$wrong\" }\n"
mistaken "[[api.access.service_tokens]]\nname = \"a\"\nsha256 = \"$wrong\"\n"
mistaken "[[ingest.endpoints]]\nname = \"a\"\npath = \"/a\"\nsecrets = \"$wrong\"\n"
for value in "$wrong" "sk_test_$wrong" "whsec_$wrong x" ""; do
    mistaken "[[ingest.endpoints]]\nname = \"a\"\npath = \"/a\"\n[[ingest.endpoints.secrets]]\nname = \"a\"\nvalue = \"$value\"\n"
done

# What every process says of itself.
for log in "$stack"/log/{ingest,worker-1,worker-2,notifier}.log "$folder"/{api,talking-ingest,talking-worker,talking-notifier}; do
    port=$(port_in "$log" admin_port)
    [[ $port ]] || fail "${log##*/} says no admin_port"
    for path in metrics healthz readyz nothing; do say "${log##*/}.$path" curl -sS "http://127.0.0.1:$port/$path"; done
    grep -q '^# TYPE' "$said/${log##*/}.metrics" || fail "no metrics of ${log##*/}"
done
# A while for reconcile's passes and the notifiers.
until (($(grep -c -e 'compared with Stripe' -e 'pass given up' "$folder/reconcile" || true) >= 2)); do sleep 0.5; done
kill "$watcher_pid"
watcher_pid=

# The marks are where they belong; else this would prove nothing.
grep -rqaF "$told" "$stack/kafka/data" || fail "nothing secret is in the log of record"
[[ $(sort -u "$folder/marks" | grep -c .) == $(grep -c . "$folder/marks") ]] || fail "two secrets are the same"

# nowhere WHAT FILE...: no mark is in any of them.
nowhere() {
    local found
    found=$(grep -rlaF -f "$folder/marks" "${@:2}" || true)
    [[ ! $found ]] || {
        grep -ahoF -f "$folder/marks" $found | sort | uniq -c >&2
        fail "$1 has a secret: $found"
    }
}
nowhere "what is said" "$said" "$stack/log" "$folder"/{stack.log,api,reconcile,asker,lives,shop,talking-ingest,talking-worker,talking-notifier}
grep -qF "$stack/billhook.toml" "$folder/command_lines" || fail "the command lines were not seen"
nowhere "a command line" "$folder/command_lines"
# The recipient's mail names him and links to Stripe; a secret of ours it does not have.
cat "$stack"/secrets/* >"$folder/ours"
! grep -rlaF -f "$folder/ours" "$stack/mail" || fail "a mail has a secret"
# Settings come from files: an environment would be read by whatever a process starts, and by a crash report.
processes=0
for pid in $(cat "$stack"/run/*.pid); do
    nowhere "an environment" "/proc/$pid/environ"
    processes=$((processes + 1))
done
((processes == 8)) || fail "$processes processes were looked at, not 8"
# Folders that only their owner enters are passed by.
found=$(find "$stack" -type d ! -perm /011 -prune -o -type f -perm /044 -print0 | xargs -0 grep -laF -f "$folder/marks" || true)
[[ ! $found ]] || fail "others may read: $found"
echo "$(wc -l <"$folder/marks") secrets are in none of $(find "$said" -type f | wc -l) outputs, 0 files for others"

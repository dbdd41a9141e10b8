# `tools/run --demo billing`: the billing page before a simulated Stripe that sells. To be sourced after
# settings.sh; uses the variables of tools/run.

readonly demo_issuer=https://demo.billhook.example
readonly demo_organization=org_demo

# The simulated Stripe forgets when it ends, and so everything begins anew.
start_shop() {
    STRIPE_WEBHOOK_SECRET=$(secret webhook whsec_) exec "$bin/billhook" stripe-api --sells --port "$shop_port" \
        --key "$(secret stripe sk_test_)" --url "$(webhook_url)" --config "$local/billhook.toml"
}

start_api() {
    exec "$bin/billhook-api" --config "$local/api.toml"
}

# A schedule names the price to come by its id alone: the plans that are sold here list those, too.
use_billing_plans() {
    sed -E 's/^lookup_keys = \[(.*)\]$/&\nprices = [\1]/' "$plans" |
        sed -E '/^prices = /s/"([^"]*)"/"price_\1"/g' >"$local/billing-plans.toml"
    plans=$local/billing-plans.toml
}

# Whoever is shown the page is believed by a key of this stack's own.
make_session_key() {
    (umask 077 && openssl genrsa -out "$secrets/session.pem" 2048 2>/dev/null)
    openssl rsa -in "$secrets/session.pem" -pubout -out "$local/session.public.pem" 2>/dev/null
}

api_settings() {
    cat <<END

[database]
url = $(quoted "$(role_url billhook_api api)")

[stripe]
secret_key = "$(secret stripe sk_test_)"
api_base = "http://127.0.0.1:$shop_port"

[api]
listen = "127.0.0.1:$api_port"
admin_listen = "127.0.0.1:$api_admin_port"
return_origins = "http://127.0.0.1:$api_port"

[api.page]
folder = $(quoted "$repository/deploy/page")
publishable_key = "pk_test_of_nobody"
stripe_js = "http://127.0.0.1:$shop_port/_stripe/stripe.js"

[api.access]
issuer = "$demo_issuer"
key_file = $(quoted "$local/session.public.pem")
END
}

start_billing() {
    free_port api_port 8081
    free_port api_admin_port 9469
    free_port shop_port 12112
    make_session_key
    {
        shared_settings
        api_settings
    } | write_private "$local/api.toml"
    start_child shop
    step "starting shop" "$local/log/wait.log" wait_for_port "$shop_port" 30 "${child_pid[shop]}" ||
        { show_log_of shop && fail $exit_unreachable "the simulated Stripe did not start"; }
    start_child api
    until_ready api "$api_admin_port"
}

# page_link ROLE: where a user of the organization sees it, for an hour.
page_link() {
    printf 'http://127.0.0.1:%s/page/#organization=%s&token=%s' "$api_port" "$demo_organization" \
        "$("$bin/billhook" token --session "$demo_organization" --role "$1" --key "$secrets/session.pem" \
            --issuer "$demo_issuer" --lives 3600)"
}

# The application's organization begins its trial when a worker has seen it.
demo_begins() {
    local until=$((SECONDS + 60))
    until [[ $(psql -X -q -A -t "$BILLHOOK_APP_DATABASE_URL" -c "SELECT reason FROM billing.organization_access
        WHERE organization_id = '$demo_organization'") == trial ]]; do
        ((SECONDS < until)) || return 1
        sleep 0.5
    done
}

demo_billing() {
    . "$local/env"
    psql -X -q "$owner_url" -c "INSERT INTO public.organizations (id) VALUES ('$demo_organization')"
    step "beginning the trial of $demo_organization" "$local/log/wait.log" demo_begins ||
        fail $exit_unreachable "the workers did not see $demo_organization; see $local/log/worker-1.log"
    cat <<END

The billing page of an organization in its trial, for an hour:
  an administrator
  $(page_link admin)
  a member
  $(page_link member)

Cards: 4242 4242 4242 4242 is taken, 4000 0000 0000 0002 declined, 4000 0025 0000 3155 asks for 3-D Secure.
What becomes of it at the simulated Stripe, and how a period ends there: http://127.0.0.1:$shop_port/_stripe/

END
}

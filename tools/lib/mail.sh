# The mail server of the local stack and what the notifier is told of it. To be sourced after secrets.sh;
# uses the variables of tools/run.

# The server proves who it is by a certificate that it signed itself; the notifier is told to trust it.
make_mail_certificate() {
    local folder=$local/mail-server
    [[ ! -s $folder/certificate.pem ]] || return 0
    rm -rf "$folder"
    mkdir -p "$folder.new"
    chmod 700 "$folder.new"
    step "making the mail server's certificate" "$local/log/certificate.log" \
        openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$folder.new/key.pem" -out "$folder.new/certificate.pem" ||
        fail $exit_unreachable "openssl could not make a certificate; see $local/log/certificate.log"
    mv "$folder.new" "$folder"
}

start_mail() {
    exec "$repository/tools/lib/mail_server.py" --port "$mail_port" --folder "$local/mail" \
        --certificate "$local/mail-server/certificate.pem" --key "$local/mail-server/key.pem"
}

start_stripe-api() {
    exec "$repository/tools/lib/stripe_api.py" --port "$stripe_api_port" --ready "$local/run/stripe-api.url"
}

notifier_settings() {
    cat <<END

[stripe]
secret_key = "$(secret stripe sk_test_)"
api_base = "http://127.0.0.1:$stripe_api_port"

[smtp]
server = "127.0.0.1:$mail_port"
ca_file = $(quoted "$local/mail-server/certificate.pem")
from = "billing@billhook.example"
from_name = "Billhook"

[notifier]
product = "Billhook"
billing_url = "https://billhook.example/billing"
admin_listen = "127.0.0.1:$notifier_port"
END
}

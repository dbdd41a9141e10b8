#include "schemas/settings/keys.hpp"

#include "schemas/settings/take.hpp"

#include <algorithm>

namespace billhook {
namespace {
using settings_text::wrong;
using std::string_view;

template <auto Member>
wrong set(settings& into, string_view text, const key& row) {
    return settings_text::take(text, row, into.*Member);
}
template <auto Section, auto Member>
wrong set_in(settings& into, string_view text, const key& row) {
    return settings_text::take(text, row, into.*Section.*Member);
}
template <auto Member>
constexpr auto kafka = set_in<&settings::kafka, Member>;
template <auto Member>
constexpr auto ingest = set_in<&settings::ingest, Member>;
template <auto Member>
constexpr auto worker = set_in<&settings::worker, Member>;
template <auto Member>
constexpr auto smtp = set_in<&settings::smtp, Member>;
template <auto Member>
constexpr auto notifier = set_in<&settings::notifier, Member>;
template <auto Member>
constexpr auto access = set_in<&settings::access, Member>;
template <auto Member>
constexpr auto api = set_in<&settings::api, Member>;
template <auto Member>
constexpr auto page = set_in<&settings::page, Member>;
template <auto Member>
constexpr auto reconcile = set_in<&settings::reconcile, Member>;

wrong set_brokers(settings& into, string_view text, const key& row) {
    return settings_text::take_brokers(text, row, into.kafka.brokers);
}

wrong set_database_url(settings& into, string_view text, const key& row) {
    return settings_text::take_database_url(text, row, into.database.url);
}

wrong set_stripe_key(settings& into, string_view text, const key& row) {
    return settings_text::take_stripe_key(text, row, into.stripe.secret_key);
}

template <auto Member>
wrong set_https_url(settings& into, string_view text, const key& row) {
    return settings_text::take_https_url(text, row, into.access.*Member);
}

wrong set_stripe_base(settings& into, string_view text, const key& row) {
    return settings_text::take_stripe_base(text, row, into.stripe.api_base);
}

// The role is the last part of the key.
wrong set_role_password(settings& into, string_view text, const key& row) {
    const std::string role(row.name.substr(row.name.rfind('.') + 1));
    secret password;
    const wrong why = settings_text::take(text, row, password);
    if (!why) {
        into.database.role_passwords.insert_or_assign(role, password);
    }
    return why;
}

constexpr key_rule any_text{.kind = key_kind::text};
constexpr key_rule truth{.kind = key_kind::truth};
constexpr key_rule password{.kind = key_kind::secret_text};

constexpr key_rule one_of(string_view words) {
    return {.kind = key_kind::text, .words = words};
}
constexpr key_rule number(std::int64_t least, std::int64_t most) {
    return {.kind = key_kind::number, .least = least, .most = most};
}
constexpr key_rule span(std::int64_t least_seconds, std::int64_t most_seconds) {
    return {.kind = key_kind::text, .least = least_seconds, .most = most_seconds};
}

constexpr std::int64_t day = 86'400;
constexpr std::int64_t gigabyte = 1'073'741'824;

// clang-format off
constexpr key keys[] = {
    {"livemode", "true or false", "false", truth, set<&settings::livemode>,
     "what the projection accepts: Stripe's live mode, or test mode"},
    {"allow_weak_durability", "true or false", "false", truth,
     set<&settings::allow_weak_durability>,
     "start although brokers or topic could lose acknowledged events"},
    {"plans", "path", "plans.toml", any_text, set<&settings::plans>,
     "the file of plans and dunning policy"},

    {"startup.wait", "duration", "30s", span(0, day), set<&settings::startup_wait>,
     "how long a starting process waits for brokers and database"},
    {"log.level", "word", "info", one_of("debug info warning error"), set<&settings::level>,
     "debug, info, warning or error"},
    {"log.format", "word", "text", one_of("text json"), set<&settings::format>,
     "text or json, a line an entry"},

    {"kafka.brokers", "host:port,...", "", any_text, set_brokers,
     "where to begin; needed by every process"},
    {"kafka.security_protocol", "word", "plaintext", one_of("plaintext ssl sasl_plaintext sasl_ssl"),
     kafka<&kafka_settings::security_protocol>, "plaintext, ssl, sasl_plaintext or sasl_ssl"},
    {"kafka.sasl_mechanism", "word", "", one_of("SCRAM-SHA-512 SCRAM-SHA-256 PLAIN"),
     kafka<&kafka_settings::sasl_mechanism>, "SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN"},
    {"kafka.sasl_username", "text", "", any_text, kafka<&kafka_settings::sasl_username>,
     "the principal"},
    {"kafka.sasl_password", "secret", "", password, kafka<&kafka_settings::sasl_password>,
     "its password"},
    {"kafka.ca_file", "path", "", any_text, kafka<&kafka_settings::ca_file>,
     "who signed the brokers' certificates (PEM); empty: the system's own"},
    {"kafka.certificate_file", "path", "", any_text, kafka<&kafka_settings::certificate_file>,
     "our certificate (PEM)"},
    {"kafka.key_file", "path", "", any_text, kafka<&kafka_settings::key_file>, "its key (PEM)"},
    {"kafka.key_password", "secret", "", password, kafka<&kafka_settings::key_password>,
     "the key's password"},
    {"kafka.group", "text", "billhook", any_text, kafka<&kafka_settings::group>,
     "offsets are committed under it: for lag tools, and for a notifier to go on from"},
    {"kafka.partitions", "count", "12", number(1, 1'000), kafka<&kafka_settings::partitions>,
     "of stripe.events when `billhook migrate` creates it; fixed from then on"},
    {"kafka.replication", "count", "-1", number(-1, 32), kafka<&kafka_settings::replication>,
     "copies of each partition at creation; -1: the brokers' default"},
    {"kafka.message_timeout", "duration", "2m", span(10, 3'600),
     kafka<&kafka_settings::message_timeout>,
     "after this a message that is not acknowledged is given up"},
    {"kafka.linger_ms", "milliseconds", "1", number(0, 1'000), kafka<&kafka_settings::linger>,
     "how long a producer collects"},
    {"kafka.compression", "word", "lz4", one_of("none gzip snappy lz4 zstd"),
     kafka<&kafka_settings::compression>, "none, gzip, snappy, lz4 or zstd"},
    {"kafka.producer_queue_kib", "KiB", "65536", number(4'096, 2'097'151),
     kafka<&kafka_settings::producer_queue_kib>, "of messages that wait for their report"},
    {"kafka.consumer_queue_kib", "KiB", "65536", number(4'096, 2'097'151),
     kafka<&kafka_settings::consumer_queue_kib>,
     "of fetched records a consumer keeps ready; below a second's work it stalls"},

    {"database.url", "URL", "", password, set_database_url,
     "of this process's own role; `billhook` also takes DATABASE_URL, the owner's"},
    {"database.role_passwords.billhook_owner", "secret", "", password, set_role_password,
     "set by `billhook migrate`; without it the role keeps what it has"},
    {"database.role_passwords.billhook_worker", "secret", "", password, set_role_password,
     "the same"},
    {"database.role_passwords.billhook_notifier", "secret", "", password, set_role_password,
     "the same"},
    {"database.role_passwords.billhook_app", "secret", "", password, set_role_password, "the same"},
    {"database.role_passwords.billhook_ops", "secret", "", password, set_role_password, "the same"},
    {"database.role_passwords.billhook_api", "secret", "", password, set_role_password, "the same"},

    {"stripe.secret_key", "secret", "", password, set_stripe_key,
     "reads Stripe's API (STRIPE_SECRET_KEY); a restricted key that may only read is enough"},
    {"stripe.api_base", "URL", "https://api.stripe.com", any_text, set_stripe_base,
     "another base (STRIPE_API_BASE) is for tests, and must be of this machine"},

    {"ingest.listen", "address:port", "0.0.0.0:8080", any_text, ingest<&ingest_settings::listen>,
     "where webhooks arrive"},
    {"ingest.admin_listen", "address:port", "127.0.0.1:9464", any_text,
     ingest<&ingest_settings::admin_listen>, "metrics and health; not for the public"},
    {"ingest.threads", "count", "1", number(1, 256), ingest<&ingest_settings::threads>,
     "each with its own acceptor"},
    {"ingest.tolerance", "duration", "5m", span(1, 3'600), ingest<&ingest_settings::tolerance>,
     "between a signature's time and ours, both ways"},
    {"ingest.max_body_bytes", "bytes", "1048576", number(1'024, 1'048'576),
     ingest<&ingest_settings::max_body_bytes>, "a larger body is refused"},
    {"ingest.max_header_bytes", "bytes", "16384", number(8'192, 65'536),
     ingest<&ingest_settings::max_header_bytes>, "of request line and headers"},
    {"ingest.max_connections", "count", "4096", number(1, 1'000'000),
     ingest<&ingest_settings::max_connections>, "over all threads"},
    {"ingest.max_connections_per_address", "count", "256", number(1, 1'000'000),
     ingest<&ingest_settings::max_connections_per_address>,
     "of one client address; of a trusted proxy any number"},
    {"ingest.max_requests_per_connection", "count", "1000", number(1, 1'000'000),
     ingest<&ingest_settings::max_requests_per_connection>, "then the connection is closed"},
    {"ingest.max_bytes_in_flight", "bytes", "33554432", number(1'048'576, gigabyte),
     ingest<&ingest_settings::max_bytes_in_flight>,
     "of verified events without a delivery report; beyond it they wait"},
    {"ingest.max_unverified_bytes", "bytes", "16777216", number(1'048'576, gigabyte),
     ingest<&ingest_settings::max_unverified_bytes>,
     "of bodies while they are read; beyond it they wait"},
    {"ingest.max_unverified_bytes_per_address", "bytes", "4194304", number(65'536, gigabyte),
     ingest<&ingest_settings::max_unverified_bytes_per_address>, "the same of one client address"},
    {"ingest.least_body_rate", "bytes", "16384", number(1, 16'777'216),
     ingest<&ingest_settings::least_body_rate>, "a second, of a body that is read; then 408"},
    {"ingest.trusted_proxies", "address,...", "", any_text,
     ingest<&ingest_settings::trusted_proxies>,
     "addresses or networks without bounds of their own: 10.0.0.0/8,192.0.2.7"},
    {"ingest.client_address_header", "text", "", any_text,
     ingest<&ingest_settings::client_address_header>,
     "where they say for whom: X-Forwarded-For; empty: nowhere"},
    {"ingest.header_deadline", "duration", "5s", span(1, 3'600),
     ingest<&ingest_settings::header_deadline>, "for a request's headers to arrive"},
    {"ingest.body_deadline", "duration", "10s", span(1, 3'600),
     ingest<&ingest_settings::body_deadline>, "for its body"},
    {"ingest.append_deadline", "duration", "8s", span(1, 3'600),
     ingest<&ingest_settings::append_deadline>, "for Kafka's acknowledgement; then 503"},
    {"ingest.write_deadline", "duration", "10s", span(1, 3'600),
     ingest<&ingest_settings::write_deadline>, "for the response to be taken"},
    {"ingest.idle_deadline", "duration", "1m", span(1, 3'600),
     ingest<&ingest_settings::idle_deadline>, "between two requests"},
    {"ingest.stop_deadline", "duration", "15s", span(1, 3'600),
     ingest<&ingest_settings::stop_deadline>, "for requests under way when the process stops"},

    {"worker.admin_listen", "address:port", "127.0.0.1:9465", any_text,
     worker<&worker_settings::admin_listen>, "metrics and health; not for the public"},
    {"worker.threads", "count", "0", number(0, 256), worker<&worker_settings::threads>,
     "consumers, each with its own connection; 0: two a processor, at most four"},
    {"worker.batch_records", "count", "1000", number(1, 10'000),
     worker<&worker_settings::batch_records>, "in one transaction at most"},
    {"worker.load_rows", "count", "20000", number(100, 10'000'000),
     worker<&worker_settings::load_rows>,
     "what a batch reads of several customers or organizations at once; beyond, it goes in pieces"},
    {"worker.batch_ms", "milliseconds", "25", number(1, 10'000), worker<&worker_settings::batch>,
     "how long a batch waits to become full"},
    {"worker.lease_ms", "milliseconds", "2500", number(500, 60'000),
     worker<&worker_settings::lease>, "how long a partition stays with a worker that says nothing"},
    {"worker.clock_ms", "milliseconds", "1000", number(10, 60'000), worker<&worker_settings::clock>,
     "between two looks for standings that are due"},
    {"worker.horizon_ms", "milliseconds", "2000", number(10, 60'000),
     worker<&worker_settings::horizon>, "between two horizons of an idle partition"},
    {"worker.relay_ms", "milliseconds", "200", number(10, 60'000), worker<&worker_settings::relay>,
     "between two looks into an empty outbox"},
    {"worker.relay_lease_ms", "milliseconds", "5000", number(1'000, 60'000),
     worker<&worker_settings::relay_lease>,
     "how long the right to send stays with a worker that says nothing"},
    {"worker.watchdog", "duration", "1m", span(5, 3'600), worker<&worker_settings::watchdog>,
     "a thread that takes no step for so long ends the process"},
    {"worker.organizations", "true or false", "true", truth,
     worker<&worker_settings::organizations>,
     "mirror standings to public.organizations and learn of new rows there"},
    {"worker.mirror_interval", "duration", "10s", span(1, day),
     worker<&worker_settings::mirror_interval>, "between two comparisons of that table"},
    {"worker.sweep_interval", "duration", "10s", span(1, day),
     worker<&worker_settings::sweep_interval>, "between two looks for new rows there"},
    {"worker.stop_deadline", "duration", "15s", span(1, 3'600),
     worker<&worker_settings::stop_deadline>, "for the batch under way when the process stops"},

    {"smtp.server", "host:port", "", any_text, smtp<&smtp_settings::server>,
     "the mail server that takes over what billhook-notifier sends"},
    {"smtp.tls", "word", "starttls", one_of("starttls tls none"), smtp<&smtp_settings::tls>,
     "starttls, tls (from the first byte), or none: to this machine alone"},
    {"smtp.username", "text", "", any_text, smtp<&smtp_settings::username>,
     "for its login; empty: none"},
    {"smtp.password", "secret", "", password, smtp<&smtp_settings::password>, "the login's"},
    {"smtp.ca_file", "path", "", any_text, smtp<&smtp_settings::ca_file>,
     "who signed its certificate (PEM); empty: the system's own"},
    {"smtp.from", "address", "", any_text, smtp<&smtp_settings::from>,
     "the sender's e-mail address; Message-IDs carry its domain"},
    {"smtp.from_name", "text", "", any_text, smtp<&smtp_settings::from_name>,
     "the name beside it"},
    {"smtp.reply_to", "address", "", any_text, smtp<&smtp_settings::reply_to>,
     "where answers go; empty: to the sender"},
    {"smtp.timeout", "duration", "20s", span(1, 3'600), smtp<&smtp_settings::timeout>,
     "for one message, connecting included"},

    {"notifier.admin_listen", "address:port", "127.0.0.1:9467", any_text,
     notifier<&notifier_settings::admin_listen>, "metrics and health; not for the public"},
    {"notifier.product", "text", "", any_text, notifier<&notifier_settings::product>,
     "what the customers pay for, as the e-mails name it"},
    {"notifier.billing_url", "URL", "", any_text, notifier<&notifier_settings::billing_url>,
     "the application's page for invoices and cards (https://...); empty: none"},
    {"notifier.give_up_after", "duration", "2d", span(30, 30 * day),
     notifier<&notifier_settings::give_up_after>,
     "after this a notice that could not be sent is recorded as failed"},
    {"notifier.lease", "duration", "30s", span(2, 3'600), notifier<&notifier_settings::lease>,
     "how long a partition stays with a notifier that says nothing"},
    {"notifier.waiting", "count", "10000", number(1, 100'000),
     notifier<&notifier_settings::waiting>,
     "notices that wait for another try before no more are read"},

    {"reconcile.admin_listen", "address:port", "127.0.0.1:9468", any_text,
     reconcile<&reconcile_settings::admin_listen>,
     "metrics and health of `billhook reconcile --every`; not for the public"},

    {"api.listen", "address:port", "127.0.0.1:8081", any_text, api<&api_settings::listen>,
     "where the application's pages and backends ask; TLS ends in front of it"},
    {"api.admin_listen", "address:port", "127.0.0.1:9469", any_text,
     api<&api_settings::admin_listen>, "metrics and health; not for the public"},
    {"api.threads", "count", "1", number(1, 256), api<&api_settings::threads>,
     "each with its own acceptor"},
    {"api.blocking_threads", "count", "8", number(1, 256), api<&api_settings::blocking_threads>,
     "that ask Postgres and Stripe, each with its own connections"},
    {"api.waiting", "count", "256", number(1, 100'000), api<&api_settings::waiting>,
     "calls that wait for one of those; beyond it 503"},
    {"api.max_body_bytes", "bytes", "16384", number(1'024, 1'048'576),
     api<&api_settings::max_body_bytes>, "a larger body is refused"},
    {"api.deadline", "duration", "20s", span(1, 300), api<&api_settings::deadline>,
     "of a call, with all that Stripe is asked for it; then 503"},
    {"api.after_deadline", "duration", "5s", span(1, 60), api<&api_settings::after_deadline>,
     "for a standing to contain what ?after= names; then 503"},
    {"api.stop_deadline", "duration", "15s", span(1, 3'600), api<&api_settings::stop_deadline>,
     "for calls under way when the process stops"},
    {"api.return_origins", "origins", "", any_text, api<&api_settings::return_origins>,
     "https://app.example.com,...: of the URLs to which Stripe sends people back"},
    {"api.cors_origins", "origins", "", any_text, api<&api_settings::cors_origins>,
     "the same: of pages whose scripts may read the answers"},
    {"api.organization_rate", "count", "60", number(1, 100'000),
     api<&api_settings::organization_rate>, "calls a minute that ask Stripe, of one organization"},
    {"api.gate_memory", "duration", "10m", span(0, day), api<&api_settings::gate_memory>,
     "while Postgres is away a gate is told its last answer, if that is not older; 0s: 503"},
    {"api.gate_answers", "answers", "", any_text, api<&api_settings::gate_answers>,
     "notes=true,seats=5,...: what such a gate is told where there is none; else 503"},
    {"api.page.folder", "path", "", any_text, page<&page_settings::folder>,
     "deploy/page, to be served below /page/; empty: no page"},
    {"api.page.publishable_key", "text", "", any_text, page<&page_settings::publishable_key>,
     "Stripe's, pk_...; empty: whoever buys goes to Stripe's hosted Checkout"},
    {"api.page.stripe_js", "URL", "", any_text, page<&page_settings::stripe_js>,
     "of a stand-in for Stripe's script, in a demo; empty: Stripe's own"},
    {"api.access.kind", "word", "clerk", one_of("clerk oidc"), access<&access_settings::kind>,
     "whose session tokens: clerk, or oidc for another OpenID provider"},
    {"api.access.issuer", "URL", "", any_text, set_https_url<&access_settings::issuer>,
     "who signs them, byte for byte as their `iss`; empty: no session is believed"},
    {"api.access.audience", "text", "", any_text, access<&access_settings::audience>,
     "must be in their `aud`; needed with oidc, empty with Clerk's unless a claim was added"},
    {"api.access.parties", "texts,...", "", any_text, access<&access_settings::parties>,
     "origins of the application; where a token has an `azp`, it must be one. Empty: any"},
    {"api.access.admin_roles", "texts,...", "admin", any_text, access<&access_settings::admin_roles>,
     "roles that may change the organization's billing, without Clerk's org:"},
    {"api.access.admin_permission", "text", "org:billing:manage", any_text,
     access<&access_settings::admin_permission>, "a permission of Clerk's that allows the same"},
    {"api.access.organization_claim", "text", "organization_id", any_text,
     access<&access_settings::organization_claim>, "of oidc: the claim that names the organization"},
    {"api.access.role_claim", "text", "role", any_text, access<&access_settings::role_claim>,
     "of oidc: the claim with the role, or a list of roles"},
    {"api.access.key_set_url", "URL", "", any_text, set_https_url<&access_settings::key_set_url>,
     "where the issuer's keys are; empty: /.well-known/jwks.json of the issuer"},
    {"api.access.key_file", "path", "", any_text, access<&access_settings::key_file>,
     "the issuer's public key (PEM); then none is fetched"},
};
// clang-format on

}  // namespace

std::span<const key> all_keys() {
    return keys;
}

const key* key_named(string_view name) {
    const auto* const found = std::find_if(std::begin(keys), std::end(keys), [&](const key& each) {
        return each.name == name;
    });
    return found == std::end(keys) ? nullptr : found;
}

}  // namespace billhook

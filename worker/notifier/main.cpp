#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/process/admin_server.hpp"
#include "schemas/io/process/arguments.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "schemas/messages/topics.hpp"
#include "worker/ledger/postgres_leases.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/notifier/kafka_notices.hpp"
#include "worker/notifier/run_notifier.hpp"
#include "worker/notifier/smtp_mailer.hpp"
#include "worker/notifier/stripe_recipients.hpp"
#include "worker/runtime/startup.hpp"
#include "worker/runtime/stop_pacing.hpp"

#include <pqxx/transaction>

#include <fmt/format.h>
#include <optional>
#include <system_error>

// billhook-notifier: one thread that reads billing.notices and sends e-mails.
namespace billhook {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes hanging{5};

class opened_postgres final : public opened<notice_claims, leases> {
public:
    opened_postgres(const postgres::connect_options& where, const std::string& holder)
        : connection_(where),
          claims_(connection_, holder),
          leases_(connection_, holder, notifier_presence_prefix) {
        all_ = {&claims_, &leases_};
        socket_ = connection_.socket();
    }

private:
    postgres::connection connection_;
    postgres_notice_claims claims_;
    postgres_leases leases_;
};

postgres::connect_options database_of(const settings& told) {
    return {.url = told.database.url, .application_name = "billhook-notifier"};
}

// What read_settings does not look at, since only this process needs it.
bool are_fit(const settings& told) {
    bool fit = true;
    const auto complain = [&fit](const char* key, const char* text) {
        fmt::print(stderr, "{}: {}\n", key, text);
        fit = false;
    };
    if (!is_email_address(told.smtp.from)) {
        complain("smtp.from", "must be an e-mail address, like billing@example.com");
    }
    if (!told.smtp.reply_to.empty() && !is_email_address(told.smtp.reply_to)) {
        complain("smtp.reply_to", "must be an e-mail address, like help@example.com");
    }
    if (!told.notifier.billing_url.empty() && !told.notifier.billing_url.starts_with("https://")) {
        complain("notifier.billing_url", "must begin with https://");
    }
    const auto livemode = stripe::livemode_of(told.stripe.secret_key);
    if (livemode && *livemode != told.livemode) {
        complain(
            "stripe.secret_key",
            told.livemode ? "is of test mode, but livemode is true"
                          : "is of live mode, but livemode is false"
        );
    }
    return fit;
}

void look_for_projection(postgres::connection& over) {
    pqxx::work in(over.raw());
    if (!live_projection(in)) {
        throw postgres::failure(
            "there is no live projection: run `billhook migrate`", {postgres::remedy::alarm, {}}
        );
    }
}

notifier_means means_of(
    const settings& told,
    const catalogue& plans,
    recipients& whom,
    mailer& by
) {
    notifier_means means{
        .whom = whom,
        .by = by,
        .sender =
            {.address = told.smtp.from,
                     .name = told.smtp.from_name,
                     .reply_to = told.smtp.reply_to,
                     .product = told.notifier.product,
                     .billing_url = told.notifier.billing_url},
        .plan_names = {},
        .give_up_after = told.notifier.give_up_after
    };
    for (const auto& each : plans.plans) {
        means.plan_names.emplace(each.key, each.name);
    }
    return means;
}

stripe::client_settings api_of(const settings& told) {
    // All mail waits meanwhile: what does not answer soon is asked again with its notice, which has
    // pauses of its own.
    return {
        .base = told.stripe.api_base,
        .key = told.stripe.secret_key,
        .bounds = {.connect = 5s, .whole = 10s},
        .retries = {.attempts = 1}
    };
}

exit_code work(const settings& told, const catalogue& plans) {
    stop wish;
    log lines("notifier", told.level, told.format);
    const auto partitions = wait_for_servers(
        {.told = told,
         .application_name = "billhook-notifier",
         .topic = topics::billing_notices,
         .look = look_for_projection},
        wish,
        lines
    );
    if (const auto* code = std::get_if<exit_code>(&partitions)) {
        return *code;
    }
    metrics numbers;
    const notifier_metrics counters(numbers);
    const admin_server admin(
        told.notifier.admin_listen,
        usual_routes(numbers, [&] { return !wish.requested() && counters.ready.value() > 0; }),
        lines
    );
    const std::string holder = unique_holder();
    watchdog dog(hanging, lines);
    heartbeat& signs = dog.watch("notifier");
    notifier_session postgres(
        [&] { return std::make_unique<opened_postgres>(database_of(told), holder); }, signs
    );
    leased_assignment whose(
        {.holder = holder,
         .topic = topics::billing_notices,
         .partitions = std::get<std::int32_t>(partitions),
         .span = told.notifier.lease,
         .presences = notifier_presence_prefix},
        [&postgres]() -> leases& { return postgres.get<leases>(); }
    );
    kafka_notices source(kafka::consumer_settings_from(told.kafka), whose);
    stripe::client api(api_of(told), [&wish](auto span) { return !wish.wait_for(span); });
    stripe_recipients whom(api);
    system_clock time;
    smtp_mailer by(told.smtp, time);
    notifier sends(means_of(told, plans, whom, by));
    stop_pacing pace(wish);
    dog.start();
    lines.info("working", "holder"_is(holder), "admin_port"_is(admin.port()));
    const ending end = run_notifier(
        postgres,
        {.source = source,
         .sends = sends,
         .pace = pace,
         .numbers = counters,
         .lines = lines,
         .signs = signs,
         .waiting = told.notifier.waiting}
    );
    dog.end();
    lines.info("stopped");
    return end == ending::gave_up ? exit_code::refused : exit_code::done;
}

}  // namespace

}  // namespace billhook

int main(int argc, char** argv) {
    using namespace billhook;
    const auto told = read_arguments(
        {
            .process = process_kind::notifier,
            .purpose = "Sends billing.notices as e-mails, each at most once.",
            .examples = "  billhook-notifier --config billhook.toml   work until SIGTERM",
            .required =
                {"kafka.brokers",
                           "database.url", "stripe.secret_key",
                           "smtp.server", "smtp.from",
                           "notifier.product"}
    },
        argc,
        argv
    );
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return to_int(*code);
    }
    const settings& all = std::get<settings>(told);
    if (!are_fit(all)) {
        return to_int(exit_code::usage);
    }
    const auto plans = read_plans_file(all.plans);
    if (!plans) {
        return to_int(exit_code::usage);
    }
    try {
        return to_int(work(all, plans->plans));
    } catch (const std::system_error& thrown) {
        const auto& at = all.notifier.admin_listen;
        fmt::print(
            stderr,
            "billhook-notifier: cannot listen on {}:{} (notifier.admin_listen): {}\n",
            at.host,
            at.port,
            thrown.code().message()
        );
        return to_int(exit_code::unreachable);
    }
}

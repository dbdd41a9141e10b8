#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/postgres/migrations.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/moment.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "worker/ledger/fold_version.hpp"
#include "worker/ledger/projections.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook {
namespace {

constexpr std::chrono::seconds kafka_deadline{30};

std::vector<kafka::topic_wanted> topics_of(const kafka_settings& told) {
    const std::map<std::string, std::string> for_ever = {
        {"cleanup.policy",    "delete" },
        {"retention.ms",      "-1"     },
        {"retention.bytes",   "-1"     },
        {"max.message.bytes", "2097152"}
    };
    const auto topic = [&](const char* name, std::map<std::string, std::string> config) {
        return kafka::topic_wanted{
            .name = name,
            .partitions = told.partitions,
            .replication = told.replication,
            .config = std::move(config)};
    };
    return {
        topic(topics::stripe_events, for_ever),
        topic(topics::billing_changes, {{"cleanup.policy", "compact"} }
         ),
        topic(topics::billing_notices, {{"retention.ms", "2592000000"}}
         ),
    };
}

void make_topics(const settings& told) {
    kafka::admin cluster(kafka::client_settings_from(told.kafka));
    with_patience(told.startup_wait, [&] { cluster.reach(std::chrono::seconds{5}); });
    for (const kafka::topic_wanted& each : topics_of(told.kafka)) {
        if (cluster.ensure(each, kafka_deadline)) {
            tell("created topic {} with {} partitions\n", each.name, each.partitions);
            continue;
        }
        const auto found = cluster.describe(each.name, kafka_deadline);
        tell("topic {} is there with {} partitions\n", each.name, found ? found->partitions : 0);
    }
}

exit_code told_ending(const postgres::migration_report& report) {
    for (const std::string& each : report.applied) {
        tell("applied {}\n", each);
    }
    switch (report.ending) {
        case postgres::migration_ending::done:
            break;
        case postgres::migration_ending::no_organizations:
            for (const std::string& each : report.missing) {
                warn("billhook migrate: {}\n", each);
            }
            warn(
                "billhook migrate: the application's table public.organizations is missing or "
                "lacks columns; nothing was\nchanged. --with-organizations creates it for a new "
                "application; an existing one needs columns\nid, stripe_customer_id, "
                "subscription_status and subscription_plan.\n"
            );
            return exit_code::unreachable;
        case postgres::migration_ending::other_livemode:
            warn(
                "billhook migrate: the live projection was made for the other livemode, which is "
                "fixed; nothing was\nchanged. Set livemode as it was, or use another database.\n"
            );
            return exit_code::refused;
        case postgres::migration_ending::other_accounts:
            warn(
                "billhook migrate: the live projection was made for other connected accounts, "
                "which are fixed; nothing was\nchanged. Leave out --accounts, or build another "
                "with billhook replay --into NAME --accounts.\n"
            );
            return exit_code::refused;
        case postgres::migration_ending::newer_database:
            warn(
                "billhook migrate: the database was migrated by a newer billhook; nothing was "
                "changed. Use that one.\n"
            );
            return exit_code::refused;
    }
    if (report.applied.empty()) {
        tell("the database is up to date\n");
    }
    for (const std::string& each : report.missing) {
        tell("to be run by an administrator: {}\n", each);
    }
    if (report.other_plans) {
        tell(
            "the plans in force say something else than the file: see billhook plans try, then "
            "billhook plans apply\n"
        );
    }
    return exit_code::done;
}

}  // namespace

exit_code run_migrate(arguments given) {
    command_line line(
        "billhook migrate",
        "Bring the database (schemas, views, roles, grants) and Kafka's topics to this program's "
        "state. Forward only; safe to run twice and from two places at once.",
        "  DATABASE_URL=postgresql://owner:...@db/app billhook migrate --config billhook.toml\n"
        "  billhook migrate --with-organizations   for a new application: makes its table, too"
    );
    bool with_organizations = false;
    bool no_topics = false;
    line.flags().add_flag(
        "--with-organizations", with_organizations, "create public.organizations if there is none"
    );
    line.flags().add_flag("--no-topics", no_topics, "leave Kafka alone");
    std::string accounts;
    line.flags().add_option(
        "--accounts",
        accounts,
        "connected accounts whose events count as the account's own, with commas; fixed with the "
        "first projection, without it none"
    );
    std::string since;
    line.flags().add_option(
        "--notices-since",
        since,
        "with the first projection: no notice that fell due before this day or time is ever "
        "sent (2026-01-31 or 2026-01-31T12:00:00Z); without it the time of this migrate"
    );
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    std::vector<std::string_view> required = {"database.url"};
    if (!no_topics) {
        required.emplace_back("kafka.brokers");
    }
    const auto told = line.read_settings(required);
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    const auto plans = read_plans_file(all.plans);
    if (!plans) {
        return exit_code::usage;
    }
    const auto notices_since = since.empty() ? std::nullopt : moment_from(since);
    if (!since.empty() && !notices_since) {
        warn("billhook migrate: --notices-since is a day or a time of RFC 3339\n");
        return exit_code::usage;
    }
    const postgres::migration_request request{
        .livemode = all.livemode,
        .fold_version = fold_version,
        .accounts = accounts.empty() ? std::nullopt : std::optional(accounts_from(accounts)),
        .notices_since = notices_since,
        .with_organizations = with_organizations,
        .role_passwords = all.database.role_passwords};
    postgres::migration_report report;
    with_patience(all.startup_wait, [&] {
        report = postgres::migrate(database_of(all), *plans, request);
    });
    const exit_code code = told_ending(report);
    if (code == exit_code::done && !no_topics) {
        make_topics(all);
    }
    return code;
}

}  // namespace billhook

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/types/instant.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/status_report.hpp"

#include <chrono>
#include <optional>

namespace billhook {

namespace {

using namespace std::chrono_literals;

// Before the first worker the database knows no partition: then all of the log is still to come.
void add_unread_partitions(status_report& report, const kafka_settings& told) {
    if (!report.partitions.empty()) {
        return;
    }
    try {
        kafka::admin cluster(kafka::client_settings_from(told));
        kafka::inspector log(kafka::client_settings_from(told));
        const auto topic = cluster.describe(topics::stripe_events, 2s);
        for (std::int32_t number = 0; topic && number < topic->partitions; ++number) {
            partition_status one;
            one.partition = number;
            one.end = log.end_of(topics::stripe_events, number, 2s);
            report.partitions.push_back(std::move(one));
        }
    } catch (const kafka::failure&) {
        // As for the ends: what the database says is worth showing alone.
    }
}

// 0 when all that was published before the call is folded and nothing is due.
exit_code wait(pqxx::connection& database, std::chrono::seconds patience) {
    const auto since = database_time(database);
    const auto state = wait_until_folded(database, since, patience, [](const folding&) {});
    if (state.done()) {
        return exit_code::done;
    }
    if (state.halted > 0) {
        warn("halted: {}; see billhook doctor\n", state.text());
        return exit_code::refused;
    }
    warn("--wait ran out: {}; is a worker running?\n", state.text());
    return exit_code::no;
}

}  // namespace

exit_code run_status(arguments given) {
    command_line line(
        "billhook status",
        "How far the log is folded, and what came of it.",
        "  billhook status                 a table of the partitions and the journal\n"
        "  billhook status --json          the same for scripts\n"
        "  billhook status --wait 60s      returns when everything published so far is folded\n"
    );
    bool as_json = false;
    std::string patience;
    line.flags().add_flag("--json", as_json, "one JSON object");
    line.flags().add_option("--wait", patience, "wait until all is folded; exit 1 after this long");
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    const auto span =
        patience.empty() ? std::optional{std::chrono::seconds{0}} : duration_from(patience);
    if (!span) {
        warn("--wait: must be a duration like 90s or 5m\n");
        return exit_code::usage;
    }
    const auto told = line.read_settings({"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    // Who waits for what is folded waits for the database, too.
    const auto until = std::chrono::steady_clock::now() + *span;
    std::optional<postgres::connection> opened;
    with_patience(*span, [&] {
        opened.emplace(postgres::connect_options{all.database.url, "billhook status"});
    });
    postgres::connection& database = *opened;
    const auto left =
        std::chrono::duration_cast<std::chrono::seconds>(until - std::chrono::steady_clock::now());
    const auto ended = patience.empty() ? exit_code::done : wait(database.raw(), left);
    kafka::inspector log(kafka::client_settings_from(all.kafka));
    auto report = read_status(database.raw(), log);
    if (!report) {
        warn("no live projection: run billhook migrate\n");
        return exit_code::no;
    }
    add_unread_partitions(*report, all.kafka);
    tell("{}", own_lines{as_json ? report->json() + "\n" : report->text()});
    if (!report->lag()) {
        warn("the brokers do not answer, so the end of the log is not known; see kafka.brokers\n");
        return ended == exit_code::done ? exit_code::unreachable : ended;
    }
    return ended;
}

}  // namespace billhook

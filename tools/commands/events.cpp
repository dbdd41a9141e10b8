#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/stripe/redact.hpp"
#include "schemas/types/instant.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/text_table.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <chrono>
#include <fmt/format.h>
#include <iostream>

namespace billhook {

namespace {

using namespace std::chrono_literals;

// The journal's row of one event.
struct journalled {
    std::vector<std::pair<std::string, std::string>> columns;
    kafka::position at;
};

std::optional<journalled> find(pqxx::connection& database, const std::string& id) {
    pqxx::nontransaction in(database);
    const auto live = in.exec("SELECT schema FROM billhook.projections WHERE role = 'live'");
    if (live.empty()) {
        return std::nullopt;
    }
    const auto rows = in.exec_params(
        "SELECT id, type, object, customer, api_version, outcome, deliveries, topic, partition,"
        " record_offset, (extract(epoch FROM created) * 1000000)::bigint,"
        " (extract(epoch FROM received_at) * 1000000)::bigint FROM " +
            in.quote_name(live[0][0].as<std::string>()) + ".events WHERE id = $1",
        id
    );
    if (rows.empty()) {
        return std::nullopt;
    }
    const auto& row = rows[0];
    journalled found;
    for (int column = 0; column < 10; ++column) {
        found.columns.emplace_back(row[column].name(), row[column].as<std::string>(""));
    }
    for (int column = 10; column < 12; ++column) {
        const auto micros = row[column].as<std::int64_t>(0);
        found.columns.emplace_back(
            column == 10 ? "created" : "received_at",
            row[column].is_null() ? "" : to_rfc3339(instant{std::chrono::microseconds{micros}})
        );
    }
    found.at = {row[7].as<std::string>(), row[8].as<std::int32_t>(), row[9].as<std::int64_t>()};
    return found;
}

bool is_number(const std::string& column) {
    return column == "deliveries" || column == "partition" || column == "record_offset";
}

// An event whose record could not be folded has no row but a dead letter.
std::optional<std::string> reason_of_death(pqxx::connection& database, const std::string& id) {
    pqxx::nontransaction in(database);
    const auto rows = in.exec_params(
        "SELECT d.reason, d.topic, d.partition, d.record_offset FROM billhook.dead_letters d JOIN "
        "billhook.projections p ON p.name = d.projection WHERE p.role = 'live' AND d.event_id = $1 "
        "ORDER BY d.died_at LIMIT 1",
        id
    );
    if (rows.empty()) {
        return std::nullopt;
    }
    return fmt::format(
        "{} (record {}/{}/{})",
        rows[0][0].c_str(),
        rows[0][1].c_str(),
        rows[0][2].c_str(),
        rows[0][3].c_str()
    );
}

void show(const journalled& found, const std::optional<kafka::consumed>& record, bool as_json) {
    const auto body = record ? std::optional{stripe::redact(record->value())} : std::nullopt;
    if (as_json) {
        json::writer out;
        out.begin_object();
        for (const auto& [name, value] : found.columns) {
            out.key(name);
            if (is_number(name)) {
                out.add_raw(value);
            } else if (value.empty()) {
                out.add(nullptr);
            } else {
                out.add(value);
            }
        }
        out.key("body");
        tell("{}\n", own_lines{(body ? out.add_raw(*body) : out.add(nullptr)).end_object().take()});
        return;
    }
    for (const auto& [name, value] : found.columns) {
        tell("{:<14} {}\n", name, value);
    }
    if (!record) {
        tell("the record is not in the log any more\n");
        return;
    }
    for (const auto& [name, value] : record->headers()) {
        if (name != "stripe-signature") {
            tell("{:<14} {}\n", "  " + name, value);
        }
    }
    tell("{:<14} {}\n", "body", own_lines{*body});
}

}  // namespace

exit_code run_events(arguments given) {
    command_line line(
        "billhook events",
        "What became of an event: its journal row and its bytes in the log.",
        "  billhook events show evt_1Nabc          the row, and what may be shown of the body\n"
        "  billhook events show evt_1Nabc --raw    the bytes as Stripe sent them: they hold\n"
        "                                          personal data and capability links\n"
    );
    std::string id;
    bool raw = false;
    bool as_json = false;
    auto show_command = line.flags().add_subcommand("show", "one event, by its id");
    show_command.add_option("id", id, "the event's id").required();
    show_command.add_flag("--raw", raw, "only the body, byte for byte");
    show_command.add_flag("--json", as_json, "one JSON object");
    line.flags().require_subcommand();
    const auto told = line.read(std::move(given), {"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    postgres::connection database({all.database.url, "billhook events"});
    const auto found = find(database.raw(), id);
    if (!found) {
        if (const auto reason = reason_of_death(database.raw(), id)) {
            warn("event {} is a dead letter: {}\n", id, *reason);
            return exit_code::no;
        }
        warn("no event {} in the journal; see billhook status for lag and dead letters\n", id);
        return exit_code::no;
    }
    kafka::inspector log(kafka::client_settings_from(all.kafka));
    const auto record = log.fetch(found->at, 10s);
    if (raw) {
        if (!record) {
            warn("the record is not in the log any more\n");
            return exit_code::no;
        }
        std::cout.write(
            record->value().data(), static_cast<std::streamsize>(record->value().size())
        );
        return exit_code::done;
    }
    show(*found, record, as_json);
    return exit_code::done;
}

}  // namespace billhook

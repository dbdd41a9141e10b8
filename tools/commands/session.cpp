#include "tools/commands/session.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "schemas/io/postgres/failure.hpp"
#include "schemas/plans/read_plans.hpp"
#include "worker/ledger/projections.hpp"

#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <thread>

namespace billhook {
namespace {

constexpr std::chrono::milliseconds pause{500};

bool is_out_of_reach(const std::exception& thrown) {
    if (const auto* kafka = dynamic_cast<const kafka::failure*>(&thrown)) {
        return kafka->retryable;
    }
    return postgres::classify(thrown).what == postgres::remedy::reconnect;
}

}  // namespace

postgres::connect_options database_of(const settings& told) {
    return {.url = told.database.url, .application_name = "billhook"};
}

live_schema live_schema_of(pqxx::transaction_base& in) {
    const auto live = live_projection(in);
    if (!live) {
        throw postgres::failure(
            "there is no live projection; run billhook migrate", {postgres::remedy::stop, {}}
        );
    }
    return {live->name, in.quote_name(live->schema), live->livemode};
}

void with_patience(std::chrono::seconds patience, const std::function<void()>& once) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
        try {
            return once();
        } catch (const std::exception& thrown) {
            if (!is_out_of_reach(thrown) || std::chrono::steady_clock::now() + pause >= until) {
                throw;
            }
        }
        std::this_thread::sleep_for(pause);
    }
}

std::optional<std::string> file_content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    return file.is_open() && !file.bad() ? std::optional{std::move(text)} : std::nullopt;
}

std::optional<plans_text> read_plans_file(const std::string& path) {
    auto text = file_content(path);
    if (!text) {
        fmt::print(stderr, "{}: cannot be read; --plans must name a file of plans\n", path);
        return std::nullopt;
    }
    auto plans = read_plans(*text);
    if (plans) {
        return plans_text{*std::move(text), *std::move(plans)};
    }
    for (const plans_problem& each : plans.error()) {
        const std::string key = each.key.empty() ? "" : each.key + ": ";
        if (each.line == 0) {
            fmt::print(stderr, "{}: {}{}\n", path, key, each.text);
        } else {
            fmt::print(stderr, "{}:{}: {}{}\n", path, each.line, key, each.text);
        }
    }
    return std::nullopt;
}

}  // namespace billhook

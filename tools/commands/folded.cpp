#include "tools/commands/folded.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <fmt/format.h>
#include <thread>

namespace billhook {

namespace {

using namespace std::chrono_literals;

constexpr const char* micros_of_now =
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

std::string quoted(const pqxx::nontransaction& in, const std::string& name) {
    return in.quote_name(name);
}

}  // namespace

std::string folding::text() const {
    auto words =
        fmt::format("{} of {} partitions behind, {} standings due", behind, partitions, due);
    return halted == 0 ? words : words + fmt::format(", {} partitions halted", halted);
}

instant database_time(pqxx::connection& in) {
    pqxx::nontransaction asks(in);
    return instant(std::chrono::microseconds(asks.exec1(micros_of_now)[0].as<std::int64_t>()));
}

folding folding_since(pqxx::connection& in, instant since) {
    pqxx::nontransaction asks(in);
    const auto live =
        asks.exec("SELECT name, schema FROM billhook.projections WHERE role = 'live'");
    folding found;
    if (live.empty()) {
        return found;
    }
    const auto micros = since.time_since_epoch().count();
    const auto row = asks.exec_params1(
        "SELECT count(*), count(*) FILTER (WHERE complete_to IS NULL OR"
        " (extract(epoch FROM complete_to) * 1000000)::bigint <= $2), count(halted),"
        " CASE WHEN count(*) = count(complete_to) AND count(*) > 0"
        " THEN (extract(epoch FROM min(complete_to)) * 1000000)::bigint ELSE 0 END"
        " FROM billhook.offsets WHERE projection = $1",
        live[0][0].as<std::string>(),
        micros
    );
    found.partitions = row[0].as<std::int64_t>();
    found.behind = row[1].as<std::int64_t>();
    found.halted = row[2].as<std::int64_t>();
    found.horizon = instant(std::chrono::microseconds(row[3].as<std::int64_t>()));
    const auto due = asks.exec_params1(
        "SELECT count(*) FROM " + quoted(asks, live[0][1].as<std::string>()) +
            ".standings WHERE (extract(epoch FROM next_change_at) * 1000000)::bigint <= $1",
        found.horizon.time_since_epoch().count()
    );
    found.due = due[0].as<std::int64_t>();
    return found;
}

folding wait_until_folded(
    pqxx::connection& in,
    instant since,
    std::chrono::milliseconds patience,
    const std::function<void(const folding&)>& watch
) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto state = folding_since(in, since);
        watch(state);
        if (state.done() || state.halted > 0 || std::chrono::steady_clock::now() >= until) {
            return state;
        }
        std::this_thread::sleep_for(250ms);
    }
}

}  // namespace billhook

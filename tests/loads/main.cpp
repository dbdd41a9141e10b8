// billhook-loads: what honest clients come to beside each load, against a gateway in this process
// whose log is in memory.
#include "schemas/json/writer.hpp"
#include "tests/ingest/server/served.hpp"
#include "tests/loads/trial.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace billhook::testing {

namespace {

struct wishes {
    std::vector<std::string> names;
    int seconds = 5;
    trial_plan plan;
    bool as_json = false;
};

void print(const load& what, const trial& seen, bool as_json) {
    const auto idle = seen.idle.quantile(990);
    const auto beside = seen.attacked.quantile(990);
    if (as_json) {
        json::writer out;
        out.begin_object()
            .member("load", what.name)
            .member("sent", static_cast<std::int64_t>(seen.attacked.sent))
            .member("served", static_cast<std::int64_t>(seen.attacked.served()))
            .member("idle_p99_us", static_cast<std::int64_t>(idle.count()))
            .member("p99_us", static_cast<std::int64_t>(beside.count()))
            .member("connections", static_cast<std::int64_t>(seen.attackers_connections))
            .end_object();
        fmt::print("{}\n", out.take());
        return;
    }
    fmt::print(
        "{:<12} {:>6} {:>6} {:>10.1f} {:>10.1f} {:>12}  {}\n",
        what.name,
        seen.attacked.sent,
        seen.attacked.served(),
        static_cast<double>(idle.count()) / 1'000,
        static_cast<double>(beside.count()) / 1'000,
        seen.attackers_connections,
        what.what
    );
}

void run(const wishes& told) {
    if (!told.as_json) {
        fmt::print(
            "{:<12} {:>6} {:>6} {:>10} {:>10} {:>12}\n",
            "load",
            "sent",
            "served",
            "idle p99",
            "p99, ms",
            "connections"
        );
    }
    for (const auto& each : all_loads()) {
        if (!told.names.empty() &&
            std::find(told.names.begin(), told.names.end(), each.name) == told.names.end()) {
            continue;
        }
        served gateway;
        gateway.log_of_record.forget = true;
        const target to{
            {boost::asio::ip::make_address("127.0.0.1"), gateway.port()},
            test_path, signature_of
        };
        print(each, try_load(to, each, told.plan), told.as_json);
    }
}

}  // namespace

}  // namespace billhook::testing

int main(int argc, char** argv) {
    using namespace billhook::testing;
    wishes told;
    CLI::App flags{"Honest clients' answers beside each load on the gateway."};
    std::vector<std::string> known;
    for (const auto& each : all_loads()) {
        known.emplace_back(each.name);
    }
    flags.add_option("load", told.names, "which; all without")->check(CLI::IsMember(known));
    flags.add_option("--seconds", told.seconds, "alone and beside each")
        ->check(CLI::Range(1, 3'600));
    flags.add_option("--clients", told.plan.clients, "of the load; 0: its own number");
    flags.add_option("--addresses", told.plan.addresses, "of the load; 0: the honest clients' own");
    flags.add_flag("--json", told.as_json, "one JSON object a line");
    CLI11_PARSE(flags, argc, argv);
    told.plan.honest.how_long = std::chrono::seconds{told.seconds};
    raise_descriptor_limit();
    run(told);
    return 0;
}

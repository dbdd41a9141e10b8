// billhook-loads: what honest clients come to beside each load, against a gateway in this process
// whose log is in memory; and `broker-paused`, against a running one.
#include "schemas/json/writer.hpp"
#include "tests/ingest/server/served.hpp"
#include "tests/loads/broker_paused.hpp"
#include "tests/loads/trial.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fstream>
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

struct pause_wishes {
    std::string url;
    std::string secret_text;
    std::string served;
    int pause = 20;
    int seconds = 5;
    pause_plan plan;
};

void print_phase(const char* name, const honest_figures& of) {
    const auto milliseconds = [&](std::size_t of_thousand) {
        return static_cast<double>(of.quantile(of_thousand).count()) / 1'000;
    };
    const auto busy = of.by_status.find(503);
    fmt::print(
        "{:<10} {:>6} {:>6} {:>6} {:>10.1f} {:>10.1f}\n",
        name,
        of.sent,
        of.served(),
        busy == of.by_status.end() ? 0 : busy->second,
        milliseconds(500),
        milliseconds(990)
    );
}

void print(const pause_trial& seen) {
    fmt::print(
        "{:<10} {:>6} {:>6} {:>6} {:>10} {:>10}\n", "", "sent", "served", "503", "p50", "p99, ms"
    );
    print_phase("before", seen.before);
    print_phase("meanwhile", seen.meanwhile);
    print_phase("after", seen.after);
    const auto events = seen.served_at_once.size() + seen.refused;
    fmt::print(
        "{} of {} refused events served when sent again: {:.3f} % of all; {} of 503 without "
        "Retry-After\n",
        seen.served_again,
        seen.refused,
        100. * static_cast<double>(events - seen.refused + seen.served_again) /
            static_cast<double>(events),
        seen.before.busy_without_hint + seen.meanwhile.busy_without_hint +
            seen.after.busy_without_hint
    );
    fmt::print(
        "the gateway's memory: at most {} KiB before, {} KiB in all\n",
        seen.memory_before,
        seen.memory_after
    );
}

// A line for each event that was answered 200: its id, and whether at the first try.
void write_served(const pause_trial& seen, const std::string& path) {
    std::ofstream to(path);
    for (const auto& id : seen.served_at_once) {
        to << id << " at_once\n";
    }
    for (const auto& id : seen.served_later) {
        to << id << " later\n";
    }
}

int run(pause_wishes& told) {
    told.plan.how_long = std::chrono::seconds{told.pause};
    told.plan.honest.how_long = std::chrono::seconds{told.seconds};
    const auto seen = try_pause(target_at(told.url, told.secret_text), told.plan);
    print(seen);
    if (!told.served.empty()) {
        write_served(seen, told.served);
    }
    return seen.holds() ? 0 : 1;
}

CLI::App* add_broker_paused(CLI::App& to, pause_wishes& told) {
    auto* const own = to.add_subcommand(
        "broker-paused",
        "Honest clients while the broker's process stands still, and once more whatever was "
        "refused. Exit code 1: something was refused but by 503 with Retry-After, or never served. "
        "tests/fault/pause_test.sh runs it beside a whole stack"
    );
    own->add_option("--url", told.url, "the webhook's")
        ->envname("BILLHOOK_WEBHOOK_URL")
        ->required();
    own->add_option("--secret", told.secret_text, "by the environment, which nobody else reads")
        ->envname("STRIPE_WEBHOOK_SECRET")
        ->required();
    own->add_option("--broker", told.plan.broker, "its process")->required();
    own->add_option("--gateway", told.plan.gateway, "its process")->required();
    own->add_option("--pause", told.pause, "seconds")
        ->check(CLI::Range(1, 3'600))
        ->capture_default_str();
    own->add_option("--seconds", told.seconds, "before and after")
        ->check(CLI::Range(1, 3'600))
        ->capture_default_str();
    own->add_option("--clients", told.plan.honest.clients, "honest ones")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    own->add_option(
        "--served", told.served, "write the ids of what was answered 200 into this file"
    );
    return own;
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
    pause_wishes told_of_pause;
    const auto* const broker_paused = add_broker_paused(flags, told_of_pause);
    CLI11_PARSE(flags, argc, argv);
    if (broker_paused->parsed()) {
        try {
            return run(told_of_pause);
        } catch (const std::exception& failed) {
            fmt::print(stderr, "billhook-loads: {}\n", failed.what());
            return 3;
        }
    }
    told.plan.honest.how_long = std::chrono::seconds{told.seconds};
    raise_descriptor_limit();
    run(told);
    return 0;
}

#include "tools/commands/bench_latency_flags.hpp"

#include "schemas/io/process/arguments.hpp"
#include "tools/commands/bench_latency.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"

#include <system_error>

namespace billhook {

void add_flags(flag_set own, latency_flags& into) {
    own.add_option("--gateway", into.gateway, "NAME,PID,URL of one on this machine").required();
    own.add_option("--worker", into.worker, "its process").required().within(1, INT32_MAX);
    own.add_option("--secret", into.key, "the endpoint's (or STRIPE_WEBHOOK_SECRET)");
    own.add_option("--rate", into.rate, "posts a second, each at its own time")
        .shown()
        .within(1, 100'000);
    own.add_option("--seconds", into.seconds, "how long it posts").shown().within(1, 240);
    own.add_option("--connections", into.connections, "to the gateway").shown().within(1, 4096);
    own.add_option("--look", into.look_ms, "milliseconds between two looks into the database")
        .shown()
        .within(1, 1'000);
}

exit_code bench_latency(
    const latency_flags& told,
    const settings& all,
    const catalogue& plans,
    bool as_json
) {
    const auto gateway = parse_measured_server(told.gateway);
    if (!gateway) {
        warn("--gateway '{}': give NAME,PID,http://host:port/path\n", told.gateway);
        return exit_code::usage;
    }
    latency_bench how;
    how.gateway = *gateway;
    how.worker = static_cast<pid_t>(told.worker);
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto from_environment = input.environment.find("STRIPE_WEBHOOK_SECRET");
    how.key = secret(
        told.key.empty() && from_environment != input.environment.end() ? from_environment->second
                                                                        : told.key
    );
    how.rate = static_cast<double>(told.rate);
    how.how_long = std::chrono::seconds(told.seconds);
    how.connections = told.connections;
    how.look = std::chrono::milliseconds(told.look_ms);
    try {
        const auto found = measure_latency(database_of(all), how, plans);
        tell("{}", own_lines{as_json ? json_of(found) + "\n" : text_of(found)});
    } catch (const std::system_error& why) {
        warn("billhook bench: {}\n", why.what());
        return exit_code::unreachable;
    }
    return exit_code::done;
}

}  // namespace billhook

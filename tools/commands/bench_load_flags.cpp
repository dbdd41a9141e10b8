#include "tools/commands/bench_load_flags.hpp"

#include "tools/commands/printing.hpp"

#include <chrono>
#include <utility>

namespace billhook {

void add_flags(flag_set own, load_flags& into) {
    own.add_option("--server", into.servers, "NAME,PID,URL of one on this machine; again for more");
    own.add_option("--connections", into.connections, "to each").shown().within(1, 4096);
    own.add_option("--seconds", into.seconds, "a round of each, and again at half its rate")
        .shown()
        .within(1, 600);
    own.add_option("--rounds", into.rounds, "medians are printed").shown().within(1, 99);
}

std::optional<std::vector<measured_server>> servers_from(const load_flags& told) {
    std::vector<measured_server> all;
    for (const auto& each : told.servers) {
        auto parsed = parse_measured_server(each);
        if (!parsed) {
            warn("--server '{}': give NAME,PID,http://host:port/path\n", each);
            return std::nullopt;
        }
        all.push_back(*std::move(parsed));
    }
    return all;
}

measuring measuring_from(const load_flags& told) {
    return {told.connections, std::chrono::seconds(told.seconds), told.rounds};
}

}  // namespace billhook

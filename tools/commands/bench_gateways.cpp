#include "tools/commands/bench_gateways.hpp"

#include "schemas/io/process/arguments.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/bench_ingest.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/scenario_flags.hpp"
#include "tools/commands/text_table.hpp"

#include <fmt/format.h>
#include <system_error>

namespace billhook {

namespace {

std::string text_of_gateways(const ingest_costs& costs) {
    text_table rows(
        {"events of " + std::to_string(costs.mean_bytes) + " bytes",
         "posts/s",
         "CPU us",
         "of bare",
         "p99, ms",
         "at half: p50",
         "p99",
         "MiB"}
    );
    const auto& bare = costs.all.front();
    for (const auto& each : costs.all) {
        rows.add(
            {each.name,
             fmt::format("{:.0f}", each.rate),
             fmt::format("{:.1f}", each.processor_us),
             fmt::format("{:.2f}", each.processor_us / bare.processor_us),
             fmt::format("{:.2f}", each.p99_ms),
             fmt::format("{:.2f}", each.half_p50_ms),
             fmt::format("{:.2f}", each.half_p99_ms),
             fmt::format("{:.0f}", each.most_mebibytes)}
        );
    }
    return rows.text();
}

std::string json_of_gateways(const ingest_costs& costs) {
    json::writer out;
    out.begin_object()
        .member("mean_bytes", static_cast<std::int64_t>(costs.mean_bytes))
        .key("servers")
        .begin_array();
    const auto micro = [](double milliseconds) {
        return static_cast<std::int64_t>(milliseconds * 1000);
    };
    for (const auto& each : costs.all) {
        out.begin_object()
            .member("name", each.name)
            .member("accepted", static_cast<std::int64_t>(each.accepted))
            .member("refused", static_cast<std::int64_t>(each.refused))
            .member("posts_per_second", static_cast<std::int64_t>(each.rate))
            .member("processor_ns", micro(each.processor_us))
            .member("p99_us", micro(each.p99_ms))
            .member("half_p50_us", micro(each.half_p50_ms))
            .member("half_p99_us", micro(each.half_p99_ms))
            .member(
                "most_resident_kibibytes", static_cast<std::int64_t>(each.most_mebibytes * 1024)
            )
            .end_object();
    }
    return out.end_array().end_object().take();
}

}  // namespace

void add_flags(flag_set own, ingest_flags& into) {
    own.add_option(
        "--server", into.servers, "NAME,PID,URL of a gateway on this machine; again for more"
    );
    own.add_option("--secret", into.key, "their endpoint's (or STRIPE_WEBHOOK_SECRET)");
    own.add_option("--bytes", into.bytes, "of a body, at least").shown().within(0, 1'000'000);
    own.add_option("--connections", into.connections, "to each").shown().within(1, 4096);
    own.add_option("--seconds", into.seconds, "a round of each, and again at half its rate")
        .shown()
        .within(1, 600);
    own.add_option("--rounds", into.rounds, "medians are printed").shown().within(1, 99);
}

exit_code bench_gateways(const ingest_flags& told, const settings& all, bool as_json) {
    ingest_bench how;
    for (const auto& each : told.servers) {
        auto parsed = parse_measured_server(each);
        if (!parsed) {
            warn("--server '{}': give NAME,PID,http://host:port/path\n", each);
            return exit_code::usage;
        }
        how.servers.push_back(*std::move(parsed));
    }
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto from_environment = input.environment.find("STRIPE_WEBHOOK_SECRET");
    how.key = secret(
        told.key.empty() && from_environment != input.environment.end() ? from_environment->second
                                                                        : told.key
    );
    how.bytes = told.bytes;
    how.connections = told.connections;
    how.each = std::chrono::seconds(told.seconds);
    how.rounds = told.rounds;
    const auto plans = plans_or_problems(input, all.plans);
    if (!plans) {
        return exit_code::usage;
    }
    try {
        const auto found = measure_ingest(how, *plans);
        tell("{}", own_lines{as_json ? json_of_gateways(found) + "\n" : text_of_gateways(found)});
    } catch (const std::system_error& why) {
        warn("billhook bench: {}\n", why.what());
        return exit_code::unreachable;
    }
    return exit_code::done;
}

}  // namespace billhook

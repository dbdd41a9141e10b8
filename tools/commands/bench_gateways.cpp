#include "tools/commands/bench_gateways.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "schemas/io/process/arguments.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/bench_ingest.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/scenario_flags.hpp"

#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace billhook {

namespace {

costs_words headings_of(const ingest_costs& costs) {
    return {
        "events of " + std::to_string(costs.mean_bytes) + " bytes", "posts/s", "posts_per_second"};
}

std::string json_of_gateways(const ingest_costs& costs) {
    json::writer out;
    out.begin_object()
        .member("mean_bytes", static_cast<std::int64_t>(costs.mean_bytes))
        .key("servers")
        .add_raw(json_of_servers(costs.all, headings_of(costs)));
    if (costs.broker) {
        const auto whole = [](double what) { return static_cast<std::int64_t>(what); };
        out.key("broker")
            .begin_object()
            .member("messages_per_second", whole(costs.broker->rate))
            .member("p50_us", whole(costs.broker->p50_ms * 1000))
            .member("p99_us", whole(costs.broker->p99_ms * 1000))
            .end_object();
    }
    return out.end_object().take();
}

std::string text_of_gateways(const ingest_costs& costs) {
    auto text = text_of_servers(costs.all, headings_of(costs));
    if (costs.broker) {
        text += fmt::format(
            "\nthe broker alone, {:.0f} messages a second: p50 {:.2f} ms, p99 {:.2f} ms\n",
            costs.broker->rate,
            costs.broker->p50_ms,
            costs.broker->p99_ms
        );
    }
    return text;
}

}  // namespace

void add_flags(flag_set own, ingest_flags& into) {
    add_flags(own, into.load);
    own.add_option("--secret", into.key, "their endpoint's (or STRIPE_WEBHOOK_SECRET)");
    own.add_option("--bytes", into.bytes, "of a body, at least").shown().within(0, 1'000'000);
}

exit_code bench_gateways(const ingest_flags& told, const settings& all, bool as_json) {
    ingest_bench how;
    auto servers = servers_from(told.load);
    if (!servers) {
        return exit_code::usage;
    }
    how.servers = *std::move(servers);
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto from_environment = input.environment.find("STRIPE_WEBHOOK_SECRET");
    how.key = secret(
        told.key.empty() && from_environment != input.environment.end() ? from_environment->second
                                                                        : told.key
    );
    how.bytes = told.bytes;
    how.load = measuring_from(told.load);
    if (!all.kafka.brokers.empty()) {
        how.log = kafka::producer_settings_from(all.kafka);
    }
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
    } catch (const kafka::failure& why) {
        warn("billhook bench: {}; see kafka.brokers\n", why.what());
        return exit_code::unreachable;
    }
    return exit_code::done;
}

}  // namespace billhook

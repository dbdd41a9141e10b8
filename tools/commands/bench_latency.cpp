#include "tools/commands/bench_latency.hpp"

#include "schemas/stripe/routing.hpp"
#include "tools/commands/bench_folding.hpp"
#include "tools/commands/bench_ingest.hpp"
#include "tools/commands/bench_posting.hpp"
#include "tools/commands/fold_watch.hpp"
#include "tools/commands/session.hpp"
#include "tools/simulator/disorder.hpp"
#include "tools/simulator/scenario.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t fewest_events_of_a_life = 20;
constexpr std::chrono::seconds longest_fold{60};

struct latency_post {
    std::string event;
    exchange_times times;
};

// The first `count` of what organizations tell, whose ids no earlier run had.
std::vector<std::string> bodies_in_order(const catalogue& plans, std::size_t count) {
    simulator::scenario_settings wanted;
    wanted.organizations = count / fewest_events_of_a_life + 50;
    wanted.end = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    wanted.prefix = fmt::format("latency{}", to_unix_seconds(wanted.end));
    const auto lives = simulator::make_scenario(wanted, plans);
    std::vector<std::string> bodies;
    for (const auto& each :
         simulator::plan_deliveries(lives, {.duplicates = 0, .reorder = 0, .late = 0})) {
        if (bodies.size() == count) {
            break;
        }
        bodies.push_back(*each.body);
    }
    return bodies;
}

latency_spread spread_of(std::vector<steady::duration> all) {
    if (all.empty()) {
        return {};
    }
    std::ranges::sort(all);
    const auto at = [&all](std::size_t of_hundred) {
        const auto which = std::min(all.size() - 1, all.size() * of_hundred / 100);
        return std::chrono::duration<double, std::milli>(all[which]).count();
    };
    return {at(50), at(99), at(100)};
}

// Where the journal says that each event lies in the log.
std::unordered_map<std::string, log_place> places_of(
    postgres::connection& in,
    const std::vector<latency_post>& posts
) {
    std::string ids = "{";
    for (const auto& each : posts) {
        ids += (ids.size() > 1 ? "," : "") + each.event;
    }
    pqxx::work reads(in.raw());
    std::unordered_map<std::string, log_place> all;
    for (const auto& row : reads.exec_params(
             fmt::format(
                 "SELECT id, partition, record_offset FROM {}.events WHERE id = ANY ($1::text[])",
                 live_schema_of(reads).schema
             ),
             ids + "}"
         )) {
        all[row[0].as<std::string>()] = {row[1].as<std::int32_t>(), row[2].as<std::int64_t>()};
    }
    return all;
}

// Seconds of CPU so far.
struct processors {
    double gateway = 0;
    double worker = 0;
    double bench = 0;
    std::optional<double> postgres{};
};

processors processors_of(const latency_bench& how, pid_t session) {
    return {
        processor_seconds(how.gateway.process),
        processor_seconds(how.worker),
        processor_seconds(::getpid()),
        postgres_seconds(session)};
}

void add_costs(latency_costs& to, const processors& before, const processors& after) {
    const auto each = [&to](double seconds) {
        return seconds * 1e6 / static_cast<double>(std::max<std::size_t>(to.posts, 1));
    };
    to.gateway_us = each(after.gateway - before.gateway);
    to.worker_us = each(after.worker - before.worker);
    to.bench_us = each(after.bench - before.bench);
    if (before.postgres && after.postgres) {
        to.postgres_us = each(*after.postgres - *before.postgres);
    }
}

void add_times(
    latency_costs& to,
    const std::vector<latency_post>& posts,
    const std::unordered_map<std::string, log_place>& places,
    const fold_watch& watch
) {
    std::vector<steady::duration> answered;
    std::vector<steady::duration> visible;
    std::vector<steady::duration> late;
    for (const auto& [event, times] : posts) {
        late.push_back(times.sent - times.due);
        if (!times.is_accepted) {
            continue;
        }
        answered.push_back(times.answered - times.sent);
        const auto place = places.find(event);
        const auto seen = place == places.end() ? std::nullopt : watch.seen(place->second);
        if (seen) {
            visible.push_back(*seen - times.sent);
        } else {
            ++to.unseen;
        }
    }
    to.answered = spread_of(std::move(answered));
    to.visible = spread_of(std::move(visible));
    to.late = spread_of(std::move(late));
    to.between_looks = spread_of(watch.between_looks());
}

}  // namespace

latency_costs measure_latency(
    const postgres::connect_options& database,
    const latency_bench& how,
    const catalogue& plans
) {
    const auto seconds = static_cast<double>(how.how_long.count());
    const auto count = static_cast<std::size_t>(how.rate * seconds);
    const auto bodies = bodies_in_order(plans, count);
    const auto requests = requests_of(bodies, how.gateway.url, how.key);
    std::vector<latency_post> posts(requests.size());
    for (std::size_t at = 0; at < posts.size(); ++at) {
        posts[at].event = stripe::route(bodies[at]).event_id.value_or("");
    }
    posting plan;
    plan.to = resolved(how.gateway.url);
    plan.requests = requests;
    plan.connections = how.connections;
    plan.how_long = how.how_long;
    plan.rate = how.rate;
    plan.each = [&posts](const exchange_times& times) { posts.at(times.number).times = times; };

    fold_watch watch(database, how.look);
    tell_bench(fmt::format("{} events, {} a second", requests.size(), how.rate));
    const auto before = processors_of(how, watch.session());
    watch.begin();
    const auto sent = post_again_and_again(plan);
    watch.end_after(sent.accepted, longest_fold);
    latency_costs found;
    found.posts = posts.size();
    found.refused = sent.refused;
    found.rate = sent.rate();
    add_costs(found, before, processors_of(how, watch.session()));
    found.gateway_mebibytes = most_resident_mebibytes(how.gateway.process);
    found.worker_mebibytes = most_resident_mebibytes(how.worker);
    postgres::connection asks(database);
    add_times(found, posts, places_of(asks, posts), watch);
    return found;
}

}  // namespace billhook

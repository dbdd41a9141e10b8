#include "ingest/gateway/durability.hpp"

#include "schemas/io/kafka/preflight.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds between_tries{500};
constexpr std::chrono::milliseconds longest_question{5'000};

bool is_missing(const std::vector<kafka::finding>& found) {
    return std::any_of(found.begin(), found.end(), [](const kafka::finding& each) {
        return each.what == kafka::weakness::topic_missing;
    });
}

std::optional<exit_code> judge(const std::vector<kafka::finding>& found, bool allow_weak, log& to) {
    std::optional<exit_code> verdict;
    for (const auto& each : found) {
        if (each.acceptable && allow_weak) {
            to.warning("weak durability is allowed", "finding"_is(each.text));
        } else {
            to.error("the log of record is not durable", "finding"_is(each.text));
            verdict = exit_code::refused;
        }
    }
    if (verdict && !allow_weak) {
        to.error("refusing to start: mend the topic, or give --allow-weak-durability");
    }
    return verdict;
}

}  // namespace

std::optional<exit_code> require_durable_log(
    const durability_demand& what,
    const stop& wish,
    log& to
) {
    kafka::admin cluster{what.client};
    const auto until = steady::now() + what.wait;
    bool told = false;  // that there is something to wait for
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
        const bool last = left <= between_tries;
        const auto question = std::clamp(left, between_tries, longest_question);
        try {
            const auto found = kafka::preflight(cluster, what.topic, std::nullopt, question);
            if (!is_missing(found)) {
                return judge(found, what.allow_weak, to);
            }
            if (last) {
                to.error("Kafka has no topic for events yet: run `billhook migrate`");
            } else if (!std::exchange(told, true)) {
                to.warning("waiting for Kafka: it has no topic for events yet");
            }
        } catch (const kafka::failure& why) {
            if (last) {
                to.error("Kafka does not answer: look at kafka.brokers", "cause"_is(why.what()));
            } else if (!std::exchange(told, true)) {
                to.warning("waiting for Kafka: it does not answer yet", "cause"_is(why.what()));
            }
        }
        if (last) {
            return exit_code::unreachable;
        }
        if (wish.wait_for(between_tries)) {
            return exit_code::done;
        }
    }
}

}  // namespace billhook

#include "worker/runtime/startup.hpp"

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/failure.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <random>
#include <unistd.h>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds between_tries{500};
constexpr std::chrono::milliseconds longest_question{5000};

enum class database : std::uint8_t { ready, away, refused };

database look_at(const wanted_servers& what, log& lines, bool say) {
    try {
        postgres::connection over(
            {.url = what.told.database.url, .application_name = what.application_name}
        );
        what.look(over);
        return database::ready;
    } catch (const std::exception& thrown) {
        const postgres::remedy why = postgres::classify(thrown).what;
        if (why == postgres::remedy::alarm || why == postgres::remedy::stop) {
            lines.error(
                "the database is not one that this program may work with",
                "cause"_is(postgres::cause_of(thrown)),
                "text"_is(postgres::scrubbed(thrown))
            );
            return database::refused;
        }
        if (say) {
            lines.error(
                "Postgres does not answer: look at database.url",
                "text"_is(postgres::scrubbed(thrown))
            );
        }
        return database::away;
    }
}

// If Kafka answers within seconds and has the topic.
std::optional<std::int32_t> partitions_of(
    const settings& told,
    const char* topic,
    log& lines,
    bool say
) {
    try {
        kafka::admin cluster(kafka::client_settings_from(told.kafka));
        const auto found = cluster.describe(topic, longest_question);
        if (found && found->partitions > 0) {
            return found->partitions;
        }
        if (say) {
            lines.error("Kafka lacks a topic: run `billhook migrate`", "topic"_is(topic));
        }
    } catch (const kafka::failure& thrown) {
        if (say) {
            lines.error("Kafka does not answer: look at kafka.brokers", "cause"_is(thrown.what()));
        }
    }
    return std::nullopt;
}

}  // namespace

std::variant<std::int32_t, exit_code> wait_for_servers(
    const wanted_servers& what,
    const stop& wish,
    log& lines
) {
    const auto deadline = steady::now() + what.told.startup_wait;
    std::optional<std::int32_t> partitions;
    auto state = database::away;
    while (true) {
        const bool last = steady::now() >= deadline;
        if (state == database::away) {
            state = look_at(what, lines, last);
        }
        if (state == database::refused) {
            return exit_code::refused;
        }
        if (!partitions) {
            partitions = partitions_of(what.told, what.topic, lines, last);
        }
        if (partitions && state == database::ready) {
            return *partitions;
        }
        if (last) {
            return exit_code::unreachable;
        }
        if (wish.wait_for(between_tries)) {
            return exit_code::done;
        }
    }
}

std::string unique_holder() {
    std::array<char, 64> host{};
    ::gethostname(host.data(), host.size() - 1);
    std::random_device random;
    return fmt::format("{}.{}.{:08x}", host.data(), ::getpid(), random());
}

}  // namespace billhook

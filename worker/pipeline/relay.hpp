#pragma once

#include "schemas/messages/publisher.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/pipeline/run.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace billhook {

// How long a publisher of the relay may try to send a message: below half the lease, so that
// whoever still holds it has every report.
[[nodiscard]] constexpr std::chrono::milliseconds relay_message_timeout(
    std::chrono::milliseconds lease
) {
    return lease * 2 / 5;
}

// What one round came to.
struct relayed {
    enum class ending : std::uint8_t {
        elsewhere,  // another relay sends
        waiting,    // ours, but what its last holder sent may still be under way
        idle,       // nothing waits
        sent,       // all that was read
        failed,     // a message has no acknowledgement: it comes again
    };
    ending how = ending::elsewhere;
    std::size_t acknowledged = 0;  // and removed
    bool more = false;             // there may be more to send at once
};

// Sends what lies in the outbox: at least once, and within a topic and an organization in the order
// of ids, since the next one is not sent before the last is acknowledged. Keeps no cursor.
//
// One relay sends at a time: the holder of the lease. Postgres cannot fence Kafka, so a new holder
// first waits as long as a message of the last one can be under way, and a round that stalled
// before it sends holds the lease again first. One thread; outlives its sessions.
class relay {
public:
    struct limits {
        std::chrono::milliseconds lease{5'000};
        std::size_t messages = 500;  // read in a round
    };

    explicit relay(limits most) : limits_(most) {}

    // Renews or takes the lease, then reads, publishes, waits for every report and removes what is
    // acknowledged. Throws what the outbox throws; then what was not removed comes again. `to`
    // gives up a message after relay_message_timeout(limits.lease).
    relayed round(outbox& from, publisher& to, pacing& pace);

private:
    limits limits_;
    bool ours_ = false;  // our last question was answered, and by yes
    std::optional<std::chrono::steady_clock::time_point> may_send_at_;
};

}  // namespace billhook

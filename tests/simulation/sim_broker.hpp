#pragma once

#include "schemas/messages/publisher.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/sim_database.hpp"

#include <chrono>
#include <deque>
#include <vector>

namespace billhook::simulation {

// Kafka as those who publish meet it, by the clock of `time`. Shared by all of them.
class sim_broker {
public:
    explicit sim_broker(const sim_database& time) : time_(time) {}

    void take(const message& what);
    // Under way until then, whatever becomes of its sender.
    void take_at(const message& what, instant when) { under_way_.push_back({what, when}); }
    // In the order of arrival, what has arrived by now.
    [[nodiscard]] const std::vector<message>& arrived();

private:
    struct late {
        message what;
        instant when{};
    };

    const sim_database& time_;
    std::vector<message> arrived_;
    std::deque<late> under_way_;
};

// One producer. A call that meets `retry` has every second message refused, `broken` loses all of
// them, `lands_unknown` all of the answers; who is `killed_landed` leaves them under way for nearly
// the message timeout.
class sim_publisher final : public publisher {
public:
    sim_publisher(
        sim_broker& to,
        sim_database& time,
        faults& weather,
        std::chrono::milliseconds message_timeout
    )
        : to_(to), time_(time), weather_(weather), message_timeout_(message_timeout) {}

    std::vector<delivery> publish(std::span<const message> messages) override;

private:
    sim_broker& to_;
    sim_database& time_;
    faults& weather_;
    std::chrono::milliseconds message_timeout_;
};

}  // namespace billhook::simulation

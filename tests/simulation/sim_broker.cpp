#include "tests/simulation/sim_broker.hpp"

namespace billhook::simulation {

void sim_broker::take(const message& what) {
    static_cast<void>(arrived());
    arrived_.push_back(what);
}

const std::vector<message>& sim_broker::arrived() {
    while (!under_way_.empty() && under_way_.front().when <= time_.now) {
        arrived_.push_back(std::move(under_way_.front().what));
        under_way_.pop_front();
    }
    return arrived_;
}

std::vector<delivery> sim_publisher::publish(std::span<const message> messages) {
    const auto met = weather_.meet("publish");
    if (met == fault::killed) {
        throw worker_killed{};
    }
    if (met == fault::killed_landed) {
        const instant last = time_.now + message_timeout_ - std::chrono::milliseconds{1};
        for (const message& each : messages) {
            to_.take_at(each, last);
        }
        throw worker_killed{};
    }
    std::vector<delivery> reports;
    for (const message& each : messages) {
        if (met == fault::retry && reports.size() % 2 == 1) {
            reports.push_back(delivery::refused);
            continue;
        }
        if (met != fault::broken) {
            to_.take(each);
        }
        const bool told = !met || met == fault::retry;
        reports.push_back(told ? delivery::persisted : delivery::unknown);
    }
    if (met) {
        time_.now += message_timeout_;
    }
    return reports;
}

}  // namespace billhook::simulation

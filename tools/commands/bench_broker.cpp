#include "tools/commands/bench_broker.hpp"

#include "schemas/io/kafka/producer.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/stripe/routing.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <thread>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;

class timed_report final : public kafka::report_waiter {
public:
    timed_report(steady::time_point due, std::vector<double>& into) : due_(due), into_(into) {}

    void reported(delivery what) noexcept override {
        if (what == delivery::persisted) {
            const std::chrono::duration<double, std::milli> took = steady::now() - due_;
            into_.push_back(took.count());
        }
    }

private:
    steady::time_point due_;
    std::vector<double>& into_;
};

}  // namespace

std::optional<broker_times> measure_broker(
    kafka::producer_settings to,
    const std::vector<std::string>& bodies,
    double rate,
    std::chrono::seconds how_long
) {
    to.linger = std::chrono::milliseconds{0};
    std::vector<std::string> keys;
    for (const std::string& body : bodies) {
        keys.push_back(stripe::route(body).key);
    }
    const auto count = static_cast<std::size_t>(rate * static_cast<double>(how_long.count()));
    std::vector<double> took;
    took.reserve(count);
    kafka::producer producer(to);
    // Its first report comes when connections and the producer's id are there.
    const auto begun = steady::now() + std::chrono::seconds{1};
    const std::chrono::duration<double> between{1 / rate};
    for (std::size_t sent = 0; sent < count; ++sent) {
        const auto due =
            begun +
            std::chrono::duration_cast<steady::duration>(between * static_cast<double>(sent));
        std::this_thread::sleep_until(due);
        const std::size_t which = sent % bodies.size();
        message out;
        out.topic = topics::stripe_events;
        out.key = keys[which];
        out.value = bodies[which];
        std::unique_ptr<kafka::report_waiter> who = std::make_unique<timed_report>(due, took);
        if (producer.produce(std::move(out), std::move(who))) {
            return std::nullopt;
        }
        producer.drain();
    }
    if (!producer.flush(std::chrono::seconds{30}) || took.size() != count || count == 0) {
        return std::nullopt;
    }
    std::ranges::sort(took);
    return broker_times{rate, took[count / 2], took[count * 99 / 100]};
}

}  // namespace billhook

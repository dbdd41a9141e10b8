#include "schemas/io/kafka/kafka_publisher.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

namespace billhook::kafka {
namespace {

using namespace std::chrono_literals;

// The answers of one `publish`, kept by its waiters too.
struct answers {
    std::vector<std::optional<delivery>> of;
    std::size_t missing = 0;
};

class slot final : public report_waiter {
public:
    slot(std::shared_ptr<answers> all, std::size_t at) : all_(std::move(all)), at_(at) {}
    void reported(delivery what) noexcept override {
        all_->of[at_] = what;
        --all_->missing;
    }

private:
    std::shared_ptr<answers> all_;
    std::size_t at_;
};

}  // namespace

std::vector<delivery> kafka_publisher::publish(std::span<const message> messages) {
    const auto all = std::make_shared<answers>();
    all->of.resize(messages.size());
    for (std::size_t at = 0; at < messages.size(); ++at) {
        auto copy = messages[at];
        std::unique_ptr<report_waiter> who = std::make_unique<slot>(all, at);
        ++all->missing;
        // Moved from once it is queued, and only then.
        const auto produce = [&] { return producer_.produce(std::move(copy), std::move(who)); };
        auto refusal = produce();
        // Room comes with the reports of what is under way, which the message timeout bounds.
        while (refusal == produce_refusal::queue_full && producer_.messages_in_flight() > 0) {
            producer_.drain(100ms);
            refusal = produce();
        }
        if (refusal) {
            all->of[at] = delivery::refused;
            --all->missing;
        }
    }
    while (all->missing > 0) {
        producer_.drain(100ms);
    }
    std::vector<delivery> told;
    told.reserve(messages.size());
    for (const auto& each : all->of) {
        told.push_back(*each);
    }
    return told;
}

}  // namespace billhook::kafka

#include "worker/notifier/kafka_notices.hpp"

#include "schemas/messages/topics.hpp"

#include <algorithm>
#include <array>

namespace billhook {
namespace {

constexpr std::chrono::milliseconds question{5'000};

kafka::position position_of(const partition& of, std::int64_t offset) {
    return {.topic = of.topic, .partition = of.number, .offset = offset};
}

}  // namespace

kafka_notices::kafka_notices(
    const kafka::consumer_settings& kafka,
    std::int32_t partitions,
    const std::string& holder,
    std::chrono::milliseconds lease
)
    : leases_(holder, topics::billing_notices, partitions, notifier_presence_prefix),
      consumer_(kafka),
      inspector_(kafka.client),
      lease_(lease) {}

notices_polled kafka_notices::poll(leases& rights, std::chrono::milliseconds wait) {
    if (steady::now() >= next_round_) {
        renew(rights);
        next_round_ = steady::now() + lease_ / 5;
    }
    // What is held but could not be begun, for want of a server, is tried again.
    for (const partition& of : leases_.held()) {
        if (!reading_.contains(of)) {
            begin(of);
        }
    }
    if (!news_.empty()) {
        notices_polled first = std::move(news_.front());
        news_.pop_front();
        return first;
    }
    return wait.count() == 0 ? notices_polled{} : read_one(wait);
}

notices_polled kafka_notices::read_one(std::chrono::milliseconds wait) {
    try {
        const kafka::polled came = consumer_.poll(wait);
        if (const auto* record = std::get_if<kafka::consumed>(&came)) {
            const partition of{std::string{record->topic()}, record->partition()};
            if (reading_.contains(of)) {
                return notice_record{of, record->offset(), std::string{record->value()}};
            }
        }
    } catch (const kafka::unreadable& there) {
        end({there.where.topic, there.where.partition});  // and begun anew by the next poll
    }
    return {};
}

void kafka_notices::renew(leases& rights) {
    const lease_changes changes = leases_.round(rights, lease_);
    for (const partition& of : changes.lost) {
        end(of);
    }
    for (const partition& of : changes.to_give_back) {
        end(of);
        leases_.release(rights, of);
    }
}

void kafka_notices::begin(const partition& of) {
    const auto log = inspector_.watermarks_of(of.topic, of.number, question);
    const auto committed = consumer_.committed(of.topic, of.number, question);
    // Beyond the end: the topic was made anew.
    const bool fits = committed && *committed <= log.high;
    const std::int64_t from = fits ? std::max(*committed, log.low) : log.low;
    const std::array<kafka::position, 1> positions{position_of(of, from)};
    consumer_.assign(positions);
    reading_.insert(of);
    const std::int64_t skipped = fits ? from - *committed : 0;
    news_.push_back(notices_begin{.of = of, .offset = from, .skipped = skipped});
}

void kafka_notices::end(const partition& of) {
    if (reading_.erase(of) == 0) {
        return;
    }
    const std::array<kafka::position, 1> positions{position_of(of, 0)};
    consumer_.unassign(positions);
    news_.push_back(notices_end{of});
}

void kafka_notices::settled_to(const partition& of, std::int64_t offset) {
    const std::array<kafka::position, 1> positions{position_of(of, offset)};
    consumer_.commit(positions);
}

}  // namespace billhook

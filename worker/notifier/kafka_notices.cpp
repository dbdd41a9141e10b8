#include "worker/notifier/kafka_notices.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace billhook {
namespace {

constexpr std::chrono::milliseconds question{5'000};

kafka::position position_of(const partition& of, std::int64_t offset) {
    return {.topic = of.topic, .partition = of.number, .offset = offset};
}

}  // namespace

kafka_notices::kafka_notices(kafka::consumer_settings kafka, assignment& whose)
    : kafka_(std::move(kafka)), whose_(whose) {
    open();
}

void kafka_notices::open() {
    consumer_ = std::make_unique<kafka::consumer>(kafka_);
    inspector_ = std::make_unique<kafka::inspector>(kafka_.client);
}

notices_polled kafka_notices::poll(std::chrono::milliseconds wait) {
    follow_assignment();
    try {
        // What could not be begun, for want of a server, is tried again.
        while (!to_begin_.empty()) {
            begin(*to_begin_.begin());
        }
        if (!news_.empty()) {
            notices_polled first = std::move(news_.front());
            news_.pop_front();
            return first;
        }
        return wait.count() == 0 ? notices_polled{} : read_one(wait);
    } catch (const kafka::failure& why) {
        if (why.what_helps() == kafka::remedy::reopen) {
            open();
            to_begin_.merge(read_);
        }
        throw;
    }
}

void kafka_notices::follow_assignment() {
    // Asked again at once, what went is free for another at once.
    for (auto all = whose_.changes(); !all.empty(); all = whose_.changes()) {
        for (const assignment_change& each : all) {
            if (each.ours) {
                to_begin_.insert(each.which);
            } else {
                to_begin_.erase(each.which);
                end(each.which);
            }
        }
    }
}

notices_polled kafka_notices::read_one(std::chrono::milliseconds wait) {
    try {
        const kafka::polled came = consumer_->poll(wait);
        if (const auto* record = std::get_if<kafka::consumed>(&came)) {
            const partition of{std::string{record->topic()}, record->partition()};
            if (read_.contains(of)) {
                return notice_record{of, record->offset(), std::string{record->value()}};
            }
        }
    } catch (const kafka::unreadable& there) {
        const partition of{there.where.topic, there.where.partition};
        end(of);
        to_begin_.insert(of);
    }
    return {};
}

void kafka_notices::begin(const partition& of) {
    const auto log = inspector_->watermarks_of(of.topic, of.number, question);
    const auto committed = consumer_->committed(of.topic, of.number, question);
    // Beyond the end: the topic was made anew.
    const bool fits = committed && *committed <= log.high;
    const std::int64_t from = fits ? std::max(*committed, log.low) : log.low;
    const std::array<kafka::position, 1> positions{position_of(of, from)};
    consumer_->assign(positions);
    const std::int64_t skipped = fits ? from - *committed : 0;
    news_.push_back(notices_begin{.of = of, .offset = from, .skipped = skipped});
    read_.insert(of);
    to_begin_.erase(of);
}

void kafka_notices::end(const partition& of) {
    if (read_.erase(of) == 0) {
        return;
    }
    news_.push_back(notices_end{of});
    const std::array<kafka::position, 1> positions{position_of(of, 0)};
    consumer_->unassign(positions);
}

void kafka_notices::settled_to(const partition& of, std::int64_t offset) {
    const std::array<kafka::position, 1> positions{position_of(of, offset)};
    consumer_->commit(positions);
}

}  // namespace billhook

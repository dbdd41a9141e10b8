#include "worker/pipeline/kafka_source.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace billhook {

namespace {

constexpr std::chrono::milliseconds between_commits{500};

}  // namespace

kafka_source::kafka_source(source_settings settings, assignment& whose)
    : topic_(std::move(settings.topic)),
      ends_(std::move(settings.ends)),
      whose_(whose),
      reader_(std::move(settings.kafka), settings.limits, ends_) {}

polled kafka_source::poll(std::chrono::milliseconds wait) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    commit_passed();
    follow_assignment();
    if (!news_.empty()) {
        polled first = std::move(news_.front());
        news_.pop_front();
        return first;
    }
    if (range_is_read()) {
        return end_of_range{
            {topic_, ends_.begin()->first}
        };
    }
    if (auto ready = reader_.next(deadline)) {
        return *std::move(ready);
    }
    return std::monostate{};
}

void kafka_source::follow_assignment() {
    // Asked again at once, what went is free for another at once.
    for (auto all = whose_.changes(); !all.empty(); all = whose_.changes()) {
        for (const assignment_change& each : all) {
            if (each.ours) {
                news_.push_back(assigned{each.which});
            } else {
                reader_.stop(each.which);
                news_.push_back(revoked{each.which});
            }
        }
    }
    for (const partition& which : reader_.take_interrupted()) {
        whose_.announce_again(which);
    }
}

void kafka_source::start(const claim& from) {
    reader_.start(from);
    passed_.insert_or_assign(from.of.number, from.next_offset);
}

void kafka_source::drop(const partition& which) {
    reader_.stop(which);
    whose_.announce_again(which);
}

void kafka_source::passed(const partition& which, std::int64_t next_offset) {
    to_commit_.insert_or_assign(which, next_offset);
    passed_.insert_or_assign(which.number, next_offset);
}

void kafka_source::commit_passed() {
    const auto now = std::chrono::steady_clock::now();
    if (to_commit_.empty() || now < next_commit_) {
        return;
    }
    next_commit_ = now + between_commits;
    std::vector<kafka::position> positions;
    for (const auto& [which, next_offset] : std::exchange(to_commit_, {})) {
        positions.push_back({which.topic, which.number, next_offset});
    }
    reader_.commit(positions);
}

bool kafka_source::range_is_read() const {
    return !ends_.empty() && std::ranges::all_of(ends_, [&](const auto& end) {
        const auto at = passed_.find(end.first);
        return at != passed_.end() && at->second >= end.second;
    });
}

std::int64_t kafka_source::end_of(const partition& which) {
    return reader_.end_of(which);
}

}  // namespace billhook

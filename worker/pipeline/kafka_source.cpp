#include "worker/pipeline/kafka_source.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace billhook {

kafka_source::kafka_source(source_settings settings, session& postgres)
    : settings_(std::move(settings)),
      postgres_(postgres),
      leases_(settings_.holder, settings_.topic, settings_.partitions),
      consumer_(std::make_unique<kafka::consumer>(settings_.kafka)),
      inspector_(std::make_unique<kafka::inspector>(settings_.kafka.client)) {}

// A client that is spent is replaced; the failure is still the caller's, who tries again.
template <class Doing>
auto kafka_source::guarded(Doing doing) {
    try {
        return doing();
    } catch (const kafka::failure& why) {
        if (why.what_helps() == kafka::remedy::reopen) {
            reopen();
        }
        throw;
    }
}

void kafka_source::reopen() {
    auto consumer = std::make_unique<kafka::consumer>(settings_.kafka);
    auto inspector = std::make_unique<kafka::inspector>(settings_.kafka.client);
    for (const auto& [which, each] : readings_) {
        to_announce_.insert(which);
    }
    readings_.clear();
    buffered_ = 0;
    consumer_ = std::move(consumer);
    inspector_ = std::move(inspector);
}

// What has been absent for long stands still; until then it is a failure as any other.
template <class Question>
auto kafka_source::asked(const partition& about, Question question) {
    try {
        auto answer = guarded(question);
        absent_since_.erase(about);
        return answer;
    } catch (const kafka::failure& why) {
        if (why.what_helps() != kafka::remedy::absent) {
            throw;
        }
        const auto since = absent_since_.try_emplace(about, steady::now()).first->second;
        if (steady::now() - since < settings_.limits.absence) {
            throw;
        }
        throw log_missing(
            "there is no such topic or partition: " + kafka::name_of(why.code), about
        );
    }
}

polled kafka_source::poll(std::chrono::milliseconds wait) {
    const auto deadline = steady::now() + wait;
    if (steady::now() >= next_round_) {
        renew_leases();
        next_round_ = steady::now() + settings_.limits.lease / 5;
    }
    if (!news_.empty()) {
        polled first = std::move(news_.front());
        news_.pop_front();
        return first;
    }
    if (range_is_read()) {
        return end_of_range{
            {settings_.topic, settings_.ends.begin()->first}
        };
    }
    verify_doubtful();
    while (true) {
        const auto now = steady::now();
        if (auto ready = ready_batch(now)) {
            return *std::move(ready);
        }
        if (now >= deadline) {
            return std::monostate{};
        }
        auto until = deadline;
        for (const auto& [which, each] : readings_) {
            if (!each.waiting.empty()) {
                until = std::min(until, each.since + settings_.limits.linger);
            }
        }
        read_one(std::chrono::ceil<std::chrono::milliseconds>(until - now));
    }
}

void kafka_source::read_one(std::chrono::milliseconds wait) {
    try {
        kafka::polled came = guarded([&] { return consumer_->poll(wait); });
        if (const auto* record = std::get_if<kafka::consumed>(&came)) {
            keep(*record);
        } else if (const auto* trouble = std::get_if<kafka::trouble>(&came)) {
            doubt(trouble->partition);
            verify_doubtful();
        }
    } catch (const kafka::unreadable& there) {
        const partition which{there.where.topic, there.where.partition};
        stop_reading(which);
        if (there.is_damaged()) {
            throw log_damaged(there.what(), which);
        }
        throw log_diverged("the log does not reach from the next offset on", which);
    }
}

void kafka_source::keep(const kafka::consumed& from) {
    const auto at = readings_.find({std::string{from.topic()}, from.partition()});
    if (at == readings_.end()) {
        return;
    }
    const auto end = settings_.ends.find(from.partition());
    if (end != settings_.ends.end() && from.offset() >= end->second) {
        return;
    }
    reading& into = at->second;
    if (into.waiting.empty()) {
        into.since = steady::now();
        into.waiting.reserve(64);
    }
    raw_record record{
        .offset = from.offset(),
        .fingerprint = fingerprint_of(from.value(), from.timestamp()),
        .what = record_from(
            std::string{from.key()}, std::string{from.value()}, from.headers(), from.timestamp()
        )};
    const std::size_t bytes = from.value().size() + from.key().size() + 512;
    into.last_offset = record.offset;
    into.last_fingerprint = record.fingerprint;
    into.bytes += bytes;
    buffered_ += bytes;
    into.waiting.push_back(std::move(record));
}

bool kafka_source::range_is_read() const {
    return !settings_.ends.empty() && std::ranges::all_of(settings_.ends, [&](const auto& end) {
        const auto at = passed_.find(end.first);
        return at != passed_.end() && at->second >= end.second;
    });
}

bool kafka_source::is_ready(const reading& of, steady::time_point now) const {
    if (of.waiting.empty()) {
        return false;
    }
    return of.waiting.size() >= settings_.limits.records || of.bytes >= settings_.limits.bytes ||
           buffered_ >= settings_.limits.buffered || now - of.since >= settings_.limits.linger;
}

std::optional<batch> kafka_source::ready_batch(steady::time_point now) {
    // Of those that are ready the one that has waited longest, so that none starves.
    auto chosen = readings_.end();
    for (auto each = readings_.begin(); each != readings_.end(); ++each) {
        if (is_ready(each->second, now) &&
            (chosen == readings_.end() || each->second.since < chosen->second.since)) {
            chosen = each;
        }
    }
    if (chosen == readings_.end()) {
        return std::nullopt;
    }
    reading& from = chosen->second;
    batch ready{.under = from.under, .records = std::exchange(from.waiting, {})};
    buffered_ -= std::exchange(from.bytes, 0);
    return ready;
}

void kafka_source::start(const claim& from) {
    stop_reading(from.of);
    verify(from.of, from.next_offset, from.fingerprint);
    reading fresh;
    fresh.under = from;
    if (from.fingerprint) {
        fresh.last_offset = from.next_offset - 1;
        fresh.last_fingerprint = *from.fingerprint;
    }
    readings_.insert_or_assign(from.of, std::move(fresh));
    const std::array<kafka::position, 1> position{
        {{.topic = from.of.topic, .partition = from.of.number, .offset = from.next_offset}}};
    guarded([&] { consumer_->assign(position); });
    passed_.insert_or_assign(from.of.number, from.next_offset);
}

void kafka_source::verify(
    const partition& which,
    std::int64_t next_offset,
    const std::optional<std::string>& fingerprint
) {
    const log_look found = asked(which, [&] {
        return look_at_log(
            *inspector_, which, next_offset, fingerprint, settings_.limits.inspection
        );
    });
    switch (found.state) {
        case log_state::continues:
            return;
        case log_state::begins_later:
        case log_state::ends_earlier:
            throw log_diverged(
                fmt::format(
                    "next offset {} is outside of {} to {}: see `billhook offsets show`",
                    next_offset,
                    found.ends.low,
                    found.ends.high
                ),
                which
            );
        case log_state::is_another:
            throw log_diverged(
                fmt::format(
                    "the record at {} is not the one that was read: see `billhook offsets show`",
                    next_offset - 1
                ),
                which
            );
    }
}

void kafka_source::doubt(const std::optional<std::int32_t>& number) {
    for (auto& [which, each] : readings_) {
        if (!number || which.number == *number) {
            each.verified = false;
        }
    }
}

void kafka_source::verify_doubtful() {
    for (auto& [which, each] : readings_) {
        if (each.verified || each.last_offset < 0) {
            continue;
        }
        try {
            verify(which, each.last_offset + 1, each.last_fingerprint);
        } catch (const partition_stuck&) {
            const partition stuck = which;
            stop_reading(stuck);
            throw;
        }
        each.verified = true;
    }
}

void kafka_source::stop_reading(const partition& which) {
    const auto at = readings_.find(which);
    if (at == readings_.end()) {
        return;
    }
    buffered_ -= at->second.bytes;
    readings_.erase(at);
    const std::array<kafka::position, 1> position{
        {{.topic = which.topic, .partition = which.number, .offset = 0}}};
    consumer_->unassign(position);
}

void kafka_source::drop(const partition& which) {
    stop_reading(which);
    if (leases_.held().contains(which)) {
        to_announce_.insert(which);
    }
}

void kafka_source::renew_leases() {
    if (!to_commit_.empty()) {
        std::vector<kafka::position> positions;
        for (const auto& [which, next_offset] : std::exchange(to_commit_, {})) {
            positions.push_back({which.topic, which.number, next_offset});
        }
        consumer_->commit(positions);
    }
    const lease_changes changes = leases_.round(postgres_.rights(), settings_.limits.lease);
    for (const partition& which : changes.lost) {
        stop_reading(which);
        news_.push_back(revoked{which});
    }
    // First nothing of it is read any more, then another may have it.
    for (const partition& which : changes.to_give_back) {
        stop_reading(which);
        news_.push_back(revoked{which});
        to_announce_.insert(which);  // if giving it back fails, it is still ours to read
        leases_.release(postgres_.rights(), which);
    }
    to_announce_.insert(changes.gained.begin(), changes.gained.end());
    for (const partition& which : std::exchange(to_announce_, {})) {
        if (leases_.held().contains(which)) {
            news_.push_back(assigned{which});
        }
    }
}

void kafka_source::passed(const partition& which, std::int64_t next_offset) {
    to_commit_.insert_or_assign(which, next_offset);
    passed_.insert_or_assign(which.number, next_offset);
}

std::int64_t kafka_source::end_of(const partition& which) {
    try {
        return asked(which, [&] {
            return inspector_->end_of(which.topic, which.number, settings_.limits.inspection);
        });
    } catch (const partition_stuck&) {
        stop_reading(which);
        throw;
    }
}

}  // namespace billhook

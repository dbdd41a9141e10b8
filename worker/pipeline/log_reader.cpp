#include "worker/pipeline/log_reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace billhook {

log_reader::log_reader(
    kafka::consumer_settings kafka,
    reader_limits limits,
    std::map<std::int32_t, std::int64_t> ends
)
    : kafka_(std::move(kafka)),
      limits_(limits),
      ends_(std::move(ends)),
      consumer_(std::make_unique<kafka::consumer>(kafka_)),
      inspector_(std::make_unique<kafka::inspector>(kafka_.client)) {}

// A client that is spent is replaced; the failure is still the caller's, who tries again.
template <class Doing>
auto log_reader::guarded(Doing doing) {
    try {
        return doing();
    } catch (const kafka::failure& why) {
        if (why.what_helps() == kafka::remedy::reopen) {
            reopen();
        }
        throw;
    }
}

void log_reader::reopen() {
    auto consumer = std::make_unique<kafka::consumer>(kafka_);
    auto inspector = std::make_unique<kafka::inspector>(kafka_.client);
    for (const auto& [which, each] : streams_) {
        interrupted_.push_back(which);
    }
    streams_.clear();
    buffered_ = 0;
    consumer_ = std::move(consumer);
    inspector_ = std::move(inspector);
}

// What has been absent for long stands still; until then it is a failure as any other.
template <class Question>
auto log_reader::asked(const partition& about, Question question) {
    try {
        auto answer = guarded(question);
        absent_since_.erase(about);
        return answer;
    } catch (const kafka::failure& why) {
        if (why.what_helps() != kafka::remedy::absent) {
            throw;
        }
        const auto since = absent_since_.try_emplace(about, steady::now()).first->second;
        if (steady::now() - since < limits_.absence) {
            throw;
        }
        throw log_missing(
            "there is no such topic or partition: " + kafka::name_of(why.code), about
        );
    }
}

std::optional<batch> log_reader::next(steady::time_point deadline) {
    verify_doubtful();
    take_fetched();
    while (true) {
        const auto now = steady::now();
        if (auto ready = ready_batch(now)) {
            return ready;
        }
        if (now >= deadline) {
            return std::nullopt;
        }
        auto until = deadline;
        for (const auto& [which, each] : streams_) {
            if (!each.waiting.empty()) {
                until = std::min(until, each.since + limits_.linger);
            }
        }
        read_one(std::chrono::ceil<std::chrono::milliseconds>(until - now));
    }
}

// What lies fetched comes along: else who is behind would give out, after each batch, what little
// had waited beside it for long enough.
void log_reader::take_fetched() {
    const auto full = [this](const auto& each) { return is_full(each.second); };
    while (std::ranges::none_of(streams_, full) && read_one(std::chrono::milliseconds{0})) {
    }
}

bool log_reader::read_one(std::chrono::milliseconds wait) {
    try {
        kafka::polled came = guarded([&] { return consumer_->poll(wait); });
        if (const auto* record = std::get_if<kafka::consumed>(&came)) {
            keep(*record);
        } else if (const auto* trouble = std::get_if<kafka::trouble>(&came)) {
            doubt(trouble->partition);
            verify_doubtful();
        }
        return !std::holds_alternative<std::monostate>(came);
    } catch (const kafka::unreadable& there) {
        const partition which{there.where.topic, there.where.partition};
        stop(which);
        if (there.is_damaged()) {
            throw log_damaged(there.what(), which);
        }
        throw log_diverged("the log does not reach from the next offset on", which);
    }
}

void log_reader::keep(const kafka::consumed& from) {
    const auto at = streams_.find({std::string{from.topic()}, from.partition()});
    if (at == streams_.end()) {
        return;
    }
    const auto end = ends_.find(from.partition());
    if (end != ends_.end() && from.offset() >= end->second) {
        return;
    }
    stream& into = at->second;
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

bool log_reader::is_full(const stream& of) const {
    return !of.waiting.empty() && (of.waiting.size() >= limits_.records ||
                                   of.bytes >= limits_.bytes || buffered_ >= limits_.buffered);
}

bool log_reader::is_ready(const stream& of, steady::time_point now) const {
    return is_full(of) || (!of.waiting.empty() && now - of.since >= limits_.linger);
}

std::optional<batch> log_reader::ready_batch(steady::time_point now) {
    // Of those that are ready the one that has waited longest, so that none starves.
    auto chosen = streams_.end();
    for (auto each = streams_.begin(); each != streams_.end(); ++each) {
        if (is_ready(each->second, now) &&
            (chosen == streams_.end() || each->second.since < chosen->second.since)) {
            chosen = each;
        }
    }
    if (chosen == streams_.end()) {
        return std::nullopt;
    }
    stream& from = chosen->second;
    batch ready{.under = from.under, .records = std::exchange(from.waiting, {})};
    buffered_ -= std::exchange(from.bytes, 0);
    return ready;
}

void log_reader::start(const claim& from) {
    stop(from.of);
    verify(from.of, from.next_offset, from.fingerprint);
    stream fresh;
    fresh.under = from;
    if (from.fingerprint) {
        fresh.last_offset = from.next_offset - 1;
        fresh.last_fingerprint = *from.fingerprint;
    }
    streams_.insert_or_assign(from.of, std::move(fresh));
    const std::array<kafka::position, 1> position{
        {{.topic = from.of.topic, .partition = from.of.number, .offset = from.next_offset}}};
    guarded([&] { consumer_->assign(position); });
}

void log_reader::verify(
    const partition& which,
    std::int64_t next_offset,
    const std::optional<std::string>& fingerprint
) {
    const log_look found = asked(which, [&] {
        return look_at_log(*inspector_, which, next_offset, fingerprint, limits_.inspection);
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

void log_reader::doubt(const std::optional<std::int32_t>& number) {
    for (auto& [which, each] : streams_) {
        if (!number || which.number == *number) {
            each.verified = false;
        }
    }
}

void log_reader::verify_doubtful() {
    for (auto& [which, each] : streams_) {
        if (each.verified || each.last_offset < 0) {
            continue;
        }
        try {
            verify(which, each.last_offset + 1, each.last_fingerprint);
        } catch (const partition_stuck&) {
            const partition stuck = which;
            stop(stuck);
            throw;
        }
        each.verified = true;
    }
}

void log_reader::stop(const partition& which) {
    const auto at = streams_.find(which);
    if (at == streams_.end()) {
        return;
    }
    buffered_ -= at->second.bytes;
    streams_.erase(at);
    const std::array<kafka::position, 1> position{
        {{.topic = which.topic, .partition = which.number, .offset = 0}}};
    consumer_->unassign(position);
}

std::int64_t log_reader::end_of(const partition& which) {
    try {
        return asked(which, [&] {
            return inspector_->end_of(which.topic, which.number, limits_.inspection);
        });
    } catch (const partition_stuck&) {
        stop(which);
        throw;
    }
}

std::vector<partition> log_reader::take_interrupted() {
    return std::exchange(interrupted_, {});
}

}  // namespace billhook

#include "tools/commands/bench_log.hpp"

#include "schemas/messages/topics.hpp"
#include "schemas/stripe/routing.hpp"
#include "schemas/types/assert.hpp"
#include "tools/simulator/disorder.hpp"
#include "tools/simulator/scenario.hpp"
#include "worker/pipeline/log_check.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

void bench_log::append(const std::string& body, instant received_at) {
    auto to = stripe::route(body);
    std::size_t sum = 0;
    for (const char each : to.key) {
        sum = sum * 31 + static_cast<unsigned char>(each);
    }
    record what;
    what.key = std::move(to.key);
    what.body = body;
    what.event_id = std::move(to.event_id);
    what.event_type = std::move(to.event_type);
    what.received_at = received_at;
    partitions[sum % partitions.size()].push_back(
        {.offset = 0, .fingerprint = {}, .what = std::move(what)}
    );
}

std::int64_t bench_log::records() const {
    std::size_t sum = 0;
    for (const auto& each : partitions) {
        sum += each.size();
    }
    return static_cast<std::int64_t>(sum);
}

bench_log log_of_lives(
    const catalogue& plans,
    const std::string& prefix,
    std::size_t organizations,
    std::int32_t partitions,
    std::size_t most
) {
    const auto end = from_unix_seconds(1'780'000'000);
    const auto lives = simulator::make_scenario(
        {.organizations = organizations, .end = end, .prefix = prefix}, plans
    );
    bench_log log(partitions);
    std::size_t count = 0;
    for (const auto& each :
         simulator::plan_deliveries(lives, {.duplicates = 0, .reorder = 0, .late = 0})) {
        if (++count > most) {
            break;
        }
        log.append(*each.body, end);
    }
    return log;
}

bench_source::bench_source(const bench_log& from, std::size_t records, bench_share share)
    : from_(from), records_(records) {
    for (auto number = share.number; number < from.partitions.size(); number += share.of) {
        to_announce_.push_back({topics::stripe_events, static_cast<std::int32_t>(number)});
    }
}

polled bench_source::poll(std::chrono::milliseconds) {
    if (!to_announce_.empty()) {
        const partition next = to_announce_.front();
        to_announce_.pop_front();
        return assigned{next};
    }
    for (std::size_t tried = 0; tried < readings_.size(); ++tried) {
        auto at = readings_.begin();
        std::advance(at, turn_++ % static_cast<std::ptrdiff_t>(readings_.size()));
        if (batch next = next_of(at->second); !next.records.empty()) {
            return next;
        }
    }
    return end_of_range{
        {topics::stripe_events, 0}
    };
}

// What a reader of Kafka does as well: copies the bytes, and takes their fingerprint.
batch bench_source::next_of(reading& from) const {
    const auto& all = from_.partitions[static_cast<std::size_t>(from.under.of.number)];
    const std::size_t count = std::min(records_, all.size() - from.given);
    batch next{.under = from.under, .records = {}};
    next.records.reserve(count);
    for (std::size_t taken = 0; taken < count; ++taken, ++from.given) {
        raw_record& one = next.records.emplace_back(all[from.given]);
        one.offset = from.under.next_offset + static_cast<std::int64_t>(from.given);
        one.fingerprint = fingerprint_of(one.what.body, one.what.received_at);
    }
    return next;
}

void bench_source::start(const claim& from) {
    readings_.insert_or_assign(from.of, reading{.under = from});
}

// Nobody else folds into a bench's database.
void bench_source::drop(const partition&) {
    BILLHOOK_ASSERT(false && "another worker folds into the bench's database");
}

std::int64_t bench_source::end_of(const partition& which) {
    const auto records = from_.partitions[static_cast<std::size_t>(which.number)].size();
    return readings_.at(which).under.next_offset + static_cast<std::int64_t>(records);
}

}  // namespace billhook

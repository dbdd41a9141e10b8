#include "tests/simulation/sim_log.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "schemas/messages/topics.hpp"
#include "worker/pipeline/kafka_source.hpp"

#include <algorithm>
#include <utility>

namespace billhook::simulation {

void sim_log::append(record what) {
    std::size_t sum = 0;
    for (const char each : what.key) {
        sum = sum * 31 + static_cast<unsigned char>(each);
    }
    auto& into = partitions[sum % partitions.size()];
    raw_record raw{
        .offset = static_cast<std::int64_t>(into.size()),
        .fingerprint = fingerprint_of(what.body, what.received_at),
        .what = std::move(what)};
    into.push_back(std::move(raw));
}

std::vector<delivery> sim_log::publish(std::span<const message> messages) {
    for (const message& each : messages) {
        append(record_from(each.key, each.value, each.headers, {}));
    }
    return std::vector<delivery>(messages.size(), delivery::persisted);
}

std::int64_t sim_log::records() const {
    std::size_t sum = 0;
    for (const auto& each : partitions) {
        sum += each.size();
    }
    return static_cast<std::int64_t>(sum);
}

sim_source::sim_source(const sim_log& from, faults& weather, sim_source_settings settings)
    : from_(from), weather_(weather), settings_(std::move(settings)) {
    for (std::size_t number = 0; number < from.partitions.size(); ++number) {
        const auto one = static_cast<std::int32_t>(number);
        if (settings_.numbers.empty() || settings_.numbers.contains(one)) {
            to_announce_.push_back({topics::stripe_events, one});
        }
    }
}

void sim_source::call(std::string_view name) {
    const auto met = weather_.meet(name);
    if (met == fault::killed || met == fault::killed_landed) {
        throw worker_killed{};
    }
    if (met == fault::refused) {
        throw kafka::failure("no right", RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    }
    if (met) {
        throw kafka::failure("the broker says no", settings_.answer);
    }
}

const std::vector<raw_record>& sim_source::records_of(const partition& which) const {
    return from_.partitions[static_cast<std::size_t>(which.number)];
}

void sim_source::look_for(const partition& which) {
    if (from_.gone) {
        readings_.erase(which);
        throw log_missing("no such topic", which);
    }
}

polled sim_source::poll(std::chrono::milliseconds) {
    call("poll");
    if (!to_announce_.empty()) {
        const partition next = to_announce_.front();
        to_announce_.pop_front();
        return assigned{next};
    }
    for (std::size_t tried = 0; tried < readings_.size(); ++tried) {
        auto at = readings_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(turn_++ % readings_.size()));
        const auto& all = records_of(at->first);
        reading& one = at->second;
        if (one.next < all.size()) {
            const std::size_t count = std::min(settings_.records, all.size() - one.next);
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(one.next);
            one.next += count;
            return batch{
                .under = one.under, .records = {first, first + static_cast<std::ptrdiff_t>(count)}
            };
        }
    }
    if (settings_.ends) {
        return end_of_range{
            {topics::stripe_events, 0}
        };
    }
    return std::monostate{};
}

void sim_source::start(const claim& from) {
    call("start");
    look_for(from.of);
    readings_.erase(from.of);
    const auto& all = records_of(from.of);
    const auto next = static_cast<std::size_t>(from.next_offset);
    if (next > all.size() ||
        (next > 0 && from.fingerprint && all[next - 1].fingerprint != *from.fingerprint)) {
        throw log_diverged("another log", from.of);
    }
    readings_.insert_or_assign(from.of, reading{.under = from, .next = next});
}

void sim_source::drop(const partition& which) {
    readings_.erase(which);
    to_announce_.push_back(which);
}

std::int64_t sim_source::end_of(const partition& which) {
    call("end_of");
    look_for(which);
    return static_cast<std::int64_t>(records_of(which).size());
}

}  // namespace billhook::simulation
